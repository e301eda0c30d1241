"""The form of ThreatExchange: `threat_updates`, and what its clients ask of a privacy group. docs/reference/hash-lists.md

A list is a privacy group; an entry is an indicator with one descriptor, the agency's. Source:
https://developers.facebook.com/docs/threat-exchange/reference/apis/threat-updates/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tipline.exchange.hash_lists.feed import Row
from tipline.exchange.hash_lists.models import Edition, HashList
from tipline.reports.hashes.words import ALGORITHMS

FIELDS = (
    "id", "indicator", "type", "creation_time", "last_updated", "should_delete", "status", "tags", "applications_with_opinions",
    "descriptors",
)  # fmt: skip
_NAME = re.compile(r"[a-z_]+")
_TIME = "%Y-%m-%dT%H:%M:%S+0000"


def wanted_fields(text: str) -> frozenset[str]:
    """Which fields a client asks for: `id,descriptors{owner{id},tags}`; all if none. What is within braces is always whole."""
    names, at = set(), 0
    while at < len(text):
        found = _match(text, at)
        if found is None:
            return frozenset(FIELDS)
        names.add(found[0])
        at = found[1]
    return frozenset(names) or frozenset(FIELDS)


def _match(text: str, start: int) -> tuple[str, int] | None:
    """The field at `start`, and where the next begins; None for what is no list of fields."""
    name = _NAME.match(text, start)
    if name is None:
        return None
    at, depth = name.end(), 0
    while at < len(text) and (depth or text[at] != ","):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
        if depth < 0:
            return None
    return (name[0], at + 1) if depth == 0 else None


def as_update(row: Row, hash_list: HashList, fields: frozenset[str]) -> dict[str, Any]:
    """One entry, or its withdrawal, as clients of ThreatExchange read it. A withdrawal has no descriptor."""
    kind, tags = ALGORITHMS[row.algorithm].type, {"data": [{"id": row.category, "text": row.category}]}
    owner = {"id": str(hash_list.agency_id), "name": hash_list.agency.name}
    whole: dict[str, Any] = {
        "id": str(row.id),
        "indicator": row.value,
        "type": kind,
        "creation_time": int(row.created_at.timestamp()),
        "last_updated": row.updated_at,
        "should_delete": not row.live,
        "status": "MALICIOUS" if row.live else "UNKNOWN",
        "tags": [row.category],
        "applications_with_opinions": [owner["id"]] if row.live else [],
    }
    if row.live:
        whole["descriptors"] = {
            "data": [
                {
                    "id": str(row.id), "owner": owner, "raw_indicator": row.value, "type": kind, "status": "MALICIOUS", "tags": tags,
                    "added_on": row.created_at.strftime(_TIME), "reactions": [], "my_reactions": [],
                }
            ]
        }  # fmt: skip
    return {name: whole[name] for name in FIELDS if name in fields and name in whole}


def as_group(hash_list: HashList, newest: Edition | None) -> Mapping[str, Any]:
    """A list as a privacy group."""
    changed = newest.published_at if newest else hash_list.created_at
    return {
        "id": str(hash_list.pk),
        "name": hash_list.title,
        "description": f"{hash_list.agency.code}/{hash_list.name}",
        "members_can_see": True,
        "members_can_use": False,
        "threat_updates_enabled": True,
        "added_on": hash_list.created_at.strftime(_TIME),
        "last_updated": changed.strftime(_TIME),
    }
