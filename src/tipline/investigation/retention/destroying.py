"""Destruction itself: begin, forget the seals, take the rows, certify. Stopped anywhere, the next run goes on where it was.

1. *Begun* is committed, with every report marked. From here on nothing else is done with them.
2. Sealed files leave the storage. Each is still named by its row, so that none can be forgotten.
3. Rows go, the certificate and the log's entries are written: one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.apps import apps
from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Now

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.process.forgetting import forget_words
from tipline.investigation.retention.agreed import note_destroyed
from tipline.investigation.retention.certificates import certify
from tipline.investigation.retention.models import Destruction, DestructionItem, DestructionState
from tipline.investigation.retention.services import end_refused, still_blocked
from tipline.pipeline.linking.services import after_destruction, clusters_of, read_again
from tipline.reports.evidence import remove_seal
from tipline.reports.models import Processing, Report, ReportedFile
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, acting

SOFTWARE = system("retention")

# Of tables to which the application may only add: a function of the database takes them, for cases whose destruction is begun.
FORGOTTEN = "tipline_forget_case_rows"
# In an order that foreign keys allow: table → which of its rows, given the ids of the reports. A test holds this list, with the
# one below, against every table of the database that names a report or a part of one.
ROWS: tuple[tuple[str, str], ...] = (
    ("federation_outgoing", "report_id = ANY (%(reports)s)"),
    ("federation_below", "report_id = ANY (%(reports)s)"),
    ("attribution_earlieranswer", "report_id = ANY (%(reports)s)"),
    ("attribution_whereabouts", "report_id = ANY (%(reports)s)"),
    ("attribution_logclock", "report_id = ANY (%(reports)s)"),
    ("attribution_reportclock", "report_id = ANY (%(reports)s)"),
    ("attribution_expirynotice", "report_id = ANY (%(reports)s)"),
    ("attribution_attribution", "report_id = ANY (%(reports)s)"),
    ("linking_edge", "report_id = ANY (%(reports)s)"),
    ("linking_member", "report_id = ANY (%(reports)s)"),
    ("linking_tie", "low_id = ANY (%(reports)s) OR high_id = ANY (%(reports)s)"),
    ("linking_suggestion", "low_id = ANY (%(reports)s) OR high_id = ANY (%(reports)s)"),
    ("linking_cut", "report_id = ANY (%(reports)s)"),
    ("linking_compared", "report_id = ANY (%(reports)s)"),
    ("matching_match", "report_id = ANY (%(reports)s)"),
    ("matching_filehash", "report_id = ANY (%(reports)s)"),
    ("triage_score", "report_id = ANY (%(reports)s)"),
    ("triage_lane", "report_id = ANY (%(reports)s)"),
    ("triage_prioritymark", "report_id = ANY (%(reports)s)"),
    ("routing_reroute", "report_id = ANY (%(reports)s)"),
    ("routing_decisiondesk", "report_id = ANY (%(reports)s)"),
    ("routing_decision", "report_id = ANY (%(reports)s)"),
    ("referrals_waiting", "report_id = ANY (%(reports)s)"),
    ("referrals_deskrow", "report_id = ANY (%(reports)s)"),
    ("referrals_duenotice", "report_id = ANY (%(reports)s)"),
    ("queue_handling", "report_id = ANY (%(reports)s)"),
    ("queue_closing", "report_id = ANY (%(reports)s)"),
    ("bundles_bundlemember", "report_id = ANY (%(reports)s)"),
    ("pipeline_quarantine", "report_id = ANY (%(reports)s)"),
    ("pipeline_stagerun", "report_id = ANY (%(reports)s)"),
    (
        "clocks_pause",
        "clock_id IN (SELECT k.id FROM clocks_clock k WHERE k.case_id = ANY (%(cases)s) OR k.report_id = ANY (%(reports)s))",
    ),
    ("clocks_clock", "case_id = ANY (%(cases)s) OR report_id = ANY (%(reports)s)"),
    (
        "deconfliction_contact",
        "check_made_id IN (SELECT k.id FROM deconfliction_check k WHERE k.case_id = ANY (%(cases)s) OR k.reports && %(reports)s::bigint[])",
    ),
    ("deconfliction_check", "case_id = ANY (%(cases)s) OR reports && %(reports)s::bigint[]"),
    ("cases_caselink", "case_id = ANY (%(cases)s) OR other_id = ANY (%(cases)s)"),
    ("cases_casetransfer", "case_id = ANY (%(cases)s)"),
    ("cases_casetask", "case_id = ANY (%(cases)s)"),
    ("cases_diaryentry", FORGOTTEN),
    ("cases_officerchange", FORGOTTEN),
    ("cases_offenceact", FORGOTTEN),
    ("cases_firentry", FORGOTTEN),
    ("cases_preliminaryenquiry", FORGOTTEN),
    ("cases_caseending", FORGOTTEN),
    ("cases_standingchange", FORGOTTEN),
    ("cases_proposalevidence", "case_id = ANY (%(cases)s)"),
    ("process_requestalert", "case_id = ANY (%(cases)s)"),
    ("process_requestitem", "report_id = ANY (%(reports)s) OR case_id = ANY (%(cases)s)"),
    ("replies_replyfinding", "report_id = ANY (%(reports)s) OR case_id = ANY (%(cases)s)"),
    ("replies_replyrow", "case_id = ANY (%(cases)s)"),
    ("replies_replyfile", "case_id = ANY (%(cases)s)"),
    ("replies_reply", "case_id = ANY (%(cases)s)"),
    ("exhibits_exhibithash", "exhibit_id IN (SELECT id FROM exhibits_exhibit WHERE case_id = ANY (%(cases)s))"),
    ("exhibits_hashimport", "case_id = ANY (%(cases)s)"),
    ("exhibits_exhibitdigest", "case_id = ANY (%(cases)s)"),
    ("exhibits_custodyevent", "case_id = ANY (%(cases)s)"),
    ("exhibits_exhibit", "case_id = ANY (%(cases)s)"),
    (
        "letters_letterversion",
        "case_id = ANY (%(cases)s) OR letter_id IN"
        " (SELECT letter_id FROM letters_letterversion WHERE report_ids && %(reports)s::bigint[])",
    ),
    (
        "letters_letter",
        "NOT EXISTS (SELECT 1 FROM letters_letterversion v WHERE v.letter_id = letters_letter.id) AND (case_id = ANY (%(cases)s)"
        " OR case_id IN (SELECT case_id FROM cases_casereport WHERE report_id = ANY (%(reports)s)))",
    ),
    ("outcomes_reminder", "report_id = ANY (%(reports)s) OR case_id = ANY (%(cases)s)"),
    ("doors_judgement", "report_id = ANY (%(reports)s)"),
    ("safeguarding_supportanswer", "case_id = ANY (%(cases)s)"),
    ("safeguarding_supportreferral", "case_id = ANY (%(cases)s)"),
    ("safeguarding_preference", "case_id = ANY (%(cases)s)"),
    ("safeguarding_childnote", "case_id = ANY (%(cases)s)"),
    ("safeguarding_step", "case_id = ANY (%(cases)s)"),
    ("safeguarding_child", "case_id = ANY (%(cases)s)"),
    ("cases_personevidence", "case_id = ANY (%(cases)s)"),
    ("cases_standingproposal", "case_id = ANY (%(cases)s)"),
    ("cases_caseperson", "case_id = ANY (%(cases)s)"),
    ("cases_casehandle", "report_id = ANY (%(reports)s) OR case_id = ANY (%(cases)s)"),
    ("cases_caseoffence", "case_id = ANY (%(cases)s)"),
    ("doors_doorcall", "report_id = ANY (%(reports)s) AND NOT sandbox"),
    ("reports_sighting", "report_id = ANY (%(reports)s)"),
    ("reports_person", "report_id = ANY (%(reports)s)"),
    ("public_form_publiccontact", "report_id = ANY (%(reports)s)"),
    ("public_form_message", "report_id = ANY (%(reports)s)"),
    ("reports_document", "report_id = ANY (%(reports)s)"),
    ("reports_reportedfile", "report_id = ANY (%(reports)s)"),
)
KEPT = {
    "public_form_publicreport": "a language and the hash of a code, so that who has the code is told that it is closed",
    "reports_holding": "who held it, and when",
    "linking_hub": "that an identifier links nobody; of one that goes, it goes with it",
    "linking_clusterchange": "that clusters changed: numbers",
    "referrals_referral": "the way it went; its notes are emptied",
    "referrals_referralevent": "who moved it and when; it has no text",
    "cases_casereport": "that it was in a case",
    "attribution_preservationnote": "that a network was asked to keep a log: day, reference and who asked, and no address",
    "process_request": "that a holder of records was asked, and whether it answered: figures of holders; free words are emptied",
    "process_requestevent": "days, ways and references of letters, and who noted them",
    "leads_stepmark": "which step of the checklist somebody ticked: no word of the report; a reason names nobody",
    "retention_agreed": "by which agreement it came, and that it was destroyed: numbers and days",
    "retention_hold": "legal holds name what they rest on, and nothing reported",
    "retention_destructionitem": "that it was destroyed",
    "reports_unmasking": "who saw a child's data in it, when and why: that it was seen outlives what was seen",
    "outcomes_outcome": "what came of it: word, number and day; its texts are emptied",
    "outcomes_reportoutcome": "what came of it, as desks above were told; its sentence is emptied",
    "doors_feedback": "a word and a day, which its provider was told; that it went from here is not the provider's to know",
    "operations_membership": "that it was in an operation, by which rule or by whose hand; what people wrote of it is emptied",
    "operations_rule": "a report that a rule of an operation begins with keeps its number",
    "operations_fact": "that it is counted in an operation, and which agencies held it",
    "operations_changed": "that rules and figures are to look at it again",
    "statistics_fact": "when each of its hops was, and what it is counted by: no text, nobody's name; a figure stays what it was",
    "statistics_stale": "that it is to be counted again",
    "records_reportorigin": "what another installation calls it, so that it is not taken in again: numbers and its provider's name",
    "records_hoporigin": "what another installation calls the hop",
    "federation_incoming": "numbers of messages of a peer, so that none has its effect twice",
    "packages_senthop": "that it was handed over in a package",
    "packages_sealedrelease": "who let its sealed evidence go to whom and why, and the digests of what went: nothing of what is in it",
    "reports_report": "another report that repeated it keeps its number",
}
# Identifiers that nothing names any more. Their rows are locked before, so that extraction, which may be about to name one of
# them again, waits for this transaction.
_ORPHANS = """
DELETE FROM reports_identifier i WHERE i.id = ANY (%(identifiers)s)
AND NOT EXISTS (SELECT 1 FROM reports_sighting s WHERE s.identifier_id = i.id)
AND NOT EXISTS (SELECT 1 FROM linking_edge e WHERE e.identifier_id = i.id)
AND NOT EXISTS (SELECT 1 FROM linking_edge e WHERE e.stated_id = i.id)
AND NOT EXISTS (SELECT 1 FROM cases_casehandle h WHERE h.identifier_id = i.id)
"""
# Hashes that no file has any more: pairs first, then those that no list has either. Their places in the index stay empty.
_PAIRS_OF_NONE = """
DELETE FROM matching_nearvalue n WHERE (n.low_id = ANY (%(values)s) OR n.high_id = ANY (%(values)s))
AND NOT EXISTS (SELECT 1 FROM matching_filehash f WHERE f.value_id IN (n.low_id, n.high_id))
"""
_HASHES_OF_NONE = """
DELETE FROM matching_hashvalue v WHERE v.id = ANY (%(values)s)
AND NOT EXISTS (SELECT 1 FROM matching_filehash f WHERE f.value_id = v.id)
AND NOT EXISTS (SELECT 1 FROM matching_knownhash k WHERE k.value_id = v.id)
"""
_PAIRS_OF_GONE = """
DELETE FROM matching_nearvalue n USING matching_hashvalue v WHERE v.id = ANY (%(values)s) AND v.id IN (n.low_id, n.high_id)
AND NOT EXISTS (SELECT 1 FROM matching_filehash f WHERE f.value_id = v.id)
AND NOT EXISTS (SELECT 1 FROM matching_knownhash k WHERE k.value_id = v.id)
"""
# A handle of a case that another report of the case names too stays a handle of it.
_REHOME = """
UPDATE cases_casehandle h SET report_id = o.report_id
FROM (SELECT h2.id, min(cr.report_id) AS report_id FROM cases_casehandle h2
      JOIN cases_casereport cr ON cr.case_id = h2.case_id AND NOT cr.report_id = ANY (%(reports)s)
      JOIN reports_sighting s ON s.report_id = cr.report_id AND s.identifier_id = h2.identifier_id
      WHERE h2.report_id = ANY (%(reports)s) GROUP BY h2.id) o
