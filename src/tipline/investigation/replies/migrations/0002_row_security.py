"""Row-level security of replies: with their case; mappings of columns with the agency that made them."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, of_case, protect


class Migration(migrations.Migration):
    dependencies = [("replies", "0001_initial"), ("cases", "0007_persons_row_security")]

    operations = [
        protect("replies_reply", of_case("replies_reply")),
        protect("replies_replyfile", of_case("replies_replyfile")),
        protect("replies_replyrow", of_case("replies_replyrow")),
        protect("replies_replyfinding", of_case("replies_replyfinding")),
        protect("replies_replymapping", f"agency_id = ANY ({AGENCIES})"),
    ]
