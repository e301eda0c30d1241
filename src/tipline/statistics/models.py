"""Tables of statistics: facts that figures are counted from, what waits to be counted anew, and answers that were kept."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tipline.investigation.process.models import Request
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, User
from tipline.trust.agencies.models import Agency


class Fact(models.Model):
    """A report as an agency that holds or held it counts it: what it can be cut by, and when each hop was. Nobody's name, no text.

    One row is current for each report and agency (`known_until` is null); rows that a correction replaced stay, so that a number of
    a day can be counted again. `statistics.keeping` alone writes here; docs/explanation/statistics.md has the rules.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    known_from = models.DateTimeField(db_comment="this row stood from then on")
    known_until = models.DateTimeField(null=True, db_comment="and until then; null: it stands")
    # What figures are cut by.
    month = models.DateField(db_comment="of receipt at the door, in the agency's time zone: its first day")
    district = models.CharField(max_length=170, db_comment="country/state/district of attribution; empty: not known")
    provider = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="+", db_index=False)
    category = models.CharField(max_length=100, db_comment="the type of incident, as on the wire")
    desk = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", db_index=False, db_comment="that owns or owned it last"
    )
    channel = models.CharField(max_length=8)
    # The hops of the report, wherever they were made.
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    referred_at = models.DateTimeField(null=True, db_comment="first handed to a desk, what was recalled left out")
    accepted_at = models.DateTimeField(null=True, db_comment="first acceptance that stands")
    case_at = models.DateTimeField(null=True, db_comment="joined a case")
    fir_at = models.DateTimeField(null=True, db_comment="the case's first information report")
    traced_at = models.DateTimeField(null=True, db_comment="first person with corroboration, or one subscriber")
    outcome_at = models.DateTimeField(null=True, db_comment="first outcome that was not withdrawn")
    feedback_at = models.DateTimeField(null=True, db_comment="the day on which the provider was told")
    logs_gone_at = models.DateTimeField(null=True, db_comment="when the last log of its addresses is likely gone")
    # The hops at this agency.
    arrived_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    accepted_here_at = models.DateTimeField(null=True)
    sent_on_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True, db_comment="returned, or recalled from here")
    # What scorecards and counts of cases need.
    case_id = models.BigIntegerField(null=True, db_comment="number of its case, and nothing of it")
    children = models.IntegerField(null=True, db_comment="safeguarded, of the whole case or of a report without one")
    repeat = models.BooleanField(db_comment="a probable repeat of an earlier one")
    merged = models.BooleanField(db_comment="dealt with here together with another")
    urgent = models.BooleanField()
    completeness = models.SmallIntegerField(null=True)
    files = models.IntegerField()
    identifiers = models.IntegerField()
    useful = models.CharField(max_length=15, db_comment="what the provider was told; empty: nothing")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "agency"], condition=Q(known_until__isnull=True), name="fact_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(known_until__isnull=True) | Q(known_until__gt=F("known_from")), name="fact_stood_for_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "month"], name="fact_of_agency"),
            # what a refresh looks for, to bring cells up to date: what it closed itself, cases, and whose time has come
            models.Index(fields=["known_until"], condition=Q(known_until__isnull=False), name="fact_closed"),
            models.Index(
                fields=["case_id"], condition=Q(known_until__isnull=True, case_id__isnull=False), name="fact_of_case"
            ),
            models.Index(fields=["arrived_at"], condition=Q(known_until__isnull=True), name="fact_arrived"),
            models.Index(fields=["logs_gone_at"], condition=Q(known_until__isnull=True), name="fact_logs_gone"),
        ]
        db_table_comment = "What figures are counted from, kept by statistics.keeping"

    def __str__(self) -> str:
        return f"report {self.report_id} at agency {self.agency_id}"


