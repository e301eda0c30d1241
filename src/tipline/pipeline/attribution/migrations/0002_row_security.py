"""Row-level security of where addresses were; the sources are nobody's secret."""

from django.db import migrations

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("attribution_attribution", held("attribution_attribution.report_id")),
    ]
