"""Logging: one line of JSON an event when a machine reads, plain columns on a terminal.

Reported text never goes to a log: events carry ids, codes and counts, and of an exception what `core/faults.py` lets through.
Secrets are taken out of what others log (`core/redact.py`).
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any

import structlog

from tipline.core.faults import describe, stack
from tipline.core.redact import redact


def without_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Processor: an exception becomes its classes, codes and lines of code. Its message may quote a report, and is left out."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else None
    if error is not None:
        event["exception"] = stack(error)
    return event


class _WithoutArguments(logging.Filter):
    """For loggers of libraries that put exceptions into their messages: those become what `describe` says of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(describe(one) if isinstance(one, BaseException) else one for one in record.args)
        if isinstance(record.msg, BaseException):
            record.msg, record.args = describe(record.msg), ()
        return True


def _uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """What ends a process unforeseen: Python's own report would carry the message."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger("tipline").critical("stopped by an error", exc_info=(kind, error, trace))


def configure() -> None:
    """Set up structlog and point the standard library's loggers at it. Idempotent."""
    human = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_values,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, renderer],
        )
    )
    handler.addFilter(_WithoutArguments())
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught(
        given.exc_type, given.exc_value or given.exc_type(), given.exc_traceback
    )
    logging.raiseExceptions = False  # what cannot be written would else be printed as it is, secrets and all
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # Each job of the queue would be a line; what the stages did is logged by run.py once a batch.
    for name in ("procrastinate", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
