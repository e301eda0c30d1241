"""Row-level security of what the stages did with a report."""

from django.db import migrations

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("pipeline_stagerun", held("pipeline_stagerun.report_id")),
        protect("pipeline_quarantine", held("pipeline_quarantine.report_id")),
    ]
