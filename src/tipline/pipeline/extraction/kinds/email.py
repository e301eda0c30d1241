"""An e-mail address: lower case, IDNA domain.

Dots and +tags are kept: which of them a mail host ignores is that host's rule (and a link made of a guess
would be wrong). RFC 5321 §2.4 lets the local part be case-sensitive; no large host treats it so.
"""

from __future__ import annotations

import unicodedata

import idna


def normalise(text: str) -> str | None:
    """`Name <a@B.example>` or `a@B.example` → `a@b.example`; None when it is not one address."""
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or any(c.isspace() for c in local + domain):
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    domain = domain.rstrip(".")  # after IDNA, which makes a full stop of every kind of dot
    return f"{unicodedata.normalize('NFC', local).lower()}@{domain.lower()}" if domain else None
