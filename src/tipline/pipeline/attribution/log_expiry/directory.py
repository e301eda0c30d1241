"""Who holds the log of an address, as cited data: networks by country, with what is known of how long they keep it.

The files that come with Tipline lie in `data/`, one a country and one for everywhere (`*`). An installation adds its own, which stand
before them (`services.import_directory`). A second country is a file more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from tipline.core.datafile import About, Strict, load_toml

DATA = Path(__file__).parent / "data"
EVERYWHERE = "*"
UNKNOWN = "unknown"
LONGEST_VERSION = 200

Kind = Literal["mobile", "fixed", "cable", "academic", "hosting", "satellite", "unknown"]
Basis = Literal["practice", "rule", "licence"]
# `assumed` is of a kind of network and not of this one; the others are what somebody said or wrote of it
Sure = Literal["assumed", "fair", "high"]

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]


class Claim(Strict):
    """How long a log is kept, says one source: by practice (then it is gone), by a rule, by the licence at the longest."""

    basis: Basis
    days: Annotated[int, Field(ge=0, le=36_600)] = 0
    years: Annotated[int, Field(ge=0, le=100)] = 0
    title: Line
    source: Line
    as_of: Day
    sure: Sure

    @model_validator(mode="after")
    def _one_span(self) -> Claim:
        if bool(self.days) == bool(self.years):
            raise ValueError("a claim has either days or years")
        return self

    def after(self, start: datetime) -> datetime | None:
        """The moment when the span that began at `start` is over; None beyond the calendar.

        A day is 24 hours, whatever a zone's clocks do. From 29 February a year ends on 1 March.
        """
        at = start.astimezone(UTC)
        try:
            if self.days:
                return at + timedelta(days=self.days)
            try:
                return at.replace(year=at.year + self.years)
            except ValueError:
                return at.replace(year=at.year + self.years, month=3, day=1)
        except (ValueError, OverflowError):
            return None

    @property
    def span(self) -> str:
        """The span in words."""
        number, unit = (self.days, "day") if self.days else (self.years, "year")
        return f"{number} {unit}{'' if number == 1 else 's'}"


class KindClaim(Claim):
    """A claim about all networks of some kinds in a country; no kinds: about all."""

    kinds: tuple[Kind, ...] = ()


class Contact(Strict):
    """Whom to write to. `placeholder`: nobody's address, to be filled in by the installation."""

    role: Line
    email: Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$")]
    placeholder: bool

    @model_validator(mode="after")
    def _says_so(self) -> Contact:
        if self.email.endswith(".example") and not self.placeholder:
            raise ValueError("an address under .example is nobody's: say placeholder = true")
        return self


