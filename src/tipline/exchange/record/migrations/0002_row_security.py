"""Row-level security of origins: of whoever holds or held the report."""

from django.db import migrations

from tipline.core.row_security import held, protect


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        protect("records_reportorigin", held("records_reportorigin.report_id")),
        protect("records_hoporigin", held("records_hoporigin.report_id")),
    ]
