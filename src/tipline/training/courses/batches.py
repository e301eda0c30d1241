"""Batches: a course of hundreds comes in groups that a hall holds."""

from __future__ import annotations

import math
import re

from django.db import transaction
from django.db.models import Count

from tipline.training.courses.models import Course, Enrolment
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

_NAME = re.compile(r"Batch ([0-9]{1,4})")


@transaction.atomic
def assign(course: Course, size: int, actor: Actor) -> dict[str, int]:
    """Put those who are in no batch into batches of about this size, by district, so that colleagues come together. Name → how many."""
    Course.objects.select_for_update().get(pk=course.pk)
    people = list(
        Enrolment.objects.filter(course=course, withdrawn_at=None, batch="").order_by(
            "trainee__district", "trainee__user__name", "id"
        )
    )
    if not people:
        return {}
    taken = (_NAME.fullmatch(name) for name in Enrolment.objects.filter(course=course).values_list("batch", flat=True))
    first = max((int(found[1]) for found in taken if found), default=0) + 1
    count = math.ceil(len(people) / size)
    for at, one in enumerate(people):
        one.batch = f"Batch {first + at * count // len(people)}"
    Enrolment.objects.bulk_update(people, ["batch"], 500)
    made = dict(
        Enrolment.objects.filter(pk__in=[one.pk for one in people])
        .values_list("batch")
        .annotate(n=Count("id"))
        .order_by("batch")
    )
    record(actor, [Act("training.batches_made", "course", course.pk, made)])
    return made
