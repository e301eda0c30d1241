"""data/services_*.toml: whom a child can be referred to, by country."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError

FOLDER = Path(__file__).parent / "data"


class Service(Strict):
    """A support service. An empty telephone is one that each desk knows itself."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    label: Annotated[str, Field(min_length=1, max_length=120)]
    purpose: Annotated[str, Field(min_length=1)]
    telephone: Annotated[str, Field(pattern=r"^[0-9 +-]{0,20}$")]
    duty: bool = False
    source: str


class Services(Strict):
    """A data file."""

    about: About
    services: Annotated[tuple[Service, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_differ(self) -> Services:
        if len({service.id for service in self.services}) != len(self.services):
            raise ValueError("two services have one id")
        return self


# Read when the code is loaded: a wrong file stops the start.
SERVICES = {
    path.stem.removeprefix("services_"): load_toml(path, Services) for path in sorted(FOLDER.glob("services_*.toml"))
}
# Where a country has no file of its own, an officer writes the service down by hand.
OTHER = Service(
    id="other", label="Another service (say which in the note)", purpose="What the place has.", telephone="", source=""
)


def services_of(country: str) -> tuple[Service, ...]:
    """The services of a country (ISO 3166-1 alpha-2)."""
    return SERVICES[country].services if country in SERVICES else (OTHER,)


def service_of(country: str, name: str) -> Service:
    """A service by its id.

    Raises
    ------
    InvalidInputError
        when it is not of the list.
    """
    found = next((service for service in services_of(country) if service.id == name), None)
    if found is None:
        raise InvalidInputError("choose a service of the list")
    return found
