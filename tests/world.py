"""A made world for figures: thousands of reports with every hop, written straight into the tables in one statement a table.

Nothing of it went through a service: it is as large and as varied as one asks for, and reproducible by its seed. Names, addresses and
numbers are of nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from tests import factories
from tests.factories import person
from tipline.core.clock import now

FIRST = 1_000_000  # numbers of what is made here begin after it
_TODAY = "%(at)s::timestamptz"

# Everything that is decided of a report: `r(n)` is a number from 0 to 1 that the seed and the report give.
_PLAN = f"""
CREATE TEMP TABLE made ON COMMIT DROP AS
WITH ways AS (
  SELECT (SELECT id FROM agencies_agency WHERE code = 'US-NCMEC') AS a0, (SELECT id FROM agencies_agency WHERE code = 'IN-NCRB') AS a1,
         (SELECT id FROM agencies_agency WHERE code = 'IN-MH-CYBER') AS a2,
         ARRAY(SELECT id FROM agencies_agency WHERE code = ANY (%(desks)s) ORDER BY code) AS a3,
         ARRAY(SELECT id FROM accounts_reporter WHERE username = ANY (%(providers)s) ORDER BY username) AS providers
), chances AS (
  SELECT i, ARRAY(SELECT (hashint8extended(i, %(seed)s * 100 + n) & 1048575) / 1048576::float8 FROM generate_series(1, 30) AS n) AS r
  FROM generate_series(1, %(reports)s) AS i
), received AS (
  SELECT i + {FIRST} AS id, i, r, {_TODAY} - make_interval(secs => 60 + 400 * 86400 * r[1]) AS received_at,
         ways.providers[1 + floor(r[2] ^ 2 * array_length(ways.providers, 1))::int] AS reporter_id,
         (ARRAY['Child Sex Tourism', 'Online Enticement', 'Unsolicited', 'Misleading Domain'])[1 + floor(r[3] ^ 3 * 4)::int] AS category,
         a0, a1, a2, ways.a3[1 + floor(r[4] ^ 2 * array_length(ways.a3, 1))::int] AS a3
  FROM chances CROSS JOIN ways
), hop1 AS (
  SELECT *, CASE WHEN r[5] < 0.95 THEN received_at + make_interval(secs => 40 + 86400 * 4 * r[6] ^ 4) END AS t1 FROM received
), hop2 AS (
  SELECT *, CASE WHEN r[7] < 0.95 THEN t1 + make_interval(secs => 40 + 86400 * 6 * r[8] ^ 3) END AS t2 FROM hop1
), hop3 AS (
  SELECT *, CASE WHEN r[9] < 0.9 THEN t2 + make_interval(secs => 40 + 86400 * 9 * r[10] ^ 3) END AS t3 FROM hop2
), seen AS (
  SELECT *, CASE WHEN r[11] < 0.9 THEN t3 + make_interval(secs => 3600 * 48 * r[12] ^ 2) END AS acknowledged_at FROM hop3
), decided AS (
  SELECT *, CASE WHEN r[13] < 0.6 THEN 'accepted' WHEN r[13] < 0.72 THEN 'returned' WHEN r[13] < 0.76 THEN 'recalled' ELSE '' END AS became,
         acknowledged_at + make_interval(secs => 600 + 86400 * 25 * r[14] ^ 2) AS decided_at FROM seen
), known AS (
  SELECT *, CASE WHEN decided_at < {_TODAY} THEN became ELSE '' END AS final FROM decided
)
SELECT id, i, r, received_at, reporter_id, category, a0, a1, a2, a3,
       CASE WHEN t1 < {_TODAY} THEN t1 END AS t1, CASE WHEN t2 < {_TODAY} THEN t2 END AS t2, CASE WHEN t3 < {_TODAY} THEN t3 END AS t3,
       CASE WHEN acknowledged_at < {_TODAY} THEN acknowledged_at END AS acknowledged_at, decided_at, final,
       CASE WHEN final = 'accepted' THEN {FIRST} + dense_rank() OVER (ORDER BY a3, final = 'accepted', floor(extract(epoch FROM received_at) / 86400 / 6)) END AS case_id
FROM known
"""
_ROWS = (
    """
INSERT INTO reports_report (id, state, version, processing, received_at, changed_at, finished_at, retracted_at, processed_at, incident_type,
  incident_at_text, platform, escalation, escalated, document_sha256, idempotency_key, annotations, batch_reason, details, probable_repeat_of_id,
  receiving_agency_id, reporter_id, channel)
