"""What of a report is a child's, and what stands in its place: the one room that every surface asks.

Pure and set-wise: texts in, texts out, no database. Extraction marks what is a child's (`Person.child`, `Sighting.child`,
`Identifier.of_child`, `Identifier.names_child`), so that no page asks a further question. The rules are data
(`data/masking.toml`). See docs/explanation/masking.md.

Sources: POCSO Act 2012 s.23, JJ Act 2015 s.74.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, quote_plus

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.reports.models import IdentifierKind


class Treatment(StrEnum):
    """How an element of a report is treated (`data/masking.toml` says what each means)."""

    SHOWN = "shown"
    FOLDED = "folded"
    OPEN = "open"
    LEFT_OUT = "left_out"


class Lengths(Strict):
    """From how many characters a text is looked for, from how many also inside words, and the most texts of one report."""

    name: Annotated[int, Field(ge=1)]
    identifier: Annotated[int, Field(ge=1)]
    anywhere: Annotated[int, Field(ge=1)]
    most: Annotated[int, Field(ge=1)]


class Rules(Strict):
    """The rules of masking."""

    about: About
    child_under_years: Annotated[int, Field(ge=1, le=150)]
    carried: frozenset[IdentifierKind]
    mail_hosts: frozenset[str]
    telling: frozenset[str]
    placeholders: frozenset[str]
    lengths: Lengths
    elements: dict[str, Treatment]


# Read when the code is loaded: a wrong file stops the start, and no report pays for it.
RULES = load_toml(Path(__file__).parent / "data" / "masking.toml", Rules)

_NAMES = {
    IdentifierKind.HANDLE: "handle",
    IdentifierKind.ACCOUNT_ID: "account number",
    IdentifierKind.EMAIL: "e-mail address",
    IdentifierKind.PHONE: "telephone number",
    IdentifierKind.URL: "URL",
    IdentifierKind.IP: "IP address",
    IdentifierKind.DEVICE: "device",
}


def mask(child: int | None, what: str, number: int = 1, host: str = "") -> str:
    """What stands in place of a child's name or identifier. Nothing of the value is in it.

    Parameters
    ----------
    child
        which child of the report; None when another report says that it is a child's.
    number
        which one of several of this sort, in the order of the report, so that two sightings of one are seen to be one.
    host
        of an e-mail address, when it may be told (`told_host`).
    """
    which = f"{what} {number}" if number > 1 else what
    at = f" at {host}" if host else ""
    return f"Child {child}: {which}{at} withheld" if child else f"A child's {which}{at}, withheld"


def mask_of(kind: str, child: int | None, number: int = 1, value: str = "") -> str:
    """The mask of an identifier."""
    return mask(child, _NAMES[IdentifierKind(kind)], number, told_host(kind, value))


def told_host(kind: str, value: str) -> str:
    """The host of an e-mail address when it has so many users that it names nobody; otherwise the empty string."""
    host = value.rpartition("@")[2].casefold() if kind == IdentifierKind.EMAIL else ""
    return host if host in RULES.mail_hosts else ""


def outside(kind: str, value: str, *, of_child: bool, names_child: bool) -> str:
    """An identifier as it is shown away from its report: on a desk, in a case, as the hit of a search.

    Every such surface goes through this. On the page of its report an identifier that only *contains* a child's name is shown
    with the name replaced; elsewhere it is withheld as a whole.
    """
    if of_child:
        return mask_of(kind, None, value=value)
    return f"{_NAMES[IdentifierKind(kind)].capitalize()} that names a child: see its report" if names_child else value


def carried(kind: str) -> bool:
    """Whether an identifier of this kind is masked in every report once one report says that it is a child's."""
    return IdentifierKind(kind) in RULES.carried


