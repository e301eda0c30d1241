"""The whole chain of one report, from the door to the case, as plain data (docs/reference/cli.md, `report show`).

Screens, commands, exports and endpoints all get a report from here, and so all get it masked: what is a child's is replaced, what a
provider wrote freely is left out, unless the caller's `View` says otherwise. The document as received is read by nothing above the pipeline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL

from tipline.core.sql import together
from tipline.investigation.cases.models import CaseReport
from tipline.investigation.cases.queries import case_of, read_case, told_of_case
from tipline.investigation.outcomes.models import ReportOutcome
from tipline.investigation.outcomes.queries import of_report
from tipline.investigation.outcomes.queries import told as told_outcomes
from tipline.pipeline.attribution.log_expiry.directory import Directory
from tipline.pipeline.attribution.log_expiry.in_force import recent_directory
from tipline.pipeline.attribution.log_expiry.models import PreservationNote, ReportClock
from tipline.pipeline.attribution.log_expiry.queries import by_sighting, notes_of, told
from tipline.pipeline.attribution.models import EarlierAnswer
from tipline.pipeline.attribution.queries import earlier_answers, whereabouts
from tipline.pipeline.linking.models import Member
from tipline.pipeline.linking.queries import title_of
from tipline.pipeline.linking.strengths import ACROSS, STRENGTHS
from tipline.pipeline.matching.models import Match
from tipline.pipeline.matching.queries import matches_of
from tipline.pipeline.matching.queries import told as told_matches
from tipline.pipeline.models import StageRun
from tipline.pipeline.routing.models import Decision, DecisionDesk, DeskRole
from tipline.pipeline.routing.queries import desks_of
from tipline.pipeline.triage.models import Score
from tipline.referrals.models import Referral, ReferralEvent
from tipline.referrals.progress import events_of, histories
from tipline.referrals.queries import hops_of
from tipline.reports.masking import RULES, Terms, Treatment, mask, mask_of, sift, terms_of
from tipline.reports.models import Document, Holding, Person, PersonRole, Report, ReportedFile, Sighting
from tipline.reports.queries import visible_report, visible_reports
from tipline.trust.visibility import Scope

MOST_LINKS = 200
MOST_OF_ONE = 100  # links by one identifier
# Written by the software, or of the wire's closed lists: never a place of somebody's name, and never to be changed.
_OWN_WORDS = frozenset({
    "id", "kind", "role", "state", "processing", "at", "received_at", "finished_at", "state_at", "md5", "sha1", "sha256", "pdq",
    "path", "version", "channel", "request_id", "rule", "rules_version", "type", "annotations", "receiving_agency", "receiving_agency_name",
    "agency", "agency_name", "from", "to", "to_name", "element", "of", "event", "number", "classification",
    "country", "district", "explanation", "sources", "desk", "desk_name", "progress", "case_number",
    "label", "code", "on", "recorded_at", "said_by", "heard_at", "file", "list", "category", "algorithm", "ended_at",
})  # fmt: skip
# What an officer traces by.
_IDENTIFIERS = frozenset({"value", "original", "scope", "ip"})


@dataclass(frozen=True, slots=True)
class View:
    """What of a report is let through. Nobody decides that here: `reports.unmasking` does, and the page of a report's texts.

    Parameters
    ----------
    child
        what is a child's, unmasked.
    texts
        what the provider wrote freely; what is a child's is still replaced in it, unless `child`.
    """

    child: bool = False
    texts: bool = False


MASKED = View()


def chain(scope: Scope, report_id: int, view: View = MASKED) -> dict[str, Any]:
    """Everything known of one report and done with it, masked but for what `view` lets through.

    `children` says how many children it names, `masked` whether anything was replaced or left out because it is a child's.

    Raises
    ------
    NotFoundError
        when there is none in scope.
    """
    report = visible_report(scope, report_id, "routing__agency", "log_clock", "whereabouts")
    return _told(report, _Rows(*together(*_asked(scope, report))), view)


def chains(scope: Scope, report_ids: Collection[int]) -> list[dict[str, Any]]:
    """As `chain`, of many reports at once and masked, in the order of their numbers; reports that are not in scope are not among them.

    Two statements, however many they are. What each report is here and stays here is empty: links, outcomes, its case, decisions of
    routing, notes of preservation, stages.
    """
    related = ("reporter", "receiving_agency", "routing__agency", "log_clock", "whereabouts")
    reports = list(visible_reports(scope).select_related(*related).filter(pk__in=report_ids).order_by("pk"))
    ids = [report.pk for report in reports]
    parts = together(
        Sighting.objects.filter(report__in=ids)
        .select_related("identifier", "attribution", "log_clock")
        .order_by("report_id", "position"),
        Person.objects.filter(report__in=ids).order_by("report_id", "position"),
        ReportedFile.objects.filter(report__in=ids).order_by("id"),
        Document.objects.filter(report__in=ids).order_by("id").defer("body", "source"),
        hops_of(*ids),
        events_of(*ids),
        Score.objects.filter(report__in=ids).order_by("report_id", "kind"),
        matches_of(scope, *ids),
    )
    of: list[dict[int, list[Any]]] = []
    for part in parts:
        grouped: dict[int, list[Any]] = defaultdict(list)
        for row in part:
            grouped[row.report_id].append(row)
        of.append(grouped)
    found = []
    for report in reports:
        sightings, persons, files, documents, hops, events, scores, matches = (grouped[report.pk] for grouped in of)
        rows = _Rows(
            sightings, persons, files, documents, hops, events, [], [], [], [], [], scores, [], [], [], [], matches
        )
        found.append(_told(report, rows, MASKED))
    return found


def _told(report: Report, rows: _Rows, view: View) -> dict[str, Any]:
    masks = _Masks(rows.persons, rows.sightings, view)
    found = _found(report, rows, masks)
    found["texts"] = _texts(report, rows.persons, rows.files, view)
    hidden = _hide(found, masks.terms) if masks.terms else found
    return {
        **hidden,
        "children": len({p.child for p in rows.persons if p.child}),
        "masked": masks.any,
    }


class _Rows(NamedTuple):
    """What the tables hold of one report, in the order of `_asked`."""

    sightings: list[Sighting]
    persons: list[Person]
    files: list[ReportedFile]
    documents: list[Document]
    hops: list[Referral]
    events: list[ReferralEvent]
    earlier: list[EarlierAnswer]
    notes: list[PreservationNote]
    links: list[Report]
    linked: list[Report]
    cluster: list[Member]
    scores: list[Score]
    desks: list[DecisionDesk]
    outcomes: list[ReportOutcome]
    case: list[CaseReport]
    stages: list[StageRun]
    matches: list[Match]


def _asked(scope: Scope, report: Report) -> tuple[QuerySet[Any], ...]:
    """Everything that is asked of a report that may be seen."""
    return (
        Sighting.objects.filter(report=report)
        .select_related("identifier", "attribution", "log_clock")
        .order_by("position"),
        report.persons.order_by("position"),
        report.files.order_by("id"),
        report.documents.order_by("id").defer("body"),
        hops_of(report.pk),
        events_of(report.pk),
        earlier_answers(report),
        notes_of(report),
        _links_of(report),
        _linked_with(scope, report),
        _cluster_of(scope, report),
        Score.objects.filter(report=report).order_by("kind"),
        desks_of(report),
        of_report(report),
        case_of(scope, report),
        StageRun.objects.filter(report=report).order_by("id"),
        matches_of(scope, report.pk),
    )


class _Masks:
    """What stands in place of each identifier and name of a child in one report, numbered in the order of the report."""

    def __init__(self, persons: Sequence[Person], sightings: Sequence[Sighting], view: View) -> None:
        self.any = False
        self.terms = Terms()
        self._numbers: dict[tuple[int | None, str], dict[str, int]] = {}
        self._child_of: dict[int, int] = {}
        self._view = view
        if view.child or not (
            any(p.child for p in persons) or any(s.child or s.identifier.of_child for s in sightings)
        ):
            return
        self.any = True
        self._child_of = {s.identifier_id: s.child for s in sightings if s.child and s.identifier.of_child}
        masks = {(s.child, s.identifier.kind, s.identifier.value): self._mask(s) for s in sightings if self.masks(s)}
        self.terms = terms_of(
            ((p.child, (p.first_name, p.last_name, *p.display_names), p.details) for p in persons),
            ((s.child, s.identifier.kind, s.identifier.value, s.original) for s in sightings),
            masks,
        )
        for s in sightings:
            if s.child is None and s.identifier.of_child:
                for text in (s.identifier.value, s.original):
                    self.terms.add_identifier(
                        s.identifier.kind, text, masks[None, s.identifier.kind, s.identifier.value]
                    )

    def masks(self, sighting: Sighting) -> bool:
        """Whether this sighting is not shown."""
        return not self._view.child and (sighting.child is not None or sighting.identifier.of_child)

    def of(self, sighting: Sighting) -> str | None:
        """What stands in place of the identifier; None when it is shown."""
        return self._mask(sighting) if self.masks(sighting) else None

    def _mask(self, s: Sighting) -> str:
        kind, value = s.identifier.kind, s.identifier.value
        child = s.child or self._child_of.get(s.identifier_id)
        numbers = self._numbers.setdefault((child, kind), {})
        return mask_of(kind, child, numbers.setdefault(value, len(numbers) + 1), value)

    def hides(self, person: Person) -> bool:
        """Whether this person is a child whose data is not shown."""
        return not self._view.child and person.child is not None


def _hide(value: Any, terms: Terms, name: str = "") -> Any:
    """The same data with what is a child's replaced in every text that is not the software's own."""
    if isinstance(value, str):
        return value if name in _OWN_WORDS else (terms.leads if name in _IDENTIFIERS else terms).hide(value)
    if isinstance(value, dict):
        # below `details` every name is the wire's: a `state` there is what somebody wrote
        return {key: _hide(inner, terms, name if name == "details" else key) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(inner, terms, name) for inner in value]
    return value


def _found(report: Report, rows: _Rows, masks: _Masks) -> dict[str, Any]:
    decision: Decision | None = getattr(report, "routing", None)
    case, sightings = read_case(rows.case), rows.sightings
    happened = histories(rows.events)
    return {
        "id": report.pk,
        "reporter": report.reporter.name,
        "channel": report.channel,
        "receiving_agency": report.receiving_agency.code,
        "receiving_agency_name": report.receiving_agency.name,
        "state": report.state,
        "processing": report.processing,
        "version": report.version,
        "received_at": _iso(report.received_at),
        "finished_at": _iso(report.finished_at),
        "destroyed_at": _iso(report.destroyed_at),
        "incident": {
            "type": report.incident_type,
            "at": _iso(report.incident_at),
            "at_text": report.incident_at_text,
            "platform": report.platform,
            "escalated": report.escalated,
            "annotations": report.annotations,
        },
        "probable_repeat_of": report.probable_repeat_of_id,
        "documents": [
            {"kind": d.kind, "sha256": d.sha256, "request_id": d.request_id, "received_at": _iso(d.received_at)}
            for d in rows.documents
        ],
        "persons": [_person(p, masks) for p in rows.persons],
        "identifiers": _identifiers(sightings, masks),
        "files": [
            {
                "id": f.wire_id, "name": None, "size_bytes": f.size_bytes, "md5": f.md5,
                "sha1": f.sha1, "sha256": f.sha256, "pdq": f.pdq or None, "viewed_by_provider": f.viewed_by_provider,
                "classification": f.classification or None, "annotations": f.annotations, "sealed": bool(f.storage_key),
                "stated_hashes": f.stated_hashes,
            }
            for f in rows.files
        ],
        "attributions": _attributions(sightings, masks, by_sighting(rows.notes), recent_directory()),
        "whereabouts": whereabouts(
            report, rows.earlier, masked=any(masks.of(s) is not None for s in sightings if s.ip)
        ),
        "log_clock": _log_clock(getattr(report, "log_clock", None)),
        "matches": told_matches(rows.matches),
        "links": _links(rows.links, rows.linked, sightings, masks),
        "cluster": _cluster(rows.cluster),
        "triage": {
            s.kind: {
                "score": s.score, "reasons": s.reasons, "rules_version": s.rules_version, "jurisdictions": s.jurisdictions,
            }
            for s in rows.scores
        },
        "routes": _routes(decision, rows.desks),
        "routing": _routing(decision),
        "abstained": {"reasons": decision.reasons, "guesses": decision.guesses} if decision and decision.abstained else None,
        "referrals": [
            {
                "id": r.pk, "from": r.from_agency.code, "to": r.to_agency.code, "to_name": r.to_agency.name, "state": r.state,
                "at": _iso(r.sent_at), "state_at": _iso(r.state_at), "rule": r.rule, "lead": r.lead,
                "zero_fir": r.zero_fir, "bundle": str(r.bundle) if r.bundle else None, "urgent": r.urgent, "due_at": _iso(r.due_at),
                "return_reason": r.return_reason or None,
                "history": [
                    {"act": e.act, "at": _iso(e.at), "by": e.by, "agency": e.agency, "reason": e.reason or None}
                    for e in happened.get(r.pk, [])
                ],
            }
            for r in rows.hops
        ],
        "outcomes": told_outcomes(rows.outcomes),
        "case": {
            "id": case.id, "number": case.number, "agency": case.agency, "operation": next(iter(case.operations), None), "operations": list(case.operations), "visible": case.visible,
        } if case else None,
        "stages": [
            {"name": s.stage, "version": s.stage_version, "at": _iso(s.at)}
            for s in rows.stages
        ],
    }  # fmt: skip


def _routes(decision: Decision | None, desks: Sequence[DecisionDesk]) -> list[dict[str, Any]]:
    """One entry a desk, the lead first; its reasons are those of the whole decision."""
    if decision is None or decision.abstained:
        return []
    return [
        {
            "agency": desk.agency.code, "agency_name": desk.agency.name, "role": desk.role, "path": desk.path,
            "confidence": desk.confidence,
            "reasons": decision.reasons if desk.role == DeskRole.LEAD else desk.reasons,
        }
        for desk in desks
    ]  # fmt: skip


def _routing(decision: Decision | None) -> dict[str, Any] | None:
    """By which rule of which set, and what goes with it."""
    if decision is None:
        return None
    return {
        "rule_set": decision.rule_set, "rule": decision.rule, "near_misses": decision.near_misses,
        "urgent": decision.urgent, "zero_fir": decision.zero_fir,
        "waits_until": _iso(decision.waits_until), "waits_reason": decision.waits_reason,
    }  # fmt: skip


def _iso(at: Any) -> str | None:
    return None if at is None else at.isoformat()


def _person(p: Person, masks: _Masks) -> dict[str, Any]:
    hidden = masks.hides(p)
    return {
        "role": p.role, "child": p.child, "masked": hidden,
        "first_name": mask(p.child, "name") if hidden else p.first_name,
        "last_name": "" if hidden else p.last_name,
        "display_names": [] if hidden else p.display_names,
        "platform": p.platform, "age": p.age, "path": p.path,
        "details": {} if hidden else sift(p.details)[0],
    }  # fmt: skip


def _identifiers(sightings: Sequence[Sighting], masks: _Masks) -> list[dict[str, Any]]:
    """Identifiers in order of first sighting, each with its sightings in this report."""
    found: dict[tuple[int, str, int | None], dict[str, Any]] = {}
    for s in sightings:
        instead = masks.of(s)
        entry = found.setdefault(
            (s.identifier_id, s.role, s.child),
            {
                "kind": s.identifier.kind,
                "value": s.identifier.value if instead is None else instead,
                "scope": s.identifier.scope,
                "role": s.role,
                "child": s.child,
                "masked": instead is not None,
                "sightings": [],
            },
        )
        entry["sightings"].append(
            {
                "position": s.position, "original": s.original if instead is None else instead, "event": s.event or None, "at": _iso(s.at),
                "at_text": s.at_text or None, "at_zone_stated": s.at_zone_stated, "port": s.port if instead is None else None,
                "possible_proxy": s.possible_proxy, "verified": s.verified, "path": s.path,
            }
        )  # fmt: skip
    return list(found.values())


def _log_clock(clock: ReportClock | None) -> dict[str, Any] | None:
    """The next log of the report to go."""
    if clock is None:
        return None
    return {
        "next_likely_gone_at": _iso(clock.next_likely_gone_at), "holder": clock.holder_name or None, "addresses": clock.sightings,
        "preserved": clock.preserved, "all_gone_at": _iso(clock.all_gone_at),
    }  # fmt: skip


def _log(
    s: Sighting, instead: str | None, notes: dict[int, list[PreservationNote]], known: Directory
) -> dict[str, Any] | None:
    """The clock of an address's log. Of a child only the times are told: who holds the log says where the child is."""
    clock = getattr(s, "log_clock", None)
    if clock is None:
        return None
    found = told(clock, notes.get(s.pk, ()), known)
    if instead is None:
        return found
    shown = (
        "counted_by",
        "counted_from",
        "likely_gone_at",
        "kept_until_by_rule_at",
        "last_possible_at",
        "basis",
        "preserved",
    )
    return {"holder": None, "explanation": instead, **{key: found[key] for key in shown}, "preservation": []}


