"""Logging: one line of JSON an event when a machine reads, plain columns on a terminal.

Reported text never goes to a log: events carry ids, codes and counts. Secrets are taken out of what others log (redact.py).
"""

from __future__ import annotations

import logging
import sys

import structlog

from tipline.core.redact import redact


def configure() -> None:
    """Set up structlog and point the standard library's loggers at it. Idempotent."""
    human = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
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
    logging.raiseExceptions = False  # what cannot be written would else be printed as it is, secrets and all
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # Each job of the queue would be a line; what the stages did is logged by run.py once a batch.
    for name in ("procrastinate", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
