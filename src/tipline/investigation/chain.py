"""The whole chain of one report, from the door to the case, as plain data (docs/reference/cli.md, `report show`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When

from tipline.investigation.cases.queries import case_of
from tipline.pipeline.linking.models import Link
from tipline.pipeline.models import StageRun
from tipline.pipeline.routing.models import Decision
from tipline.pipeline.triage.models import Score
from tipline.referrals.queries import way_of
from tipline.reports.models import IdentifierKind, Report, Sighting
from tipline.reports.queries import visible_report, visible_reports
from tipline.trust.visibility import Scope

MOST_LINKS = 200


def chain(scope: Scope, report_id: int) -> dict[str, Any]:
    """Everything known of one report and done with it.

    Raises
    ------
    NotFoundError
        when there is none in scope.
    """
    report = visible_report(scope, report_id, "routing__agency", "case_report")
    decision: Decision | None = getattr(report, "routing", None)
    case = case_of(scope, report)
    sightings = list(
        Sighting.objects.filter(report=report).select_related("identifier", "attribution").order_by("position")
    )
    return {
        "id": report.pk,
        "reporter": report.reporter.name,
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
            for d in report.documents.order_by("id").defer("body")
        ],
        "persons": [
            {
                "role": p.role, "first_name": p.first_name, "last_name": p.last_name, "display_names": p.display_names,
                "platform": p.platform, "age": p.age, "path": p.path, "details": p.details,
            }
            for p in report.persons.order_by("position")
        ],
        "identifiers": _identifiers(sightings),
        "files": [
            {
                "id": f.wire_id, "name": f.original_name or f.upload_name, "size_bytes": f.size_bytes, "md5": f.md5,
                "sha1": f.sha1, "sha256": f.sha256, "pdq": f.pdq or None, "viewed_by_provider": f.viewed_by_provider,
                "classification": f.classification or None, "annotations": f.annotations, "sealed": bool(f.storage_key),
                "stated_hashes": f.stated_hashes,
            }
            for f in report.files.order_by("id")
        ],
        "attributions": _attributions(sightings),
        "matches": [],
        "links": _links(scope, report),
        "triage": {
            s.kind: {"score": s.score, "reasons": s.reasons, "rules_version": s.rules_version}
            for s in Score.objects.filter(report=report).order_by("kind")
        },
        "routes": [
            {
                "agency": decision.agency.code, "agency_name": decision.agency.name, "path": decision.path, "confidence": decision.confidence,
                "reasons": decision.reasons,
            }
        ] if decision and decision.agency else [],
        "abstained": {"reasons": decision.reasons, "guesses": decision.guesses} if decision and decision.abstained else None,
        "referrals": [
            {
                "id": r.pk, "from": r.from_agency.code, "to": r.to_agency.code, "to_name": r.to_agency.name, "state": r.state,
                "at": _iso(r.sent_at),                "state_at": _iso(r.state_at), "rule": r.rule,
            }
            for r in way_of(report)
        ],
        "case": {
            "id": case.id, "number": case.number, "agency": case.agency, "operation": case.operation, "visible": case.visible,
        } if case else None,
        "stages": [
            {"name": s.stage, "version": s.stage_version, "at": _iso(s.at)}
            for s in StageRun.objects.filter(report=report).order_by("id")
        ],
    }  # fmt: skip


def _iso(at: Any) -> str | None:
    return None if at is None else at.isoformat()


def _identifiers(sightings: Sequence[Sighting]) -> list[dict[str, Any]]:
    """Identifiers in order of first sighting, each with its sightings in this report."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for s in sightings:
        entry = found.setdefault(
            (s.identifier_id, s.role),
            {
                "kind": s.identifier.kind,
                "value": s.identifier.value,
                "scope": s.identifier.scope,
                "role": s.role,
                "sightings": [],
            },
        )
        entry["sightings"].append(
            {
                "original": s.original, "event": s.event or None, "at": _iso(s.at), "at_text": s.at_text or None,
                "at_zone_stated": s.at_zone_stated, "port": s.port, "possible_proxy": s.possible_proxy,
                "verified": s.verified, "path": s.path,
            }
        )  # fmt: skip
    return list(found.values())


def _attributions(sightings: Sequence[Sighting]) -> list[dict[str, Any]]:
    """Where each address was; an address that cannot be read has no attribution."""
    return [
        {
            "ip": str(s.ip), "port": s.port, "at": _iso(s.at), "country": a.country, "state": a.state,
            "district": a.district, "owner": a.owner, "flags": a.flags, "confidence": a.confidence,
            "abstained": a.abstained, "sources": a.sources, "explanation": a.explanation, "role": s.role,
        }
        for s in sightings
        if (a := getattr(s, "attribution", None)) is not None
    ]  # fmt: skip


def _links(scope: Scope, report: Report) -> list[dict[str, Any]]:
    """Reports that share an identifier, the strongest first. Of a report outside the scope only the fact is told."""
    links = (
        Link.objects.filter(Q(report=report) | Q(other=report))
        .select_related("identifier")
        .annotate(far=Case(When(report=report, then=F("other_id")), default=F("report_id")))
        .annotate(seen=Exists(visible_reports(scope).filter(pk=OuterRef("far"))))
        .order_by("-weight", "id")[:MOST_LINKS]
    )
    return [
        {
            "report": link.far if link.seen else None,
            "visible": link.seen,
            "kind": link.identifier.kind,
            "value": link.identifier.value,
            "weight": link.weight,
            "reason": f"both name the same {IdentifierKind(link.identifier.kind).label}",
        }
        for link in links
    ]