def _attributions(
    sightings: Sequence[Sighting], masks: _Masks, notes: dict[int, list[PreservationNote]], known: Directory
) -> list[dict[str, Any]]:
    """Where each address was; an address that cannot be read has no attribution. Of a child only the country and the state are told."""
    return [
        {
            "ip": str(s.ip), "port": s.port, "at": _iso(s.at), "at_text": s.at_text or None, "at_zone_stated": s.at_zone_stated, "country": a.country, "state": a.state,
            "district": a.district, "level": a.level, "owner": a.owner, "asn": a.asn, "flags": a.flags, "confidence": a.confidence,
            "confidences": a.confidences, "abstained": a.abstained, "guesses": a.guesses, "sources": a.sources,
            "explanation": a.explanation, "model": a.model_version, "role": s.role, "child": s.child, "masked": False,
            "log": _log(s, None, notes, known),
        }
        if instead is None
        else {
            "ip": instead, "port": None, "at": _iso(s.at), "at_text": s.at_text or None, "at_zone_stated": s.at_zone_stated, "country": a.country, "state": a.state, "district": "", "level": a.level if a.level != "district" else "state", "owner": "", "asn": None,
            "flags": a.flags, "confidence": a.confidence, "confidences": {}, "abstained": a.abstained, "guesses": [], "sources": [],
            "explanation": instead, "model": a.model_version, "role": s.role, "child": s.child, "masked": True,
            "log": _log(s, instead, notes, known),
        }
        for s in sightings
        if (a := getattr(s, "attribution", None)) is not None
        for instead in (masks.of(s),)
    ]  # fmt: skip


