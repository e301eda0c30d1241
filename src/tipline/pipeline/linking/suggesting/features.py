"""What of a report is compared, and by what reports come to be compared at all: pure, texts in, texts out.

Folding loses what people vary: separators, look-alike letters, scripts, spellings of one sound. Equal folded texts are no evidence of
one person; they are worth a person's look.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tipline.pipeline.linking.suggesting.model import MODEL

_LONGEST_TEXT = 200  # of a text that is folded at all
_LONGEST_NICK = 32  # of what is left of it
_NO_LETTER = re.compile(r"[\W_]+")
_INNER_A = re.compile(r"(?<=\w)a")
_DOUBLED = re.compile(r"(.)\1+")
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_])\d(?=[^\W\d_])")
_LOOK_ALIKES = str.maketrans(MODEL.look_alikes)
_DEVANAGARI = MODEL.devanagari


@dataclass(slots=True)
class Likeness:
    """What is compared of one report: folded text → ids of the identifiers that it was folded from (none: a name).

    Shape: at most `most_values` texts a field.
    """

    nicks: dict[str, set[int]] = field(default_factory=dict)
    names: dict[str, set[int]] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=dict)
    places: dict[str, set[int]] = field(default_factory=dict)

    def add(self, name: str, text: str | None, identifier_id: int | None = None) -> None:
        """Add a folded text, unless it is None or the field is full."""
        texts: dict[str, set[int]] = getattr(self, name)
        if text is None or (text not in texts and len(texts) >= MODEL.most_values):
            return
        found = texts.setdefault(text, set())
        if identifier_id is not None:
            found.add(identifier_id)


def nick(text: str) -> str | None:
    """`Ravi_K.91` and `rаvik-91` (with a Cyrillic а) → `ravik91`; None when too little is left to compare."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold().lstrip("@")
    folded = _NO_LETTER.sub("", _plain(folded.translate(_LOOK_ALIKES)))[:_LONGEST_NICK]
    folded = _LETTER_DIGIT.sub(lambda match: MODEL.digits_between_letters.get(match[0], match[0]), folded)
    return folded if len(folded) >= MODEL.shortest_nick and any(letter.isalpha() for letter in folded) else None


def mail_nick(address: str) -> str | None:
    """The part of an e-mail address before the @, without a +tag, folded as the name of an account."""
    local, at, _ = address.rpartition("@")
    return nick(local.partition("+")[0]) if at else None


def name(text: str) -> str | None:
    """`कुमार रवि`, `Ravi Kumaar` → `kumar ravi`: words in Latin letters, one spelling of each sound, in order; None for a single word."""
    latin = _plain(_latin(unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).casefold()))
    words = sorted({folded for word in _NO_LETTER.split(latin) if len(folded := _sound(word)) > 1})
    return " ".join(words)[: 2 * _LONGEST_NICK] if len(words) > 1 else None


def number(text: str) -> str | None:
    """The last ten digits of a telephone number: the national number of most plans, India's among them. None for a short one."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]))
    return digits[-10:] if len(digits) >= MODEL.shortest_number else None


def place(address: str, port: int | None, at: datetime | None) -> str | None:
    """An address with port and minute (UTC); None when one of them is missing: an address alone says nothing."""
    return f"{address} {port} {at:%Y-%m-%dT%H:%M}" if port and at else None


def keys(of: Likeness) -> list[int]:
    """Numbers (64 bits, signed) by which reports come to be compared: those who share one. They are hashes and say nothing themselves.

    Names of accounts: each as a whole and without each of its letters in turn, so that any two that are one letter apart meet; and
    without digits. Everything else: as it is.
    """
    found: dict[int, None] = {}
    for text in of.nicks:
        found |= dict.fromkeys(_hash("nick", form) for form in _forms(text))
    # an a that is written in one script and not in the other keeps nobody apart here
    found |= dict.fromkeys(_hash("name", _INNER_A.sub("", text)) for text in of.names)
    for kind in ("numbers", "places"):
        found |= dict.fromkeys(_hash(kind, text) for text in getattr(of, kind))
    return list(found)


def _forms(text: str) -> Iterator[str]:
    yield text
    yield from (text[:at] + text[at + 1 :] for at in range(len(text)))
    bare = re.sub(r"[0-9]", "", text)
    if bare != text and len(bare) >= MODEL.shortest_nick:
        yield f"stem {bare}"
    elif bare == text:
        yield f"stem {text}"


def _hash(kind: str, text: str) -> int:
    digest = hashlib.blake2b(f"{kind}\0{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _plain(text: str) -> str:
    """Without accents; signs of Indian scripts are letters of their own and stay."""
    return "".join(
        one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn" or ord(one) > 0x36F
    )


def _latin(text: str) -> str:
    written: list[str] = []
    open_a = False  # the last consonant still carries its a
    for letter in text:
        if letter in _DEVANAGARI.consonants:
            written += ["a"] * open_a + [_DEVANAGARI.consonants[letter]]
            open_a = True
            continue
        sign = _DEVANAGARI.signs.get(letter)
        if sign is None:
            written += ["a"] * open_a
            sign = _DEVANAGARI.vowels.get(letter, _DEVANAGARI.marks.get(letter, letter))
        written.append(sign)
        open_a = False
    return "".join(written + ["a"] * open_a)


def _sound(word: str) -> str:
    for spelling, one in MODEL.spellings.items():
        word = word.replace(spelling, one)
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if len(word) > 3 and word.endswith("a") else word


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed (Levenshtein)."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != against)))
        before = now
    return before[-1]


def closest(low: dict[str, set[int]], high: dict[str, set[int]]) -> tuple[list[int], list[int]]:
    """The identifiers of two reports whose folded texts are nearest to each other, for a person to look at."""
    pairs: Iterable[tuple[int, str, str]] = (
        (distance(one, other), one, other) for one in sorted(low) for other in sorted(high)
    )
    _, one, other = min(pairs)
    return sorted(low[one])[:5], sorted(high[other])[:5]
