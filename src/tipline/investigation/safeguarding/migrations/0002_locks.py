"""Two locks on what is written of children: rows are let through for one opened case at a time, and none is ever changed."""

from django.db import migrations

from tipline.core.row_security import of_case, protect

TABLES = ("child", "step", "childnote", "supportreferral", "supportanswer", "preference")
# What `investigation.safeguarding.access` tells a transaction. Without it not even who sees the case sees these rows.
OPENED = "((SELECT nullif(current_setting('tipline.safeguarding', true), ''))::bigint)"
NEVER_CHANGED = """
CREATE FUNCTION safeguarding_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are added to and never changed', TG_TABLE_NAME;
END
$$
"""


def _opened(name: str) -> str:
    table = f"safeguarding_{name}"
    return f"({table}.case_id = {OPENED} AND {of_case(table)})"


class Migration(migrations.Migration):
    dependencies = [("safeguarding", "0001_initial"), ("cases", "0003_row_security")]

    operations = [
        *(protect(f"safeguarding_{name}", _opened(name)) for name in TABLES),
        migrations.RunSQL(NEVER_CHANGED, "DROP FUNCTION safeguarding_never_changed()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER never_changed BEFORE UPDATE ON safeguarding_{name}"
                " FOR EACH ROW EXECUTE FUNCTION safeguarding_never_changed()",
                f"DROP TRIGGER never_changed ON safeguarding_{name}",
            )
            for name in TABLES
        ),
    ]
