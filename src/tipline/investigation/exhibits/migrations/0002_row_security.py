"""Exhibits are seen with their case. Entries of custody are never changed, and go only when their case is destroyed."""

from django.db import migrations

from tipline.core.row_security import of_case, protect

_OF_EXHIBIT = "EXISTS (SELECT 1 FROM exhibits_exhibit e WHERE e.id = exhibits_exhibithash.exhibit_id)"
_KEEP = """
CREATE FUNCTION exhibits_custody_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM retention_destructionitem i JOIN retention_destruction d ON d.id = i.destruction_id
        WHERE i.case_id = OLD.case_id AND d.state = 'begun'
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an entry of custody is never changed: write a correcting entry' USING ERRCODE = 'restrict_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("exhibits", "0001_initial"), ("retention", "0002_row_security")]

    operations = [
        *(
            protect(table, of_case(table))
            for table in (
                "exhibits_exhibit",
                "exhibits_exhibitdigest",
                "exhibits_custodyevent",
                "exhibits_hashimport",
            )
        ),
        protect("exhibits_exhibithash", _OF_EXHIBIT),
        migrations.RunSQL(
            [
                _KEEP,
                "CREATE TRIGGER exhibits_custody_kept BEFORE UPDATE OR DELETE ON exhibits_custodyevent"
                " FOR EACH ROW EXECUTE FUNCTION exhibits_custody_kept()",
            ],
            [
                "DROP TRIGGER exhibits_custody_kept ON exhibits_custodyevent",
                "DROP FUNCTION exhibits_custody_kept()",
            ],
        ),
    ]
