"""A URL: scheme and host lower case, default port and fragment out, the rest as written.

A URL in a report is text. Nothing in Tipline ever fetches it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

import idna

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}


def normalise(text: str) -> str | None:
    """`HTTPS://Pictogram.Example:443/A?b#c` → `https://pictogram.example/A?b`; None without a host."""
    if not _SCHEME.match(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or any(c.isspace() for c in text):
        return None
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    host = host.rstrip(".")
    if not host:
        return None
    scheme = parts.scheme.lower()
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS.get(scheme):
        netloc = f"{netloc}:{port}"
    return urlunsplit((scheme, netloc, parts.path or "/", parts.query, ""))
