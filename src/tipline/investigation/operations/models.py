"""Tables of operations: what they are for, who knows of them, what belongs to them, and what is done in them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, User
from tipline.trust.agencies.models import Agency


class OperationState(models.TextChoices):
    """Where an operation stands. What leads from one to the next is in `services.TRANSITIONS`."""

    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    CLOSED = "closed", "Closed"


class Operation(models.Model):
    """A named effort of an agency and of others that take part. Who sees that it is there is named in `OperationMember`."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="operations", db_comment="who runs it")
    since = models.DateField(db_comment="first day of its period")
    until = models.DateField(null=True, db_comment="last day of its period; null: not fixed")
    note = models.TextField(default="", blank=True, db_comment="its goals in words; names no child and no person")
    lead_officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=10, choices=OperationState.choices, default=OperationState.RUNNING, db_default="running"
    )
    state_at = models.DateTimeField(null=True, db_comment="null: since it was added")
    state_reason = models.CharField(max_length=500, default="", db_default="", blank=True)
    changes = models.IntegerField(
        default=0, db_default=0, db_comment="counts up with every change; a form says which it saw"
    )

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=OperationState.values), name="operation_state_known"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="operation_period_order"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(state_at__isnull=False) & ~Q(state_reason="")),
                name="operation_closed_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """A goal that can be counted: how much of which figure of the operation."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="goals", db_index=False)
    figure = models.CharField(max_length=40, db_comment="name in operations/figures.py")
    target = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "figure"], name="goal_once"),
            models.CheckConstraint(condition=Q(target__gte=1), name="goal_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.figure}"


class OperationAgency(models.Model):
    """An agency that takes part, beside the one that runs it: tasks are laid on it, and it has a line of the board."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="agencies", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=254)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operation", "agency"], condition=Q(ended_at__isnull=True), name="operationagency_once"
            ),
        ]

    def __str__(self) -> str:
        return f"agency {self.agency_id} in operation {self.operation_id}"


class OperationMember(models.Model):
    """Who knows of the operation: a person, or everybody at an agency who may see reports. Nobody else sees that it is there."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="members", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    part = models.CharField(max_length=120, default="", blank=True, db_comment="what they have to do with it")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=254)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=254, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agency__isnull=True, person__isnull=False) | Q(agency__isnull=False, person__isnull=True),
                name="operationmember_one_of_two",
            ),
            models.UniqueConstraint(
                fields=["operation", "agency"],
                condition=Q(ended_at__isnull=True, agency__isnull=False),
                name="operationmember_agency_once",
            ),
            models.UniqueConstraint(
                fields=["operation", "person"],
                condition=Q(ended_at__isnull=True, person__isnull=False),
                name="operationmember_person_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency"], condition=Q(ended_at__isnull=True), name="operationmember_agency"),
            models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="operationmember_person"),
        ]

    def __str__(self) -> str:
        return f"member {self.pk} of operation {self.operation_id}"


