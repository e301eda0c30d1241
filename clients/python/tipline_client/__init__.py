"""A typed client of Tipline's JSON face.

from tipline_client import Tipline, models

with Tipline("https://desk.example", token) as desk:
    for report in desk.pages(desk.reports, state="finished"):
        ...
    desk.acknowledge_reports(models.Chosen(reports=[1, 2]), idempotency_key="receipt-1-2")
"""

from __future__ import annotations

from tipline_client import models
from tipline_client.calling import (
    ChangedError,
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    ProblemError,
    TooManyCallsError,
    UnauthorisedError,
)
from tipline_client.client import Tipline
from tipline_client.webhooks import WebhookError, verified

__all__ = [
    "ChangedError",
    "ConflictError",
    "InvalidError",
    "NotFoundError",
    "NotPermittedError",
    "ProblemError",
    "Tipline",
    "TooManyCallsError",
    "UnauthorisedError",
    "WebhookError",
    "models",
    "verified",
]