def _texts(
    report: Report, persons: Sequence[Person], files: Sequence[ReportedFile], view: View
) -> list[dict[str, Any]]:
    """What the provider wrote freely, in order: whose it is and which element; the text itself only if the view lets it through."""
    written: list[tuple[str, str, str]] = []
    if report.escalation:
        written.append(("Incident", "escalateToHighPriority", report.escalation))
    stated = sift(report.details)[1]
    written += [("Incident", e, t) for e, t in stated if e != "incidentSummary/escalateToHighPriority"]
    for p in persons:
        if p.child is None:
            written += [(PersonRole(p.role).label, element, text) for element, text in sift(p.details)[1]]
        elif view.child:
            written += [(f"Child {p.child}", element, text) for element, text in _all_of(p.details)]
        elif (f"Child {p.child}", "", "") not in written:
            written.append((f"Child {p.child}", "", ""))
    for number, f in enumerate(files, 1):
        named = (("originalFileName", f.original_name or f.upload_name), ("locationOfFile", f.location))
        written += [(f"File {number}", element, text) for element, text in named if text]
    return [
        {"of": of, "element": element, "masked": not text, "text": text if view.texts and text else None}
        for of, element, text in written
    ]


def _all_of(details: Any, path: str = "") -> Iterable[tuple[str, str]]:
    """Every element of a child with a text of its own, but for those that stand among the names and identifiers."""
    if isinstance(details, str):
        return [(path, details)] if details else []
    if isinstance(details, dict):
        return [
            found
            for name, value in details.items()
            if not name.startswith("@") and RULES.elements.get(name) is not Treatment.LEFT_OUT
            for found in _all_of(value, path if name == "#" else f"{path}/{name}".lstrip("/"))
        ]
    return [found for value in details for found in _all_of(value, path)] if isinstance(details, list) else []


