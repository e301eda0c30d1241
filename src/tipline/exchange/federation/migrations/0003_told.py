"""Heard outcomes move to the room of outcomes; two new messages are told by triggers, of what use a report was and what retention did.

A trigger of an update looks at what changed: that an outcome is emptied when its report is destroyed is told to nobody.
"""

import django.db.models.deletion
from django.db import migrations, models

# What was heard until now, under whose word it was, where that agency is known here.
MOVE = """
INSERT INTO outcomes_outcome (agency_id, kind, edition, number, "on", text, for_senders, recorded_at, withdrawn_at, withdrawn_why, uid)
SELECT DISTINCT ON (h.uid) a.id, h.kind, '', h.number, h."on", '', h.for_senders, h.recorded_at, h.withdrawn_at, '', h.uid
FROM federation_heardoutcome h JOIN agencies_agency a ON a.code = h.agency ORDER BY h.uid, h.id;
INSERT INTO outcomes_reportoutcome
  (outcome_id, report_id, agency_id, kind, number, "on", for_senders, recorded_at, withdrawn_at, said_by, heard_at)
SELECT o.id, h.report_id, o.agency_id, h.kind, h.number, h."on", h.for_senders, h.recorded_at, h.withdrawn_at, h.agency, h.recorded_at
FROM federation_heardoutcome h JOIN outcomes_outcome o ON o.uid = h.uid ORDER BY h.id;
-- the trigger told them upwards anew
DELETE FROM federation_outgoing WHERE heard_id IS NOT NULL AND delivery = 'waiting';
SET CONSTRAINTS ALL IMMEDIATE;
"""
_UP = """
  JOIN public.records_hoporigin h ON h.report_id = n.report_id
  JOIN public.referrals_referral up ON up.id = h.referral_id
  JOIN public.parties_remotedesk d ON d.agency_id = up.from_agency_id
"""
_CHANGED = (
    "(SELECT c.* FROM changed c JOIN before b ON b.id = c.id WHERE c.withdrawn_at IS DISTINCT FROM b.withdrawn_at)"
)


def _function(name: str, body: str) -> str:
    return f"""
CREATE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.parties_remotedesk) THEN RETURN NULL; END IF;
  {body}
  RETURN NULL;
END
$$
"""


def _outcomes(rows: str) -> str:
    return f"""
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, outcome_id, at, next_at)
  SELECT d.peer_id, 'outcome', up.id, n.report_id, CASE WHEN n.withdrawn_at IS NULL THEN 'record' ELSE 'withdraw' END, n.id,
    coalesce(n.withdrawn_at, n.recorded_at), coalesce(n.withdrawn_at, n.heard_at, n.recorded_at)
  FROM {rows} n {_UP} ORDER BY n.id;"""


def _judgements(rows: str) -> str:
    # what was read off the progress of a desk below stands there again, hop by hop, and is not told twice
    return f"""
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, judgement_id, at, next_at)
  SELECT d.peer_id, 'feedback', up.id, n.report_id, CASE WHEN n.withdrawn_at IS NULL THEN 'record' ELSE 'withdraw' END, n.id,
    coalesce(n.withdrawn_at, n.at), coalesce(n.withdrawn_at, n.at)
  FROM {rows} n {_UP} WHERE n.uid = '' OR n.uid LIKE 'urn:%' ORDER BY n.id;"""


# To the sender of that hop alone: who handed it over to the sender has an agreement of its own.
RETENTION = _function(
    "tipline_federate_retention",
    """
  INSERT INTO public.federation_outgoing (peer_id, kind, referral_id, report_id, act, reason, at, next_at)
  SELECT d.peer_id, 'retention', n.referral_id, n.report_id, CASE WHEN n.destroyed_at IS NULL THEN 'keep' ELSE 'destroy' END,
    CASE WHEN n.destroyed_at IS NULL THEN n.kept_why ELSE '' END, coalesce(n.destroyed_at, n.kept_at), coalesce(n.destroyed_at, n.kept_at)
  FROM changed n JOIN before b ON b.id = n.id
  JOIN public.parties_remotedesk d ON d.agency_id = n.from_agency_id
  WHERE n.destroyed_at IS DISTINCT FROM b.destroyed_at OR n.kept_at IS DISTINCT FROM b.kept_at
  ORDER BY n.id;""",
)
FUNCTIONS = {
    "tipline_federate_outcome_told": _outcomes("changed"),
    "tipline_federate_outcome_withdrawn": _outcomes(_CHANGED),
    "tipline_federate_feedback_told": _judgements("changed"),
    "tipline_federate_feedback_withdrawn": _judgements(_CHANGED),
}
_NEW, _BOTH = "REFERENCING NEW TABLE AS changed", "REFERENCING OLD TABLE AS before NEW TABLE AS changed"
TRIGGERS = [
    ("federate_insert", "INSERT", "outcomes_reportoutcome", _NEW, "tipline_federate_outcome_told"),
    ("federate_update", "UPDATE", "outcomes_reportoutcome", _BOTH, "tipline_federate_outcome_withdrawn"),
    ("federate_insert", "INSERT", "doors_judgement", _NEW, "tipline_federate_feedback_told"),
    ("federate_update", "UPDATE", "doors_judgement", _BOTH, "tipline_federate_feedback_withdrawn"),
    ("federate_update", "UPDATE", "retention_agreed", _BOTH, "tipline_federate_retention"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("doors", "0013_told"),
        ("federation", "0002_triggers"),
        ("outcomes", "0004_told"),
        ("retention", "0003_told"),
        ("records", "0002_row_security"),
        ("parties", "0001_initial"),
        ("referrals", "0009_desk_rows_kept"),
        ("reports", "0044_package_channel"),
    ]

    operations = [
        migrations.RunSQL(
            [f"DROP TRIGGER federate_{event} ON outcomes_reportoutcome" for event in ("insert", "update")]
        ),
        migrations.RunSQL("DROP FUNCTION tipline_federate_outcome()"),
        *[migrations.RunSQL(_function(name, body), f"DROP FUNCTION {name}()") for name, body in FUNCTIONS.items()],
        migrations.RunSQL(RETENTION, "DROP FUNCTION tipline_federate_retention()"),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} {rows} FOR EACH STATEMENT EXECUTE FUNCTION {does}()",
                f"DROP TRIGGER {name} ON {table}",
            )
            for name, event, table, rows, does in TRIGGERS
        ],
        migrations.RunSQL(MOVE),
        migrations.RemoveField(
            model_name="heardoutcome",
            name="report",
        ),
        migrations.RemoveField(
            model_name="outgoing",
            name="heard",
        ),
        migrations.RemoveConstraint(
            model_name="outgoing",
            name="outgoing_kind_known",
        ),
        migrations.AddField(
            model_name="outgoing",
            name="judgement",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="doors.judgement",
            ),
        ),
        migrations.AlterField(
            model_name="outgoing",
            name="kind",
            field=models.CharField(
                choices=[
                    ("referral", "A referral"),
                    ("recall", "A recall"),
                    ("state", "What the desk did with a referral"),
                    ("progress", "How it goes further down"),
                    ("outcome", "An outcome"),
                    ("feedback", "Of what use a report was"),
                    ("retention", "That a report was destroyed, or is kept longer than agreed"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["referral", "recall", "state", "progress", "outcome", "feedback", "retention"])
                ),
                name="outgoing_kind_known",
            ),
        ),
        migrations.DeleteModel(
            name="HeardOutcome",
        ),
    ]
