"""The rows that desks list are kept by triggers, and every desk gets its rows.

Each trigger looks at what one statement changed, and writes only the columns that follow from that table: two transactions that change different
things of a report at the same time do not undo each other's. docs/explanation/referrals.md has the figures.
"""

from django.db import migrations

from tipline.core.row_security import AGENCIES, protect

# Everything of these reports that follows from holdings and referrals; what else stands in a row is read when the row is made.
PLACE = """
CREATE FUNCTION tipline_desk_place(reports bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  INSERT INTO public.referrals_deskrow AS d
    (report_id, agency_id, pile, urgent, priority, since, due_at, remind_at, gone_at, all_gone_at)
  SELECT h.report_id, h.agency_id,
    CASE WHEN h.held_until IS NOT NULL THEN 'sent-on' WHEN f.state = 'accepted' THEN 'accepted' ELSE 'new' END,
    r.escalated, s.score, h.held_from,
    CASE WHEN h.held_until IS NULL AND f.lead AND f.state IN ('sent', 'received', 'acknowledged') THEN f.due_at END,
    CASE WHEN h.held_until IS NULL AND f.lead AND f.state IN ('sent', 'received', 'acknowledged') THEN f.remind_at END,
    c.next_likely_gone_at, c.all_gone_at
  FROM public.reports_holding h
  JOIN public.reports_report r ON r.id = h.report_id AND r.destroyed_at IS NULL
  LEFT JOIN LATERAL (
    SELECT f.state, f.lead, f.due_at, f.remind_at FROM public.referrals_referral f
    WHERE f.report_id = h.report_id AND f.to_agency_id = h.agency_id
      AND f.state IN ('sent', 'received', 'acknowledged', 'merged', 'accepted')
    ORDER BY (f.lead <> h.joint) DESC, f.id DESC LIMIT 1
  ) f ON true
  LEFT JOIN public.triage_score s ON s.report_id = h.report_id AND s.kind = 'priority'
  LEFT JOIN public.attribution_reportclock c ON c.report_id = h.report_id
  WHERE h.report_id = ANY (reports)
    AND r.channel <> 'reply' -- what an agency filed itself of a reply lies in its case, not on the desk
  ORDER BY h.report_id, h.agency_id
  ON CONFLICT (report_id, agency_id) DO UPDATE
    SET pile = EXCLUDED.pile, since = EXCLUDED.since, due_at = EXCLUDED.due_at, remind_at = EXCLUDED.remind_at
    WHERE (d.pile, d.since, d.due_at, d.remind_at) IS DISTINCT FROM
      (EXCLUDED.pile, EXCLUDED.since, EXCLUDED.due_at, EXCLUDED.remind_at)
$$
"""


def _trigger(name: str, body: str) -> str:
    return f"""
CREATE FUNCTION tipline_desk_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  {body}
  RETURN NULL;
END
$$
"""


PLACED = _trigger(
    "placed", "PERFORM public.tipline_desk_place(ARRAY(SELECT DISTINCT report_id FROM changed ORDER BY report_id));"
)
SCORED = _trigger(
    "scored",
    """UPDATE public.referrals_deskrow d SET priority = n.score FROM changed n
  WHERE n.kind = 'priority' AND d.report_id = n.report_id AND d.priority IS DISTINCT FROM n.score;""",
)
CLOCKED = _trigger(
    "clocked",
    """UPDATE public.referrals_deskrow d SET gone_at = n.next_likely_gone_at, all_gone_at = n.all_gone_at FROM changed n
  WHERE d.report_id = n.report_id
    AND (d.gone_at, d.all_gone_at) IS DISTINCT FROM (n.next_likely_gone_at, n.all_gone_at);""",
)
REPORTED = _trigger(
    "reported",
    """UPDATE public.referrals_deskrow d SET urgent = n.escalated FROM changed n JOIN before o ON o.id = n.id
  WHERE n.escalated <> o.escalated AND d.report_id = n.id;
  DELETE FROM public.referrals_deskrow d USING changed n JOIN before o ON o.id = n.id
  WHERE n.destroyed_at IS NOT NULL AND o.destroyed_at IS NULL AND d.report_id = n.id;""",
)
_ON = [
    ("reports_holding", "placed"),
    ("referrals_referral", "placed"),
    ("triage_score", "scored"),
    ("attribution_reportclock", "clocked"),
]


def _sql() -> list[str]:
    found = []
    for table, name in _ON:
        for event in ("INSERT", "UPDATE"):
            found.append(
                f"CREATE TRIGGER desk_{name}_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tipline_desk_{name}()"
            )
    found.append(
        "CREATE TRIGGER desk_reported_update AFTER UPDATE ON reports_report REFERENCING OLD TABLE AS before NEW TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION tipline_desk_reported()"
    )
    return found


def _back() -> list[str]:
    found = [f"DROP TRIGGER desk_{name}_{event} ON {table}" for table, name in _ON for event in ("insert", "update")]
    found.append("DROP TRIGGER desk_reported_update ON reports_report")
    found += [f"DROP FUNCTION tipline_desk_{name}()" for name in ("placed", "scored", "clocked", "reported")]
    return [*found, "DROP FUNCTION tipline_desk_place(bigint[])"]


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0008_desk_rows"),
        ("reports", "0042_joint"),
        ("triage", "0001_initial"),
        ("attribution", "0005_log_expiry"),
    ]

    operations = [
        protect("referrals_deskrow", f"agency_id = ANY ({AGENCIES})"),
        migrations.RunSQL([PLACE, PLACED, SCORED, CLOCKED, REPORTED, *_sql()], _back()),
        migrations.RunSQL(
            "SELECT tipline_desk_place(ARRAY(SELECT DISTINCT report_id FROM reports_holding))", migrations.RunSQL.noop
        ),
    ]
