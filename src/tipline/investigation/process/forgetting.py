"""What stays of requests when their case is destroyed: that a holder was asked and what it answered, and no word of the case."""

from __future__ import annotations

from collections.abc import Sequence

from tipline.investigation.process.directory import platforms_in_force
from tipline.investigation.process.models import Request
from tipline.investigation.process.rates import UNLISTED


def forget_words(cases: Sequence[int]) -> int:
    """Empty the free words of the requests of these cases. Returns how many requests they have.

    A platform that stands in no directory goes by the words of a report: it loses its name too.
    """
    known = [platform.key for platform in platforms_in_force().platforms]
    unnamed = Request.objects.filter(case__in=cases, holder_kind="platform").exclude(holder_key__in=known)
    unnamed.update(holder_key=UNLISTED, holder_name="Platform in no directory")
    return Request.objects.filter(case__in=cases).update(remark="", dispatch="", letter_id=None)