def _links_of(report: Report) -> QuerySet[Report]:
    """One row with what other reports share with this one, the strongest first, and what nobody is linked by last; of each identifier some."""
    told = RawSQL("tipline_links_of(%s, %s, %s)", [report.pk, MOST_OF_ONE, MOST_LINKS], output_field=JSONField())
    return Report.objects.filter(pk=report.pk).only("pk").annotate(links=told)


def _linked_with(scope: Scope, report: Report) -> QuerySet[Report]:
    """Those of the reports that share something which may be seen, each with the desk where it lies, how far that is, and its case."""
    held = Holding.objects.filter(report=OuterRef("pk"), held_until=None, joint=False).order_by("-id")
    hop = Referral.objects.filter(report=OuterRef("pk"), lead=True).order_by("-id")
    far = RawSQL(
        "SELECT (x ->> 'far')::bigint FROM jsonb_array_elements(tipline_links_of(%s, %s, %s)) x",
        [report.pk, MOST_OF_ONE, MOST_LINKS],
    )
    return (
        visible_reports(scope)
        .filter(pk__in=far)
        .only("pk")
        .annotate(
            desk=Subquery(held.values("agency__code")[:1]),
            desk_name=Subquery(held.values("agency__name")[:1]),
            progress=Subquery(hop.values("state")[:1]),
            case_told=Subquery(
                CaseReport.objects.filter(report=OuterRef("pk")).values(told=told_of_case(F("case_id")))[:1]
            ),
        )
    )


