"""Which unmaskings belong to this session. The table decides; the session only says which row to ask for, so that most pages ask none."""

from __future__ import annotations

from django.http import HttpRequest

from tipline.reports.models import Unmasking
from tipline.reports.unmasking import running
from tipline.trust.accounts.models import User

_KEY = "unmaskings"  # report id (a string: JSON has no other keys) → unmasking id


def remember(request: HttpRequest, unmasking: Unmasking) -> None:
    """Bind an unmasking to the session in which the person proved who they are: their other sessions see nothing."""
    request.session[_KEY] = {**request.session.get(_KEY, {}), str(unmasking.report_id): unmasking.pk}


def forget(request: HttpRequest, report_id: int) -> None:
    """Drop what the session holds for a report."""
    request.session[_KEY] = {k: v for k, v in request.session.get(_KEY, {}).items() if k != str(report_id)}


def current(request: HttpRequest, person: User, report_id: int) -> Unmasking | None:
    """The unmasking under which this page may show a child's data, or None. No query unless the session has one."""
    unmasking_id = request.session.get(_KEY, {}).get(str(report_id))
    return None if unmasking_id is None else running(person, unmasking_id, report_id)
