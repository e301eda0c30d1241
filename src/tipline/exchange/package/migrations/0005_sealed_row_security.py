"""Row-level security of what lets sealed evidence travel: of the desk whose people decide of it."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, protect


class Migration(migrations.Migration):
    dependencies = [("packages", "0004_sealed_releases")]

    operations = [protect("packages_sealedrelease", f"from_agency_id = ANY ({AGENCIES})")]