def _links(
    rows: Sequence[Any], linked: Sequence[Any], sightings: Sequence[Sighting], masks: _Masks
) -> list[dict[str, Any]]:
    """Reports that share an identifier. Of a report outside the scope only the fact is told.

    Of the others it is told at which desk they lie, how far that desk is with them, and the number of their case. The value is the one that
    this report states; the other may write it in another way.
    """
    links = rows[0].links if rows else []
    instead = {s.identifier_id: hidden for s in sightings if (hidden := masks.of(s)) is not None}
    stated = {s.identifier_id: s.identifier for s in sightings}
    seen = {report.pk: report for report in linked}
    # the same handle at one platform says it already
    told = {
        (link["far"], stated[link["stated"]].kind)
        for link in links
        if link["rule"] != ACROSS and link["stated"] in stated
    }
    shown: list[dict[str, Any]] = []
    for link in links:
        identifier, other = stated.get(link["stated"]), seen.get(link["far"])
        if identifier is None or (link["rule"] == ACROSS and (link["far"], identifier.kind) in told):
            continue
        joins = link["weight"] >= STRENGTHS.joins_at and not link["hub"] and not link["cut"]
        shown.append(
            {
                "report": other.pk if other else None,
                "visible": other is not None,
                "kind": identifier.kind,
                "value": instead.get(identifier.pk, identifier.value),
                "masked": identifier.pk in instead,
                "weight": link["weight"],
                "rule": link["rule"],
                "joins": joins,
                "hub": link["hub"],
                "cut": link["cut"],
                "reason": _reason(link, joins=joins),
                "desk": other.desk if other else None,
                "desk_name": other.desk_name if other else None,
                "progress": other.progress if other else None,
                "case_number": other.case_told["number"] if other and other.case_told else None,
            }
        )
    return shown


def _reason(link: Mapping[str, Any], *, joins: bool) -> str:
    said = f"both name {title_of(link['rule'])}"
    if joins:
        return said
    if link["cut"]:
        return f"{said}; a person said that it does not join them"
    if link["hub"]:
        return f"{said}, as too many reports do: it links nobody"
    return f"{said}; too weak to join them by itself"


def _cluster_of(scope: Scope, report: Report) -> QuerySet[Member]:
    """The cluster that the report is in, with how many of its members are in scope."""
    seen = visible_reports(scope).filter(member__cluster=OuterRef("cluster_id")).order_by()
    count = seen.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Member.objects.filter(report=report).select_related("cluster").annotate(visible=Subquery(count[:1]))


def _cluster(members: Sequence[Any]) -> dict[str, Any] | None:
    """What the report hangs together with: how many, and how many of them may be seen. None: it is by itself."""
    return next(({"id": m.cluster_id, "size": m.cluster.size, "visible": m.visible} for m in members), None)