WHERE h.id = o.id
"""

# What came of it is counted for ever; what was written about it goes with it. An outcome of a case goes by its case.
_EMPTIED = (
    "UPDATE operations_membership SET reason = '', taken_out_why = CASE WHEN taken_out_why = '' THEN '' ELSE '–' END"
    " WHERE report_id = ANY (%(reports)s) OR case_id = ANY (%(cases)s)",
    "UPDATE outcomes_reportoutcome SET for_senders = '' WHERE report_id = ANY (%(reports)s) AND for_senders <> ''",
    "UPDATE outcomes_outcome o SET text = '', for_senders = '', withdrawn_why = '' WHERE o.case_id = ANY (%(cases)s)"
    " OR o.case_id IS NULL AND EXISTS (SELECT 1 FROM outcomes_reportoutcome t WHERE t.outcome_id = o.id)"
    " AND NOT EXISTS (SELECT 1 FROM outcomes_reportoutcome t JOIN reports_report r ON r.id = t.report_id"
    " WHERE t.outcome_id = o.id AND r.destroyed_at IS NULL)",
)


def carry_out(config: Config, number: int) -> bool:
    """Carry out a confirmed destruction, or finish one that was begun. False when there is nothing to do, or something stands against it.

    Raises
    ------
    OSError, TransientError
        when the storage does not let go of a seal; the next run tries again.
    """
    with acting(OPERATOR):
        begun = _begin(number)
    if not begun:
        return False
    _forget_seals(config, number)
    with acting(OPERATOR):
        _finish(config, number)
    return True


def _begin(number: int) -> bool:
    """Whether it may be carried out: asked a last time, with everything locked. What stands against it ends it."""
    made = Destruction.objects.select_for_update().filter(pk=number).first()
    if made is None or made.state not in {DestructionState.CONFIRMED, DestructionState.BEGUN}:
        return False
    if made.state == DestructionState.BEGUN:
        return True
    reports = _ids(made, "report_id")
    list(Report.objects.select_for_update().filter(id__in=reports).order_by("id").values_list("id"))
    lock_cases(reports, _ids(made, "case_id"))
    blocked = still_blocked(made)
    if blocked:
        text = "; ".join(b.text for b in blocked[0].against_order(court_order=made.court_order))
        end_refused(
            made, f"{blocked[0].thing} {blocked[0].id}: {text}"[:300], "the software, before it began", None, SOFTWARE
        )
        return False
    mark_begun(made, now())
    return True


def lock_cases(report_ids: Sequence[int], case_ids: Sequence[int] = ()) -> None:
    """Lock the cases themselves and those that the reports are in: a hold that is being placed waits, or is seen."""
    within = CaseReport.objects.filter(report_id__in=report_ids).values("case_id")
    wanted = Case.objects.select_for_update().filter(Q(id__in=within) | Q(id__in=case_ids))
    list(wanted.order_by("id").values_list("id"))


def mark_begun(made: Destruction, at: datetime) -> None:
    """From here on it cannot be stopped, and nothing else is done with its reports. Inside the caller's transaction."""
    Report.objects.filter(id__in=_ids(made, "report_id")).update(destroyed_at=at, processing=Processing.NONE)
    made.state, made.begun_at = DestructionState.BEGUN, at
    made.save(update_fields=["state", "begun_at"])


