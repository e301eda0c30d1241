"""What a page brings back in its form, since there is no cookie: sealed, so that nobody else can make one or read it.

A form carries when it was made and a nonce, which makes its report the same one however often it is sent. Whoever came back
with a code carries the number of their report for half an hour; the code itself stands in no page.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography.fernet import InvalidToken

from tipline.core.clock import now
from tipline.intake.public_form import secret

LEAST = timedelta(seconds=3)  # nobody fills the form in sooner
MOST = timedelta(hours=4)
BACK_FOR = timedelta(minutes=30)
WORK_BITS = 16  # half a second of a cheap telephone
_LONGEST = 400
_LONGEST_WORK = 20


@dataclass(frozen=True, slots=True)
class FormTicket:
    """Of one form: its nonce, when it was made, from when it is taken, and whether it has waited its turn (seconds since 1970)."""

    nonce: str
    made_at: int
    earliest: int
    waited: bool = False

    @property
    def too_soon(self) -> int:
        """The seconds until it is taken; 0: now."""
        return max(0, self.earliest - _seconds())

    def sealed(self) -> str:
        """As a page carries it."""
        return _seal(f"form {self.nonce} {self.made_at} {self.earliest} {int(self.waited)}")

    def to_wait(self, seconds: int) -> FormTicket:
        """The same form, taken only after so many seconds from now."""
        return replace(self, made_at=_seconds(), earliest=_seconds() + seconds, waited=True)


def new_form() -> FormTicket:
    """For a form that is shown for the first time."""
    at = _seconds()
    return FormTicket(secrets.token_hex(16), at, at + int(LEAST.total_seconds()))


def renewed(ticket: FormTicket | None) -> FormTicket:
    """For a form that is shown again: the same one, if it is known, so that it stays one report; taken at once."""
    if ticket is None:
        return new_form()
    return replace(ticket, made_at=_seconds(), earliest=min(ticket.earliest, _seconds()))


def read_form(sealed: str) -> FormTicket | None:
    """The ticket of a form; None when it is none of ours or too old."""
    match _open(sealed, MOST):
        case ["form", nonce, made_at, earliest, waited]:
            return FormTicket(nonce, int(made_at), int(earliest), waited == "1")
    return None


def seal_report(report_id: int) -> str:
    """The ticket of somebody who gave the code of this report."""
    return _seal(f"back {report_id} {_seconds()}")


def read_report(sealed: str) -> int | None:
    """Which report a ticket opens; None when it is none of ours or older than half an hour."""
    match _open(sealed, BACK_FOR):
        case ["back", report_id, _]:
            return int(report_id)
    return None


def worked(sealed: str, work: str) -> bool:
    """Whether `work` is a proof of work for this ticket: SHA-256 of both begins with enough zero bits."""
    if not work or len(work) > _LONGEST_WORK or not sealed:
        return False
    digest = hashlib.sha256(f"{sealed}:{work}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - WORK_BITS) == 0


def _seconds() -> int:
    return int(now().timestamp())


def _seal(text: str) -> str:
    return secret.sealer().encrypt_at_time(text.encode(), _seconds()).decode()


def _open(sealed: str, lasts: timedelta) -> list[str]:
    if len(sealed) > _LONGEST:
        return []
    try:
        opened = secret.sealer().decrypt_at_time(sealed.encode(), int(lasts.total_seconds()), _seconds())
    except (InvalidToken, ValueError):
        return []
    return opened.decode().split(" ")