class RequestFact(models.Model):
    """A legal request as the agency that sent it counts it. Kept as `Fact` is."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    known_from = models.DateTimeField(db_comment="this row stood from then on")
    known_until = models.DateTimeField(null=True, db_comment="and until then; null: it stands")
    month = models.DateField(db_comment="in which it was sent, in the agency's time zone: its first day")
    holder = models.CharField(max_length=90, db_comment="key of a directory; *: a platform in none")
    holder_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    sent_at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10)
    usefulness = models.CharField(max_length=10)
    withdrawn = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "agency"], condition=Q(known_until__isnull=True), name="requestfact_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(known_until__isnull=True) | Q(known_until__gt=F("known_from")),
                name="requestfact_stood_for_a_time",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "month"], name="requestfact_of_agency")]
        db_table_comment = "What figures of requests are counted from, kept by statistics.keeping"

    def __str__(self) -> str:
        return f"request {self.request_id} of agency {self.agency_id}"


class Stale(models.Model):
    """That something of a report or a request changed since its facts were made. Triggers add rows, a refresh takes them; one thing may have several."""

    report_id = models.BigIntegerField(null=True)
    request_id = models.BigIntegerField(null=True)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        db_table_comment = "Reports and requests whose facts are to be made anew"

    def __str__(self) -> str:
        return f"report {self.report_id}" if self.report_id else f"request {self.request_id}"


class Kept(models.Model):
    """How far the facts are kept: one row. Questions of a moment after `at` have no answer yet."""

    one = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField(null=True, db_comment="of the last refresh; null: they are being made for the first time")
    cells = models.CharField(
        max_length=64,
        default="",
        db_default="",
        db_comment="SHA-256 of the figures that cells were counted by; empty: there are none",
    )

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(one=True), name="kept_one_row")]
        db_table_comment = "How far facts are kept"

    def __str__(self) -> str:
        return f"kept until {self.at}"


class Cell(models.Model):
    """What the facts of one agency and month count to, as of the last refresh, so that a question adds up cells and not facts.

    `first` and `last` are the same month for all that adds up. What counts once however many reports it has (a case) stands in the
    months of its first and last report as well, as what is to be taken off: `statistics.rolling`, which alone writes here.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    cut = models.SmallIntegerField(db_comment="which dimensions have keys: place in statistics.rolling.CUTS")
    first = models.DateField()
    last = models.DateField()
    district = models.CharField(max_length=170)
    platform = models.CharField(max_length=20)
    category = models.CharField(max_length=100)
    desk = models.CharField(max_length=20)
    counts = ArrayField(
        models.BigIntegerField(), null=True, db_comment="facts, then what adds up, in the order of the figures"
    )
    once = ArrayField(models.BigIntegerField(), null=True, db_comment="what counts once, in the order of the figures")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "cut", "first", "last", "district", "platform", "category", "desk"], name="cell_one"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="cell_months"),
        ]
        db_table_comment = "Sums of facts, kept with them"

    def __str__(self) -> str:
        return f"agency {self.agency_id}, {self.first} to {self.last}, cut {self.cut}"


class Tally(models.Model):
    """How often each value stands among the facts of a cell: medians and other percentiles of any months are exact out of these."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    cut = models.SmallIntegerField(db_comment="as of a cell; none or one dimension")
    month = models.DateField()
    key = models.CharField(max_length=170)
    name = models.CharField(max_length=160, db_comment="the figure and what of it")
    values = ArrayField(models.FloatField(), db_comment="the values that there are, in order")
    counts = ArrayField(models.IntegerField(), db_comment="how often each")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "cut", "month", "key", "name"], name="tally_one"),
        ]
        db_table_comment = "How often each value stands among facts, kept with them"

    def __str__(self) -> str:
        return f"{self.name} of agency {self.agency_id}, {self.month}, {self.key}"


class Snapshot(models.Model):
    """An answer that was kept as it was given: what was asked, what was told, and the digest of that. Never changed."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    figure = models.CharField(max_length=60)
    version = models.IntegerField()
    suppressed = models.BooleanField(db_comment="small numbers are hidden in it; else it is for who sees the reports")
    asked = models.JSONField(db_comment="the question, its moment with it")
    rows = models.JSONField(db_comment="the answer as it was told: what was hidden is not in it")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of question and rows in RFC 8785 form")
    note = models.CharField(max_length=300, default="", blank=True, db_comment="what it was kept for")
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    label = models.CharField(max_length=254, db_comment="who kept it, as the log names them")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="snapshot_digest_shape"),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-kept_at"], name="snapshot_newest")]
        db_table_comment = "Answers that were kept"

    def __str__(self) -> str:
        return f"{self.figure}@{self.version} of {self.kept_at}"
