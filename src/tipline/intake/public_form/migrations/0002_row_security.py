"""Row-level security of the public form: visible with their report, and to the form's own reporter."""

from django.db import migrations

from tipline.core.row_security import filed, held, protect


class Migration(migrations.Migration):
    dependencies = [
        ("public_form", "0001_initial"),
        ("reports", "0031_doors"),
    ]

    operations = [
        protect(table, held(f"{table}.report_id"), filed(f"{table}.report_id"))
        for table in ("public_form_publicreport", "public_form_publiccontact", "public_form_message")
    ]
