"""Names of places: the forms in which they are compared, and the canonical names of states and districts.

A name that the gazetteer does not know stays as it is written: it then matches no jurisdiction below its country, and a
person sees it. Nothing is matched by a part of its name: there are many Jalgaons.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tipline.trust.places import loading

_BREAKS = {n: " " for n in range(128) if not chr(n).isalnum()}
_LATIN = re.compile(r"[a-z0-9 ]*")
# Spellings of one sound in the names of South Asia, the longer first.
_SOUNDS = (
    ("chh", "c"), ("ksh", "ks"), ("aa", "a"), ("ee", "i"), ("ii", "i"), ("oo", "u"), ("uu", "u"), ("ou", "u"), ("ai", "e"), ("au", "o"),
    ("ch", "c"), ("sh", "s"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("gh", "g"), ("kh", "k"), ("jh", "j"), ("ph", "f"), ("zh", "l"),
    ("ck", "k"), ("x", "ks"), ("w", "v"), ("z", "j"), ("q", "k"), ("y", "i"), ("e", "i"), ("o", "u"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


def key(name: str) -> str:
    """The form in which two spellings of a name are compared: NFKC, case folded, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def plain(name: str) -> str:
    """The same without marks on Latin letters and without punctuation: `Ri-Bhoi` and `Ri Bhoi` are one. Other scripts stay."""
    if name.isascii():
        return " ".join(name.lower().replace("&", " and ").translate(_BREAKS).split())
    letters = unicodedata.normalize("NFD", key(name).replace("&", " and "))
    bare = "".join(c for c in letters if not ("\u0300" <= c <= "\u036f"))
    spaced = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in bare)
    return " ".join(unicodedata.normalize("NFC", spaced).split())


def sound(name: str) -> str:
    """A form that spellings of one sound share: `Tirupur` and `Tiruppur`. It only ever supports what something else says.

    Empty for names that are too short to tell anything, or not in Latin letters.
    """
    folded = plain(name)
    if not _LATIN.fullmatch(folded):
        return ""
    folded = folded.replace(" ", "")
    for spelling, instead in _SOUNDS:
        folded = folded.replace(spelling, instead)
    folded = _DOUBLED.sub(r"\1", folded).rstrip("ahmn")
    return folded if len(folded) >= 4 else ""


@lru_cache(maxsize=16)
def state_names(country: str) -> dict[str, str]:
    """Every written form of a state → its canonical name."""
    return {
        form: state.name
        for state in loading.states(country)
        for name in state.names
        for form in (key(name), plain(name))
    }


@lru_cache(maxsize=16)
def district_names(country: str) -> dict[tuple[str, str], str]:
    """(canonical state, written form of a district) → its canonical name."""
    known: dict[tuple[str, str], str] = {}
    for district in loading.districts(country):
        for name in district.names:
            for form in (key(name), plain(name)):
                known.setdefault((district.state, form), district.name)
    return known


def canonical_state(country: str, state: str) -> str:
    """The canonical name of a state; empty when the gazetteer does not know it."""
    names = state_names(country)
    return names.get(key(state)) or names.get(plain(state), "")


def canonical_district(country: str, state: str, district: str) -> str:
    """The canonical name of a district of a state given by its canonical name; empty when the gazetteer does not know it."""
    names = district_names(country)
    return names.get((state, key(district))) or names.get((state, plain(district)), "")


def canonical_place(country: str, state: str, district: str) -> tuple[str, str]:
    """The canonical names of a state and a district, each as written where the gazetteer does not know it."""
    state = canonical_state(country, state) or state
    return state, canonical_district(country, state, district) or district


def local_place(country: str, state: str, district: str, language: str) -> tuple[str, str]:
    """The names of a state and a district, given by their canonical names, as a language writes them.

    Each is as it was given where the gazetteer has none in that language; of Maharashtra and its districts it has them in Marathi.
    """
    states, districts = _local_names(country, language)
    return states.get(state, state), districts.get((state, district), district)


@lru_cache(maxsize=16)
def _local_names(country: str, language: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    return (
        {one.name: one.local[language] for one in loading.states(country) if language in one.local},
        {(one.state, one.name): one.local[language] for one in loading.districts(country) if language in one.local},
    )
