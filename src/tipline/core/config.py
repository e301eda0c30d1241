"""Configuration: environment variables in, one frozen object out.

Everything has a default; a wrong value stops the start with a sentence that names the variable.
The reference page docs/reference/settings.md is checked against `VARIABLES`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from tipline.core.errors import ConfigurationError

VARIABLES: dict[str, str] = {
    "TIPLINE_DATABASE_URL": "PostgreSQL (15 or newer) to use; empty: Tipline runs its own under the data directory",
    "TIPLINE_DATABASE_OWNER_URL": "the same database as the role that owns the tables (migrations); "
    "empty: TIPLINE_DATABASE_URL",
    "TIPLINE_DATA_DIR": "where this installation keeps its files (default: var/)",
    "TIPLINE_BIND": "host and port of the web server (default: 127.0.0.1:8000)",
    "TIPLINE_SECRET_KEY_FILE": "file with the key that signs sessions; made at first start, mode 0600",
    "TIPLINE_EVIDENCE": "seal: keep uploaded files encrypted to the custodian; discard: keep hashes only "
    "(default: seal with a recipient, otherwise discard)",
    "TIPLINE_EVIDENCE_RECIPIENT": "the custodian's age public key (age1...)",
    "TIPLINE_STORAGE_URL": "where sealed files go (default: file:// evidence/ in the data directory)",
    "TIPLINE_GEO": "range CSVs and MMDB files to attribute addresses with, in order, separated by ':'",
    "TIPLINE_MAX_DOCUMENT_BYTES": "largest XML document accepted at the provider door (default: 8388608)",
    "TIPLINE_MAX_UPLOAD_BYTES": "largest file accepted at the provider door (default: 5368709120)",
    "TIPLINE_ALLOWED_HOSTS": "host names the web server answers to, separated by commas "
    "(default: the host of TIPLINE_BIND, localhost)",
    "TIPLINE_HTTPS": "1 when a TLS proxy stands in front: secure cookies and HSTS (default: 0)",
}


class Evidence(StrEnum):
    """What becomes of the bytes of an uploaded file."""

    SEAL = "seal"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one installation. Paths are absolute, sizes are in bytes."""

    database_url: str
    database_owner_url: str
    data_dir: Path
    bind_host: str
    bind_port: int
    secret_key_file: Path
    evidence: Evidence
    evidence_recipient: str
    storage_url: str
    geo: tuple[Path, ...]
    max_document_bytes: int
    max_upload_bytes: int
    allowed_hosts: tuple[str, ...]
    https: bool

    @property
    def embedded(self) -> bool:
        """Whether Tipline runs its own PostgreSQL."""
        return not self.database_url

    @property
    def secrets_dir(self) -> Path:
        """Keys and passwords made at first start; the directory is 0700, the files 0600."""
        return self.data_dir / "secrets"

    @property
    def postgres_dir(self) -> Path:
        """Home of the embedded server: its data, its log and its locks."""
        return self.data_dir / "postgres"

    @property
    def bind(self) -> str:
        """HOST:PORT as a browser would write it."""
        host = f"[{self.bind_host}]" if ":" in self.bind_host else self.bind_host
        return f"{host}:{self.bind_port}"


def _path(name: str, value: str) -> Path:
    try:
        return Path(value).expanduser().resolve()
    except RuntimeError as error:  # "~somebody" without such a person
        raise ConfigurationError(f"{name} names {value!r}, whose home directory is not known") from error


def _parts(name: str, value: str) -> SplitResult:
    try:
        return urlsplit(value)
    except ValueError as error:  # the value stays out of the message: it may hold a password
        raise ConfigurationError(f"{name} is not a URL: {error}") from error


def _bind(value: str) -> tuple[str, int]:
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):(\d{1,5})", value)
    if not match or not 0 <= int(match[2]) <= 65535:
        raise ConfigurationError(f"TIPLINE_BIND must be HOST:PORT, for example 127.0.0.1:8000; it is {value!r}")
    return match[1].strip("[]"), int(match[2])


