"""Every PDQ value gets its position, and is compared with every other: exact in the end, however batches and imports crossed.

Two batches at once do not see each other's values. So a value first gets a position, in a transaction of its own; then every batch that was
under way is waited for; then the value is compared. Whatever had committed before is found by this comparing, and whatever begins afterwards finds
the value itself. Where a run is stopped the next goes on: `Settled.compared` moves with the pairs that it stands for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.pipeline.matching import near
from tipline.pipeline.matching.index import store
from tipline.pipeline.matching.locks import settle_alone, wait_for_batches
from tipline.pipeline.matching.models import Settled
from tipline.pipeline.matching.near import Value

# Small, since of values that somebody made near each other by the hundred thousand each takes a tenth of a second.
SLICE = 250
# Positions given in one transaction; a list of millions is given them in several.
MOST_AT_ONCE = 200_000
# With more than so many new values, of which few are of files, it is the files' values that are compared.
MANY_NEW = 20_000

# Called with ids of reports that have new matches, locked, in the transaction that writes those.
Raised = Callable[[Sequence[int]], None]

_GIVE = """
WITH due AS (
    SELECT id FROM matching_hashvalue WHERE algorithm = 'pdq' AND fault = '' AND position IS NULL ORDER BY id LIMIT %(most)s
), placed AS (
    SELECT id, %(last)s + row_number() OVER (ORDER BY id) AS position FROM due
)
UPDATE matching_hashvalue v SET position = placed.position FROM placed WHERE v.id = placed.id AND v.position IS NULL
"""
_SLICE = """
SELECT v.id, v.value, EXISTS (SELECT FROM matching_filehash f WHERE f.value_id = v.id)
FROM matching_hashvalue v WHERE v.position > %s AND v.position <= %s ORDER BY v.position
"""
# From the files on, which may have few values among very many
_OF_FILES = """
SELECT o.value_id, v.value, v.position <= %s FROM (
    SELECT DISTINCT value_id FROM matching_filehash WHERE value_id > %s ORDER BY value_id LIMIT %s
) o JOIN matching_hashvalue v ON v.id = o.value_id ORDER BY o.value_id
"""
_COUNT_OF_FILES = """
SELECT count(*) FROM (SELECT DISTINCT f.value_id FROM matching_filehash f
JOIN matching_hashvalue v ON v.id = f.value_id AND v.position IS NOT NULL LIMIT %s) n
"""


def settle(raised: Raised, seconds: float) -> bool:
    """Give positions and compare, for no longer than about so many seconds; whether everything is settled now.

    Raises
    ------
    TransientError
        when a batch does not end, or the index cannot be written; nothing is lost, the next run goes on.
    """
    end = time.monotonic() + seconds
    while _give():
        if time.monotonic() > end:
            return False
    done = Settled.objects.filter(one=True).first()
    if done is None or done.compared >= done.last_position:
        return True
    wait_for_batches()
    with store.opened() as index:
        index.maintain()
    new = done.last_position - done.compared
    if done.files_upto is None and new > MANY_NEW and _few_of_files(new):
        Settled.objects.filter(one=True, files_upto=None, compared=done.compared).update(
            files_upto=done.last_position, files_after=0
        )
    while _compare_files(raised):  # once at least, so that any number of short runs comes to an end
        if time.monotonic() > end:
            return False
    while _compare(done.last_position, raised):
        if time.monotonic() > end:
            return False
    return not _waiting()


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM matching_hashvalue WHERE algorithm = 'pdq' AND fault = '' AND position IS NULL)"
        )
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _give() -> int:
    """Give positions to values that have none; how many."""
    if not _waiting() or not settle_alone():
        return 0
    done, _ = Settled.objects.get_or_create(one=True)
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, {"last": done.last_position, "most": MOST_AT_ONCE})
        given = int(cursor.rowcount)
    done.last_position += given
    done.at = now()
    done.save(update_fields=["last_position", "at"])
    return given


@transaction.atomic
def _compare(last: int, raised: Raised) -> bool:
    """Compare the next values; False when there are none."""
    if not settle_alone():
        return False
    done = Settled.objects.select_for_update().get(one=True)
    upto = min(done.compared + SLICE, last)
    if upto <= done.compared or done.files_upto is not None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_SLICE, [done.compared, upto])
        values = [Value(number, bytes(value), in_files) for number, value, in_files in cursor.fetchall()]
    _write(values, 0, raised)
    done.compared, done.at = upto, now()
    done.save(update_fields=["compared", "at"])
    return True


def _few_of_files(new: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_OF_FILES, [new // 2])
        return int(cursor.fetchone()[0]) < new // 2


@transaction.atomic
def _compare_files(raised: Raised) -> bool:
    """Compare the next values of files with what is new: of a large new list hardly any entry is near a file. False when there is nothing so."""
    if not settle_alone():
        return False
    done = Settled.objects.select_for_update().get(one=True)
    if done.files_upto is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_OF_FILES, [done.files_upto, done.files_after, SLICE])
        rows = cursor.fetchall()
    if rows:
        _write(
            [Value(number, bytes(value), in_files=True) for number, value, due in rows if due], done.compared, raised
        )
        done.files_after = rows[-1][0]
    else:
        done.compared, done.files_upto = done.files_upto, None
    done.at = now()
    done.save(update_fields=["compared", "files_upto", "files_after", "at"])
    return True


def _write(values: Sequence[Value], above: int, raised: Raised) -> None:
    found = near.pairs(values, above)
    near.keep(found)
    ids = {pair.low for pair in found} | {pair.high for pair in found}
    if ids:
        matched(near.OF_VALUES, sorted(ids), raised)


def matched(statement: str, ids: Sequence[int], raised: Raised) -> tuple[int, int]:
    """Write the matches that a statement finds and raise the reports that have new ones; how many of each.

    The reports are locked first, as a batch locks them: in the other order the two could wait for each other.
    """
    reports = near.reports_with_fresh(statement, ids)
    if reports:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM reports_report WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [reports])
    written = near.write_matches(statement, ids, now())
    if reports:
        raised(reports)
    return written, len(reports)
