"""Configuration: environment variables in, one frozen object out.

Everything has a default; a wrong value stops the start with a sentence that names the variable.
The reference page docs/reference/settings.md is checked against `VARIABLES`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tipline.core.errors import ConfigurationError
from tipline.core.files import read_secret
from tipline.core.redact import hide
from tipline.core.storage.settings import S3Settings, read_storage_url

_MOST_RECIPIENTS = 16

VARIABLES: dict[str, str] = {
    "TIPLINE_DATABASE_URL": "PostgreSQL (15 or newer) to use; empty: Tipline runs its own under the data directory",
    "TIPLINE_DATABASE_OWNER_URL": "the same database as the role that owns the tables (migrations); "
    "empty: TIPLINE_DATABASE_URL",
    "TIPLINE_DATA_DIR": "where this installation keeps its files (default: var/)",
    "TIPLINE_BIND": "host and port of the web server (default: 127.0.0.1:8000)",
    "TIPLINE_DOOR_BIND": "host and port of the provider door alone; empty: it is served on TIPLINE_BIND",
    "TIPLINE_PUBLIC_BIND": "host and port of what anybody may reach without an account; empty: it is served on TIPLINE_BIND",
    "TIPLINE_FACE": "which face this web process serves: console, door or public; `tipline up` says it to each it starts",
    "TIPLINE_SECRET_KEY_FILE": "file with the key that signs sessions; made at first start, mode 0600",
    "TIPLINE_EVIDENCE": "seal: keep uploaded files encrypted to the custodian; discard: keep hashes only "
    "(default: seal with a recipient, otherwise discard)",
    "TIPLINE_EVIDENCE_RECIPIENT": "the custodian's age public key (age1...), or several separated by commas",
    "TIPLINE_STORAGE_URL": "where sealed files go: file:///a/directory or s3://BUCKET/PREFIX "
    "(default: file:// evidence/ in the data directory)",
    "TIPLINE_S3_ENDPOINT": "https:// address of the S3 server that s3:// means; the only one that is contacted",
    "TIPLINE_S3_REGION": "region that requests to it are signed for (default: us-east-1)",
    "TIPLINE_S3_CREDENTIALS_FILE": "file with the access key's id and secret, mode 0600",
    "TIPLINE_AUDIT_WITNESS": "where checkpoints of the log are handed: file:///a/directory, or an https:// address that takes "
    "a POST (default: file:// audit/ in the data directory)",
    "TIPLINE_GEO": "range CSVs and MMDB files to attribute addresses with, in order, separated by ':'",
    "TIPLINE_PLACES": "a directory with this installation's own places, one folder a country; its files stand in the place of those "
    "that come with Tipline",
    "TIPLINE_ATTRIBUTION": "a TOML file with this installation's own floors, by level, for acting on where an address was",
    "TIPLINE_GEO_VERSIONS": "how many editions of each of these sources are kept to go back to (default: 3)",
    "TIPLINE_HASH_SOURCES": "a TOML file with the places that hash lists are fetched from, and the keys for them, mode 0600",
    "TIPLINE_THREATEXCHANGE": "the Python that has the threatexchange library, with whose clients these lists are fetched",
    "TIPLINE_RETENTION": "a TOML file with this installation's own retention rules, asked before those that come with Tipline",
    "TIPLINE_SUGGEST": "a program that `tipline report suggest` asks what to look at in a report; it is never scored (default: none)",
    "TIPLINE_MAX_DOCUMENT_BYTES": "largest XML document accepted at the provider door (default: 8388608)",
    "TIPLINE_MAX_UPLOAD_BYTES": "largest file accepted at the provider door (default: 5368709120)",
    "TIPLINE_ALLOWED_HOSTS": "host names the web server answers to, separated by commas "
    "(default: the host of TIPLINE_BIND, localhost)",
    "TIPLINE_OIDC_ISSUER": "address of an OpenID Connect provider to sign in with (default: none)",
    "TIPLINE_OIDC_CLIENT_ID": "what the provider calls this installation",
    "TIPLINE_OIDC_CLIENT_SECRET_FILE": "file with the secret that the provider gave this installation, mode 0600",
    "TIPLINE_METRICS": "who gets /metrics: loopback (this machine alone, and nothing that came through a proxy), anywhere, or off "
    "(default: loopback)",
    "TIPLINE_HTTPS": "1 when a TLS proxy stands in front: secure cookies and HSTS (default: 0)",
    "TIPLINE_TRUSTED_PROXIES": "whose X-Forwarded-For is believed: networks separated by commas, or how many proxies stand "
    "in front (default: 1 with TIPLINE_HTTPS=1, otherwise 0)",
    "TIPLINE_WEBHOOK_NETWORKS": "networks inside yours that webhooks may go to, separated by commas; empty: only addresses of the public internet",
    "TIPLINE_TRAINING_BIND": "host and port of the training range (default: 127.0.0.1:8010)",
    "TIPLINE_TRAINING_DATABASE_URL": "PostgreSQL for the training range, with a role and a database of its own; empty: the range runs its own",
    "TIPLINE_TRAINING_DATABASE_OWNER_URL": "the same database as the role that owns the tables; empty: TIPLINE_TRAINING_DATABASE_URL",
    "TIPLINE_RANGE": "1: this process belongs to the training range; `tipline training` says it to itself (default: 0)",
}
# What a training range cannot have: nothing comes into it from outside, and nothing leaves it.
_NOT_IN_RANGE = (
    "TIPLINE_DOOR_BIND", "TIPLINE_PUBLIC_BIND", "TIPLINE_EVIDENCE_RECIPIENT", "TIPLINE_STORAGE_URL", "TIPLINE_S3_ENDPOINT",
    "TIPLINE_S3_CREDENTIALS_FILE", "TIPLINE_AUDIT_WITNESS", "TIPLINE_GEO", "TIPLINE_OIDC_ISSUER", "TIPLINE_OIDC_CLIENT_ID",
    "TIPLINE_OIDC_CLIENT_SECRET_FILE", "TIPLINE_WEBHOOK_NETWORKS", "TIPLINE_HASH_SOURCES", "TIPLINE_THREATEXCHANGE",
)  # fmt: skip


class Face(StrEnum):
    """The parts of Tipline that strangers, providers and officers meet; each can have an address of its own."""

    CONSOLE = "console"
    DOOR = "door"
    PUBLIC = "public"


class Evidence(StrEnum):
    """What becomes of the bytes of an uploaded file."""

    SEAL = "seal"
    DISCARD = "discard"


class Metrics(StrEnum):
    """Who gets `/metrics`."""

    LOOPBACK = "loopback"
    ANYWHERE = "anywhere"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a web process listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """HOST:PORT as a browser would write it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one installation. Paths are absolute, sizes are in bytes."""

    database_url: str
    database_owner_url: str
    data_dir: Path
    bind_host: str
    bind_port: int
    door_address: Address | None
    public_address: Address | None
    face: Face
    secret_key_file: Path
    evidence: Evidence
    evidence_recipients: tuple[str, ...]
    storage_url: str
    s3: S3Settings | None
    audit_witness: str
    geo: tuple[Path, ...]
    places: Path | None
    attribution: Path | None
    geo_versions: int
    hash_sources: Path | None
    threatexchange: Path | None
    retention: Path | None
    suggest: Path | None
    max_document_bytes: int
    max_upload_bytes: int
    allowed_hosts: tuple[str, ...]
    metrics: Metrics
    https: bool
    trusted_proxies: int | tuple[IPv4Network | IPv6Network, ...]
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret_file: Path | None
    range: bool

    @property
    def embedded(self) -> bool:
        """Whether Tipline runs its own PostgreSQL."""
        return not self.database_url

    @property
    def secrets_dir(self) -> Path:
        """Keys and passwords made at first start; the directory is 0700, the files 0600."""
        return self.data_dir / "secrets"

    @property
    def accounts_key_file(self) -> Path:
        """The key that the secrets of second factors are encrypted with in the database."""
        return self.secrets_dir / "accounts.key"

    @property
    def postgres_dir(self) -> Path:
        """Home of the embedded server: its data, its log and its locks."""
        return self.data_dir / "postgres"

    @property
    def bind(self) -> str:
        """HOST:PORT as a browser would write it."""
        return str(self.address_of(Face.CONSOLE))

    def address_of(self, face: Face) -> Address:
        """Where a face is served."""
        own = {Face.DOOR: self.door_address, Face.PUBLIC: self.public_address}.get(face)
        return own or Address(self.bind_host, self.bind_port)

    @property
    def own_headers(self) -> dict[str, str]:
        """Headers of a request that this machine sends to itself, past the proxy: a name that is answered to, and as over TLS."""
        named = next((name.lstrip(".") for name in self.allowed_hosts if name != "*"), "localhost")
        return {"Host": named, **({"X-Forwarded-Proto": "https"} if self.https else {})}

    @property
    def faces(self) -> frozenset[Face]:
        """What this web process serves: its face, and those that share its address. A training range has no door and no public form."""
        if self.range:
            return frozenset({Face.CONSOLE})
        return frozenset(face for face in Face if self.address_of(face) == self.address_of(self.face))


def _bind(value: str, name: str = "TIPLINE_BIND") -> tuple[str, int]:
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})", value)
    if not match or not 1 <= int(match[3]) <= 65535 or (match[1] and not _is_ipv6(match[1])):
        raise ConfigurationError(
            f"{name} must be HOST:PORT, for example 127.0.0.1:8000 or [::1]:8000, with a port from 1 to 65535; it is {value!r}"
        )
    return match[1] or match[2], int(match[3])


def read_address(environ: Mapping[str, str], name: str) -> Address | None:
    """Where a web process is to listen; None when nothing was said."""
    value = environ.get(name, "")
    return Address(*_bind(value, name)) if value else None


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def read_postgres_url(environ: Mapping[str, str], name: str) -> str:
    """An address that libpq can read. No message repeats it: it may hold a password."""
    value = environ.get(name, "")
    if not value:
        return ""
    scheme = value.partition("://")[0] if "://" in value else ""
    if scheme not in {"postgresql", "postgres"}:
        raise ConfigurationError(f"{name} must look like postgresql://USER@HOST/DATABASE; it does not begin so")
    from psycopg import ProgrammingError  # here, since most commands read no address
    from psycopg.conninfo import conninfo_to_dict

    try:
        urlsplit(value)
        found = conninfo_to_dict(value)
        if not all(0 < int(port) < 65536 for port in str(found.get("port") or "5432").split(",") if port):
            raise ValueError("a port out of range")
    except (ProgrammingError, ValueError):
        raise ConfigurationError(
            f"{name} cannot be read as postgresql://USER:PASSWORD@HOST:PORT/DATABASE?PARAMETERS: look for special characters "
            "that are not percent-encoded and for parameters that libpq does not know"
        ) from None
    for parameter in ("password", "sslpassword", "oauth_client_secret"):
        hide(str(found.get(parameter) or ""))
    if not found.get("dbname"):
        raise ConfigurationError(f"{name} must look like postgresql://USER@HOST/DATABASE; its database is missing")
    return value


def _path(name: str, value: str) -> Path:
    """An absolute path, with `~` and symbolic links resolved."""
    try:
        path = Path(value).expanduser().resolve()
        path.exists()  # raises for a path that is too long, or below a directory that we may not enter
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(f"{name} names {value!r}, which cannot be used: {why}") from error
    return path


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name, "")
    path = _path(name, value) if value else None
    if path and not path.is_file():
        raise ConfigurationError(f"{name} names {path}, which is not a file")
    return path


def _program(environ: Mapping[str, str], name: str) -> Path | None:
    """As `_file`, with symbolic links as they are: the Python of an environment is a link to another one's."""
    return Path(environ[name]).expanduser().absolute() if _file(environ, name) else None


