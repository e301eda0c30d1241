"""What is known of reports when routing decides, read set-wise; and the facts that rules ask for, made of it.

This is the one place that reads what other stages wrote. It does so by SQL, since stages do not import each other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection

from tipline.pipeline.routing.language import Facts
from tipline.pipeline.routing.rules import RuleFile
from tipline.pipeline.routing.tree import Desk, Place, Tree
from tipline.reports.models import TRACED_ROLES

MOST_GUESSES = 5


@dataclass(frozen=True, slots=True)
class Located:
    """One statement of where the account reported was: place (country, state, district), confidence, whether it abstained."""

    place: Place
    confidence: float
    abstained: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one report. `located` has the newest statement first; times play no other part here.

    Parameters
    ----------
    abstains
        attribution, asked about all of them together, is not sure of any one place.
    said
        what attribution says of them together.
    """

    receiving_id: int
    located: tuple[Located, ...] = ()
    abstains: bool = False
    said: str = ""
    scores: tuple[tuple[str, int], ...] = ()
    triage: tuple[str, ...] = ()
    urgent: bool = False
    informational: bool = False
    channel: str = "door"
    incident_type: str = ""
    languages: tuple[str, ...] = ()
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A place with its share of the weight (0 to 1) and the confidence of its surest statement."""

    place: Place
    share: float
    confidence: float


def shares(located: Iterable[Located]) -> tuple[Share, ...]:
    """The places by share of weight, the heaviest first; of equals the one that was stated last. Weight is confidence."""
    weights: dict[Place, float] = {}
    best: dict[Place, float] = defaultdict(float)
    for one in located:  # newest first: so is the order in which places enter
        weights[one.place] = weights.get(one.place, 0.0) + one.confidence
        best[one.place] = max(best[one.place], one.confidence)
    total = sum(weights.values()) or 1.0
    return tuple(
        Share(place, weight / total, best[place])
        for place, weight in sorted(weights.items(), key=lambda item: -item[1])
    )


def placed(known: Known) -> tuple[Share, ...]:
    """The shares of what did not abstain."""
    return shares(one for one in known.located if not one.abstained and one.place[0])


def facts_for(known: Known, file: RuleFile, tree: Tree, at: datetime) -> Facts:
    """Every fact of `language.FACTS` about one report, as of a time."""
    found = placed(known)
    first = found[0] if found else Share(("", "", ""), 0.0, 0.0)
    second = found[1] if len(found) > 1 else Share(("", "", ""), 0.0, 0.0)
    level = level_of(first.place)
    here = tree.desks_for(first.place)
    desk = here[0] if here else None
    way = tree.way(known.receiving_id, desk) if desk else ()
    scores = dict(known.scores)
    receiving = tree.desks.get(known.receiving_id)
    return {
        "country": first.place[0],
        "state": first.place[1],
        "district": first.place[2],
        "level": level,
        "confidence": round(first.confidence * first.share, 3),
        "floor": file.floor(level),
        "share": first.share,
        "place_confidence": first.confidence,
        "second_share": second.share,
        "second_confidence": second.confidence,
        "lead_over_second": first.share - second.share,
        "places": float(len(found)),
        "addresses": float(len(known.located)),
        "placed": float(sum(1 for one in known.located if not one.abstained)),
        "abstained": known.abstains or (bool(known.located) and not found),
        "apart": apart([one.place for one in found]),
        "desk": desk.kind if desk else "none",
        "second_desk": _level(tree.desks_for(second.place)),
        "desks_here": float(len(here)),
        "way": bool(way),
        "agreements": bool(way) and tree.without_agreement(way) is None,
        "desk_open": desk is not None and tree.is_open(desk, at),
        "reads_language": desk is not None and bool(desk.languages & set(known.languages)),
        "receiving": receiving.code if receiving else "",
        "completeness": float(scores.get("completeness", 0)),
        "priority": float(scores.get("priority", 0)),
        "legal_relevance": float(scores.get("legal_relevance", 0)),
        "triage": known.triage,
        "urgent": known.urgent,
        "informational": known.informational,
        "channel": known.channel,
        "incident_type": known.incident_type,
        "languages": known.languages,
        "repeat": known.repeat,
    }


def _level(desks: Sequence[Desk]) -> str:
    return desks[0].kind if desks else "none"


def level_of(place: Place) -> str:
    """How precise a place is: none, country, state, district."""
    return "district" if place[2] else "state" if place[1] else "country" if place[0] else "none"


def apart(places: Sequence[Place]) -> str:
    """How far places lie apart: none, district, state, country."""
    if len({p[0] for p in places}) > 1:
        return "country"
    if len({p[1] for p in places}) > 1:
        return "state"
    return "district" if len({p[2] for p in places}) > 1 else "none"


_REPORTS = """
SELECT r.id, r.receiving_agency_id, r.channel, r.escalated OR coalesce(d.urgent, false), r.incident_type,
    r.annotations ? 'informational', r.probable_repeat_of_id IS NOT NULL, p.language, l.urgent, coalesce(d.urgent, false)