SELECT id, CASE WHEN r[15] < 0.02 THEN 'retracted' ELSE 'finished' END, 1, CASE WHEN r[15] < 0.02 THEN 'none' ELSE 'done' END, received_at,
  received_at, received_at, CASE WHEN r[15] < 0.02 THEN received_at + interval '30 seconds' END, received_at + make_interval(secs => 5 * r[16]), category,
  '', 'Pictogram', '', r[17] < 0.01, md5(id::text) || md5(id::text), '', '[]', '', '{}', CASE WHEN r[18] < 0.07 AND i > 1 THEN id - 1 END,
  a0, reporter_id, CASE WHEN r[19] < 0.1 THEN 'public' ELSE 'door' END
FROM made ORDER BY id""",
    """
INSERT INTO reports_holding (held_from, held_until, agency_id, report_id, joint)
SELECT h.held_from, h.held_until, h.agency_id, made.id, false FROM made CROSS JOIN LATERAL (
  SELECT received_at AS held_from, t1 AS held_until, a0 AS agency_id UNION ALL
  SELECT t1, t2, a1 WHERE t1 IS NOT NULL UNION ALL
  SELECT t2, CASE WHEN final IN ('returned', 'recalled') THEN NULL ELSE t3 END, a2 WHERE t2 IS NOT NULL UNION ALL
  SELECT t3, CASE WHEN final IN ('returned', 'recalled') THEN decided_at END, a3 WHERE t3 IS NOT NULL) h ORDER BY made.id, h.held_from""",
    """
INSERT INTO referrals_referral (state, sent_at, state_at, rule, note, return_reason, from_agency_id, report_id, to_agency_id)
SELECT f.state, f.sent_at, f.state_at, 'standing-rule', '', CASE WHEN f.state = 'returned' THEN 'not_our_place' ELSE '' END, f.source, made.id, f.target
FROM made CROSS JOIN LATERAL (
  SELECT CASE WHEN t2 IS NULL THEN 'sent' ELSE 'forwarded' END AS state, t1 AS sent_at, coalesce(t2, t1) AS state_at, a0 AS source, a1 AS target WHERE t1 IS NOT NULL UNION ALL
  SELECT CASE WHEN t3 IS NULL THEN 'sent' ELSE 'forwarded' END, t2, coalesce(t3, t2), a1, a2 WHERE t2 IS NOT NULL UNION ALL
  SELECT CASE WHEN final <> '' THEN final WHEN acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'sent' END, t3,
    CASE WHEN final <> '' THEN decided_at ELSE coalesce(acknowledged_at, t3) END, a2, a3 WHERE t3 IS NOT NULL) f ORDER BY made.id, f.sent_at""",
    """
INSERT INTO referrals_referralevent (act, before, after, at, label, reason, referral_id, report_id)
SELECT 'acknowledge', 'sent', 'acknowledged', made.acknowledged_at, 'made', '', f.id, made.id
FROM made JOIN referrals_referral f ON f.report_id = made.id AND f.to_agency_id = made.a3 WHERE made.acknowledged_at IS NOT NULL""",
    """
INSERT INTO attribution_whereabouts (report_id, country, state, district, level, confidence, confidences, abstained, rule, explanation, guesses, stretches, evidence,
  model_version, stage_version, at)
SELECT id, CASE WHEN r[20] < 0.1 THEN '' ELSE 'IN' END, CASE WHEN r[20] < 0.15 THEN '' ELSE 'Maharashtra' END,
  CASE WHEN r[20] < 0.2 THEN '' ELSE (SELECT j.district FROM agencies_jurisdiction j WHERE j.agency_id = a3 LIMIT 1) END, 'district', 0.9, '{}', r[20] < 0.1, 'made', '', '[]', '[]', '[]', '1', '1',
  received_at FROM made""",
    """
INSERT INTO attribution_reportclock (report_id, holder_name, sightings, preserved, noted, directory_version, at, all_gone_at)
SELECT id, '', 1, 0, 0, '1', received_at, received_at + make_interval(days => (5 + 120 * r[21] ^ 2)::int) FROM made WHERE r[22] < 0.8""",
    """
INSERT INTO triage_score (kind, score, reasons, rules_version, at, report_id)
SELECT 'completeness', (30 + 70 * r[23])::int, '[]', '1', received_at, id FROM made""",
    """
