"""The stage: facts of a batch, computed set-wise, into three explained scores each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from django.db import connection

from tipline.core.sql import Columns, upsert
from tipline.pipeline.stage import Batch, Stage
from tipline.pipeline.triage.rules import RULES

VERSION = "2"

# One row a report, one column a fact. The rules name the facts; a test holds both against each other.
_FACTS = """
WITH r AS (
    SELECT * FROM reports_report WHERE id = ANY(%(reports)s)
), s AS (
    SELECT s.report_id,
        bool_or(i.kind = 'ip') AS has_ip,
        bool_or(i.kind = 'ip' AND s.port IS NOT NULL AND s.at IS NOT NULL) AS has_ip_with_port_and_time,
        bool_or(i.kind = 'email') AS has_email,
        bool_or(i.kind = 'phone') AS has_phone,
        bool_or(i.kind = 'handle') AS has_handle,
        bool_or(i.kind = 'url') AS has_url,
        bool_or(i.kind = 'device') AS has_device,
        bool_or(i.kind = 'account_id') AS has_esp_identifier
    FROM reports_sighting s JOIN reports_identifier i ON i.id = s.identifier_id
    WHERE s.report_id = ANY(%(reports)s) AND s.role NOT IN ('reporter', 'officer')
    GROUP BY s.report_id
), f AS (
    SELECT report_id,
        true AS has_file,
        bool_or(viewed_by_provider) AS file_viewed_by_provider,
        bool_or(annotations ? 'infant') AS file_infant,
        bool_or(annotations ?| ARRAY['physicalHarm', 'violenceGore']) AS file_physical_harm,
        bool_or(annotations ? 'generativeAi') AS file_generative_ai,
        bool_or(annotations ?| ARRAY['potentialMeme', 'viral']) AS file_meme_or_viral,
        bool_or(classification IN ('A1', 'A2')) AS classification_a,
        bool_or(classification IN ('B1', 'B2')) AS classification_b
    FROM reports_reportedfile WHERE report_id = ANY(%(reports)s) GROUP BY report_id
), p AS (
    SELECT report_id, true AS has_victim, bool_or(age < 18) AS minor_victim_age_stated
    FROM reports_person WHERE report_id = ANY(%(reports)s) AND role = 'victim' GROUP BY report_id
), l AS (
    SELECT report_id FROM linking_member WHERE report_id = ANY(%(reports)s)
)
SELECT r.id,
    coalesce(s.has_ip, false) AS has_ip,
    coalesce(s.has_ip_with_port_and_time, false) AS has_ip_with_port_and_time,
    coalesce(s.has_email, false) AS has_email,
    coalesce(s.has_phone, false) AS has_phone,
    coalesce(s.has_handle, false) AS has_handle,
    coalesce(s.has_url, false) AS has_url,
    coalesce(s.has_device, false) AS has_device,
    coalesce(s.has_esp_identifier, false) AS has_esp_identifier,
    coalesce(f.has_file, false) AS has_file_hash,
    r.incident_at IS NOT NULL AS has_incident_time,
    coalesce(f.file_viewed_by_provider, false) AS file_viewed_by_provider,
    r.escalated AS escalated,
    r.annotations ? 'sextortion' AS sextortion,
    r.annotations ? 'csamSolicitation' AS csam_solicitation,
    r.annotations ? 'sadisticOnlineExploitation' AS sadistic_online_exploitation,
    r.annotations ? 'informational' AS informational,
    r.annotations ? 'spam' AS spam,
    (r.batch_reason <> '' OR coalesce(f.file_meme_or_viral, false)) AS potential_meme_or_viral_batch,
    coalesce(f.file_infant, false) AS file_infant,
    coalesce(f.file_physical_harm, false) AS file_physical_harm,
    coalesce(f.file_generative_ai, false) AS file_generative_ai,
    coalesce(f.classification_a, false) AS classification_a,
    coalesce(f.classification_b, false) AS classification_b,
    coalesce(p.has_victim, false) AS has_victim,
    coalesce(p.minor_victim_age_stated, false) AS minor_victim_age_stated,
    l.report_id IS NOT NULL AS linked_to_other_reports,
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
LEFT JOIN p ON p.report_id = r.id LEFT JOIN l ON l.report_id = r.id
LEFT JOIN attribution_reportclock c ON c.report_id = r.id
"""


def facts_of(batch: Batch) -> dict[int, Mapping[str, bool]]:
    """Report id → fact → whether it holds. One statement for the batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            {"reports": list(batch.report_ids), "at": batch.at},
        )
        names = [column.name for column in cursor.description or ()][1:]
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}


def process(batch: Batch) -> None:
    """Score every report of the batch."""
    scored = [
        (report_id, kind, score)
        for report_id, facts in sorted(facts_of(batch).items())
        for kind, score in RULES.score(facts).items()
    ]
    columns: Columns = {
        "report_id": ("bigint", [report_id for report_id, _, _ in scored]),
        "kind": ("text", [kind for _, kind, _ in scored]),
        "score": ("smallint", [score.score for _, _, score in scored]),
        "reasons": ("jsonb", [json.dumps([asdict(r) for r in score.reasons]) for _, _, score in scored]),
        "rules_version": ("text", [RULES.about.version] * len(scored)),
        "at": ("timestamptz", [batch.at] * len(scored)),
    }
    upsert("triage_score", columns, key=("report_id", "kind"), update=("score", "reasons", "rules_version", "at"))


STAGE = Stage("triage", VERSION, process)
