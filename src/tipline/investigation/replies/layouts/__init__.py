"""Layouts of replies: one folder each, with `layout.toml` and, where columns alone do not do, a small `convert.py`.

A folder can be deleted, and its layout is gone. `docs/reference/reply-layouts.md` says what may stand in one.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.investigation.replies.files.rows import Row
from tipline.investigation.replies.times import Dates, zone_of

FOLDER = Path(__file__).parent


class Kind(StrEnum):
    """What a reply holds."""

    SUBSCRIBER = "subscriber"
    LOGIN_HISTORY = "login-history"
    IPDR = "ipdr"
    CDR = "cdr"

    @property
    def label(self) -> str:
        """As screens name it."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    Kind.SUBSCRIBER: "Subscriber or account particulars",
    Kind.LOGIN_HISTORY: "Login history of an account",
    Kind.IPDR: "Internet sessions of subscribers (IPDR)",
    Kind.CDR: "Calls of subscribers (CDR)",
}


class Meaning(StrEnum):
    """What a column may mean."""

    IP = "ip"
    PORT = "port"
    PORT_TO = "port_to"
    START = "start"
    END = "end"
    START_DATE = "start_date"
    START_TIME = "start_time"
    END_DATE = "end_date"
    END_TIME = "end_time"
    PRIVATE_IP = "private_ip"
    PRIVATE_PORT = "private_port"
    DESTINATION_IP = "destination_ip"
    DESTINATION_PORT = "destination_port"
    SUBSCRIBER = "subscriber"
    NAME = "name"
    ADDRESS = "address"
    MSISDN = "msisdn"
    IMSI = "imsi"
    IMEI = "imei"
    EMAIL = "email"
    ACCOUNT = "account"
    HANDLE = "handle"
    DEVICE = "device"
    EVENT = "event"
    OTHER_NUMBER = "other_number"
    DURATION = "duration"
    CELL = "cell"
    REFERENCE = "reference"
    NOTE = "note"

    @property
    def label(self) -> str:
        """As screens name it."""
        return _LABELS[self]


_LABELS = {
    Meaning.IP: "Public IP address (translated, if there are two)",
    Meaning.PORT: "Public port, first of a range, or a range as 1024-2047",
    Meaning.PORT_TO: "Last port of a range",
    Meaning.START: "Time, or beginning of a session",
    Meaning.END: "End of a session",
    Meaning.START_DATE: "Day of the beginning",
    Meaning.START_TIME: "Time of day of the beginning",
    Meaning.END_DATE: "Day of the end",
    Meaning.END_TIME: "Time of day of the end",
    Meaning.PRIVATE_IP: "Private IP address",
    Meaning.PRIVATE_PORT: "Private port",
    Meaning.DESTINATION_IP: "Destination address",
    Meaning.DESTINATION_PORT: "Destination port",
    Meaning.SUBSCRIBER: "Subscriber's number with the company",
    Meaning.NAME: "Subscriber's name",
    Meaning.ADDRESS: "Subscriber's address",
    Meaning.MSISDN: "Telephone number (MSISDN)",
    Meaning.IMSI: "IMSI",
    Meaning.IMEI: "IMEI",
    Meaning.EMAIL: "E-mail address",
    Meaning.ACCOUNT: "Account number on the platform",
    Meaning.HANDLE: "Handle on the platform",
    Meaning.DEVICE: "Device",
    Meaning.EVENT: "Event, such as Login",
    Meaning.OTHER_NUMBER: "Other party of a call",
    Meaning.DURATION: "Duration",
    Meaning.CELL: "Cell",
    Meaning.REFERENCE: "Our reference, as the company repeats it",
    Meaning.NOTE: "Kept as text, not used",
}
# Any of the meanings of each group must be there.
NEEDS: dict[Kind, tuple[frozenset[Meaning], ...]] = {
    Kind.IPDR: (
        frozenset({Meaning.IP}),
        frozenset({Meaning.START, Meaning.START_DATE}),
        frozenset({Meaning.SUBSCRIBER, Meaning.MSISDN, Meaning.IMSI, Meaning.NAME}),
    ),
    Kind.LOGIN_HISTORY: (
        frozenset({Meaning.IP, Meaning.DEVICE}),
        frozenset({Meaning.START, Meaning.START_DATE}),
        frozenset({Meaning.ACCOUNT, Meaning.HANDLE, Meaning.EMAIL, Meaning.MSISDN}),
    ),
    Kind.SUBSCRIBER: (
        frozenset({Meaning.ACCOUNT, Meaning.HANDLE, Meaning.EMAIL, Meaning.MSISDN, Meaning.IP, Meaning.SUBSCRIBER}),
        frozenset({Meaning.NAME, Meaning.EMAIL, Meaning.MSISDN, Meaning.ADDRESS, Meaning.IMEI}),
    ),
    Kind.CDR: (
        frozenset({Meaning.MSISDN}),
        frozenset({Meaning.START, Meaning.START_DATE}),
        frozenset({Meaning.OTHER_NUMBER, Meaning.CELL, Meaning.IMEI, Meaning.IMSI}),
    ),
}
# The day that a time of day belongs to.
_TOGETHER = ((Meaning.START_DATE, Meaning.START_TIME), (Meaning.END_DATE, Meaning.END_TIME))


