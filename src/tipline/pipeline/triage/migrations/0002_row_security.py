"""Row-level security of scores."""

from django.db import migrations

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("triage_score", held("triage_score.report_id")),
    ]