INSERT INTO reports_reportedfile (wire_id, upload_name, size_bytes, md5, sha1, sha256, storage_key, received_at, original_name, relevance, classification, annotations,
  location, uploaded_at_text, pdq, stated_hashes, report_id, sealed_sha256, sealed_to, uploaded)
SELECT md5(id::text || '/' || n), '', 0, '', '', '', '', received_at, '', '', '', '[]', '', '', '', '[]', id, '', '[]', false
FROM made CROSS JOIN LATERAL generate_series(1, floor(r[24] * 4)::int) AS n""",
    f"""
INSERT INTO reports_identifier (id, kind, scope, value, digest, first_seen_at, last_seen_at)
SELECT {FIRST} + n, 'handle', 'pictogram', 'made_' || n, sha256(('made_' || n)::bytea), %(at)s::timestamptz, %(at)s::timestamptz FROM generate_series(0, 499) AS n""",
    f"""
INSERT INTO reports_sighting (position, role, original, event, at_text, at_zone_stated, path, identifier_id, report_id)
SELECT n, 'reported', '', '', '', false, '', {FIRST} + (made.i * 7 + n * 13) %% 500, made.id FROM made CROSS JOIN LATERAL generate_series(1, 1 + floor(r[25] * 3)::int) AS n""",
    """
INSERT INTO cases_case (id, number, year, running_number, title, state, opened_at, agency_id, opened_by_id, fir_number, fir_registered_at)
SELECT case_id, 'MADE/' || case_id, 2026, case_id, 'Made', 'open', min(decided_at), min(a3), %(person)s,
  CASE WHEN min(r[26]) < 0.4 THEN 'F' || case_id ELSE '' END, CASE WHEN min(r[26]) < 0.4 THEN min(decided_at) + (%(at)s::timestamptz - min(decided_at)) * min(r[27]) END
FROM made WHERE case_id IS NOT NULL GROUP BY case_id""",
    """
INSERT INTO cases_casereport (added_at, case_id, referral_id, report_id)
SELECT made.decided_at, made.case_id, f.id, made.id FROM made JOIN referrals_referral f ON f.report_id = made.id AND f.to_agency_id = made.a3
WHERE made.case_id IS NOT NULL""",
    """
INSERT INTO cases_casehandle (added_at, case_id, identifier_id, report_id)
SELECT DISTINCT ON (made.case_id, s.identifier_id) made.decided_at, made.case_id, s.identifier_id, made.id FROM made JOIN reports_sighting s ON s.report_id = made.id AND s.position = 1
WHERE made.case_id IS NOT NULL ORDER BY made.case_id, s.identifier_id, made.id""",
    """
CREATE TEMP TABLE traced ON COMMIT DROP AS
SELECT c.id, c.agency_id, c.opened_at + (%(at)s::timestamptz - c.opened_at) * min(made.r[28]) / 2 AS at, min(made.r[29]) AS chance
FROM cases_case c JOIN made ON made.case_id = c.id GROUP BY c.id, c.agency_id, c.opened_at HAVING min(made.r[28]) < 0.5""",
    """
INSERT INTO cases_standingproposal (id, words, rule_version, proposed_at, state, decided_at, decided_words, case_id, decided_by_id, person_id, proposed_by_id)
SELECT id, 'made', '1', at, 'confirmed', at, 'made', id, %(person)s, id, %(other)s FROM traced""",
    """
INSERT INTO cases_caseperson (id, name, standing, details, added_at, added_by_id, case_id, rests_on_id)
SELECT id, 'Made person', 'person_of_interest', '{}', at, %(person)s, id, id FROM traced""",
    """
INSERT INTO cases_standingchange (before, after, why, at, by_id, case_id, person_id, proposal_id)
SELECT 'account_holder', 'person_of_interest', 'made', at, %(person)s, id, id, id FROM traced""",
    """
INSERT INTO cases_personevidence (kind, text, source, added_at, withdrawn_why, added_by_id, case_id, person_id, handle_id, withdrawn_at, withdrawn_by_id)
SELECT 'device', 'made', 'made', t.at, CASE WHEN t.chance < 0.1 THEN 'made' ELSE '' END, %(person)s, t.id, t.id, (SELECT min(h.id) FROM cases_casehandle h WHERE h.case_id = t.id),
  CASE WHEN t.chance < 0.1 THEN t.at END, CASE WHEN t.chance < 0.1 THEN %(person)s END
FROM traced t WHERE t.chance < 0.6""",
    f"""