class Rule(models.Model):
    """What an operation takes in by itself: all of its conditions hold. Ended rules are kept, since memberships name them."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="rules", db_index=False)
    district = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_comment="the desk that holds or held it"
    )
    section_id = models.CharField(max_length=60, default="", blank=True, db_comment="id in investigation/legal/data")
    reporter = models.ForeignKey(
        Reporter, on_delete=models.PROTECT, null=True, related_name="+", db_comment="the platform that filed it"
    )
    cluster = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="+", db_comment="all that is linked with this report"
    )
    received_from = models.DateField(null=True)
    received_until = models.DateField(null=True, db_comment="the last day, included")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_comment="null: software"
    )
    ended_at = models.DateTimeField(null=True)
    scan_reports_below = models.BigIntegerField(
        null=True, db_comment="the whole scan goes from the newest report down and is here; null: done"
    )
    scan_cases_below = models.BigIntegerField(null=True, db_comment="as of reports")
    scan_from = models.BigIntegerField(null=True, db_comment="the report with which the whole scan began")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(district__isnull=False)
                | ~Q(section_id="")
                | Q(reporter__isnull=False)
                | Q(cluster__isnull=False)
                | Q(received_from__isnull=False),
                name="rule_says_something",
            ),
            models.CheckConstraint(
                condition=Q(received_until__isnull=True)
                | Q(received_from__isnull=True)
                | Q(received_until__gte=F("received_from")),
                name="rule_days_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["operation", "id"], name="rule_of_operation")]

    def __str__(self) -> str:
        return f"rule {self.pk} of operation {self.operation_id}"

    @property
    def scanned_percent(self) -> int | None:
        """How far the whole scan is, by numbers of reports; None: it is done."""
        if self.scan_reports_below is None and self.scan_cases_below is None:
            return None
        if not self.scan_from or self.scan_reports_below is None:
            return 0 if self.scan_from is None else 99
        return max(0, min(99, 100 - 100 * self.scan_reports_below // self.scan_from))


class Membership(models.Model):
    """A case or a lead (a report) that belongs to an operation, and why. What was taken out by hand stays here, so that no rule puts it back.

    Visible to whoever sees the operation and the case or the report.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="memberships")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="memberships")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=300, default="", blank=True, db_comment="of the person who put it in")
    added_at = models.DateTimeField()
    taken_out_at = models.DateTimeField(null=True)
    taken_out_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    taken_out_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(case__isnull=True, report__isnull=False) | Q(case__isnull=False, report__isnull=True),
                name="membership_one_of_two",
            ),
            models.CheckConstraint(
                condition=Q(rule__isnull=False) | Q(added_by__isnull=False), name="membership_says_why"
            ),
            models.CheckConstraint(
                condition=Q(taken_out_at__isnull=True, taken_out_by__isnull=True, taken_out_why="")
                | (Q(taken_out_at__isnull=False, taken_out_by__isnull=False) & ~Q(taken_out_why="")),
                name="membership_taken_out_whole",
            ),
            models.UniqueConstraint(fields=["operation", "case"], name="membership_case_once"),
            models.UniqueConstraint(fields=["operation", "report"], name="membership_report_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["operation", "-id"], name="membership_page")]
        db_table_comment = "Cases and leads of operations"

    def __str__(self) -> str:
        return f"membership {self.pk} of operation {self.operation_id}"


class Phase(models.Model):
    """A stretch of an operation, with its name and its days."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="phases", db_index=False)
    name = models.CharField(max_length=120)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "name"], name="phase_name_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="phase_period_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OperationTask(models.Model):
    """What is to be done, by every district that it is laid on."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="tasks")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, null=True, related_name="tasks", db_index=False)
    text = models.CharField(max_length=300, db_comment="names no child and no person")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    def __str__(self) -> str:
        return self.text


class DistrictTaskState(models.TextChoices):
    """How far one district is with a task."""

    OPEN = "open", "To do"
    STARTED = "started", "Begun"
    DONE = "done", "Done"
    CANNOT = "cannot", "Cannot be done (say why)"


class DistrictTask(models.Model):
    """A task as it lies with one district: its own state, officer, due time and note."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(OperationTask, on_delete=models.PROTECT, related_name="districts", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=DistrictTaskState.choices, default=DistrictTaskState.OPEN)
    note = models.CharField(max_length=300, default="", blank=True)
    state_at = models.DateTimeField()
    state_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    changes = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "agency"], name="districttask_once"),
            models.CheckConstraint(condition=Q(state__in=DistrictTaskState.values), name="districttask_state_known"),
            models.CheckConstraint(condition=~Q(state="cannot") | ~Q(note=""), name="districttask_cannot_why"),
        ]
        indexes: ClassVar = [models.Index(fields=["operation", "agency"], name="districttask_of_operation")]

    def __str__(self) -> str:
        return f"task {self.task_id} with agency {self.agency_id}"


class ActionDay(models.Model):
    """A day of action: all districts act on it, and tell how far they are."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    name = models.CharField(max_length=120, default="", blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["operation", "day"], name="actionday_once")]

    def __str__(self) -> str:
        return self.day.isoformat()


class BoardKind(models.TextChoices):
    """What a district counts on a day of action."""

    CHILDREN_SAFEGUARDED = "children_safeguarded", "Children safeguarded"
    SEARCHES_PLANNED = "searches_planned", "Searches planned"
    SEARCHES_DONE = "searches_done", "Searches done"
    SEIZURES = "seizures", "Seizures"
    ARRESTS = "arrests", "Arrests"


class BoardEntry(models.Model):
    """So many more of one kind in one district. Rows are only added: a wrong one is corrected by another, which counts in its place."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    day = models.ForeignKey(ActionDay, on_delete=models.PROTECT, related_name="entries", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=BoardKind.choices)
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=300, default="", blank=True, db_comment="names no child and no person")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=BoardKind.values), name="boardentry_kind_known"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, number__gte=1) | (Q(corrects__isnull=False) & ~Q(note="")),
                name="boardentry_counts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["day", "agency", "id"], name="boardentry_of_day")]
        db_table_comment = "Numbers of days of action, as they came"

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Closing(models.Model):
    """The figures of an operation as they stood when it was closed, and why it was. Rows are only added."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="closings")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=500)
    figures = models.JSONField(db_comment="figure → {rows, value}, over everything that belonged to it")
    goals = models.JSONField(db_comment="figure → target")

    def __str__(self) -> str:
        return f"closing {self.pk} of operation {self.operation_id}"


class Changed(models.Model):
    """Reports and cases of which something changed that rules and figures look at. Triggers add rows; `rules.apply_rules` takes them."""

    report_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        db_table_comment = "What rules and figures of operations are to look at again: ids only"

    def __str__(self) -> str:
        return f"report {self.report_id}, case {self.case_id}"


class Fact(models.Model):
    """A report of an operation, a lead or one of a case, as its figures count it. Made anew by `kept.keep` after every change."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    holders = ArrayField(
        models.BigIntegerField(), db_comment="the agencies that hold or held it, in order: who sees it"
    )
    referred = models.BooleanField()
    accepted = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "operation"], name="fact_once")]
        indexes: ClassVar = [models.Index(fields=["operation", "-report"], name="fact_page")]
        db_table_comment = "Reports of operations, as figures count them"

    def __str__(self) -> str:
        return f"report {self.report_id} in operation {self.operation_id}"


class Tally(models.Model):
    """How many facts of an operation are alike: what a page adds up, however many reports there are."""

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+", db_index=False)
    holders = ArrayField(models.BigIntegerField())
    referred = models.BooleanField()
    accepted = models.BooleanField()
    reports = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "holders", "referred", "accepted"], name="tally_once"),
        ]
        db_table_comment = "How many reports of operations are alike"

    def __str__(self) -> str:
        return f"{self.reports} reports in operation {self.operation_id}"