def _ids(made: Destruction, column: str) -> list[int]:
    return list(
        DestructionItem.objects.filter(destruction=made, **{f"{column}__isnull": False})
        .order_by(column)
        .values_list(column, flat=True)
    )


def _forget_seals(config: Config, number: int) -> None:
    with acting(OPERATOR):
        keys = list(
            ReportedFile.objects.filter(report__destruction_items__destruction_id=number)
            .exclude(storage_key="")
            .order_by("id")
            .values_list("storage_key", flat=True)
        )
    for key in keys:
        remove_seal(config, key)


def _finish(config: Config, number: int) -> None:
    made = Destruction.objects.select_for_update(of=("self",)).select_related("agency").get(pk=number)
    if made.state != DestructionState.BEGUN:  # another worker was quicker
        return
    reports, cases = _ids(made, "report_id"), _ids(made, "case_id")
    # FOR UPDATE makes links and sightings that others are about to write wait for the end of this
    list(Report.objects.select_for_update().filter(id__in=reports).order_by("id").values_list("id"))
    counts = _take_rows(reports, cases)
    documents = _ids(made, "refused_document")
    counts[RefusedDocument._meta.label_lower] = RefusedDocument.objects.filter(id__in=documents).delete()[0]
    _leave_tombstones(reports, cases)
    made.state, made.ended_at = DestructionState.DONE, now()
    made.save(update_fields=["state", "ended_at"])
    made.items.update(live=False)
    note_destroyed(reports, made.ended_at)
    counts |= {"reports": len(reports), "cases": len(cases)}
    record(
        SOFTWARE,
        [
            Act("retention.destroyed", "destruction", made.pk, counts),
            *(Act("retention.destroyed", "report", pk, {"destruction": made.pk}) for pk in reports),
            *(Act("retention.destroyed", "case", pk, {"destruction": made.pk}) for pk in cases),
        ],
    )
    certify(config, made, reports, cases, counts)


