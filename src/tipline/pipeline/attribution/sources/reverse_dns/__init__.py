"""Host names of access networks that a report holds: in an address field, as a device, or where a provider wrote what it saw.

Nothing is looked up. A network that `data/hosts.toml` does not list says nothing, and a code counts as a whole word only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.pipeline.attribution.hints import Material, hint, texts
from tipline.pipeline.attribution.statements import Statement
from tipline.reports.models import IdentifierKind
from tipline.trust.places import Place, Resolved, canonical_place

KIND = "reverse_dns"
MOST_TEXT = 10_000
_HOST = re.compile(r"(?<![\w.@/-])(?:[a-z0-9](?:[a-z0-9_-]{0,62})\.){2,10}[a-z]{2,24}(?![\w-])", re.IGNORECASE)


class Network(Strict):
    """An access network: how its host names end, and which words in them stand for which state, or `State/District`."""

    suffixes: Annotated[tuple[str, ...], Field(min_length=1)]
    owner: str
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    words: dict[str, str] = {}


class Networks(Strict):
    """All networks whose names are understood."""

    about: About
    networks: tuple[Network, ...]


KNOWN = load_toml(Path(__file__).parent / "data" / "hosts.toml", Networks)
_BY_SUFFIX = {suffix: network for network in KNOWN.networks for suffix in network.suffixes}


def read(material: Material) -> list[Statement]:
    """One statement for each host name of a network that is known."""
    written = [s.original for s in material.seen if s.kind == IdentifierKind.DEVICE]
    written += [s.original for s in material.seen if s.kind == IdentifierKind.IP and s.scope == "unreadable"]
    written += [text[:MOST_TEXT] for person in material.people for text in texts(person, "additionalInfo")]
    hosts = dict.fromkeys(host.casefold() for text in written for host in _HOST.findall(text))
    found = [
        hint(KIND, host, place, host, material.at, KNOWN.about.version) for host in hosts if (place := place_of(host))
    ]
    return [one for one in found if one]


@lru_cache(maxsize=4096)
def place_of(host: str) -> Resolved | None:
    """Where a host name says that it is; None when its network is not known. Words for different states leave the country."""
    labels = host.split(".")
    ends = (".".join(labels[i:]) for i in range(len(labels)))
    network = next((_BY_SUFFIX[end] for end in ends if end in _BY_SUFFIX), None)
    if network is None:
        return None
    words = {word for label in labels for word in label.split("-")}
    said = {network.words[word] for word in words if network.words.get(word)}
    states = {one.partition("/")[0] for one in said}
    if len(states) != 1:
        return Resolved(Place(network.country), "network")
    districts = {one.partition("/")[2] for one in said if "/" in one}
    state, district = canonical_place(network.country, states.pop(), districts.pop() if len(districts) == 1 else "")
    return Resolved(Place(network.country, state, district), "word")