def _postgres_url(name: str, value: str) -> str:
    if not value:
        return ""
    parts = _parts(name, value)
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise ConfigurationError(
            f"{name} must look like postgresql://USER@HOST/DATABASE; its scheme is {parts.scheme or 'missing'!r}"
            f" and its database {parts.path.lstrip('/') or 'missing'!r}"
        )
    return value


def _size(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "") or str(default)
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise ConfigurationError(f"{name} must be a whole number of bytes above 0; it is {value!r}")
    return int(value)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "") or "0"
    if value not in {"0", "1"}:
        raise ConfigurationError(f"{name} must be 0 or 1; it is {value!r}")
    return value == "1"


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
    data_dir = _path("TIPLINE_DATA_DIR", environ.get("TIPLINE_DATA_DIR") or "var")
    if data_dir.exists() and not data_dir.is_dir():
        raise ConfigurationError(f"TIPLINE_DATA_DIR must be a directory; {data_dir} is a file")
    host, port = _bind(environ.get("TIPLINE_BIND") or "127.0.0.1:8000")
    recipient = environ.get("TIPLINE_EVIDENCE_RECIPIENT", "").strip()
    if recipient and not re.fullmatch(r"age1[02-9ac-hj-np-z]{58}", recipient):
        raise ConfigurationError("TIPLINE_EVIDENCE_RECIPIENT must be an age public key (age1 and 58 characters)")
    wanted = environ.get("TIPLINE_EVIDENCE") or (Evidence.SEAL if recipient else Evidence.DISCARD)
    if wanted not in set(Evidence):
        raise ConfigurationError(f"TIPLINE_EVIDENCE must be seal or discard; it is {wanted!r}")
    if wanted == Evidence.SEAL and not recipient:
        raise ConfigurationError(
            "TIPLINE_EVIDENCE=seal needs the custodian's age public key in TIPLINE_EVIDENCE_RECIPIENT"
        )
    storage_url = environ.get("TIPLINE_STORAGE_URL") or (data_dir / "evidence").as_uri()
    scheme = _parts("TIPLINE_STORAGE_URL", storage_url).scheme
    if scheme != "file":
        raise ConfigurationError(f"TIPLINE_STORAGE_URL must be file:///a/directory; {scheme!r} is not built yet")
    geo = tuple(_path("TIPLINE_GEO", part) for part in environ.get("TIPLINE_GEO", "").split(":") if part)
    for path in geo:
        if not path.is_file():
            raise ConfigurationError(f"TIPLINE_GEO names {path}, which is not a file")
    database_url = _postgres_url("TIPLINE_DATABASE_URL", environ.get("TIPLINE_DATABASE_URL", ""))
    owner_url = _postgres_url("TIPLINE_DATABASE_OWNER_URL", environ.get("TIPLINE_DATABASE_OWNER_URL", ""))
    if owner_url and not database_url:
        raise ConfigurationError("TIPLINE_DATABASE_OWNER_URL is set but TIPLINE_DATABASE_URL is not: set both")
    hosts = tuple(h.strip() for h in environ.get("TIPLINE_ALLOWED_HOSTS", "").split(",") if h.strip())
    return Config(
        database_url=database_url,
        database_owner_url=owner_url or database_url,
        data_dir=data_dir,
        bind_host=host,
        bind_port=port,
        secret_key_file=_path(
            "TIPLINE_SECRET_KEY_FILE",
            environ.get("TIPLINE_SECRET_KEY_FILE") or str(data_dir / "secrets" / "session.key"),
        ),
        evidence=Evidence(wanted),
        evidence_recipient=recipient,
        storage_url=storage_url,
        geo=geo,
        max_document_bytes=_size(environ, "TIPLINE_MAX_DOCUMENT_BYTES", 8 * 1024 * 1024),
        max_upload_bytes=_size(environ, "TIPLINE_MAX_UPLOAD_BYTES", 5 * 1024**3),
        allowed_hosts=hosts or tuple(dict.fromkeys((host, "localhost", "127.0.0.1", "[::1]"))),
        https=_flag(environ, "TIPLINE_HTTPS"),
    )


@lru_cache(maxsize=1)
def config() -> Config:
    """The settings of this process, read once."""
    return load_config(os.environ)
