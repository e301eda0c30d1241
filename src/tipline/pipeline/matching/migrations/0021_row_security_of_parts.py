"""Row-level security of files on their way: they hold the hashes of a list, and only the software reads them."""

from django.db import migrations

from tipline.core.row_security import protect


class Migration(migrations.Migration):
    dependencies = [("matching", "0020_imports")]

    operations = [protect("matching_importpart")]
