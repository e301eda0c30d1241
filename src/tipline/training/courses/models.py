"""Tables of courses: who trains, where from, in which course, what they are to work on, and what they have to show for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tipline.core.clock import now
from tipline.trust.accounts.models import User


class Course(models.Model):
    """A course: a name, a time, the people who teach it, and what is asked of who passes."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    pass_points = models.PositiveSmallIntegerField(
        default=50, db_default=50, db_comment="percent of the points of all exercises; 0: not asked"
    )
    pass_attendance = models.PositiveSmallIntegerField(
        default=75, db_default=75, db_comment="percent of the sessions; 0: not asked"
    )
    pass_test = models.PositiveSmallIntegerField(
        default=50, db_default=50, db_comment="percent of the test after the course; 0: not asked"
    )
    before_opens_at = models.DateTimeField(
        null=True, default=now, db_default=Now(), db_comment="when the test before the course opens; null: not yet"
    )
    before_closes_at = models.DateTimeField(null=True, db_comment="null: it stays open")
    after_opens_at = models.DateTimeField(null=True, db_comment="when the test after the course opens; null: not yet")
    after_closes_at = models.DateTimeField(null=True, db_comment="null: it stays open")

    class Meta:
        ordering: ClassVar = ["code"]
        db_table_comment = "Courses of the training range"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="course_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(pass_points__lte=100) & Q(pass_attendance__lte=100) & Q(pass_test__lte=100),
                name="course_criteria_are_percent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Instructor(models.Model):
    """Who teaches a course: they see its trainees, and nobody else's."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="instructors")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="teaches")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table_comment = "Who teaches which course"
        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "user"], name="instructor_once")]

    def __str__(self) -> str:
        return f"{self.user} teaches {self.course_id}"


class Trainee(models.Model):
    """An officer on the range. The account is theirs on the range alone: nothing leads from it to a live installation."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="trainee")
    rank = models.CharField(max_length=60, default="", blank=True, db_comment="as the roster has it")
    district = models.CharField(max_length=80, default="", blank=True, db_comment="as the roster has it")

    class Meta:
        db_table_comment = "Officers who train"

    def __str__(self) -> str:
        return str(self.user)


class EntryCode(models.Model):
    """The code with which a trainee enters. It stands on a card that is printed once; here is its digest.

    One for each enrolment: whoever is in two courses has a card of each, and an instructor ends none but their own course's.
    """

    enrolment = models.OneToOneField("Enrolment", on_delete=models.CASCADE, related_name="entry_code")
    digest = models.CharField(max_length=64, unique=True, db_comment="SHA-256; the code itself is nowhere")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, db_comment="when it last opened the range")

    class Meta:
        db_table_comment = "Digests of trainees' entry codes"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="entry_code_digest_shape")
        ]

    def __str__(self) -> str:
        return f"entry code of {self.enrolment_id}"


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


class Session(models.Model):
    """A meeting of a course, or of one batch of it, that trainees attend."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sessions")
    batch = models.CharField(max_length=60, default="", blank=True, db_comment="empty: the whole course")
    title = models.CharField(max_length=120)
    held_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["held_on", "id"]
        db_table_comment = "Meetings of courses"

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Whether a trainee was at a session, who noted it and when."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendance")
    present = models.BooleanField()
    noted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        db_table_comment = "Who was at which session"
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} at {self.session_id}"


class Moment(models.TextChoices):
    """When a test is taken."""

    BEFORE = "before", "Before the course"
    AFTER = "after", "After the course"


class Paper(models.Model):
    """A test that a trainee took: the items drawn for them, what they chose, and how many are right."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="papers")
    moment = models.CharField(max_length=10, choices=Moment.choices)
    form = models.CharField(max_length=1, db_comment="A or B: who had A before the course has B after it")
    items = models.JSONField(db_comment="[[item, [its options' order]], ...], as drawn")
    answers = models.JSONField(null=True, db_comment="{item: option}; null: not handed in")
    right = models.PositiveSmallIntegerField(null=True)
    bank = models.CharField(max_length=20, db_comment="version of the question bank")
    begun_at = models.DateTimeField(auto_now_add=True)
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        db_table_comment = "Tests before and after courses"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "moment"], name="paper_once"),
            models.CheckConstraint(condition=Q(moment__in=Moment.values), name="paper_moment_known"),
            models.CheckConstraint(condition=Q(form__in=["A", "B"]), name="paper_form_known"),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True, answers__isnull=True, right__isnull=True)
                | Q(handed_in_at__isnull=False, answers__isnull=False, right__isnull=False),
                name="paper_handed_in_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment} of {self.enrolment_id}"


class Certificate(models.Model):
    """What was certified, signed: the text of the statement is what the signature covers."""

    number = models.CharField(max_length=20, unique=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    statement = models.TextField(db_comment="RFC 8785 JSON")
    key = models.CharField(max_length=200, db_comment="the verifying key, NAME+HASH+KEY")
    signature = models.CharField(max_length=100, db_comment="Ed25519 over the statement, base64")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table_comment = "Certificates of courses"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(revoked_at__isnull=True), name="certificate_one_valid"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_why="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_why="")),
                name="certificate_revoked_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number
