"""Row security of bundles: a desk's own."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, protect


class Migration(migrations.Migration):
    dependencies = [("bundles", "0001_initial")]

    operations = [
        protect("bundles_bundle", f"agency_id = ANY ({AGENCIES})"),
        protect("bundles_bundlemember", f"agency_id = ANY ({AGENCIES})"),
        protect(
            "bundles_bundledecision",
            "EXISTS (SELECT 1 FROM bundles_bundle b WHERE b.id = bundles_bundledecision.bundle_id)",
        ),
    ]
