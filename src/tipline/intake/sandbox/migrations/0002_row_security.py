"""Numbers of the sandbox are a range of their own, and a provider sees its own rows."""

from django.db import migrations

from tipline.core.row_security import PROVIDER, protect

_OWN_FILE = (
    f"EXISTS (SELECT 1 FROM sandbox_sandboxreport r WHERE r.id = sandbox_report_id AND r.reporter_id = {PROVIDER})"
)


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE sandbox_sandboxreport ALTER COLUMN id"
            " SET MAXVALUE 2147483647 SET MINVALUE 2000000000 SET START WITH 2000000000 SET CYCLE RESTART",
            migrations.RunSQL.noop,
        ),
        protect("sandbox_sandboxreport", f"reporter_id = {PROVIDER}"),
        protect("sandbox_sandboxfile", _OWN_FILE),
    ]
