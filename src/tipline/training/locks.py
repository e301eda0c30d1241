"""What migrations of training write besides tables: rows in a range alone, and row security for trainees and instructors.

`tipline.trains` holds the number of the person who trains or teaches (`trust.visibility.Scope.trains`). Migrations import this, so
what stands here never changes its meaning: another rule gets another name.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

from tipline.core.row_security import EVERYTHING

TRAINS = "((SELECT nullif(current_setting('tipline.trains', true), ''))::bigint)"
# Each is one call a statement. They belong to the owner of the tables, so that a policy does not ask itself.
TAUGHT = "((SELECT training_taught())::bigint[])"  # courses that the asker teaches
MINE = "((SELECT training_mine())::bigint[])"  # the asker's own enrolments that were not withdrawn
MY_COURSES = "((SELECT training_my_courses())::bigint[])"
TAUGHT_ENROLMENTS = "((SELECT training_taught_enrolments())::bigint[])"


def only_in_range(*tables: str) -> RunSQL:
    """Let these tables take rows where the database is stamped as a training range, and nowhere else."""
    return RunSQL(
        sql=[
            f"CREATE TRIGGER only_in_range BEFORE INSERT OR UPDATE ON {table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION training_only_in_range()"
            for table in tables
        ],
        reverse_sql=[f"DROP TRIGGER only_in_range ON {table}" for table in tables],
    )


def protect(table: str, *, read: str, write: str) -> RunSQL:
    """Let rows be read where `read` holds, and read and written where `write` does, or by who sees everything."""
    return RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({EVERYTHING} OR {read} OR {write})",
            f"CREATE POLICY {table}_written ON {table} USING ({EVERYTHING} OR {write}) WITH CHECK ({EVERYTHING} OR {write})",
        ],
        reverse_sql=[
            f"DROP POLICY {table}_read ON {table}",
            f"DROP POLICY {table}_written ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )
