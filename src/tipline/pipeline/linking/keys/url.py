"""Web addresses: a profile's address is a handle at its platform; of others, what only says how somebody came there goes."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit, urlunsplit

from tipline.pipeline.linking.keys.platforms import BY_HOST, PLATFORMS

MOST_PARAMETERS = 100


def profile(value: str) -> tuple[str, str] | None:
    """Platform and handle, when it is the address of a profile at a platform whose rule says so."""
    try:
        parts = urlsplit(value)
        found = BY_HOST.get(parts.hostname or "")
        if found is None or parts.port is not None or parts.scheme not in {"http", "https"}:
            return None
    except ValueError:
        return None
    platform, pattern = found
    match = pattern.match(parts.path)
    if match is None or _kept(parts.query):
        return None
    handle = unicodedata.normalize("NFKC", match[1].casefold())
    return None if handle in platform.not_handles else (platform.names[0], handle)


def key(value: str) -> str:
    """The address without tracking parameters; what has more than a hundred parameters is its own key."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return value
    kept = _kept(parts.query)
    return value if kept == parts.query else urlunsplit(parts._replace(query=kept))


def _kept(query: str) -> str:
    if not query or query.count("&") > MOST_PARAMETERS:
        return query
    return "&".join(one for one in query.split("&") if not _tracks(one.partition("=")[0].casefold()))


def _tracks(name: str) -> bool:
    return name in PLATFORMS.tracking or name.startswith(PLATFORMS.tracking_prefixes)