def _witness(data_dir: Path, value: str) -> str:
    """A directory, or an address: plain http only on this machine, since whoever is in between could keep checkpoints back."""
    if not value:
        return (data_dir / "audit").as_uri()
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    a_file = parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.startswith("/")
    an_address = bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"})
    )
    if not a_file and not an_address:
        raise ConfigurationError(
            "TIPLINE_AUDIT_WITNESS must be file:///a/directory or an https:// address (http:// only on this machine)"
        )
    return value


def _recipients(value: str) -> tuple[str, ...]:
    """Public keys of custodians; a file is sealed to all of them, and each opens it alone."""
    keys = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if keys:
        from pyrage import RecipientError
        from pyrage.x25519 import Recipient

        try:
            for key in keys:
                Recipient.from_str(key)  # knows the checksum: a mistyped key would seal to nobody
        except RecipientError:
            raise ConfigurationError(
                "TIPLINE_EVIDENCE_RECIPIENT must be an age public key (age1 and 58 characters, copied whole), or several separated by commas"
            ) from None
    if len(keys) > _MOST_RECIPIENTS:
        raise ConfigurationError(f"TIPLINE_EVIDENCE_RECIPIENT names {len(keys)} keys; at most {_MOST_RECIPIENTS}")
    return keys


def _hosts(value: str, bound: Iterable[str]) -> tuple[str, ...]:
    """Names for Django's ALLOWED_HOSTS, where an IPv6 address stands in brackets."""
    hosts = tuple(host.strip().lower() for host in value.split(",") if host.strip())
    for host in hosts:
        if not re.fullmatch(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]", host):
            raise ConfigurationError(
                f"TIPLINE_ALLOWED_HOSTS names {host!r}: give host names alone, without scheme or port, separated by commas"
            )
    ours = [(f"[{host}]" if ":" in host else host).lower() for host in bound]
    return hosts or tuple(dict.fromkeys((*ours, "localhost", "127.0.0.1", "[::1]")))


