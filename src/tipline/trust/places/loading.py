"""Reading the folder of a country: states, districts, cities, offices. Places are data; another country is another folder.

A folder may hold `about.toml`, `states.csv`, `districts.csv`, `cities.csv` and `offices.csv.xz` (docs/reference/places.md). Those that
come with Tipline lie beside this file; an installation names a folder of its own with TIPLINE_PLACES, whose files stand in their place.
"""

from __future__ import annotations

import csv
import hashlib
import io
import lzma
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from tipline.core.config import config
from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import ConfigurationError, InvalidInputError

DATA = Path(__file__).parent / "data"
MAX_BYTES = 200_000_000
OFFICE = ("state", "district", "pin", "kind", "latitude", "longitude", "name")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NAME_IN = re.compile(r"name_([a-z]{2,3})")  # an ISO 639 code


class Head(About):
    """What the folder of a country is, and how the country writes its postal codes."""

    postal_code: str = Field(default="", description="regular expression of a whole postal code without blanks")


class _AboutFile(Strict):
    """`about.toml`."""

    about: Head


class _Line(NamedTuple):
    """A line of a file, for what is said of it."""

    path: Path
    number: int

    def __str__(self) -> str:
        return f"{self.path} line {self.number}"


@dataclass(frozen=True, slots=True)
class State:
    """A state by its canonical name, its code, and every other name that leads to it; `local`: language → its name in it."""

    name: str
    code: str
    names: tuple[str, ...]
    local: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class District:
    """A district by its canonical name, its official code if known, and every other name that leads to it; `local` as of a state."""

    state: str
    name: str
    code: str
    names: tuple[str, ...]
    part_of: tuple[str, ...]
    local: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class City:
    """A city whose name is not its district's: the districts that it lies in, one or several."""

    state: str
    districts: tuple[str, ...]
    names: tuple[str, ...]


class Office(NamedTuple):
    """A place with a name and a postal code: a town's (`H`, `S`) or a village's (`B`) post office, with coordinates where they can be believed."""

    state: str
    district: str
    postal_code: str
    kind: str
    latitude: float | None
    longitude: float | None
    name: str


def own_folder() -> Path | None:
    """The folder that TIPLINE_PLACES names, if any."""
    return config().places


def known_countries() -> tuple[str, ...]:
    """Codes of the countries that have a folder, in order."""
    found = {
        folder.name
        for base in (DATA, own_folder())
        if base is not None and base.is_dir()
        for folder in base.iterdir()
        if folder.is_dir() and _COUNTRY.fullmatch(folder.name)
    }
    return tuple(sorted(found))


def _file(country: str, name: str) -> Path | None:
    """The installation's own file, else the one that comes with Tipline."""
    for base in (own_folder(), DATA):
        if base is not None and (path := base / country / name).is_file():
            return path
    return None


@lru_cache(maxsize=16)
def head(country: str) -> Head | None:
    """What `about.toml` of a country says; None when there is no folder.

    Raises
    ------
    ConfigurationError
        naming the file and what is wrong with it.
    """
    path = _file(country, "about.toml")
    if path is None:
        return None
    try:
        return load_toml(path, _AboutFile).about
    except InvalidInputError as error:
        raise ConfigurationError(f"{path} is not a head of places: {error}") from error


@lru_cache(maxsize=16)
def version(country: str) -> str:
    """Stated version and digest of a country's files: changes with every byte of them. Empty without a folder."""
    about = head(country)
    if about is None:
        return ""
    digest = hashlib.sha256()
    for name in ("about.toml", "states.csv", "districts.csv", "cities.csv", "offices.csv.xz"):
        path = _file(country, name)
        digest.update(name.encode() + b"\0" + (path.read_bytes() if path else b"") + b"\0")
    return f"{country}-{about.version}-{digest.hexdigest()[:12]}"


