"""PostgreSQL's row-level security, as migrations write it. The second lock behind `trust.visibility`.

A transaction says who asks by settings of its own (`trust.visibility.acting`); policies compare rows with them. Where nothing
was said, nothing is visible. The application's role owns no table, so it can neither alter a policy nor switch it off.

Migrations import this, so what stands here never changes its meaning: another rule gets another name.
docs/explanation/visibility.md has the reasons, and what EXPLAIN says to each form.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

# Each in a sub-select of its own, which PostgreSQL evaluates once a statement and not once a row.
EVERYTHING = "(SELECT current_setting('tipline.sees', true)) = 'everything'"
AGENCIES = "((SELECT nullif(current_setting('tipline.agencies', true), ''))::bigint[])"
ASSIGNED_TO = "((SELECT nullif(current_setting('tipline.person', true), ''))::bigint)"
COUNTS = "((SELECT nullif(current_setting('tipline.counts', true), ''))::bigint[])"
ASKER = "((SELECT nullif(current_setting('tipline.asker', true), ''))::bigint)"
HASH_LISTS = "((SELECT nullif(current_setting('tipline.hash_lists', true), ''))::bigint[])"
PROVIDER = "((SELECT nullif(current_setting('tipline.provider', true), ''))::bigint)"


def held(*columns: str) -> str:
    """Rows of reports that an agency of the asker holds or held; `columns` lead to a report, any of them will do."""
    which = f"h.report_id = {columns[0]}" if len(columns) == 1 else f"h.report_id IN ({', '.join(columns)})"
    return f"EXISTS (SELECT 1 FROM reports_holding h WHERE {which} AND h.agency_id = ANY ({AGENCIES}))"  # noqa: S608 - names of columns, from migrations


def filed(column: str) -> str:
    """Rows of reports that the asking provider filed itself."""
    return f"EXISTS (SELECT 1 FROM reports_report r WHERE r.id = {column} AND r.reporter_id = {PROVIDER})"  # noqa: S608 - as above


def of_case(table: str, column: str = "case_id") -> str:
    """Rows of a case that the case's own policy lets through: its agency's, for an investigator those they are assigned to."""
    return f"EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {table}.{column})"  # noqa: S608 - as above


# Those that name the asker or the agency where they work; a function of the owner reads who is named.
OPERATIONS = "((SELECT tipline_my_operations())::bigint[])"


def of_operation(column: str) -> str:
    """Rows of an operation that the asker knows of."""
    return f"{column} = ANY ({OPERATIONS})"


def protect(table: str, *allowed: str) -> RunSQL:
    """Let rows of `table` be read and written by who sees everything, and where one of the conditions holds."""
    condition = " OR ".join((EVERYTHING, *allowed))
    return RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_visible ON {table} USING ({condition}) WITH CHECK ({condition})",
        ],
        reverse_sql=[
            f"DROP POLICY {table}_visible ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )
