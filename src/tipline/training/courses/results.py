"""What came out of a course: of each trainee, of each district, of each question. Set-wise reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from tipline.training.courses.models import Certificate, Course, Enrolment, Moment, Paper, Session
from tipline.training.courses.papers import answered
from tipline.training.courses.points import Points, points_of
from tipline.training.knowledge.banks import OPTIONS
from tipline.training.knowledge.item_statistics import Gain, ItemStatistics, gains, item_statistics


@dataclass(frozen=True, slots=True)
class Result:
    """Of one trainee. Shares are whole percents, rounded down: nobody passes by rounding. None: there was nothing to measure."""

    enrolment: Enrolment
    points: Points
    attendance: int | None
    before: int | None
    after: int | None
    certificate: str
    passed: bool
    lacks: tuple[str, ...]

    @property
    def gain(self) -> int | None:
        """Percent points between the tests."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class OfDistrict:
    """Of the trainees of a district: how many, how many passed, and the means of those who have a value."""

    district: str
    people: int
    passed: int
    points: float | None
    gain: Gain | None


def _percent(part: float, whole: float) -> int | None:
    return int(100 * part / whole + 1e-9) if whole else None


def results_of(course: Course, *, batch: str = "", enrolment_id: int | None = None) -> list[Result]:
    """Every trainee of a course who was not withdrawn, by district and name. A fixed number of queries."""
    enrolments = Enrolment.objects.filter(course=course, withdrawn_at=None).select_related("trainee__user")
    if batch:
        enrolments = enrolments.filter(batch=batch)
    if enrolment_id is not None:
        enrolments = enrolments.filter(pk=enrolment_id)
    enrolments = enrolments.annotate(
        was_present=Count("attendance", filter=Q(attendance__present=True)), was_noted=Count("attendance")
    )
    found = list(enrolments.order_by("trainee__district", "trainee__user__name", "id"))
    papers: dict[tuple[int, str], Paper] = {
        (paper.enrolment_id, paper.moment): paper
        for paper in Paper.objects.filter(enrolment__course=course, handed_in_at__isnull=False)
    }
    certificates = dict(
        Certificate.objects.filter(enrolment__course=course, revoked_at=None).values_list("enrolment_id", "number")
    )
    points = points_of(course, found)
    held = Session.objects.filter(course=course).exists()
    return [_result(course, one, points, papers, certificates, held=held) for one in found]


def _result(
    course: Course,
    enrolment: Enrolment,
    points: Mapping[int, Points],
    papers: Mapping[tuple[int, str], Paper],
    certificates: Mapping[int, str],
    *,
    held: bool,
) -> Result:
    def share(moment: Moment) -> int | None:
        paper = papers.get((enrolment.pk, moment))
        return _percent(paper.right or 0, len(paper.items)) if paper else None

    present, noted = getattr(enrolment, "was_present"), getattr(enrolment, "was_noted")  # noqa: B009 - annotations
    own = points.get(enrolment.pk, Points())
    attendance = _percent(present, noted)
    before, after = share(Moment.BEFORE), share(Moment.AFTER)
    lacks = [
        words
        for asked, has, words in (
            (course.pass_points, own.percent, "points"),
            (course.pass_attendance if held else 0, attendance, "attendance"),
            (course.pass_test, after, "the test after the course"),
        )
        if asked and (has is None or has < asked)
    ]
    return Result(
        enrolment, own, attendance, before, after, certificates.get(enrolment.pk, ""), not lacks, tuple(lacks)
    )


def of_districts(results: list[Result]) -> list[OfDistrict]:
    """The same by district, for whoever sent them."""
    by_district: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        by_district[one.enrolment.trainee.district].append(one)
    gained = {
        one.district: one
        for one in gains(
            (one.enrolment.trainee.district, one.before / 100, one.after / 100)
            for one in results
            if one.before is not None and one.after is not None
        )
    }
    found = []
    for district, people in sorted(by_district.items()):
        shares = [one.points.percent for one in people if one.points.percent is not None]
        found.append(
            OfDistrict(
                district,
                len(people),
                sum(one.passed for one in people),
                sum(shares) / len(shares) if shares else None,
                gained.get(district),
            )
        )
    return found


def of_items(course: Course) -> list[ItemStatistics]:
    """What the answers of this course's tests say of their questions, both tests together."""
    papers = Paper.objects.filter(enrolment__course=course, handed_in_at__isnull=False)
    return item_statistics([answered(paper) for paper in papers], OPTIONS)
