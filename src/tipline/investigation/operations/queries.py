"""Reading operations."""

from __future__ import annotations

from tipline.investigation.operations.models import Operation
from tipline.trust.agencies.models import Agency


def open_to(agency: Agency) -> list[Operation]:
    """The operations that cases of this agency can belong to: its own and those of the agencies above it."""
    above: list[int] = []
    here: Agency | None = agency
    while here is not None:
        above.append(here.pk)
        here = here.parent
    return list(Operation.objects.filter(agency_id__in=above).order_by("name"))
