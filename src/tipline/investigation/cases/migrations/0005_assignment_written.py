"""Who sees only the cases they are assigned to assigns nobody, themselves least of all."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, ASSIGNED_TO, EVERYTHING

VISIBLE = f"{EVERYTHING} OR agency_id = ANY ({AGENCIES})"
WRITTEN = f"{EVERYTHING} OR (agency_id = ANY ({AGENCIES}) AND {ASSIGNED_TO} IS NULL)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_closed")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY cases_caseassignment_visible ON cases_caseassignment USING ({VISIBLE}) WITH CHECK ({WRITTEN})",
            f"ALTER POLICY cases_caseassignment_visible ON cases_caseassignment USING ({VISIBLE}) WITH CHECK ({VISIBLE})",
        ),
    ]
