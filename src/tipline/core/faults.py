"""What may be said of an exception where its text may quote a report: in logs, and as the reason of a quarantine.

A database names the row that it refused ("Key (value)=(...)"), a parser the text that it could not read, pydantic the input. Kept are the
classes, SQLSTATE, the names of tables, columns and constraints, and where in the code it happened; never a message of somebody else.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType

from tipline.core.errors import ConfigurationError, DatabaseUnavailableError, TransientError

# Our own sentences about the machine and its settings. Other errors of ours may quote what came in.
_OURS = (ConfigurationError, DatabaseUnavailableError, TransientError)
_DEEPEST = 10  # causes of causes


def describe(error: BaseException | None) -> str:
    """One exception and what it says it was raised from, the outermost first: class, codes and names, without a word out of the data."""
    return "; caused by ".join(_one(cause) for cause in _causes(error, during=False)) or "unknown"


def stack(error: BaseException) -> str:
    """As `describe`, also of what it was raised in the midst of, each with the lines of code it went through. No values of variables."""
    return "\n".join(f"{_one(cause)}\n{_frames(cause.__traceback__)}".rstrip() for cause in _causes(error, during=True))


def _causes(error: BaseException | None, *, during: bool) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < _DEEPEST:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (error.__context__ if during and not error.__suppress_context__ else None)


def _one(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    facts = [str(error)] if isinstance(error, _OURS) else []
    if isinstance(error, OSError) and error.strerror:
        facts.append(error.strerror)
    if isinstance(error, SyntaxError) and error.lineno:  # lxml's parse errors are of this class
        facts.append(f"line {error.lineno}")
    if state := getattr(error, "sqlstate", None):
        facts.append(f"SQLSTATE {state}")
    diagnosis = getattr(error, "diag", None)
    for name in ("table_name", "column_name", "constraint_name"):
        if value := getattr(diagnosis, name, None):
            facts.append(f"{name.removesuffix('_name')} {value}")
    return f"{kind} ({', '.join(facts)})" if facts else kind


def _frames(trace: TracebackType | None) -> str:
    return "".join(traceback.format_tb(trace)).rstrip()