INSERT INTO outcomes_outcome (id, kind, edition, number, "on", text, for_senders, recorded_at, withdrawn_at, withdrawn_why, agency_id, case_id, recorded_by_id, withdrawn_by_id)
SELECT {FIRST} + row_number() OVER (ORDER BY t.id, k), CASE WHEN k = 1 THEN 'child_safeguarded' ELSE 'nothing_more' END, '1', CASE WHEN k = 1 THEN 1 + (t.chance * 5)::int END, t.at::date, '', '',
  t.at + (%(at)s::timestamptz - t.at) * t.chance * k / 2, CASE WHEN t.chance > 0.3 AND t.chance < 0.4 THEN %(at)s::timestamptz - interval '1 second' END, '', t.agency_id, t.id, %(person)s,
  CASE WHEN t.chance > 0.3 AND t.chance < 0.4 THEN %(person)s END
FROM traced t CROSS JOIN generate_series(1, 2) AS k WHERE t.chance < 0.5""",
    """
INSERT INTO outcomes_reportoutcome (kind, number, "on", for_senders, recorded_at, withdrawn_at, agency_id, outcome_id, report_id)
SELECT o.kind, o.number, o."on", '', o.recorded_at, o.withdrawn_at, o.agency_id, o.id, made.id
FROM outcomes_outcome o JOIN made ON made.case_id = o.case_id ORDER BY o.id, made.id""",
    """
INSERT INTO doors_feedback (useful, reason, day, position, report_id, reporter_id)
SELECT CASE WHEN final = 'accepted' THEN 'yes' WHEN final = 'returned' THEN 'no' ELSE 'not_yet_known' END, 'made',
  least(coalesce(decided_at, received_at)::date + 1, %(at)s::date), i, id, reporter_id
FROM made WHERE r[30] < 0.6""",
    f"""
INSERT INTO process_request (id, number, kind, holder_key, holder_kind, holder_name, holder_country, legal_basis, own_reference, state, version, made_at, sent_at, channel, reminders,
  replied_at, answer, usefulness, remark, dispatch, confirmed, ended_at, agency_id, case_id, made_by_id)
SELECT {FIRST} + row_number() OVER (ORDER BY c.id, k), k, CASE WHEN k = 1 THEN 'production' ELSE 'assistance' END, 'AS6449' || q.chance %% 5, 'network', 'Made network ' || q.chance %% 5, 'IN', '', 'M' || c.id || '/' || k,
  CASE WHEN q.chance < 10 THEN 'withdrawn' WHEN q.replied THEN 'replied' ELSE 'sent' END, 1, c.opened_at, c.opened_at + interval '1 hour', 'email', 0,
  CASE WHEN q.replied THEN c.opened_at + interval '1 hour' + (%(at)s::timestamptz - c.opened_at - interval '1 hour') * q.chance / 1000.0 END, CASE WHEN q.replied THEN (ARRAY['full', 'part', 'nothing'])[1 + q.chance %% 3] ELSE '' END,
  CASE WHEN q.replied THEN (ARRAY['identified', 'narrowed', 'none', ''])[1 + q.chance %% 4] ELSE '' END, '', '', false,
  CASE WHEN q.chance < 10 THEN c.opened_at + interval '2 hours' END, c.agency_id, c.id, %(person)s
FROM cases_case c CROSS JOIN generate_series(1, 2) AS k
CROSS JOIN LATERAL (SELECT (hashint8extended(c.id, %(seed)s + k) & 127)::int AS chance, (hashint8extended(c.id, %(seed)s + k) & 127) > 60 AS replied) q
WHERE c.id > {FIRST} AND c.opened_at < %(at)s::timestamptz - interval '3 hours'""",
)
DESKS = ("IN-MH-JALGAON", "IN-MH-AKOLA", "IN-MH-BEED", "IN-MH-NASHIK-RURAL", "IN-MH-AMRAVATI", "IN-MH-BULDHANA")


def make(reports: int = 3_000, seed: int = 1, at: datetime | None = None) -> datetime:
    """Reports of the 400 days before `at` in the standard tree, which must be there. Returns `at`."""
    at = at or now()
    providers = [factories.provider(name).username for name in ("Pictogram", "Clipwave", "Facepage", "Chatline")]
    given: dict[str, Any] = {
        "at": at, "seed": seed, "reports": reports, "desks": list(DESKS), "providers": providers,
        "person": person("IN-MH-JALGAON").pk, "other": person("IN-MH-JALGAON").pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_PLAN, *_ROWS):
            cursor.execute(statement.strip(), given)
        cursor.execute("DROP TABLE made, traced")
    return at
