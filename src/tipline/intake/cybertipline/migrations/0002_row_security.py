"""Row-level security of refused documents: their provider writes them, the operator reads them."""

from django.db import migrations

from tipline.core.row_security import PROVIDER, protect


class Migration(migrations.Migration):
    dependencies = [
        ("cybertipline", "0001_initial"),
    ]

    operations = [
        protect("cybertipline_refuseddocument", f"reporter_id = {PROVIDER}"),
    ]
