"""E-mail addresses: tags and dots go where the host itself says that it ignores them (`data/providers.toml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml

_DATA = Path(__file__).parents[1] / "data"


class Host(Strict):
    """What one mail host ignores. `same_as`: its domains are one, and the key has this one."""

    domains: Annotated[tuple[str, ...], Field(min_length=1)]
    same_as: str = ""
    dots: bool
    tag: Annotated[str, Field(pattern=r"^[+]?$")]
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _own(self) -> Host:
        if self.same_as and self.same_as not in self.domains:
            raise ValueError("same_as must be one of its domains")
        return self


class Hosts(Strict):
    """Mail hosts whose rules are known."""

    about: About
    hosts: tuple[Host, ...]


PROVIDERS = load_toml(_DATA / "providers.toml", Hosts)
_OF: dict[str, Host] = {domain: host for host in PROVIDERS.hosts for domain in host.domains}


def key(value: str) -> str:
    """The key of an address in normal form; an address at another host is its own key."""
    local, _, domain = value.rpartition("@")
    host = _OF.get(domain)
    if host is None:
        return value
    short = local.partition(host.tag)[0] if host.tag else local
    if host.dots:
        short = short.replace(".", "")
    # nothing left of it: no account is called so, and the text says something else
    return f"{short}@{host.same_as or domain}" if short else value
