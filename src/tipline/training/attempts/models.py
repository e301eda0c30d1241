"""Tables of attempts. What a trainee did is only added to; what stands out is for the instructor alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.training.courses.models import Course, Enrolment, Exercise
from tipline.trust.accounts.models import User


class Attempt(models.Model):
    """A trainee, or a team, at work on an exercise: one attempt for each exercise. Or an instructor who tries a scenario, in no course."""

    exercise = models.ForeignKey(
        Exercise, null=True, on_delete=models.PROTECT, related_name="attempts", db_comment="null: a try, which counts nowhere"
    )  # fmt: skip
    course = models.ForeignKey(
        Course, null=True, on_delete=models.PROTECT, related_name="+", db_comment="the exercise's, for row security"
    )
    enrolment = models.ForeignKey(
        Enrolment, null=True, on_delete=models.PROTECT, related_name="attempts", db_comment="null: a team's"
    )
    tried_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_comment="the instructor who tries the scenario"
    )
    team = models.CharField(max_length=60, default="", blank=True, db_comment="the team's name; empty: one trainee's")
    scenario = models.CharField(max_length=40, db_comment="its folder's name")
    level = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, db_comment="SHA-256 of the scenario's folder, its version")
    seed = models.CharField(
        max_length=64, db_index=True, db_comment="what the world is made of; never leaves the server"
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(db_comment="when time is over")
    finished_at = models.DateTimeField(null=True, db_comment="when it was handed in; null: it ends when time is over")
    points = models.DecimalField(
        max_digits=7, decimal_places=2, default=0, db_default=0, db_comment="the best try of each task, added up"
    )
    points_possible = models.PositiveIntegerField()
    last_act_at = models.DateTimeField(db_comment="when something was last answered, or a hint taken")

    class Meta:
        db_table_comment = "Work on exercises"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["exercise", "enrolment"], condition=Q(enrolment__isnull=False), name="attempt_once_each"
            ),
            models.UniqueConstraint(fields=["exercise", "team"], condition=~Q(team=""), name="attempt_once_a_team"),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, team="", tried_by__isnull=True)
                | (Q(enrolment__isnull=True, tried_by__isnull=True) & ~Q(team=""))
                | Q(enrolment__isnull=True, team="", tried_by__isnull=False),
                name="attempt_of_one_or_a_team_or_a_try",
            ),
            models.CheckConstraint(
                condition=Q(exercise__isnull=False, course__isnull=False, tried_by__isnull=True)
                | Q(exercise__isnull=True, course__isnull=True, tried_by__isnull=False),
                name="attempt_in_a_course_or_a_try",
            ),
            models.CheckConstraint(condition=Q(points__gte=0), name="attempt_points_not_negative"),
            models.CheckConstraint(condition=Q(seed__regex="^[0-9a-f]{64}$"), name="attempt_seed_shape"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="attempt_digest_shape"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    @property
    def is_try(self) -> bool:
        """Whether it is an instructor's try of a scenario."""
        return self.tried_by_id is not None


class KeptWorld(models.Model):
    """A world as it was made. What was begun on it goes on in it, though a newer Tipline would make another of the same seed."""

    seed = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, db_comment="version of the scenario")
    world = models.BinaryField(
        db_comment="facts and documents, JSON compressed by zlib (training/scenarios/keeping.py)"
    )
    blocks = models.JSONField(db_comment="the blocks that made it, with their versions")

    class Meta:
        db_table_comment = "Worlds of attempts and of trainees' own desks"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seed", "digest"], name="world_kept_once"),
        ]

    def __str__(self) -> str:
        return f"world {self.pk}"


