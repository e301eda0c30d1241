"""What holds reports together: edges from reports to identifiers, the clusters they make, and what people said of them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from tipline.reports.models import Identifier, Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class Edge(models.Model):
    """A report holds to an identifier, by a rule, with a strength. Two reports at one identifier are linked by it.

    `identifier` is where reports meet: the stated one, or its linking key (`keys/`), which no report need state. `stated` is what the
    report itself names: what is shown, and masked, is always that.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="edges", db_index=False)
    identifier = models.ForeignKey(
        Identifier, on_delete=models.PROTECT, related_name="edges", db_comment="where reports meet: a linking key"
    )
    stated = models.ForeignKey(
        Identifier, on_delete=models.PROTECT, related_name="+", db_comment="the identifier as the report names it"
    )
    rule = models.CharField(max_length=40, db_comment="id of the rule of strength in data/")
    strength = models.FloatField(db_comment="0 to 1: how much sharing it says")
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "identifier"], name="edge_once"),
            models.CheckConstraint(condition=Q(strength__gt=0, strength__lte=1), name="edge_strength"),
        ]
        db_table_comment = "Reports and the identifiers that may link them; the evidence is the sightings"

    def __str__(self) -> str:
        return f"report {self.report_id} at identifier {self.identifier_id}"


class HubCount(models.TextChoices):
    """Of what there are too many at a hub."""

    REPORTS = "reports", "Reports"
    ACCOUNTS = "accounts", "Accounts"


class Hub(models.Model):
    """An identifier at which too many reports meet to say anything of any two of them. It links nobody."""

    identifier = models.OneToOneField(Identifier, on_delete=models.PROTECT, primary_key=True, related_name="hub")
    rule = models.CharField(max_length=40)
    degree = models.IntegerField(db_comment="reports, or accounts in them, that had it when it was found")
    counted = models.CharField(
        max_length=8, choices=HubCount.choices, default=HubCount.REPORTS, db_default=HubCount.REPORTS
    )
    most = models.IntegerField(db_comment="how many the rule allows")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(counted__in=HubCount.values), name="hub_counted_known"),
        ]
        db_table_comment = "Identifiers that link nobody"

    def __str__(self) -> str:
        return f"hub {self.identifier_id}"


class Cluster(models.Model):
    """Reports that hang together. Its members are rows of their own; an ended one says into which it went."""

    formed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    size = models.IntegerField(db_comment="members")
    ended_at = models.DateTimeField(null=True)
    into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(size__gte=0), name="cluster_size")]
        db_table_comment = "Clusters of reports; numbers only"

    def __str__(self) -> str:
        return f"cluster {self.pk}"


class Member(models.Model):
    """In which cluster a report is. A report without one is linked with nobody."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="member")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="members")
    since = models.DateTimeField()

    class Meta:
        db_table_comment = "Members of clusters"

    def __str__(self) -> str:
        return f"report {self.report_id} in cluster {self.cluster_id}"


class Tie(models.Model):
    """A person says that two reports are one matter, though no identifier says so."""

    low = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    high = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="tie_lower_first"),
            models.UniqueConstraint(fields=["low", "high"], condition=Q(ended_at__isnull=True), name="tie_once"),
        ]
        db_table_comment = "What people joined"

    def __str__(self) -> str:
        return f"{self.low_id} - {self.high_id}"


class Cut(models.Model):
    """A person says that an identifier does not join: a report to the others that have it, or (report null) anybody."""

    identifier = models.ForeignKey(Identifier, on_delete=models.PROTECT, related_name="cuts")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["identifier", "report"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="cut_once",
            ),
        ]
        db_table_comment = "What people parted"

    def __str__(self) -> str:
        return f"cut of identifier {self.identifier_id}"


class ChangeKind(models.TextChoices):
    """What happened to a cluster."""

    FORMED = "formed", "Formed"
    JOINED = "joined", "Reports joined"
    MERGED = "merged", "Merged with another"
    SPLIT = "split", "Split: evidence is gone"
    LEFT = "left", "Reports left"
    PARTED = "parted", "Parted by a person"
    TIED = "tied", "Joined by a person"
    UNDONE = "undone", "A change was undone"


class ClusterChange(models.Model):
    """The history of clusters: what changed, by which identifiers, by whom. Never changed."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    others = ArrayField(models.BigIntegerField(), default=list, db_comment="clusters that went in, or came out")
    reports = ArrayField(models.BigIntegerField(), default=list, db_comment="reports that moved; of many the first")
    report_count = models.IntegerField()
    identifiers = ArrayField(models.BigIntegerField(), default=list, db_comment="that were the evidence")
    actor = models.CharField(max_length=254)
    why = models.CharField(max_length=300, default="", blank=True)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="clusterchange_kind_known"),
        ]
        db_table_comment = "Append-only: the history of clusters"

    def __str__(self) -> str:
        return f"{self.kind} of cluster {self.cluster_id}"


class Compared(models.Model):
    """By what a report comes to be compared with others, when suggestions are looked for (`suggesting/`)."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="compared")
    report_version = models.SmallIntegerField()
    model_version = models.CharField(max_length=40)
    keys = ArrayField(
        models.BigIntegerField(), default=list, db_comment="hashes of folded texts: who shares one is compared"
    )
    stage_run = models.BigIntegerField(db_comment="up to which run of the linking stage; the next look begins there")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["keys"], name="compared_keys"),
            models.Index(fields=["-stage_run"], name="compared_run"),
        ]
        db_table_comment = "Where suggestions are looked for: numbers that say nothing of a person"

    def __str__(self) -> str:
        return f"keys of report {self.report_id}"


class SuggestionState(models.TextChoices):
    """What became of a suggestion."""

    OPEN = "open", "Not decided"
    TAKEN = "taken", "Joined by a person"
    REFUSED = "refused", "Not one matter"
    GONE = "gone", "No longer suggested"


class Suggestion(models.Model):
    """Two reports that look alike in what joins nobody by itself. A person decides."""

    low = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    high = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField(db_comment="0 to 1, by the model")
    comparisons = models.JSONField(db_comment="[{field, level, weight, sentence}, ...]: why")
    model_version = models.CharField(max_length=40)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="suggestion_lower_first"),
            models.CheckConstraint(condition=Q(state__in=SuggestionState.values), name="suggestion_state_known"),
            models.CheckConstraint(condition=Q(probability__gte=0, probability__lte=1), name="suggestion_probability"),
            models.UniqueConstraint(fields=["low", "high"], name="suggestion_once"),
        ]
        db_table_comment = "What a model thinks alike; nothing is joined by it"

    def __str__(self) -> str:
        return f"{self.low_id} ~ {self.high_id}"
