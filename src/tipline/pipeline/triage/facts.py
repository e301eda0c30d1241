"""The facts that rules ask for, of many reports at once: each false, or the list of what shows it.

A fact's evidence is a reference into the report (which sighting, file, part, match, or span of a text) and never a text of it: what is a
child's is masked where it is shown. This is the one place that reads what other stages wrote, by SQL: stages do not import each other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tipline.pipeline.triage.lexicons import CATEGORIES, MOST_LETTERS, NEAR, READER, VERSIONS, Category, Hit
from tipline.pipeline.triage.rules import Evidence
from tipline.reports.masking import sift
from tipline.reports.models import PersonRole

MOST_SHOWN = 4  # references that are kept of one fact
MOST_TEXTS = 40  # texts of one report that are read
MOST_LETTERS_OF_REPORT = 3 * MOST_LETTERS

# One row a report, one column a fact: true or false, or an array of references (NULL: it does not hold). The rules name the facts;
# a test holds both against each other. `at` is the time of the run, by which clocks are told.
_FACTS = """
WITH r AS (
    SELECT * FROM reports_report WHERE id = ANY(%(reports)s)
), s AS (
    SELECT s.report_id,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'ip'))[1:4] AS has_ip,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position)
            FILTER (WHERE i.kind = 'ip' AND s.port IS NOT NULL AND s.at IS NOT NULL))[1:4] AS has_ip_with_port_and_time,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'email'))[1:4] AS has_email,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'phone'))[1:4] AS has_phone,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'handle'))[1:4] AS has_handle,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'url'))[1:4] AS has_url,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'device'))[1:4] AS has_device,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'account_id'))[1:4] AS has_esp_identifier,
        (array_agg(s.position || ' ' || s.path ORDER BY s.position) FILTER (WHERE i.kind = 'account_id' AND s.role = 'reported'
            AND EXISTS (SELECT 1 FROM reports_sighting e WHERE e.identifier_id = s.identifier_id AND e.report_id < s.report_id)))[1:4]
            AS account_in_earlier_reports
    FROM reports_sighting s JOIN reports_identifier i ON i.id = s.identifier_id
    WHERE s.report_id = ANY(%(reports)s) AND s.role NOT IN ('reporter', 'officer')
    GROUP BY s.report_id
), f AS (
    SELECT report_id,
        (array_agg(wire_id ORDER BY id))[1:4] AS has_file,
        (array_agg(wire_id ORDER BY id) FILTER (WHERE viewed_by_provider))[1:4] AS file_viewed_by_provider,
        (array_agg(wire_id ORDER BY id) FILTER (WHERE annotations ? 'infant'))[1:4] AS file_infant,
        (array_agg(wire_id ORDER BY id) FILTER (WHERE annotations ?| ARRAY['physicalHarm', 'violenceGore']))[1:4] AS file_physical_harm,
        (array_agg(wire_id ORDER BY id) FILTER (WHERE annotations ? 'liveStreaming'))[1:4] AS file_live_streaming,
        (array_agg(wire_id ORDER BY id) FILTER (WHERE annotations ? 'generativeAi'))[1:4] AS file_generative_ai,
        bool_or(annotations ?| ARRAY['potentialMeme', 'viral']) AS file_meme_or_viral,
        (array_agg(wire_id ORDER BY id) FILTER (WHERE classification IN ('A1', 'A2')))[1:4] AS classification_a,
        (array_agg(wire_id ORDER BY id) FILTER (WHERE classification IN ('B1', 'B2')))[1:4] AS classification_b
    FROM reports_reportedfile WHERE report_id = ANY(%(reports)s) GROUP BY report_id
), p AS (
    SELECT report_id,
        (array_agg(path ORDER BY position))[1:4] AS has_victim,
        (array_agg(path ORDER BY position) FILTER (WHERE age < 18))[1:4] AS minor_victim_age_stated,
        (array_agg(path ORDER BY position) FILTER (WHERE age < 7))[1:4] AS victim_under_7,
        (array_agg(path ORDER BY position) FILTER (WHERE age BETWEEN 7 AND 12))[1:4] AS victim_7_to_12,
        (array_agg(path ORDER BY position) FILTER (WHERE age BETWEEN 13 AND 17))[1:4] AS victim_13_to_17
    FROM reports_person WHERE report_id = ANY(%(reports)s) AND role = 'victim' GROUP BY report_id
), l AS ({linked}), m AS (
    SELECT h.report_id, (array_agg(h.id ORDER BY h.id))[1:4] AS known
    FROM matching_match h JOIN matching_knownhash e ON e.id = h.known_id JOIN matching_knownlist k ON k.id = e.known_list_id
    WHERE h.report_id = ANY(%(reports)s) AND h.ended_at IS NULL
      AND k.agency_id IS NULL -- what one agency alone knows moves no score that others see
    GROUP BY h.report_id
), a AS (
    SELECT report_id, array_agg(DISTINCT country) AS countries
    FROM attribution_attribution WHERE report_id = ANY(%(reports)s) AND NOT abstained AND country <> '' GROUP BY report_id
)
SELECT r.id, a.countries,
    s.has_ip AS has_ip,
    s.has_ip_with_port_and_time AS has_ip_with_port_and_time,
    s.has_email AS has_email,
    s.has_phone AS has_phone,
    s.has_handle AS has_handle,
    s.has_url AS has_url,
    s.has_device AS has_device,
    s.has_esp_identifier AS has_esp_identifier,
    s.account_in_earlier_reports AS account_in_earlier_reports,
    f.has_file AS has_file_hash,
    r.incident_at IS NOT NULL AS has_incident_time,
    a.countries IS NOT NULL AS has_place,
    f.file_viewed_by_provider AS file_viewed_by_provider,
    r.escalated AS escalated,
    r.annotations ? 'sextortion' AS sextortion,
    r.annotations ? 'csamSolicitation' AS csam_solicitation,
    r.annotations ? 'sadisticOnlineExploitation' AS sadistic_online_exploitation,
    r.annotations ? 'informational' AS informational,
    r.annotations ? 'spam' AS spam,
    (r.batch_reason <> '' OR coalesce(f.file_meme_or_viral, false)) AS potential_meme_or_viral_batch,
    f.file_infant AS file_infant,
    f.file_physical_harm AS file_physical_harm,
    f.file_live_streaming AS file_live_streaming,
    f.file_generative_ai AS file_generative_ai,
    m.known AS file_known_by_list,
    f.classification_a AS classification_a,
    f.classification_b AS classification_b,
    p.has_victim AS has_victim,
    p.minor_victim_age_stated AS minor_victim_age_stated,
    p.victim_under_7 AS victim_under_7,
    p.victim_7_to_12 AS victim_7_to_12,
    p.victim_13_to_17 AS victim_13_to_17,
    l.report_id IS NOT NULL AS linked_to_other_reports,
    coalesce(r.incident_at >= r.received_at - interval '7 days', false) AS incident_within_7_days,
    coalesce(r.incident_at >= r.received_at - interval '30 days', false) AS incident_within_30_days,
    coalesce(c.next_likely_gone_at > %(at)s AND c.next_likely_gone_at <= %(at)s + interval '3 days', false) AS log_expiry_within_3_days,
    coalesce(c.next_likely_gone_at > %(at)s AND c.next_likely_gone_at <= %(at)s + interval '7 days', false) AS log_expiry_within_7_days,
    coalesce(c.next_likely_gone_at > %(at)s AND c.next_likely_gone_at <= %(at)s + interval '14 days', false) AS log_expiry_within_14_days,
    coalesce(c.all_gone_by_rule_at <= %(at)s, false) AS log_expired_all,
    r.incident_type = 'Online Enticement of Children for Sexual Acts' AS online_enticement,
    r.incident_type LIKE 'Child Pornography%%' AS incident_is_csam_type,
    r.incident_type = 'Online Enticement of Children for Sexual Acts' AS incident_is_enticement,
    r.incident_type = 'Child Sex Trafficking' AS incident_is_trafficking,
    r.incident_type NOT LIKE 'Child Pornography%%' AND r.incident_type NOT IN
        ('Online Enticement of Children for Sexual Acts', 'Child Sex Trafficking') AS incident_is_other
