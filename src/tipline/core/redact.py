"""What must never stand in a log: values of secrets that this process has read, and whatever looks like one."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

HIDDEN = "[hidden]"
_SHORTEST = 8  # a shorter one would blot out ordinary words, and is no secret

_known: set[str] = set()
_NAMES = r"(?:pass(?:word|wd|phrase)?|secret(?:_?access)?(?:_?key)?|(?:api|access|auth|private|session)_?(?:key|token)|token|csrfmiddlewaretoken)"
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # the password of an address
        (r"(\b[a-z][a-z0-9+.-]*://[^\s:/@'\"]*):[^\s@/'\"]+@", rf"\1:{HIDDEN}@"),
        # a header with credentials
        (r"((?:proxy-)?authorization|(?:set-)?cookie)(['\"]?\s*[:=]\s*)['\"]?[^\r\n'\"]+", rf"\1\2{HIDDEN}"),
        (r"\b(basic|bearer)\s+[a-z0-9+/=._~-]{8,}", rf"\1 {HIDDEN}"),
        (r"\b((?:__Host-)?tipline_(?:session|csrf)=)[^\s;,'\"]+", rf"\1{HIDDEN}"),
        # NAME=VALUE, and 'NAME': 'VALUE' of a printed mapping
        (rf"([a-z_]*{_NAMES})(\s*=\s*|['\"]\s*:\s*)['\"]?[^\s&;,'\"]+", rf"\1\2{HIDDEN}"),
        (r"AGE-SECRET-KEY-[A-Z0-9-]+", HIDDEN),
    )
)
_NAME = re.compile(rf"(?:{_NAMES}|authorization|cookies?|credentials)", re.IGNORECASE)


def hide(value: str) -> None:
    """Keep a secret that this process knows out of its logs from now on."""
    if len(value) >= _SHORTEST:
        _known.add(value)


def redacted(text: str) -> str:
    """The text without known secrets and without what looks like one."""
    for value in _known:
        if value in text:
            text = text.replace(value, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, bytes):
        return redacted(value.decode("utf-8", "replace"))
    if isinstance(value, dict):
        return {name: _cleaned(name, item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redacted(str(value))


def _cleaned(name: Any, value: Any) -> Any:
    return HIDDEN if isinstance(name, str) and _NAME.fullmatch(name) else _clean(value)


def redact(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last processor before an event is written (structlog)."""
    for name, value in event.items():
        event[name] = _cleaned(name, value)
    return event