FROM reports_report r LEFT JOIN triage_lane l ON l.report_id = r.id LEFT JOIN public_form_publicreport p ON p.report_id = r.id
LEFT JOIN routing_decision d ON d.report_id = r.id
WHERE r.id = ANY(%s)
"""
_SCORES = "SELECT report_id, kind, score, reasons FROM triage_score WHERE report_id = ANY(%s) ORDER BY report_id, kind"
_ADDRESSES = """
SELECT s.report_id, a.country, a.state, a.district, a.confidence, a.abstained, a.explanation
FROM reports_sighting s JOIN attribution_attribution a ON a.sighting_id = s.id
WHERE s.report_id = ANY(%s) AND s.role = ANY(%s)
ORDER BY s.report_id, s.at DESC NULLS LAST, s.id
"""
_WHEREABOUTS = """
SELECT report_id, country, state, district, confidence, abstained, explanation, guesses
FROM attribution_whereabouts WHERE report_id = ANY(%s)
"""


def read(report_ids: Sequence[int]) -> dict[int, Known]:
    """What is known of reports, as far as the asker sees them. Four statements, however many they are."""
    ids = list(report_ids)
    located = _addresses(ids)
    unsure = _combine(located, ids)
    scores: dict[int, list[tuple[str, int]]] = defaultdict(list)
    triage: dict[int, list[str]] = defaultdict(list)
    lifted: set[int] = set()
    for report_id, kind, score, text in _rows(_SCORES, ids):
        reasons = json.loads(text)  # Django's cursors hand jsonb on as text
        scores[report_id].append((kind, score))
        triage[report_id] += [reason["rule"] for reason in reasons]
        if kind == "priority" and any(reason["points"] == 0 for reason in reasons):
            lifted.add(report_id)  # of rows from before there was a lane: a floor has no points
    return {
        report_id: Known(
            receiving_id=receiving,
            located=tuple(located.get(report_id, ())),
            abstains=report_id in unsure,
            said=unsure.get(report_id, ""),
            scores=tuple(scores[report_id]),
            triage=tuple(dict.fromkeys(triage[report_id])),
            # the lane is what triage says, and above it a person; what was urgent once on its way stays so
            urgent=(lane or was) if lane is not None else (urgent or report_id in lifted),
            informational=informational,
            channel=channel,
            incident_type=incident_type,
            languages=(language,) if language else (),
            repeat=repeat,
        )
        for report_id, receiving, channel, urgent, incident_type, informational, repeat, language, lane, was in _rows(
            _REPORTS, ids
        )
    }


def _addresses(ids: list[int]) -> dict[int, list[Located]]:
    """Where each address of the account was, newest first."""
    found: dict[int, list[Located]] = defaultdict(list)
    for row in _rows(_ADDRESSES, ids, list(TRACED_ROLES)):
        found[row[0]].append(Located((row[1], row[2], row[3]), row[4], row[5], row[6]))
    return found


def _combine(located: dict[int, list[Located]], ids: list[int]) -> dict[int, str]:
    """Put what attribution made of all sightings of an account together in place of the single addresses, where it is sure.

    Where it is not, the addresses stand, to say how they lie apart, and without any the guesses that hints led to. Returns
    those reports, with what it says of them.
    """
    unsure: dict[int, str] = {}
    if not any(model.__name__ == "Whereabouts" for model in apps.get_app_config("attribution").get_models()):
        return unsure
    for report_id, country, state, district, confidence, abstained, explanation, text in _rows(_WHEREABOUTS, ids):
        if not abstained:
            located[report_id] = [Located((country, state, district), confidence, False, explanation)]
            continue
        unsure[report_id] = explanation
        if not located.get(report_id):
            located[report_id] = [
                Located((g["country"], g["state"], g["district"]), g["share"], True, "") for g in json.loads(text)
            ]
    return unsure


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
