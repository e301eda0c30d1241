"""Publishing: what people agree on becomes the next edition of a list, with its signed checkpoint.

One edition of a list is made at a time, under a lock on the list's row that is held until it is committed. So positions are given in
the order of commits: who has read up to a position has read every change that will ever stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.config import Config, config
from tipline.core.keys import signing_key
from tipline.exchange.hash_lists.models import Edition, Entry, HashList, Moment
from tipline.exchange.parties.ourselves import our_name
from tipline.reports.hashes.checkpoints import Checkpoint, entry_leaf, sign
from tipline.reports.hashes.words import ALGORITHMS, LISTED
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.merkle import Growing
from tipline.trust.audit.services import Act, record

# Changes of one `last_updated`. A client of ThreatExchange asks again for everything of the last second that it saw.
AT_ONCE = 2_000
# How far ahead of its commit an edition is dated. Clients go on from the time of their own clock: a change dated before a client asked,
# and committed after, would be lost to it.
AHEAD_SECONDS = 30
KEPT = timedelta(days=90)  # withdrawals; clients of ThreatExchange start anew after 85 days
_CHUNK = 20_000

# Of each person and hash the newest finding that stands counts. A hash is listed under the first category, in the order of
# `data/words.toml`, on which enough people agree, and not at all while anybody says that it is none.
# Materialised, so that the join below is one of two sets, whatever the planner thinks of their size.
_CHANGES = """
WITH said AS MATERIALIZED (
    SELECT DISTINCT ON (h.algorithm, h.value, f.person_id) h.algorithm, h.value, f.person_id, f.category, f.hash_list_id
    FROM hash_lists_finding f JOIN hash_lists_foundhash h ON h.finding_id = f.id
    WHERE f.agency_id = %(agency)s AND f.withdrawn_at IS NULL AND (%(algorithms)s::text[] = '{}' OR h.algorithm = ANY (%(algorithms)s))
    ORDER BY h.algorithm, h.value, f.person_id, f.id DESC
), agreed AS (
    SELECT algorithm, value, category FROM said WHERE category = ANY (%(categories)s) AND (NOT %(by_hand)s OR hash_list_id = %(list)s)
    GROUP BY algorithm, value, category HAVING count(*) >= %(needs)s
), wanted AS MATERIALIZED (
    SELECT DISTINCT ON (algorithm, value) algorithm, value, category FROM agreed a
    WHERE NOT EXISTS (SELECT 1 FROM said s WHERE s.algorithm = a.algorithm AND s.value = a.value AND NOT s.category = ANY (%(listed)s))
    ORDER BY algorithm, value, array_position(%(listed)s, category::text)
), known AS MATERIALIZED (
    SELECT algorithm, value, category, live FROM hash_lists_entry WHERE hash_list_id = %(list)s
), changed AS (
    SELECT algorithm, value, coalesce(w.category, e.category) AS category, w.category IS NOT NULL AS live
    FROM wanted w FULL JOIN known e USING (algorithm, value)
    WHERE CASE WHEN w.category IS NULL THEN e.live ELSE e.live IS NOT TRUE OR e.category <> w.category END
), written AS (
    INSERT INTO hash_lists_entry (hash_list_id, algorithm, value, category, live, position, created_at)
    SELECT %(list)s, algorithm, value, category, live, %(head)s + row_number() OVER (ORDER BY algorithm, value), %(now)s FROM changed
    ON CONFLICT (hash_list_id, algorithm, value)
    DO UPDATE SET category = EXCLUDED.category, live = EXCLUDED.live, position = EXCLUDED.position
    RETURNING live
)
SELECT count(*), count(*) FILTER (WHERE live) FROM written
"""
_LIVE = """
SELECT algorithm, value, category FROM hash_lists_entry
WHERE hash_list_id = %s AND (algorithm, value) > (%s, %s) AND live ORDER BY algorithm, value LIMIT %s
"""
_MOMENTS = """
INSERT INTO hash_lists_moment (hash_list_id, up_to, at)
SELECT %(list)s, least(%(old)s + n * %(step)s, %(new)s), %(at)s + n - 1
FROM generate_series(1, (%(new)s - %(old)s + %(step)s - 1) / %(step)s) AS n
"""


@transaction.atomic
def publish(hash_list: HashList, actor: Actor, settings: Config | None = None) -> Edition | None:
    """Make the next edition of a list of what stands now. None when nothing changed since the last, and there is one.

    For whoever sees the agency's findings: the caller decides who may publish.
    """
    locked = HashList.objects.select_for_update().get(pk=hash_list.pk)
    if locked.ended_at is not None:
        return None
    old = locked.head
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGES,
            {
                "list": locked.pk, "agency": locked.agency_id, "categories": locked.categories, "algorithms": locked.algorithms,
                "needs": locked.needs, "by_hand": locked.by_hand, "listed": list(LISTED), "head": old, "now": now(),
            },
        )  # fmt: skip
        changed, added = cursor.fetchone()
    last = locked.editions.order_by("-number").first()
    if not changed and last is not None:
        return None
    tree = Growing()
    for algorithm, value, category in live_entries(locked.pk):
        tree.append(entry_leaf(ALGORITHMS[algorithm].type, value, category))
    at = now()
    checkpoint = Checkpoint(
        origin_of(locked),
        last.number + 1 if last else 1,
        old + changed,
        tree.size,
        tree.root(),
        at.replace(microsecond=0),
    )
    made = Edition.objects.create(
        hash_list_id=locked.pk, number=checkpoint.edition, head=checkpoint.position, entries=checkpoint.entries,
        root=checkpoint.root, note=sign(checkpoint, signing_key(settings or config())), published_at=at, published_by=actor.label,
    )  # fmt: skip
    HashList.objects.filter(pk=locked.pk).update(head=made.head)
    detail = {"edition": made.number, "entries": made.entries, "added": added, "withdrawn": changed - added}
    record(actor, [Act("hash_list.published", "hash_list", locked.pk, detail)])
    _date(locked.pk, old, made.head)  # the last thing: what is dated now is committed now
    return made


def _date(list_id: int, old: int, new: int) -> None:
    newest = Moment.objects.filter(hash_list_id=list_id).order_by("-up_to").values_list("at", flat=True).first()
    at = max(int(now().timestamp()) + AHEAD_SECONDS, (newest or 0) + 1)
    with connection.cursor() as cursor:
        cursor.execute(_MOMENTS, {"list": list_id, "old": old, "new": new, "step": AT_ONCE, "at": at})


def origin_of(hash_list: HashList) -> str:
    """What a list is called in checkpoints: INSTALLATION/AGENCY/LIST."""
    code = Agency.objects.values_list("code", flat=True).get(pk=hash_list.agency_id)
    return f"{our_name()}/{code}/{hash_list.name}"


def live_entries(list_id: int) -> Iterator[tuple[str, str, str]]:
    """Kind, value and category of everything on a list, in the order of its root. Read in pieces, for lists of millions."""
    after = ("", "")
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LIVE, [list_id, *after, _CHUNK])
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < _CHUNK:
            return
        after = rows[-1][:2]


@transaction.atomic
def forget(hash_list: HashList, kept: timedelta = KEPT) -> int:
    """Forget withdrawals that were published longer ago than `kept`. Who has not read as far starts anew. Returns how many."""
    locked = HashList.objects.select_for_update().get(pk=hash_list.pk)
    old = locked.editions.filter(published_at__lt=now() - kept).order_by("-number").first()
    if old is None or old.head <= locked.floor:
        return 0
    gone, _ = Entry.objects.filter(hash_list_id=locked.pk, live=False, position__lte=old.head).delete()
    if gone:
        HashList.objects.filter(pk=locked.pk).update(floor=old.head)
    return gone
