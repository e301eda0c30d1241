"""Proposing bundles: what came to desks lately is held against what lies there, by the rules, a desk by itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.referrals.bundles.models import Bundle, BundleMember
from tipline.referrals.bundles.rules import BUNDLES, BundleRules
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record

SOFTWARE = system("bundles")
LATELY = timedelta(hours=1)
AT_ONCE = 50_000
MOST_MEMBERS = 10_000
_LOCK = 0x62756E64

# Each: what came lately, and everything on the same desk that has the same key. An empty file is not the same file.
_SAME: dict[str, str] = {
    "repeat": """
        SELECT DISTINCT d.agency_id, 'report ' || coalesce(r.probable_repeat_of_id, r.id) AS key, d.report_id
        FROM lately l JOIN reports_report f ON f.id = l.report_id
        JOIN reports_report r ON r.id = coalesce(f.probable_repeat_of_id, f.id) OR r.probable_repeat_of_id = coalesce(f.probable_repeat_of_id, f.id)
        JOIN lying d ON d.report_id = r.id AND d.agency_id = l.agency_id
        WHERE f.probable_repeat_of_id IS NOT NULL""",
    "batch": """
        SELECT DISTINCT d.agency_id, 'batch ' || r.reporter_id || ' ' || r.batch_reason || ' ' || (r.received_at AT TIME ZONE 'UTC')::date AS key, d.report_id
        FROM lately l JOIN reports_report f ON f.id = l.report_id AND f.batch_reason <> ''
        JOIN reports_report r ON r.reporter_id = f.reporter_id AND r.batch_reason = f.batch_reason
            AND r.received_at >= date_trunc('day', f.received_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
            AND r.received_at < date_trunc('day', f.received_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '1 day'
        JOIN lying d ON d.report_id = r.id AND d.agency_id = l.agency_id""",
    "file": """
        SELECT DISTINCT d.agency_id, 'md5 ' || o.md5 AS key, d.report_id
        FROM (SELECT DISTINCT l.agency_id, f.md5 FROM lately l JOIN reports_reportedfile f ON f.report_id = l.report_id
              WHERE f.md5 NOT IN ('', 'd41d8cd98f00b204e9800998ecf8427e')) k
        JOIN reports_reportedfile o ON o.md5 = k.md5
        JOIN lying d ON d.report_id = o.report_id AND d.agency_id = k.agency_id""",
    "account": """
        SELECT DISTINCT d.agency_id, 'account ' || k.identifier_id AS key, d.report_id
        FROM (SELECT DISTINCT l.agency_id, s.identifier_id FROM lately l JOIN reports_sighting s ON s.report_id = l.report_id AND s.role = 'reported'
              JOIN reports_identifier i ON i.id = s.identifier_id AND i.kind = 'account_id' AND NOT i.of_child) k
        JOIN reports_sighting o ON o.identifier_id = k.identifier_id AND o.role = 'reported'
        JOIN lying d ON d.report_id = o.report_id AND d.agency_id = k.agency_id""",
}  # fmt: skip
_WITH = """
WITH lying AS NOT MATERIALIZED (SELECT agency_id, report_id FROM referrals_deskrow WHERE pile = 'new'),
lately AS MATERIALIZED (
    SELECT agency_id, report_id FROM referrals_deskrow WHERE pile = 'new' AND since > %(since)s ORDER BY since DESC LIMIT %(limit)s
)
SELECT agency_id, key, report_id FROM ({same}) found ORDER BY agency_id, key, report_id LIMIT %(limit)s
"""


@transaction.atomic
def propose(since: datetime | None = None, rules: BundleRules = BUNDLES) -> int:
    """Make bundles of what is one matter, and put what came into those that are there. Idempotent; one worker at a time.

    Parameters
    ----------
    since
        what came to its desk after this; None: within the last hour.

    Returns
    -------
    int
        how many reports are in a bundle now that were in none.
    """
    at = now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        added = 0
        for rule in rules.rule:
            cursor.execute(_WITH.format(same=_SAME[rule.id]), {"since": since or at - LATELY, "limit": AT_ONCE})
            groups: dict[tuple[int, str], list[int]] = defaultdict(list)
            for agency, key, report in cursor.fetchall():
                groups[agency, key[:140]].append(report)
            added += _keep(rule.id, rule.title, rule.sentence, rule.least, groups, rules, at)
    return added


def _keep(
    rule: str,
    title: str,
    sentence: str,
    least: int,
    groups: dict[tuple[int, str], list[int]],
    rules: BundleRules,
    at: datetime,
) -> int:
    reports = {one for found in groups.values() for one in found}
    # what was in one, or taken out of it by a person, is not put in again by software
    inside: dict[tuple[int, int], bool] = {}
    taken_out: set[tuple[int, int]] = set()
    for agency, report, left in BundleMember.objects.filter(report__in=reports).values_list(
        "agency_id", "report_id", "left_at"
    ):
        if left is None:
            inside[agency, report] = True
        else:
            taken_out.add((agency, report))
    keys = {key for _, key in groups}
    known = {
        (one.agency_id, one.key): one for one in Bundle.objects.filter(rule=rule, key__in=keys, ended_at__isnull=True)
    }
    dissolved = set(
        Bundle.objects.filter(rule=rule, key__in=keys, ended_at__isnull=False).values_list("agency_id", "key")
    )
    members: list[tuple[tuple[int, str], int]] = []
    fresh: list[Bundle] = []
    for (agency, key), found in groups.items():
        free = [one for one in found[:MOST_MEMBERS] if (agency, one) not in inside and (agency, one) not in taken_out]
        if (agency, key) not in known:
            if len(free) < least or (agency, key) in dissolved:
                continue
            fresh.append(
                Bundle(agency_id=agency, rule=rule, rules_version=rules.about.version, key=key, title=title, made_at=at)
            )
        for one in free:
            inside[agency, one] = True
            members.append(((agency, key), one))
    known |= {(one.agency_id, one.key): one for one in Bundle.objects.bulk_create(fresh)}
    why = f"{sentence} (bundles/{rule}, version {rules.about.version})"
    BundleMember.objects.bulk_create(
        (
            BundleMember(bundle=known[place], agency_id=place[0], report_id=one, why=why, since=at)
            for place, one in members
        ),
        batch_size=5_000,
    )
    record(
        SOFTWARE,
        [Act("bundle.proposed", "bundle", one.pk, {"rule": rule, "desk": one.agency_id}) for one in fresh],
    )
    return len(members)
