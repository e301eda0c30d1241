"""Row-level security of links: whoever sees one of the two reports sees that there is a link."""

from django.db import migrations

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("linking", "0001_initial"),
        ("reports", "0002_row_security"),
    ]

    operations = [
        protect("linking_link", held("linking_link.report_id", "linking_link.other_id")),
    ]
