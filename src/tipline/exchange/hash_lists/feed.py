"""Reading a list in pages, exactly: whoever follows the cursors has, at the end, the edition that the last page names.

A page and the place up to which the list is published are read in one statement, so of one state. An entry that changes while somebody
reads gets a higher position: it is met again, and nothing is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tipline.core.errors import InvalidInputError, TiplineError
from tipline.exchange.hash_lists.models import Edition

_PAGE = """
SELECT l.head, l.floor, e.id, e.algorithm, e.value, e.category, e.live, e.position, e.created_at, m.at
FROM hash_lists_hashlist l
LEFT JOIN LATERAL (
    SELECT * FROM hash_lists_entry WHERE hash_list_id = l.id AND position > %(after)s AND position <= coalesce(%(until)s, l.head)
    AND (live OR position > coalesce(%(began)s, l.head)) AND (%(algorithms)s::text[] IS NULL OR algorithm = ANY (%(algorithms)s))
    ORDER BY position LIMIT %(most)s
) e ON true
LEFT JOIN LATERAL (
    SELECT at FROM hash_lists_moment WHERE hash_list_id = l.id AND up_to >= e.position ORDER BY up_to LIMIT 1
) m ON true
WHERE l.id = %(list)s
"""
# The planner cannot know how many rows the policies let through, thinks of few, and would sort half a list for a page out of its middle.
IN_ORDER = "SET LOCAL enable_sort = off"
_BEFORE = "SELECT coalesce(max(up_to), 0) FROM hash_lists_moment WHERE hash_list_id = %s AND at < %s"


class TooOldError(TiplineError):
    """The cursor is older than the withdrawals that are kept: the whole list has to be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry or its withdrawal. `updated_at`: seconds since 1970."""

    id: int
    algorithm: str
    value: str
    category: str
    live: bool
    position: int
    created_at: datetime
    updated_at: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where somebody stands: they read up to `after`, and had the list up to `began` when they began; None: they had nothing."""

    after: int = 0
    began: int | None = None

    @classmethod
    def at(cls, position: int) -> Cursor:
        """Of somebody who has the list up to a position; 0: nothing."""
        return cls(position, position or None)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where to go on. `next` is None at the end: then they have the list up to `head`, unless they asked for a part."""

    rows: Sequence[Row]
    next: Cursor | None
    head: int


def page(
    list_id: int, cursor: Cursor, most: int, *, until: int | None = None, algorithms: Sequence[str] | None = None
) -> Page:
    """What follows a cursor.

    Parameters
    ----------
    until
        the last position that is wanted; None: all.
    algorithms
        kinds that are wanted; None: all.

    Raises
    ------
    TooOldError
        when withdrawals after the cursor are forgotten.
    InvalidInputError
        for a cursor beyond the list.
    """
    with transaction.atomic(), connection.cursor() as database:
        database.execute(IN_ORDER)
        database.execute(
            _PAGE,
            {
                "list": list_id, "after": cursor.after, "began": cursor.began, "most": most + 1, "until": until,
                "algorithms": None if algorithms is None else list(algorithms),
            },
        )  # fmt: skip
        found = database.fetchall()
    head, floor = found[0][:2]
    began = head if cursor.began is None else cursor.began
    if began < floor:
        raise TooOldError(
            "withdrawals from before this cursor are no longer kept: read the whole list anew, from the beginning"
        )
    if max(cursor.after, began) > head:
        raise InvalidInputError("this cursor is beyond the list: it is another list's")
    rows = sorted((Row(*one[2:]) for one in found if one[2] is not None), key=lambda row: row.position)
    follows = Cursor(rows[most - 1].position, began) if len(rows) > most else None
    return Page(rows[:most], follows, head)


def position_before(list_id: int, moment: int) -> int:
    """The position up to which changes are dated before a moment (seconds since 1970)."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [list_id, moment])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def edition_at(list_id: int, head: int) -> Edition | None:
    """The edition whose last change has this position; None before the first."""
    return Edition.objects.filter(hash_list_id=list_id, head=head).first()
