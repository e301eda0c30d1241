"""Tables of courses: who trains, where from, in which course, and what they are to work on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.trust.accounts.models import User


class Course(models.Model):
    """A course: a name, a time, and the people who teach it."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["code"]
        db_table_comment = "Courses of the training range"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="course_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Trainee(models.Model):
    """An officer on the range. The account is theirs on the range alone: nothing leads from it to a live installation."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="trainee")
    rank = models.CharField(max_length=60, default="", blank=True, db_comment="as the roster has it")
    district = models.CharField(max_length=80, default="", blank=True, db_comment="as the roster has it")

    class Meta:
        db_table_comment = "Officers who train"

    def __str__(self) -> str:
        return str(self.user)


class Enrolment(models.Model):
    """A trainee in a course, in a batch of it or in none."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    trainee = models.ForeignKey(Trainee, on_delete=models.CASCADE, related_name="enrolments")
    batch = models.CharField(max_length=60, default="", blank=True)
    team = models.CharField(
        max_length=60, default="", blank=True, db_comment="who works together in exercises for teams"
    )
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table_comment = "Who is in which course"
        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "trainee"], name="enrolment_once")]

    def __str__(self) -> str:
        return f"{self.trainee} in {self.course}"


class Exercise(models.Model):
    """A scenario that a course works on, at a level, for a time."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="exercises")
    scenario = models.CharField(max_length=40, db_comment="its folder's name")
    level = models.CharField(max_length=20)
    opens_at = models.DateTimeField(null=True, db_comment="null: as soon as it is there")
    closes_at = models.DateTimeField(null=True, db_comment="null: never")
    minutes = models.PositiveSmallIntegerField(db_comment="how long an attempt lasts")
    for_teams = models.BooleanField(default=False)

    class Meta:
        db_table_comment = "Scenarios that courses work on"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__gt=0), name="exercise_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.scenario}, {self.level}"
