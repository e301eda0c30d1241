"""The settings of the store: read and checked with the others (`core/config.py`)."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from tipline.core.errors import ConfigurationError

_LONGEST_FILE = 4_096
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class S3Settings:
    """An S3-compatible store. The endpoint's host is the only one that is ever contacted."""

    endpoint: str
    region: str
    bucket: str
    prefix: str  # empty, or ends with a slash
    credentials_file: Path


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs the requests. Its text shows nothing."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        return "Credentials(...)"


def read_storage_url(environ: Mapping[str, str], data_dir: Path) -> tuple[str, S3Settings | None]:
    """TIPLINE_STORAGE_URL, and the settings of an S3 store if it names one.

    Raises
    ------
    ConfigurationError
        naming the variable that is wrong.
    """
    value = environ.get("TIPLINE_STORAGE_URL", "") or (data_dir / "evidence").as_uri()
    parts = _split(value)
    if parts.scheme == "s3":
        return value, _s3(parts, environ)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise ConfigurationError(
            f"TIPLINE_STORAGE_URL must be file:///a/directory or s3://BUCKET/PREFIX; it is {value!r}"
        )
    for name in ("TIPLINE_S3_ENDPOINT", "TIPLINE_S3_REGION", "TIPLINE_S3_CREDENTIALS_FILE"):
        if environ.get(name):
            raise ConfigurationError(
                f"{name} is set but TIPLINE_STORAGE_URL is not s3://BUCKET/PREFIX: set both or none"
            )
    return value, None


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return urlsplit("")
    return parts


def _s3(parts: SplitResult, environ: Mapping[str, str]) -> S3Settings:
    prefix = parts.path.strip("/")
    bucket_fits = re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc)
    prefix_fits = re.fullmatch(r"([A-Za-z0-9_-][A-Za-z0-9._-]*(/|$))*", prefix) and len(prefix) <= 200
    if not bucket_fits or not prefix_fits or parts.query or parts.fragment:
        raise ConfigurationError(
            "TIPLINE_STORAGE_URL must be s3://BUCKET/PREFIX with a bucket of small letters, digits, dots and dashes, and a "
            "prefix of letters, digits and . _ - / (or none)"
        )
    region = environ.get("TIPLINE_S3_REGION", "") or "us-east-1"
    if not re.fullmatch(r"[a-z0-9-]{1,40}", region):
        raise ConfigurationError(f"TIPLINE_S3_REGION must be a name such as eu-central-1; it is {region[:60]!r}")
    file = environ.get("TIPLINE_S3_CREDENTIALS_FILE", "")
    if not file:
        raise ConfigurationError(
            "TIPLINE_S3_CREDENTIALS_FILE must name a file with the access key's id and secret: TIPLINE_STORAGE_URL is s3://"
        )
    path = Path(file).expanduser().absolute()
    read_credentials(path)
    return S3Settings(
        endpoint=_endpoint(environ.get("TIPLINE_S3_ENDPOINT", "")),
        region=region,
        bucket=parts.netloc,
        prefix=f"{prefix}/" if prefix else "",
        credentials_file=path,
    )


def _endpoint(value: str) -> str:
    parts = _split(value)
    host = parts.hostname or ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not host or not safe or parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigurationError(
            "TIPLINE_S3_ENDPOINT must be the https:// address of the S3 server, without a path, a user or a password "
            "(http:// only on this machine)"
        )
    return f"{parts.scheme}://{parts.netloc}"


def read_credentials(path: Path) -> Credentials:
    """The access key in a 0600 file: its id and its secret on two lines, or named as in an AWS credentials file.

    Raises
    ------
    ConfigurationError
        naming TIPLINE_S3_CREDENTIALS_FILE; never with what stands in the file.
    """
    name = f"TIPLINE_S3_CREDENTIALS_FILE names {path}, which"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ConfigurationError(f"{name} is not a file")
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise ConfigurationError(f"{name} others can read: run `chmod 600 {path}`")
            text = file.read(_LONGEST_FILE).decode("ascii", "replace")
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}") from None
    lines = [
        line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "[", ";"))
    ]
    named = {key.strip().lower(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    if "aws_access_key_id" in named:
        found = [named["aws_access_key_id"], named.get("aws_secret_access_key", "")]
    else:
        found = lines
    if len(found) != 2 or not all(re.fullmatch(r"[!-~]{3,256}", part) for part in found):
        raise ConfigurationError(
            f"{name} must hold the access key's id on its first line and the secret on its second, or both as "
            "aws_access_key_id = and aws_secret_access_key ="
        )
    return Credentials(found[0], found[1])
