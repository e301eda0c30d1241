"""Whether a provider that is known may make this call now: network, rate, quota."""

from __future__ import annotations

from dataclasses import dataclass

from tipline.core.errors import TiplineError
from tipline.trust.accounts.models import Reporter


class NotAdmittedError(TiplineError):
    """The call is refused before it is read. The text names the limit."""


class ForeignNetworkError(NotAdmittedError):
    """It comes from a network that is not on the provider's list."""


class TooManyError(NotAdmittedError):
    """The rate or the quota is used up. `seconds`: when to try again."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as far as it is known before its body is read. `call` is the door's name for it; `size_bytes` as declared."""

    call: str
    address: str
    sandbox: bool
    size_bytes: int


def admit(reporter: Reporter, asked: Asked) -> None:
    """Let the call in, or say why not. Costs no query.

    Raises
    ------
    ForeignNetworkError, TooManyError
    """