def labels() -> dict[str, str]:
    """What a table's rows are counted as, by the table's name: app and model, since two apps may have a model of one name."""
    return {model._meta.db_table: model._meta.label_lower for model in apps.get_models(include_auto_created=True)}


def _take_rows(reports: Sequence[int], cases: Sequence[int]) -> dict[str, int]:
    """Delete what hangs on the reports and the cases. Returns how many rows of each kind."""
    given = {"reports": list(reports), "cases": list(cases)}
    counts: dict[str, int] = {}
    label_of = labels()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM reports_reportedfile WHERE report_id = ANY (%(reports)s) AND storage_key <> ''", given
        )
        counts["sealed_files"] = int((cursor.fetchone() or (0,))[0])
        cursor.execute(
            "SELECT id FROM reports_identifier WHERE id IN ("
            " SELECT identifier_id FROM reports_sighting WHERE report_id = ANY (%(reports)s)"
            " UNION SELECT identifier_id FROM linking_edge WHERE report_id = ANY (%(reports)s)"
            " UNION SELECT identifier_id FROM cases_casehandle WHERE case_id = ANY (%(cases)s)) ORDER BY id FOR UPDATE",
            given,
        )
        identifiers = [pk for (pk,) in cursor.fetchall()]
        linked = clusters_of(reports)
        cursor.execute(
            "SELECT id FROM matching_hashvalue WHERE id IN (SELECT value_id FROM matching_filehash WHERE report_id = ANY (%(reports)s))"
            " ORDER BY id FOR UPDATE",
            given,
        )
        hashes = {"values": [pk for (pk,) in cursor.fetchall()]}
        cursor.execute(_REHOME, given)
        for table, which in ROWS:
            if which == FORGOTTEN:
                cursor.execute(f"SELECT {FORGOTTEN}(%s, %s)", [table, given["cases"]])
                counts[label_of[table]] = int((cursor.fetchone() or (0,))[0])
                continue
            cursor.execute(f"DELETE FROM {table} WHERE {which}", given)  # noqa: S608 - names from code only
            counts[label_of[table]] = cursor.rowcount
        after_destruction(linked, identifiers)
        for table in ("linking_hub", "linking_cut"):  # of an identifier at which nobody is left
            cursor.execute(
                f"DELETE FROM {table} t WHERE t.identifier_id = ANY (%s)"  # noqa: S608 - names from code only
                " AND NOT EXISTS (SELECT 1 FROM linking_edge e WHERE e.identifier_id = t.identifier_id)",
                [identifiers],
            )
        cursor.execute(_ORPHANS, {"identifiers": identifiers})
        counts["reports.identifier"] = cursor.rowcount
        for statement in (_PAIRS_OF_NONE, _PAIRS_OF_GONE):
            cursor.execute(statement, hashes)
        cursor.execute(_HASHES_OF_NONE, hashes)
        counts["matching.hashvalue"] = cursor.rowcount
        cursor.execute(
            "UPDATE referrals_referral SET note = '', answer = '' WHERE report_id = ANY (%(reports)s) AND (note <> '' OR answer <> '')",
            given,
        )
        counts["notes"] = cursor.rowcount
        for statement in _EMPTIED:
            cursor.execute(statement, given)
    forget_words(cases)
    return counts


def _leave_tombstones(reports: Sequence[int], cases: Sequence[int]) -> None:
    """What stays of a report: its number, provider, door, state and the times of its life here."""
    Report.objects.filter(id__in=reports).update(
        incident_type="", incident_at=None, incident_at_text="", platform="", escalation="", escalated=False,
        document_sha256="", probable_repeat_of=None, idempotency_key="", annotations=Value([], Report._meta.get_field("annotations")),
        batch_reason="", details=Value({}, Report._meta.get_field("details")),
    )  # fmt: skip
    Case.objects.filter(id__in=cases).update(title="", destroyed_at=Now())


def sweep_stray_links() -> int:
    """Edges that linking wrote at the very moment when their report went. Returns of how many reports there were."""
    with acting(OPERATOR):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT r.id FROM reports_report r JOIN linking_edge e ON e.report_id = r.id"
                " WHERE r.destroyed_at > now() - interval '2 days' AND EXISTS (SELECT 1 FROM retention_destructionitem i"
                " WHERE i.report_id = r.id AND NOT i.live)"
            )
            stray = [pk for (pk,) in cursor.fetchall()]
        if stray:
            read_again(stray)
        return len(stray)