class Answer(models.Model):
    """One try at a task, and what it is worth. Never changed."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    task = models.CharField(max_length=40)
    turn = models.PositiveSmallIntegerField(db_comment="which try it is, from 1")
    given = models.JSONField(db_comment="the values, as they were typed")
    share = models.FloatField(db_comment="how much is right, from 0 to 1")
    right = models.PositiveSmallIntegerField(db_comment="values that are right")
    wrong = models.PositiveSmallIntegerField(db_comment="values that are not")
    wanted = models.PositiveSmallIntegerField(db_comment="values that were wanted")
    reasons = models.JSONField(
        default=list, db_default=[], db_comment="what a check of the desk says: [[name of a sentence, its values], ...]"
    )
    hints_cost = models.PositiveSmallIntegerField(default=0, db_comment="what hints taken before it cost")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, db_comment="of the form that it came with: sent again, it is the same answer")

    class Meta:
        db_table_comment = "Answers to tasks, every try"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "task", "turn"], name="answer_once_a_turn"),
            models.UniqueConstraint(fields=["attempt", "key"], name="answer_once_a_key"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="answer_share_is_one"),
            models.CheckConstraint(condition=Q(points__gte=0), name="answer_points_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.task}, try {self.turn}, of {self.attempt_id}"


class HintTaken(models.Model):
    """A hint that was asked for. Never changed."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="hints")
    task = models.CharField(max_length=40)
    hint = models.CharField(max_length=40)
    cost = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table_comment = "Hints taken"
        constraints: ClassVar = [models.UniqueConstraint(fields=["attempt", "task", "hint"], name="hint_taken_once")]

    def __str__(self) -> str:
        return f"{self.task}.{self.hint} of {self.attempt_id}"


class Kept(models.Model):
    """A row that a trainee ticked where it stands, as evidence to name later."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="kept")
    row = models.CharField(max_length=80)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table_comment = "Rows kept as evidence while one works"
        constraints: ClassVar = [models.UniqueConstraint(fields=["attempt", "row"], name="row_kept_once")]

    def __str__(self) -> str:
        return f"{self.row} of {self.attempt_id}"


class Expected(models.Model):
    """What is right in an attempt's world, as digests: a wrong answer that is right in another world is found by one look-up."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")
    task = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, db_comment="HMAC-SHA256 under the range's key")

    class Meta:
        db_table_comment = "Digests of right answers; trainees never read them"
        indexes: ClassVar = [models.Index(fields=["exercise", "task", "digest"], name="expected_by_digest")]

    def __str__(self) -> str:
        return f"{self.task} of {self.attempt_id}"


class EventKind(models.TextChoices):
    """What stands out. A fact to look at, and no verdict."""

    TAMPERED = "tampered", "A form came back with what it did not offer"
    REPLAYED = "replayed", "A form came a second time with another answer"
    LATE = "late", "An answer came after time was over"
    SHARED = "shared", "A wrong answer is the right one in somebody else's papers"


class Event(models.Model):
    """Something that stands out in an attempt. Never changed; for instructors alone."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    task = models.CharField(max_length=40, default="", blank=True)
    other = models.ForeignKey(
        Attempt, null=True, on_delete=models.PROTECT, related_name="+", db_comment="in whose papers the answer is right"
    )
    what = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table_comment = "What stands out in attempts"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="shared", other__isnull=False) | (~Q(kind="shared") & Q(other__isnull=True)),
                name="event_other_where_shared",
            ),
            models.UniqueConstraint(
                fields=["attempt", "other", "task"], condition=Q(kind="shared"), name="event_shared_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.attempt_id}"


class ReviewAct(models.TextChoices):
    """What was done with a version of a scenario."""

    REVIEWED = "reviewed", "Reviewed"
    RELEASED = "released", "Released"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Review(models.Model):
    """An act on a version of an author's scenario. The version's state is told by its last act; never changed."""

    scenario = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, db_comment="SHA-256 of the folder: another byte is another version")
    act = models.CharField(max_length=10, choices=ReviewAct.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table_comment = "Reviews of scenarios"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(act__in=ReviewAct.values), name="review_act_known"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="review_digest_shape"),
        ]
        indexes: ClassVar = [models.Index(fields=["scenario", "digest"], name="review_by_version")]

    def __str__(self) -> str:
        return f"{self.scenario} {self.act}"