class Holder(Strict):
    """A network that holds logs.

    Parameters
    ----------
    names
        how range tables write it: a name fits when its words stand together in the owner's text.
    retention
        what is known of this network; of each basis it stands before what is said of its kind.
    port_needed
        whether an address alone finds nobody there, since many share it; None: as of its kind.
    """

    key: Key
    name: Annotated[str, Field(min_length=1, max_length=120)]
    asns: tuple[Annotated[int, Field(ge=1, le=4_294_967_295)], ...] = ()
    names: tuple[Annotated[str, Field(min_length=3, max_length=80)], ...] = ()
    kind: Kind
    retention: tuple[Claim, ...] = ()
    port_needed: bool | None = None
    contact: Contact | None = None
    accepts: tuple[Line, ...] = ()
    source: Line
    as_of: Day

    @field_validator("names")
    @classmethod
    def _have_words(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if empty := [name for name in names if not words(name)]:
            raise ValueError(f"{empty[0]!r} holds no word")
        return names

    @model_validator(mode="after")
    def _can_be_found(self) -> Holder:
        if not self.asns and not self.names:
            raise ValueError(f"{self.key} has neither asns nor names: nothing leads to it")
        if self.key == UNKNOWN or self.kind == UNKNOWN:
            raise ValueError("unknown stands for networks that are in no directory")
        return self


class Unknown(Strict):
    """What is done where no network of the file fits."""

    contact: Contact
    accepts: tuple[Line, ...]
    advice: Line


class DirectoryFile(Strict):
    """The networks of a country, or of everywhere (`*`)."""

    about: About
    country: Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")]
    retention: tuple[KindClaim, ...] = ()
    unknown: Unknown | None = None
    holders: Annotated[tuple[Holder, ...], Field(max_length=20_000)] = ()

    @model_validator(mode="after")
    def _each_leads_to_one(self) -> DirectoryFile:
        for what, found in (
            ("key", [h.key for h in self.holders]),
            ("AS number", [asn for h in self.holders for asn in h.asns]),
            ("name", [" ".join(words(name)) for h in self.holders for name in h.names]),
        ):
            seen: set[object] = set()
            for one in found:
                if one in seen:
                    raise ValueError(f"the {what} {one} stands twice")
                seen.add(one)
        return self


def words(text: str) -> tuple[str, ...]:
    """The words of a name, as names are compared: letters and digits, in small letters."""
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Found:
    """Who holds the log, and what is known of how long.

    `found_by` is `asn`, `owner` or empty (nobody known). `claims` has at most one claim of each basis; `of_network` are the bases of
    those that are known of this very network.
    """

    key: str
    name: str
    kind: Kind
    found_by: str
    claims: Mapping[Basis, Claim]
    of_network: frozenset[Basis]
    port_needed: bool
    contact: Contact | None
    accepts: tuple[str, ...]
    advice: str
    ambiguous: tuple[str, ...] = ()


class Directory:
    """All files in force, those of the installation before those that come with Tipline."""

    def __init__(self, own: Sequence[DirectoryFile] = (), standard: Sequence[DirectoryFile] | None = None) -> None:
        self.files = (*own, *(standard_files() if standard is None else standard))
        self.own = frozenset(id(file) for file in own)
        whole = " + ".join(
            f"{'own ' if id(file) in self.own else ''}{file.country} {file.about.version}"
            for file in sorted(self.files, key=lambda f: (f.country == EVERYWHERE, f.country, id(f) not in self.own))
        )
        self.version = whole if len(whole) <= LONGEST_VERSION else f"{whole[: LONGEST_VERSION - 17]} {_digest(whole)}"
        self._by_asn: dict[int, tuple[Holder, str]] = {}
        self._by_name: dict[tuple[str, ...], list[tuple[Holder, str]]] = {}
        self._by_key: dict[tuple[str, str], Holder] = {}
        for file in self.files:
            for holder in file.holders:
                if (file.country, holder.key) in self._by_key:
                    continue  # the installation's own entry of that key counts instead
                self._by_key[file.country, holder.key] = holder
                for asn in holder.asns:
                    self._by_asn.setdefault(asn, (holder, file.country))
                for name in holder.names:
                    self._by_name.setdefault(words(name), []).append((holder, file.country))
        self._longest = max((len(name) for name in self._by_name), default=0)

    def holders(self) -> Iterable[tuple[str, bool, Holder]]:
        """Every network in force with its country, and whether it is the installation's own entry."""
        for file in self.files:
            for holder in file.holders:
                if self._by_key[file.country, holder.key] is holder:
                    yield file.country, id(file) in self.own, holder

    def find(self, country: str, asn: int | None, owner: str) -> Found:
        """Who holds the log of an address of this network.

        Parameters
        ----------
        country
            where the address was, ISO 3166-1 alpha-2, or empty: its rules hold, and names of other countries' networks do not fit.
        owner
            the owner's text of a range table or an MMDB file.
        """
        if asn is not None and asn in self._by_asn:
            holder, home = self._by_asn[asn]
            return self._of(holder, home, country, "asn")
        fits = self._named(country, words(owner))
        if len({holder.key for holder, _ in fits}) == 1:
            return self._of(*fits[0], country, "owner")
        return self._nobody(country, tuple(sorted({holder.name for holder, _ in fits})))

    def by_key(self, country: str, key: str) -> Found:
        """What is known now of a network that an earlier `find` named, or of a country's unknown ones."""
        for home in (country, EVERYWHERE, *(file.country for file in self.files)):
            if (home, key) in self._by_key:
                return self._of(self._by_key[home, key], home, country, "")
        return self._nobody(country, ())

    def _named(self, country: str, owner: tuple[str, ...]) -> list[tuple[Holder, str]]:
        """The networks whose name stands in the owner's text, of the longest name; several only if they are of one length."""
        for length in range(min(self._longest, len(owner)), 0, -1):
            fits = [
                (holder, home)
                for start in range(len(owner) - length + 1)
                for holder, home in self._by_name.get(owner[start : start + length], ())
                if not country or home in {country, EVERYWHERE}
            ]
            if fits:
                return fits
        return []

    def _of(self, holder: Holder, home: str, country: str, found_by: str) -> Found:
        where = country if home == EVERYWHERE else home
        claims = self._claims(where, holder.kind)
        own: dict[Basis, Claim] = {}
        for claim in holder.retention:
            own[claim.basis] = _weightier(own.get(claim.basis), claim)
        unknown = self._unknown(where)
        return Found(
            holder.key, holder.name, holder.kind, found_by, {**claims, **own}, frozenset(own),
            holder.kind in _SHARED if holder.port_needed is None else holder.port_needed,
            holder.contact, holder.accepts or (unknown.accepts if unknown else ()), "",
        )  # fmt: skip

    def _nobody(self, country: str, ambiguous: tuple[str, ...]) -> Found:
        unknown = self._unknown(country)
        return Found(
            UNKNOWN, "unknown holder", "unknown", "", self._claims(country, "unknown"), frozenset(), port_needed=True,
            contact=unknown.contact if unknown else None, accepts=unknown.accepts if unknown else (),
            advice=unknown.advice if unknown else "", ambiguous=ambiguous,
        )  # fmt: skip

    def _unknown(self, country: str) -> Unknown | None:
        return next((file.unknown for file in self._for(country) if file.unknown), None)

    def _claims(self, country: str, kind: Kind) -> dict[Basis, Claim]:
        """What is said of networks of a kind: of each basis by the first file that says anything."""
        claims: dict[Basis, Claim] = {}
        for file in self._for(country):
            here: dict[Basis, KindClaim] = {}
            # what is said of this kind stands before what is said of all
            for claim in (*(c for c in file.retention if kind in c.kinds), *(c for c in file.retention if not c.kinds)):
                before = here.get(claim.basis)
                if before is None or bool(claim.kinds) == bool(before.kinds):
                    here[claim.basis] = _weightier(before, claim)
            claims = {**here, **claims}
        return claims

    def _for(self, country: str) -> list[DirectoryFile]:
        mine = [file for file in self.files if file.country == country]
        return [*mine, *(file for file in self.files if file.country == EVERYWHERE and file not in mine)]


# Kinds of network where many subscribers stand behind one address, or may.
_SHARED = frozenset({"mobile", "cable", "satellite"})
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


ClaimOf = TypeVar("ClaimOf", bound=Claim)


def _weightier(before: ClaimOf | None, claim: ClaimOf) -> ClaimOf:
    """Of two claims of one basis: the shorter practice, since a log that is gone is gone; the longer rule or licence."""
    if before is None:
        return claim
    first, second = before.after(_ANY_DAY), claim.after(_ANY_DAY)
    if first is None or second is None or first == second:
        return before
    return (before if first < second else claim) if claim.basis == "practice" else (before if first > second else claim)


@lru_cache(maxsize=1)
def standard_files() -> tuple[DirectoryFile, ...]:
    """The files that come with Tipline, those of a country first."""
    files = [load_toml(path, DirectoryFile) for path in sorted(DATA.glob("??.toml"))]
    return (*files, load_toml(DATA / "everywhere.toml", DirectoryFile))
