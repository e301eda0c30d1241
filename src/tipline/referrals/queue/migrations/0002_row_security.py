"""Row security of the queue: a desk's own; what somebody looked at is theirs alone."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, ASKER, protect


class Migration(migrations.Migration):
    dependencies = [("queue", "0001_initial")]

    operations = [
        protect("queue_handling", f"agency_id = ANY ({AGENCIES})"),
        protect("queue_closing", f"agency_id = ANY ({AGENCIES})"),
        protect("queue_lastlook", f"person_id = {ASKER}"),
    ]
