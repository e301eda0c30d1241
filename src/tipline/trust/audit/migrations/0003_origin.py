"""The log's name, made once for a database; entries of before the tree wait for their place; and whose entries are visible to whom."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, EVERYTHING

NAME = "INSERT INTO audit_log (origin, one) VALUES ('tipline/audit/' || gen_random_uuid(), true)"
WAITING = "INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entry"

LOG = "((SELECT nullif(current_setting('tipline.log', true), ''))::bigint[])"
# Everybody writes their own entries, whoever they are; reading is for the operator, for auditors of an agency, and for
# people with reports, who see the history of what they see. (`protect` would hold writing to what the writer may read.)
POLICIES = [
    "ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY audit_entry_written ON audit_entry FOR INSERT WITH CHECK (true)",
    f"CREATE POLICY audit_entry_visible ON audit_entry FOR SELECT"
    f" USING ({EVERYTHING} OR agency_id = ANY ({LOG}) OR agency_id = ANY ({AGENCIES}))",
]
UNDO = [
    "DROP POLICY audit_entry_visible ON audit_entry",
    "DROP POLICY audit_entry_written ON audit_entry",
    "ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_tree")]

    operations = [
        migrations.RunSQL(NAME, "DELETE FROM audit_log"),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
        migrations.RunSQL(POLICIES, UNDO),
        migrations.RunSQL("CREATE INDEX entry_of_agency ON audit_entry (agency_id, id)", "DROP INDEX entry_of_agency"),
    ]