FROM r LEFT JOIN s ON s.report_id = r.id LEFT JOIN f ON f.report_id = r.id
LEFT JOIN p ON p.report_id = r.id LEFT JOIN l ON l.report_id = r.id LEFT JOIN m ON m.report_id = r.id
LEFT JOIN a ON a.report_id = r.id LEFT JOIN attribution_reportclock c ON c.report_id = r.id
"""
# The one place that asks what the stage before linked: a member of a cluster of two or more.
_LINKED = """
    SELECT m.report_id FROM linking_member m JOIN linking_cluster k ON k.id = m.cluster_id
    WHERE m.report_id = ANY(%(reports)s) AND k.size >= 2 AND k.ended_at IS NULL"""
_TEXTS = "SELECT id, escalation, details::text FROM reports_report WHERE id = ANY(%s)"
# Of people that are no child's and not of the reporting side: what the provider wrote of the account.
_PERSONS = """
SELECT report_id, role, details::text FROM reports_person
WHERE report_id = ANY(%s) AND child IS NULL AND role IN ('reported', 'associated', 'incident') AND details <> '{}'::jsonb
ORDER BY report_id, position
"""

# What each column of references is of.
_KINDS: Mapping[str, str] = {
    "has_ip": "sighting", "has_ip_with_port_and_time": "sighting", "has_email": "sighting", "has_phone": "sighting",
    "has_handle": "sighting", "has_url": "sighting", "has_device": "sighting", "has_esp_identifier": "sighting",
    "account_in_earlier_reports": "sighting",
    "has_file_hash": "file", "file_viewed_by_provider": "file", "file_infant": "file", "file_physical_harm": "file",
    "file_live_streaming": "file", "file_generative_ai": "file", "classification_a": "file", "classification_b": "file",
    "has_victim": "person", "minor_victim_age_stated": "person", "victim_under_7": "person", "victim_7_to_12": "person",
    "victim_13_to_17": "person", "file_known_by_list": "match",
}  # fmt: skip
# Where the facts stand that are true or false.
_PLACES: Mapping[str, tuple[str, str]] = {
    "has_incident_time": ("report", "incidentSummary/incidentDateTime"),
    "escalated": ("report", "incidentSummary/escalateToHighPriority"),
    "has_place": ("attribution", ""),
    "linked_to_other_reports": ("link", ""),
    "potential_meme_or_viral_batch": ("report", "batchedReport"),
    **dict.fromkeys(
        ("sextortion", "csam_solicitation", "sadistic_online_exploitation", "informational", "spam"),
        ("report", "incidentSummary/reportAnnotations"),
    ),
    **dict.fromkeys(
        ("incident_within_7_days", "incident_within_30_days"), ("report", "incidentSummary/incidentDateTime")
    ),
    **dict.fromkeys(
        ("log_expiry_within_3_days", "log_expiry_within_7_days", "log_expiry_within_14_days", "log_expired_all"),
        ("log", ""),
    ),
    **dict.fromkeys(
        ("online_enticement", "incident_is_csam_type", "incident_is_enticement", "incident_is_trafficking", "incident_is_other"),
        ("report", "incidentSummary/incidentType"),
    ),
}  # fmt: skip
_PLACED: Mapping[str, list[Evidence]] = {
    name: [{"kind": kind, "path": path} if path else {"kind": kind}] for name, (kind, path) in _PLACES.items()
}
_TEXT_FACTS: Mapping[Category, str] = {
    "self_harm": "text_self_harm", "meeting": "text_meeting", "travel": "text_travel", "live_stream": "text_live_stream",
    "threat": "text_threat", "urgency": "text_urgency", "secrecy": "text_secrecy", "age_stated": "text_minor_age",
}  # fmt: skip
_WEAK = ("text_self_harm_weak", "text_meeting_weak")
TEXT_FACTS: tuple[str, ...] = (
    *_TEXT_FACTS.values(), *_WEAK, "text_meeting_soon", "text_threat_and_money", "text_not_read_whole",
)  # fmt: skip
FACTS: frozenset[str] = frozenset({*_KINDS, *_PLACES, *TEXT_FACTS})


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a report: whose it is and which element, as `investigation.chain` names them."""

    of: str
    element: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one report: its facts, and the countries that it touches."""

    facts: Mapping[str, Any]
    countries: tuple[str, ...] = ()


def facts_of(report_ids: Iterable[int], at: datetime) -> dict[int, Known]:
    """What is known of reports, as far as the asker sees them. Three statements, however many they are."""
    ids = list(report_ids)
    texts = texts_of(ids)
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.replace("{linked}", _LINKED), {"reports": ids, "at": at})
        names = [column.name for column in cursor.description or ()][2:]
        rows = cursor.fetchall()
    found = {}
    for report_id, countries, *values in rows:
        facts: dict[str, Any] = {
            name: _evidence(name, value) for name, value in zip(names, values, strict=True)
        } | text_facts(texts.get(report_id, ()))
        found[report_id] = Known(facts, tuple(countries or ()))
    return found


def _evidence(name: str, value: Any) -> Any:
    """A column as a fact: false, or the references that show it."""
    if not value:
        return False
    kind = _KINDS.get(name)
    if kind is None:
        return _PLACED[name]
    if kind == "sighting":
        found = []
        for one in value:
            position, _, path = one.partition(" ")
            found.append({"kind": kind, "id": int(position), "path": path})
        return found
    key = "path" if kind == "person" else "id"
    return [{"kind": kind, key: one} for one in value]


def texts_of(ids: Sequence[int]) -> dict[int, list[Text]]:
    """The texts that are read: the provider's reason for urgency, what it wrote of the incident and of the account; of a public report what was told."""
    found: dict[int, list[Text]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, [list(ids)])
        for report_id, escalation, details in cursor.fetchall():
            if escalation:
                found[report_id].append(Text("Incident", "escalateToHighPriority", escalation))
            if details != "{}":
                found[report_id] += [
                    Text("Incident", element, text)
                    for element, text in sift(json.loads(details))[1]
                    if element != "incidentSummary/escalateToHighPriority"
                ]
        cursor.execute(_PERSONS, [list(ids)])
        for report_id, role, details in cursor.fetchall():
            whose = str(PersonRole(role).label)
            found[report_id] += [Text(whose, element, text) for element, text in sift(json.loads(details))[1]]
    return found


