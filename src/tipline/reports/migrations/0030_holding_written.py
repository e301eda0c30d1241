"""A holding is what makes a report visible, so nobody writes one for a report that they do not see already.

The condition of before let an agency's people add a holding of their own agency to any report whose number they guessed.
"""

from django.db import migrations

from tipline.core.row_security import AGENCIES, EVERYTHING

VISIBLE = f"{EVERYTHING} OR agency_id = ANY ({AGENCIES}) OR tipline_sees_report(report_id)"
# asked with the statement's own snapshot: the row being written does not count as a reason to write it
SEEN_BEFORE = f"{EVERYTHING} OR tipline_sees_report(report_id)"


class Migration(migrations.Migration):
    dependencies = [("reports", "0020_seal")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY reports_holding_visible ON reports_holding USING ({VISIBLE}) WITH CHECK ({SEEN_BEFORE})",
            f"ALTER POLICY reports_holding_visible ON reports_holding USING ({VISIBLE}) WITH CHECK ({VISIBLE})",
        ),
    ]
