"""Row-level security of what is published: it is its agency's, and of whoever may see that agency's counts."""

from django.db import migrations

from tipline.core.row_security import COUNTS, protect


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [
        protect(f"publishing_{table}", f"publishing_{table}.agency_id = ANY ({COUNTS})")
        for table in ("schedule", "scheduledreport", "draw", "transparency", "publishedfile")
    ]