class Terms:
    """Texts that are a child's, to be replaced wherever a report repeats them: case ignored, the longest first.

    `leads` are those of them that are looked for in other people's identifiers too: not a family name, a school or an address, which
    a relative's own account shares, and which say nothing of a child by themselves.
    """

    def __init__(self, leads: Terms | None = None) -> None:
        self.leads: Terms = self if leads is None else leads
        self._masks: dict[str, str] = {}  # by the text with its case folded
        self._forms: set[str] = (
            set()
        )  # as texts may write them: folding turns ß into ss, which a text with ß does not have
        self._replace: Callable[[str], str] | None = None

    def add_name(self, text: object, mask: str, *, telling: bool = True) -> None:
        """A name, school or other particular of a child; `telling`: also in an identifier."""
        for terms in {self, self.leads} if telling else {self}:
            terms._add(str(text), mask, RULES.lengths.name)

    def add_identifier(self, kind: str, text: str, mask: str) -> None:
        """An identifier of a child, with the forms in which a text would quote it."""
        if self.leads is not self:
            self.leads.add_identifier(kind, text, mask)
        self._add(text, mask, RULES.lengths.identifier)
        match kind:
            case IdentifierKind.EMAIL:
                self._add(text.rpartition("@")[0], mask, RULES.lengths.anywhere)
            case IdentifierKind.URL:
                self._add(re.sub(r"^[a-z]+://(www\.)?", "", text, flags=re.IGNORECASE), mask, RULES.lengths.anywhere)
            case IdentifierKind.PHONE:
                self._add(re.sub(r"\D", "", text)[-10:], mask, RULES.lengths.anywhere)

    def _add(self, text: str, mask: str, shortest: int) -> None:
        text = " ".join(text.split())
        if len(text) >= shortest and text.casefold() not in RULES.placeholders:
            for form in (text, quote(text), quote_plus(text), text.replace(" ", "_"), text.replace(" ", "")):
                self._masks.setdefault(form.casefold(), mask)
                self._forms |= {form, form.casefold(), form.upper(), form.lower()}
            self._replace = None

    def __bool__(self) -> bool:
        return bool(self._masks)

    def hide(self, text: str) -> str:
        """The text with every such part replaced by its mask in brackets."""
        if not self._masks:
            return text
        if self._replace is None:
            self._replace = self._replacer()
        return self._replace(text)

    def __contains__(self, text: str) -> bool:
        return self.hide(text) != text

    def _replacer(self) -> Callable[[str], str]:
        if len(self._masks) > RULES.lengths.most:
            return lambda text: "[withheld: this report names too many children]" if text else text
        parts = [
            pattern if len(form) >= RULES.lengths.anywhere else rf"(?<![^\W_]){pattern}(?![^\W_])"
            for form in sorted(self._forms, key=lambda one: (-len(one), one))
            # white space of any sort and length between the words of a name
            for pattern in (r"\s+".join(map(re.escape, form.split())),)
        ]
        found = re.compile("|".join(parts), re.IGNORECASE)

        def replaced(match: re.Match[str]) -> str:
            return f"[{self._masks.get(' '.join(match[0].split()).casefold(), mask(None, 'particulars'))}]"

        return lambda text: found.sub(replaced, text)


Child = int | None


def terms_of(
    persons: Iterable[tuple[Child, Iterable[object], object]],
    sightings: Iterable[tuple[Child, str, str, str]],
    masks: Mapping[tuple[Child, str, str], str] | None = None,
) -> Terms:
    """What is to be replaced in the texts of one report.

    Parameters
    ----------
    persons
        child (None: somebody else), first, last and displayed names, and elements as extraction keeps them.
    sightings
        child, kind, normal form, and text as written. What is not carried to other sightings (an IP address) is left alone
        where it stands as somebody else's too.
    masks
        (child, kind, normal form) → mask, where they are numbered; by default each is the first of its sort.
    """
    terms = Terms(leads=Terms())
    others = set()
    childs = []
    for child, kind, value, original in sightings:
        if child is None:
            others.add((kind, value))
        else:
            childs.append((child, kind, value, original))
    for child, kind, value, original in childs:
        if carried(kind) or (kind, value) not in others:
            shown = (masks or {}).get((child, kind, value)) or mask_of(kind, child, value=value)
            terms.add_identifier(kind, value, shown)
            terms.add_identifier(kind, original, shown)
    for child, names, details in persons:
        if child is not None:
            shown = mask(child, "name")
            first, last, *displayed = (str(name) for name in names)
            for name in (f"{first} {last}" if first and last else "", first, *displayed):
                terms.add_name(name, shown)
            terms.add_name(last, shown, telling=False)
            for text in particulars(details):
                terms.add_name(text, mask(child, "particulars"), telling=False)
    return terms


def particulars(details: object, name: str = "") -> Iterator[str]:
    """Names, schools and addresses out of a child's elements, as `pipeline.extraction` keeps them."""
    if isinstance(details, str):
        if name in RULES.telling:
            yield details
    elif isinstance(details, Mapping):
        for key, value in details.items():
            yield from particulars(value, name if key == "#" else str(key))
    elif isinstance(details, list):
        for value in details:
            yield from particulars(value, name)


def sift(details: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Elements as extraction keeps them, in two: what is shown as stated, and (element path, text) of what is folded."""
    folded: list[tuple[str, str]] = []

    def sifted(element: Mapping[str, Any], path: str) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, value in element.items():
            if name.startswith("@") or name == "#":
                continue
            match RULES.elements.get(name, Treatment.FOLDED):
                case Treatment.SHOWN:
                    shown[name] = value
                case Treatment.OPEN:
                    inner = [sifted(one, f"{path}{name}/") for one in value if isinstance(one, Mapping)]
                    if any(inner):
                        shown[name] = inner
                case Treatment.FOLDED:
                    folded.extend((f"{path}{name}", text) for text in _leaves(value))
        return shown

    return sifted(details, ""), folded


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in _leaves(one))
    elif isinstance(value, Iterable):
        yield from (text for one in value for text in _leaves(one))
