"""Row-level security of cases: of the asker's agencies, and of an investigator only those they are assigned to."""

from django.db import migrations

from tipline.core.row_security import AGENCIES, ASSIGNED_TO, held, protect

ASSIGNED = (
    "EXISTS (SELECT 1 FROM cases_caseassignment a WHERE a.case_id = cases_case.id"
    f" AND a.person_id = {ASSIGNED_TO} AND a.ended_at IS NULL)"
)


def of_visible_case(table: str) -> str:
    """Rows of a case that its own policy lets through."""
    return f"EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {table}.case_id)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_assignment"), ("reports", "0002_row_security")]

    operations = [
        protect("cases_caseassignment", f"agency_id = ANY ({AGENCIES})"),
        protect("cases_case", f"(agency_id = ANY ({AGENCIES}) AND ({ASSIGNED_TO} IS NULL OR {ASSIGNED}))"),
        protect("cases_caseoffence", of_visible_case("cases_caseoffence")),
        protect("cases_casehandle", of_visible_case("cases_casehandle")),
        # that a report is in a case is visible with the report, the case is not
        protect("cases_casereport", held("cases_casereport.report_id")),
    ]
