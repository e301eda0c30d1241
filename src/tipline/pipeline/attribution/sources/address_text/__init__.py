"""Written addresses: the state and the town that they name as whole words. `Pathalgaon` is not Jalgaon; a name of several places is none.

A pin code in the text is heard too. Only addresses that state India are read word by word, since words of other countries' addresses
would meet its names by chance.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tipline.pipeline.attribution.hints import Material, elements, hint, text
from tipline.pipeline.attribution.statements import Statement
from tipline.trust.places import Place, Resolved, resolve

KIND = "address_text"
_PIN = re.compile(r"(?<![0-9])[1-9][0-9]{2} ?[0-9]{3}(?![0-9])")
_PARTS = re.compile(r"[,;\n|/]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-'.][^\W\d_]+)*", re.UNICODE)
_LONGEST = 3  # words of a name
_MOST_PARTS = 20
_AS_WRITTEN = {"as-stated", "names"}  # rules of the gazetteer by which nothing was recognised


def read(material: Material) -> list[Statement]:
    """One statement for each address that names a place."""
    found = []
    for person in material.people:
        for address in elements(person, "address"):
            country = text(address, "country").upper()
            if len(country) != 2:
                continue
            state, city = text(address, "nonUsaState") or text(address, "state"), text(address, "city")
            line = text(address, "address")[:255]
            place = resolve(country, state=state, city=city) if state or city else Resolved(Place(country), "country")
            if country == "IN" and not place.place.district and not place.candidates:
                place = in_words(line, place)
            said = ", ".join(part for part in (city, state, country) if part)
            found.append(hint(KIND, "address", place, said, material.at))
    return [one for one in found if one]


def in_words(line: str, known: Resolved) -> Resolved:
    """What the words of an address line add to what is known: a pin code first, then one state, then one town of it."""
    country = known.place.country
    if pin := _PIN.search(line):
        found = resolve(country, state=known.place.state, postal_code=pin[0])
        if found.place.state:
            return found
    names = [name for part in _PARTS.split(line)[:_MOST_PARTS] for name in _names(part)]
    states = {
        r.place.state for n in names if (r := resolve(country, state=n)).place.state and r.rule not in _AS_WRITTEN
    }
    state = known.place.state or (states.pop() if len(states) == 1 else "")
    if not state:
        return known
    towns = {}
    for name in names:
        found = resolve(country, state=state, city=name)
        if found.place.district and found.place.state == state and found.rule not in _AS_WRITTEN:
            towns[found.place] = found
    if len(towns) == 1:
        return next(iter(towns.values()))
    candidates = tuple(towns) if len(towns) > 1 else ()
    return replace(known, place=Place(country, state), candidates=candidates)


def _names(part: str) -> list[str]:
    """Every run of up to three whole words."""
    words = _WORDS.findall(part)
    return [" ".join(words[i : i + n]) for n in range(1, _LONGEST + 1) for i in range(len(words) - n + 1)]
