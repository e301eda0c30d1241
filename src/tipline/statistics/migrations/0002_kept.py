"""Facts are read by who sees counts of their agency and written by the software; triggers note which reports changed.

A trigger looks at what one statement changed and adds the numbers of the reports, nothing else: what follows from the change is worked out once
for many of them (`statistics.keeping`). Rows that stages write first are not looked at, since the report itself is updated after them.
docs/explanation/statistics.md has what it costs.
"""

from django.db import migrations

from tipline.core.row_security import AGENCIES, COUNTS, EVERYTHING, protect

_CASES = "JOIN public.cases_casereport cr ON cr.case_id = n"
# name → what it adds, read from the rows that a statement changed
_ADDS = {
    "report": "SELECT n.id FROM changed n WHERE n.state NOT IN ('open', 'expired') AND n.processing <> 'waiting'",
    "of_report": "SELECT DISTINCT n.report_id FROM changed n",
    "case": f"SELECT DISTINCT cr.report_id FROM changed n {_CASES}.id",
    "of_case": f"SELECT DISTINCT cr.report_id FROM changed n {_CASES}.case_id",
    "reply": "SELECT DISTINCT f.report_id FROM changed n JOIN public.replies_replyfinding f ON f.reply_id = n.id",
    "request": "SELECT n.id FROM changed n WHERE n.sent_at IS NOT NULL",
    "zone": (
        "SELECT h.report_id, NULL FROM changed n JOIN before o ON o.id = n.id AND o.timezone <> n.timezone"
        " JOIN public.reports_holding h ON h.agency_id = n.id"
        " UNION ALL SELECT NULL, q.id FROM changed n JOIN before o ON o.id = n.id AND o.timezone <> n.timezone"
        " JOIN public.process_request q ON q.agency_id = n.id AND q.sent_at IS NOT NULL"
    ),
}
_INTO = {"request": "request_id", "zone": "report_id, request_id"}
_ON = [
    ("reports_report", "report", ("UPDATE",)),
    ("reports_holding", "of_report", ("INSERT", "UPDATE")),
    ("referrals_referral", "of_report", ("INSERT", "UPDATE")),
    ("attribution_whereabouts", "of_report", ("UPDATE",)),
    ("attribution_reportclock", "of_report", ("UPDATE",)),
    ("triage_score", "of_report", ("UPDATE",)),
    ("cases_casereport", "of_report", ("INSERT", "UPDATE", "DELETE")),
    ("cases_case", "case", ("UPDATE",)),
    ("cases_standingchange", "of_case", ("INSERT",)),
    ("cases_personevidence", "of_case", ("INSERT", "UPDATE")),
    ("replies_reply", "reply", ("UPDATE",)),
    ("outcomes_reportoutcome", "of_report", ("INSERT", "UPDATE")),
    ("doors_feedback", "of_report", ("INSERT", "UPDATE")),
    ("process_request", "request", ("INSERT", "UPDATE")),
    ("agencies_agency", "zone", ("UPDATE",)),
]


def _function(name: str, adds: str) -> str:
    return f"""
CREATE FUNCTION tipline_stale_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO public.statistics_stale ({_INTO.get(name, "report_id")}) {adds};
  RETURN NULL;
END
$$
"""


def _triggers() -> list[str]:
    found = []
    for table, name, events in _ON:
        for event in events:
            rows = {
                "INSERT": "NEW TABLE AS changed",
                "UPDATE": "NEW TABLE AS changed",
                "DELETE": "OLD TABLE AS changed",
            }[event]
            before = "OLD TABLE AS before " if name == "zone" else ""
            found.append(
                f"CREATE TRIGGER stale_{event.lower()} AFTER {event} ON {table} REFERENCING {before}{rows}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION tipline_stale_{name}()"
            )
    return found


_READ = f"{EVERYTHING} OR agency_id = ANY ({COUNTS})"


def _kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_visible ON {table} FOR SELECT USING ({_READ})",
            f"CREATE POLICY {table}_kept ON {table} USING ({EVERYTHING}) WITH CHECK ({EVERYTHING})",
        ],
        [
            f"DROP POLICY {table}_kept ON {table}",
            f"DROP POLICY {table}_visible ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0001_initial"),
        ("referrals", "0009_desk_rows_kept"),
        ("attribution", "0001_initial"),
        ("triage", "0001_initial"),
        ("cases", "0001_initial"),
        ("replies", "0001_initial"),
        ("outcomes", "0001_initial"),
        ("doors", "0001_initial"),
        ("process", "0001_initial"),
    ]

    operations = [
        _kept("statistics_fact"),
        _kept("statistics_requestfact"),
        protect("statistics_snapshot", f"agency_id = ANY ({COUNTS}) AND (suppressed OR agency_id = ANY ({AGENCIES}))"),
        migrations.RunSQL(
            [*(_function(name, adds) for name, adds in _ADDS.items()), *_triggers()],
            [
                *(f"DROP TRIGGER stale_{event.lower()} ON {table}" for table, _, events in _ON for event in events),
                *(f"DROP FUNCTION tipline_stale_{name}()" for name in _ADDS),
            ],
        ),
        migrations.RunSQL(
            [
                "INSERT INTO statistics_stale (report_id) SELECT id FROM reports_report WHERE state NOT IN ('open', 'expired')",
                "INSERT INTO statistics_stale (request_id) SELECT id FROM process_request WHERE sent_at IS NOT NULL",
            ],
            migrations.RunSQL.noop,
        ),
    ]
