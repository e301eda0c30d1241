"""The one hierarchy of errors.

Every message says what was wrong, where, and what to do. A door decides from the class which answer a
stranger gets; a class that carries a wire code is defined in that door and derives from these.
"""

from __future__ import annotations


class TiplineError(Exception):
    """Anything that Tipline itself refuses or cannot do. Its text is fit for a person to read."""


class ConfigurationError(TiplineError):
    """A setting is wrong. The message names the variable."""


class DatabaseUnavailableError(TiplineError):
    """The database cannot be used: not running, of another version, or in use by another instance."""


class InvalidInputError(TiplineError):
    """What was handed in cannot be accepted as it is. The message names the element, line or field."""


class NotPermittedError(TiplineError):
    """The actor may not do this. To a stranger it looks like `NotFoundError`."""


class NotFoundError(TiplineError):
    """There is no such thing, or the actor may not know that there is."""


class ConflictError(TiplineError):
    """The thing is in another state than the act needs, usually because somebody else was first."""


class TransientError(TiplineError):
    """It failed now and may work later: the same call is to be tried again, nothing is to be blamed."""
