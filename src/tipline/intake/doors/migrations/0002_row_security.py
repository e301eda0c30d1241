"""Row-level security of calls: a provider sees its own."""

from django.db import migrations

from tipline.core.row_security import PROVIDER, protect


class Migration(migrations.Migration):
    dependencies = [
        ("doors", "0001_initial"),
    ]

    operations = [
        protect("doors_doorcall", f"reporter_id = {PROVIDER}"),
    ]
