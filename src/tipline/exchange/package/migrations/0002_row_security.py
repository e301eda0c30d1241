"""Row-level security of packages: what was sent, of the desk that sent it; what was taken or refused, of the desk to which it was brought."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, protect

_SENT = "EXISTS (SELECT 1 FROM packages_sentpackage p WHERE p.id = packages_senthop.package_id)"


class Migration(migrations.Migration):
    dependencies = [("packages", "0001_initial")]

    operations = [
        protect("packages_sentpackage", f"from_agency_id = ANY ({AGENCIES})"),
        protect("packages_senthop", _SENT),
        protect("packages_takenpackage", f"to_agency_id = ANY ({AGENCIES})"),
        protect("packages_refusedpackage", f"agency_id = ANY ({AGENCIES})"),
    ]