def check_meanings(kind: Kind, meanings: Sequence[Meaning]) -> None:
    """Refuse columns of which a kind cannot be made.

    Raises
    ------
    InvalidInputError
        naming what is there twice or missing.
    """
    once = [one for one in meanings if one != Meaning.NOTE]
    if twice := sorted({one.label for one in once if once.count(one) > 1}):
        raise InvalidInputError(f"two columns cannot both be: {', '.join(twice)}")
    for group in NEEDS[kind]:
        if not group & set(once):
            wanted = " or ".join(sorted(one.label for one in group))
            raise InvalidInputError(f"{kind.label} needs a column for: {wanted}")
    for day, time in _TOGETHER:
        if (day in once) != (time in once):
            raise InvalidInputError(f"{day.label} and {time.label} go together")


class Layout(Strict):
    """How a company writes its replies.

    Parameters
    ----------
    recognised_by
        headings that must all be there for the file to be of this layout.
    columns
        heading → what it means. Headings are compared without case, signs and repeated spaces.
    ignored
        headings that are known and not used; what stands in neither is told as a change of the layout.
    zone
        of times that name none; empty: the person who imports is asked.
    platform
        on which accounts and handles are, as reports name it.
    convert
        `convert.py` of the folder makes the table.
    """

    about: About
    kind: Kind
    forms: tuple[str, ...] = Field(min_length=1)
    recognised_by: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Meaning] = Field(min_length=1)
    ignored: tuple[str, ...] = ()
    dates: Dates = Dates.UNSAID
    zone: str = ""
    platform: str = ""
    convert: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Layout:
        try:
            check_meanings(self.kind, list(self.columns.values()))
            if self.zone:
                zone_of(self.zone)
        except InvalidInputError as error:
            raise ValueError(str(error)) from error
        if missing := {plain(h) for h in self.recognised_by} - {plain(h) for h in self.columns}:
            raise ValueError(f"recognised_by names headings that are no columns: {', '.join(sorted(missing))}")
        return self


_SIGNS = re.compile(r"[\W_]+")


def plain(heading: str) -> str:
    """A heading for comparison: `Start_Time (IST)` → `start time ist`."""
    return _SIGNS.sub(" ", heading.casefold()).strip()


def fingerprint(headings: Iterable[str]) -> str:
    """What is the same for files with the same headings in the same order."""
    return hashlib.sha256("\0".join(plain(h) for h in headings).encode()).hexdigest()


@lru_cache(maxsize=1)
def layouts() -> dict[str, Layout]:
    """Every layout by the name of its folder.

    Raises
    ------
    InvalidInputError
        naming the file and what is wrong with it.
    """
    return {path.parent.name: load_toml(path, Layout) for path in sorted(FOLDER.glob("*/layout.toml"))}


def converter(name: str) -> Callable[[Iterator[Row]], Iterator[Row]]:
    """What makes a table of the rows of a layout's file: `convert.py` of its folder, or nothing."""
    if not layouts()[name].convert:
        return lambda rows: rows
    module: Any = importlib.import_module(f"{__name__}.{name}.convert")
    return module.convert  # type: ignore[no-any-return]  # by the convention of the folder


def recognise(headings: Sequence[str], form: str) -> str | None:
    """The layout of a table with these headings: of several the one that asks for most."""
    found = {plain(h) for h in headings if h}
    fitting = [
        (len(layout.recognised_by), name)
        for name, layout in layouts().items()
        if form in layout.forms and {plain(h) for h in layout.recognised_by} <= found
    ]
    return max(fitting)[1] if fitting else None