def text_facts(texts: Sequence[Text]) -> dict[str, Any]:
    """What the lexicons find in the texts of one report."""
    if not texts:
        return dict(_NO_TEXTS)
    facts: dict[str, Any] = dict(_NO_TEXTS)
    left = MOST_LETTERS_OF_REPORT
    whole = len(texts) <= MOST_TEXTS
    for text in texts[:MOST_TEXTS]:
        if left <= 0:
            whole = False
            break
        read = READER.read(text.text[:left])
        whole = whole and not read.cut and len(text.text) <= left
        left -= min(len(text.text), MOST_LETTERS)
        if read.hits:
            _sort_in(facts, text, read.hits)
    if not whole:
        facts["text_not_read_whole"] = [{"kind": "report", "path": ""}]
    return facts


_NO_TEXTS: Mapping[str, Any] = dict.fromkeys(TEXT_FACTS, False)


def _sort_in(facts: dict[str, Any], text: Text, hits: Sequence[Hit]) -> None:
    by: dict[str, list[Hit]] = {category: [] for category in CATEGORIES}
    for hit in hits:
        by[hit.term.category].append(hit)
    for category, fact in _TEXT_FACTS.items():
        _add(facts, fact, text, [hit for hit in by[category] if not hit.mark])
    _add(facts, "text_self_harm_weak", text, [hit for hit in by["self_harm"] if hit.mark])
    _add(facts, "text_meeting_weak", text, [hit for hit in by["meeting"] if hit.mark])
    soon = [hit for hit in by["soon"] if not hit.mark]
    for meeting in by["meeting"]:
        near = next((hit for hit in soon if abs(hit.word - meeting.word) <= NEAR), None)
        if not meeting.mark and near:
            _add(facts, "text_meeting_soon", text, [meeting, near])
    threats, money = ([hit for hit in by[name] if not hit.mark] for name in ("threat", "money"))
    if threats and money:
        _add(facts, "text_threat_and_money", text, [threats[0], money[0]])


def _add(facts: dict[str, Any], fact: str, text: Text, hits: Sequence[Hit]) -> None:
    if not hits:
        return
    kept: list[Evidence] = facts[fact] or []
    kept += [_span(text, hit) for hit in hits[: MOST_SHOWN - len(kept)]]
    facts[fact] = kept


def _span(text: Text, hit: Hit) -> Evidence:
    found: Evidence = {
        "kind": "lexicon", "of": text.of, "path": text.element, "from": hit.start, "to": hit.end, "lexicon": hit.language,
        "version": VERSIONS[hit.language], "term": hit.term.text, "gloss": hit.term.gloss,
    }  # fmt: skip
    return found | {"mark": hit.mark} if hit.mark else found
