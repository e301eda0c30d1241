"""The part of a report's page that says which lists know its files: that a list knows a file, and never what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tipline.pipeline.matching.lists.queries import lists_of
from tipline.pipeline.matching.lists.words import CATEGORIES
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Can, may


def known_section(person: User, matches: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Matches of a report (`matches` of the chain), those that stand first, each with words and, for who may know of the list, its number.

    One query when there is a match, otherwise none.
    """
    if not matches:
        return []
    names = {str(one["list"]) for one in matches}
    mine: dict[str, int] = {}
    if may(person, Can.FIND_HASHES) or may(person, Can.MANAGE_KNOWN_HASHES):
        rows = lists_of(person).select_related(None).prefetch_related(None).filter(name__in=names)
        mine = dict(rows.values_list("name", "id"))
    shown = [
        {**one, "list_id": mine.get(str(one["list"])), "words": CATEGORIES.get(str(one["category"]), one["category"])} for one in matches
    ]  # fmt: skip
    return sorted(shown, key=lambda one: one["ended_at"] is not None)