def _cells(country: str, name: str, columns: tuple[str, ...] = ()) -> Iterator[tuple[_Line, list[str]]]:
    """Where each row stands, and its cells; the first line is checked against `columns`, or given back when there are none."""
    path = _file(country, name)
    if path is None:
        return
    try:
        body = path.read_bytes()
        text = (lzma.decompress(body) if name.endswith(".xz") else body).decode("utf-8-sig")
        if len(text) > MAX_BYTES:
            raise ConfigurationError(f"{path} is larger than {MAX_BYTES} bytes")
        reader = csv.reader(io.StringIO(text), strict=True)
        first = next(reader, [])
        if columns and tuple(first) != columns:
            raise ConfigurationError(f"{path} line 1: the columns must be {','.join(columns)}")
        if not columns:
            yield _Line(path, 1), first
        for cells in reader:
            where = _Line(path, reader.line_num)
            if len(cells) != len(first):
                raise ConfigurationError(f"{where}: it has not as many cells as the first line")
            yield where, cells
    except (OSError, UnicodeDecodeError, lzma.LZMAError, csv.Error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


def _rows(country: str, name: str, needed: tuple[str, ...]) -> Iterator[tuple[_Line, dict[str, str]]]:
    """Where each row stands, and its cells by column, without outer blanks."""
    rows = _cells(country, name)
    where, first = next(rows, (None, []))
    if where is None:
        return
    missing = [column for column in needed if column not in first]
    if missing:
        raise ConfigurationError(f"{where}: there is no column {missing[0]}")
    for where, cells in rows:
        yield where, {column: cell.strip() for column, cell in zip(first, cells, strict=True)}


def _local(row: Mapping[str, str]) -> dict[str, str]:
    """Language → name, from the columns `name_hi`, `name_mr` and so on."""
    found = ((_NAME_IN.fullmatch(column), cell) for column, cell in row.items())
    return {match[1]: cell.split(";")[0].strip() for match, cell in found if match and cell}


def _listed(*cells: str) -> tuple[str, ...]:
    return tuple(part for cell in cells for one in cell.split(";") if (part := one.strip()))


@lru_cache(maxsize=16)
def states(country: str) -> tuple[State, ...]:
    """The states of a country."""
    found = []
    for where, row in _rows(country, "states.csv", ("name", "code", "aliases")):
        if not row["name"]:
            raise ConfigurationError(f"{where}: a state needs its name")
        others = _listed(
            row["aliases"], row["code"], *(row.get(c, "") for c in ("iso", "name_hi", "name_mr", "name_local"))
        )
        found.append(State(row["name"], row["code"], (row["name"], *others), _local(row)))
    return tuple(found)


@lru_cache(maxsize=16)
def districts(country: str) -> tuple[District, ...]:
    """The districts of a country."""
    found = []
    for where, row in _rows(country, "districts.csv", ("state", "district", "aliases")):
        if not (row["state"] and row["district"]):
            raise ConfigurationError(f"{where}: a district needs its name and its state")
        others = _listed(row["aliases"], *(row.get(c, "") for c in ("pin_name", "name_hi", "name_mr", "name_local")))
        code = row.get("lgd_code") or row.get("code", "")
        names = (row["district"], *others)
        part_of = _listed(row.get("part_of", ""))
        found.append(District(row["state"], row["district"], code, names, part_of, _local(row)))
    return tuple(found)


@lru_cache(maxsize=16)
def cities(country: str) -> tuple[City, ...]:
    """The cities of a country that are not named as their district, or lie in several."""
    found = []
    for where, row in _rows(country, "cities.csv", ("state", "city", "districts", "aliases")):
        within = _listed(row["districts"])
        if not (row["state"] and row["city"] and within):
            raise ConfigurationError(f"{where}: a city needs its name, its state and its districts")
        found.append(City(row["state"], within, (row["city"], *_listed(row["aliases"]))))
    return tuple(found)


def offices(country: str) -> Iterator[Office]:
    """The offices of a country: every name and postal code of a place that its data know.

    They are many, so they are read by the order of their columns: state, district, pin, kind, latitude, longitude, name.
    """
    name = "offices.csv.xz"
    for where, cells in _cells(country, name, OFFICE):
        state, district, postal_code, kind, latitude, longitude, written = cells
        try:
            north, east = (float(latitude), float(longitude)) if latitude else (None, None)
        except ValueError as error:
            raise ConfigurationError(f"{where}: coordinates are not numbers") from error
        yield Office(state, district, postal_code, kind, north, east, written)