def _proxies(value: str) -> int | tuple[IPv4Network | IPv6Network, ...]:
    if re.fullmatch(r"[0-9]", value.strip()):
        return int(value)
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ConfigurationError(
            "TIPLINE_TRUSTED_PROXIES must be networks separated by commas, for example 192.0.2.10,2001:db8::/64, or the number "
            f"of proxies in front, from 0 to 9; it is {value[:80]!r}"
        ) from None


def _webhook_networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ConfigurationError(
            f"TIPLINE_WEBHOOK_NETWORKS must be networks separated by commas, for example 10.20.0.0/24; it is {value[:80]!r}"
        ) from None


def _size(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "") or str(default)
    if not re.fullmatch(r"[0-9]{1,15}", value) or int(value) == 0:
        raise ConfigurationError(f"{name} must be a whole number of bytes above 0; it is {value[:40]!r}")
    return int(value)


def _versions(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", value) or int(value) == 0:
        raise ConfigurationError(f"TIPLINE_GEO_VERSIONS must be a whole number from 1 to 999; it is {value[:40]!r}")
    return int(value)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "") or "0"
    if value not in {"0", "1"}:
        raise ConfigurationError(f"{name} must be 0 or 1; it is {value!r}")
    return value == "1"


def _oidc(environ: Mapping[str, str]) -> dict[str, Any]:
    """The provider of single sign-on: all three settings or none."""
    names = ("TIPLINE_OIDC_ISSUER", "TIPLINE_OIDC_CLIENT_ID", "TIPLINE_OIDC_CLIENT_SECRET_FILE")
    issuer, client_id, file = (environ.get(name, "").strip() for name in names)
    if not (issuer or client_id or file):
        return {"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret_file": None}
    for name, value in zip(names, (issuer, client_id, file), strict=True):
        if not value:
            raise ConfigurationError(f"{name} is missing: single sign-on needs {', '.join(names)}")
    try:
        parts = urlsplit(issuer)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    here = parts.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"}
    if not host or not (parts.scheme == "https" or here) or parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigurationError(
            "TIPLINE_OIDC_ISSUER must be the provider's https:// address, without a query (http:// only on this machine)"
        )
    path = _path("TIPLINE_OIDC_CLIENT_SECRET_FILE", file)
    try:
        read_secret(path)
    except ConfigurationError as error:
        raise ConfigurationError(f"TIPLINE_OIDC_CLIENT_SECRET_FILE: {error}") from error
    return {"oidc_issuer": issuer.rstrip("/"), "oidc_client_id": client_id, "oidc_client_secret_file": path}


