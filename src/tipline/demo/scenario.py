"""The demo's scenario: a cited data file with a schema."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.demo.synthetic import CSAM_TYPE, Seen, SyntheticReport, noise_png

DATA = Path(__file__).parent / "data"
RANGES = DATA / "ranges.csv"
NETWORKS = DATA / "networks.toml"


class Platform(Strict):
    """A fictional provider with its door account."""

    name: str
    username: str
    domain: Annotated[str, Field(pattern=r"\.example$")]


class Entry(Strict):
    """One report of the scenario. `expect` is the agency it must reach; empty: software must abstain. `matter`: those of one are one cluster."""

    handle: str
    platform: str
    email: Annotated[str, Field(pattern=r"\.example$")]
    ips: tuple[tuple[str, int, float, Literal["Login", "Upload", "Registration"]], ...]
    device: str = ""
    city: str = ""
    escalate: str = ""
    incident: str = CSAM_TYPE
    expect: str
    matter: str = ""


class Scenario(Strict):
    """Providers and what they file."""

    about: About
    platforms: tuple[Platform, ...]
    reports: tuple[Entry, ...]

    def synthetic(self, entry: Entry, now: datetime) -> SyntheticReport:
        """The report to file for an entry, its times counted back from `now`."""
        platform = next(p for p in self.platforms if p.name == entry.platform)
        seen = tuple(Seen(ip, port, now - timedelta(days=days), event) for ip, port, days, event in entry.ips)
        return SyntheticReport(
            handle=entry.handle,
            platform=platform.name,
            domain=platform.domain,
            email=entry.email,
            at=max((s.at for s in seen), default=now - timedelta(days=5)),
            seen=seen,
            device=entry.device,
            city=entry.city,
            escalate=entry.escalate,
            incident=entry.incident,
            files=(noise_png(self.reports.index(entry)),),
        )


def load(path: Path = DATA / "jalgaon.toml") -> Scenario:
    """Read a scenario file."""
    return load_toml(path, Scenario)
