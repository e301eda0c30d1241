"""Row-level security of letters: with their case. A version is added and never changed; it goes only with what it states.

The application may delete a version only where everything is visible to it, as retention does: no person's request can.
"""

from django.db import migrations

from tipline.core.row_security import of_case, protect

_KEEP = """
CREATE FUNCTION letters_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('tipline.sees', true), '') = 'everything' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a version of a letter is not changed (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER letterversion_stays BEFORE UPDATE OR DELETE ON letters_letterversion
    FOR EACH ROW EXECUTE FUNCTION letters_version_stays();
"""
_LET_GO = """
DROP TRIGGER letterversion_stays ON letters_letterversion;
DROP FUNCTION letters_version_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("cases", "0007_persons_row_security")]

    operations = [
        protect("letters_letter", of_case("letters_letter")),
        protect("letters_letterversion", of_case("letters_letterversion")),
        migrations.RunSQL(_KEEP, _LET_GO),
    ]
