"""Normal forms, one kind of identifier a file.

Each file has `normalise(text) -> str | None`: the form in which equal identifiers are equal, or None when the text is not
of that kind. The text as the provider wrote it is kept beside it in every case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from tipline.pipeline.extraction.kinds import account_id, device, email, handle, ip, phone, url
from tipline.reports.models import IdentifierKind

_NORMALISERS: dict[IdentifierKind, Callable[[str], str | None]] = {
    IdentifierKind.ACCOUNT_ID: account_id.normalise,
    IdentifierKind.DEVICE: device.normalise,
    IdentifierKind.EMAIL: email.normalise,
    IdentifierKind.HANDLE: handle.normalise,
    IdentifierKind.IP: ip.normalise,
    IdentifierKind.PHONE: phone.normalise,
    IdentifierKind.URL: url.normalise,
}
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Normal:
    """An identifier in normal form. `scope` is the platform, the type of device, or `unreadable`."""

    kind: IdentifierKind
    scope: str
    value: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of kind, scope and value, NUL between them: the key that is unique in the database."""
        return hashlib.sha256("\0".join((self.kind.value, self.scope, self.value)).encode()).digest()


def normal(kind: IdentifierKind, text: str, scope: str = "") -> Normal | None:
    """The normal form of `text`; None when it is blank.

    A text that is not of its kind (an "e-mail address" without @) is kept under the scope `unreadable`: nothing is dropped,
    and it links only with the very same text.
    """
    trimmed = text.strip()
    if not trimmed:
        return None
    value = _NORMALISERS[kind](trimmed)
    if value is None:
        return Normal(kind, UNREADABLE, trimmed)
    return Normal(kind, " ".join(scope.casefold().split())[:256], value)
