"""Row-level security of hashes: of the agency whose they are; published ones also of whoever reads that list."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, HASH_LISTS, protect

_MINE = f"hash_list_id IN (SELECT l.id FROM hash_lists_hashlist l WHERE l.agency_id = ANY ({AGENCIES}))"
_FOUND = "EXISTS (SELECT 1 FROM hash_lists_finding f WHERE f.id = hash_lists_foundhash.finding_id)"


class Migration(migrations.Migration):
    dependencies = [("hash_lists", "0001_initial")]

    operations = [
        protect("hash_lists_finding", f"agency_id = ANY ({AGENCIES})"),
        protect("hash_lists_foundhash", _FOUND),
        protect("hash_lists_entry", f"hash_list_id = ANY ({HASH_LISTS})", _MINE),
    ]
