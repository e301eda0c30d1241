"""Row-level security of steps: of the desk that ticks, while it holds or held the report. The desks above see no tick of it."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, held, protect


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("reports", "0002_row_security")]

    operations = [protect("leads_stepmark", f"(agency_id = ANY ({AGENCIES}) AND {held('leads_stepmark.report_id')})")]
