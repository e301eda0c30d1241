"""Making operations."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.text import slugify

from tipline.core.errors import ConflictError, InvalidInputError
from tipline.investigation.operations.models import Operation
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record


@transaction.atomic
def add_operation(name: str, agency: Agency, since: date, actor: Actor) -> Operation:
    """Start a named operation of an agency. Its code is made of its name.

    Raises
    ------
    ConflictError
        when an operation of that code exists.
    """
    code = slugify(name)
    if not code or len(code) > 60:
        raise InvalidInputError("an operation needs a name of letters and digits, 60 at most")
    if Operation.objects.filter(code=code).exists():
        raise ConflictError(f"there is an operation {code!r} already")
    operation = Operation.objects.create(code=code, name=name, agency=agency, since=since)
    record(actor, [Act("operation.added", "operation", operation.pk, {"code": code, "agency": agency.code})])
    return operation