def load_config(environ: Mapping[str, str]) -> Config:
    """Read and check the environment.

    Raises
    ------
    ConfigurationError
        naming the variable that is wrong and what it should look like.
    """
    unknown = sorted(name for name in environ if name.startswith("TIPLINE_") and name not in VARIABLES)
    if unknown:
        raise ConfigurationError(f"{unknown[0]} is not a setting of Tipline. Known: {', '.join(sorted(VARIABLES))}")
    in_range = _flag(environ, "TIPLINE_RANGE")
    if in_range and (not_there := next((name for name in _NOT_IN_RANGE if environ.get(name)), "")):
        raise ConfigurationError(
            f"{not_there} is set, which a training range (TIPLINE_RANGE=1) cannot have: leave it out"
        )
    data_dir = _path("TIPLINE_DATA_DIR", environ.get("TIPLINE_DATA_DIR") or "var")
    there = next(path for path in (data_dir, *data_dir.parents) if path.exists())
    if not there.is_dir():
        raise ConfigurationError(f"TIPLINE_DATA_DIR must be a directory, now or later; {there} is a file")
    host, port = _bind(environ.get("TIPLINE_BIND") or "127.0.0.1:8000")
    recipients = _recipients(environ.get("TIPLINE_EVIDENCE_RECIPIENT", ""))
    wanted = environ.get("TIPLINE_EVIDENCE") or (Evidence.SEAL if recipients else Evidence.DISCARD)
    door, public = read_address(environ, "TIPLINE_DOOR_BIND"), read_address(environ, "TIPLINE_PUBLIC_BIND")
    face = environ.get("TIPLINE_FACE") or Face.CONSOLE
    if face not in set(Face):
        raise ConfigurationError(f"TIPLINE_FACE must be console, door or public; it is {face!r}")
    metrics = environ.get("TIPLINE_METRICS") or Metrics.LOOPBACK
    if metrics not in set(Metrics):
        raise ConfigurationError(f"TIPLINE_METRICS must be loopback, anywhere or off; it is {metrics!r}")
    if wanted not in set(Evidence):
        raise ConfigurationError(f"TIPLINE_EVIDENCE must be seal or discard; it is {wanted!r}")
    if wanted == Evidence.SEAL and not recipients:
        raise ConfigurationError(
            "TIPLINE_EVIDENCE=seal needs the custodian's age public key in TIPLINE_EVIDENCE_RECIPIENT"
        )
    geo = tuple(_path("TIPLINE_GEO", part) for part in environ.get("TIPLINE_GEO", "").split(":") if part)
    for path in geo:
        if not path.is_file():
            raise ConfigurationError(f"TIPLINE_GEO names {path}, which is not a file")
    places = _path("TIPLINE_PLACES", environ["TIPLINE_PLACES"]) if environ.get("TIPLINE_PLACES") else None
    if places and not places.is_dir():
        raise ConfigurationError(f"TIPLINE_PLACES names {places}, which is not a directory")
    retention, attribution = _file(environ, "TIPLINE_RETENTION"), _file(environ, "TIPLINE_ATTRIBUTION")
    database_url = read_postgres_url(environ, "TIPLINE_DATABASE_URL")
    owner_url = read_postgres_url(environ, "TIPLINE_DATABASE_OWNER_URL")
    if owner_url and not database_url:
        raise ConfigurationError("TIPLINE_DATABASE_OWNER_URL is set but TIPLINE_DATABASE_URL is not: set both")
    storage_url, s3 = read_storage_url(environ, data_dir)
    return Config(
        database_url=database_url,
        database_owner_url=owner_url or database_url,
        data_dir=data_dir,
        bind_host=host,
        bind_port=port,
        door_address=door,
        public_address=public,
        face=Face(face),
        secret_key_file=_path(
            "TIPLINE_SECRET_KEY_FILE",
            environ.get("TIPLINE_SECRET_KEY_FILE") or str(data_dir / "secrets" / "session.key"),
        ),
        evidence=Evidence(wanted),
        evidence_recipients=recipients,
        storage_url=storage_url,
        s3=s3,
        audit_witness=_witness(data_dir, environ.get("TIPLINE_AUDIT_WITNESS", "")),
        geo=geo,
        places=places,
        attribution=attribution,
        geo_versions=_versions(environ.get("TIPLINE_GEO_VERSIONS") or "3"),
        retention=retention,
        hash_sources=_file(environ, "TIPLINE_HASH_SOURCES"),
        threatexchange=_program(environ, "TIPLINE_THREATEXCHANGE"),
        suggest=_file(environ, "TIPLINE_SUGGEST"),
        max_document_bytes=_size(environ, "TIPLINE_MAX_DOCUMENT_BYTES", 8 * 1024 * 1024),
        max_upload_bytes=_size(environ, "TIPLINE_MAX_UPLOAD_BYTES", 5 * 1024**3),
        allowed_hosts=_hosts(
            environ.get("TIPLINE_ALLOWED_HOSTS", ""), (host, *(one.host for one in (door, public) if one))
        ),
        metrics=Metrics(metrics),
        https=_flag(environ, "TIPLINE_HTTPS"),
        trusted_proxies=_proxies(
            environ.get("TIPLINE_TRUSTED_PROXIES", "") or ("1" if _flag(environ, "TIPLINE_HTTPS") else "")
        ),
        webhook_networks=_webhook_networks(environ.get("TIPLINE_WEBHOOK_NETWORKS", "")),
        **_oidc(environ),
        range=in_range,
    )


@lru_cache(maxsize=1)
def config() -> Config:
    """The settings of this process, read once."""
    return load_config(os.environ)
