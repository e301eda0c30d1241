"""Row-level security of routing decisions."""

from django.db import migrations

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("routing_decision", held("routing_decision.report_id")),
    ]
