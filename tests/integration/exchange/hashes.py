"""What tests of hash lists begin with: findings of numbers, a list for which one person is enough, and somebody who follows its pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tipline.exchange.hash_lists import feed
from tipline.exchange.hash_lists.findings import Source, find
from tipline.exchange.hash_lists.lists import Rules, add_list
from tipline.exchange.hash_lists.models import Edition, Entry, Finding, HashList
from tipline.exchange.hash_lists.publishing import publish
from tipline.trust.accounts.models import User

DESK = "IN-MH-JALGAON"
BY_HAND = Source("file", "a list")


def sha(number: int) -> tuple[str, str]:
    return ("sha256", f"{number:064x}")


def alone(supervisor: User, name: str = "confirmed", **more: Any) -> HashList:
    """A list for which one person is enough."""
    return add_list(supervisor, replace(Rules(name, "Confirmed", ["baseline", "national"], needs=1), **more))


def found(who: User, *numbers: int, category: str = "baseline", **more: Any) -> Finding:
    return find(who, [sha(number) for number in numbers], category, "Compared with the exhibit", BY_HAND, **more)


def published(hash_list: HashList, who: User) -> Edition | None:
    return publish(hash_list, who.actor)


def live(hash_list: HashList) -> dict[str, str]:
    return {row.value: row.category for row in Entry.objects.filter(hash_list=hash_list, live=True)}


class Copy:
    """What somebody has who follows the pages."""

    def __init__(self) -> None:
        self.has: dict[tuple[str, str], str] = {}
        self.position = 0
        self.pages = 0
        self.met: list[int] = []

    def follow(self, hash_list: HashList, most: int = 2) -> Copy:
        cursor: feed.Cursor | None = feed.Cursor.at(self.position)
        if not self.position:
            self.has.clear()
        while cursor is not None:
            page = feed.page(hash_list.pk, cursor, most)
            self.pages += 1
            for row in page.rows:
                self.met.append(row.position)
                if row.live:
                    self.has[row.algorithm, row.value] = row.category
                else:
                    self.has.pop((row.algorithm, row.value), None)
            cursor, self.position = page.next, page.head
        return self

    @property
    def values(self) -> dict[str, str]:
        return {value: category for (_, value), category in self.has.items()}
