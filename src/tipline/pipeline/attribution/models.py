"""Sources of where an address is, and what they said of each sighting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q

from tipline.pipeline.attribution.log_expiry import models as log_expiry_models
from tipline.reports.models import Report, Sighting

__all__ = ["AddressRange", "Attribution", "CidrField", "Source", "SourceKind", "log_expiry_models"]

if TYPE_CHECKING:
    _TextField = models.Field[str, str]
else:  # generic for the type checker only
    _TextField = models.Field


class CidrField(_TextField):
    """PostgreSQL's `cidr`: a network, host bits zero. Values are text such as `192.0.2.0/24`."""

    def db_type(self, connection: Any) -> str:
        return "cidr"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else str(value)


class SourceKind(models.TextChoices):
    """What sort of source spoke."""

    RANGES = "ranges", "Operator's range table"
    MMDB = "mmdb", "MMDB file"
    OWNERS = "owners", "Table of networks' owners"


class Source(models.Model):
    """One edition of a source. A new import replaces the active one; the old stays on record, since attributions name it."""

    name = models.CharField(max_length=200, db_comment="the file's name without its folder")
    kind = models.CharField(max_length=10, choices=SourceKind.choices)
    sha256 = models.CharField(max_length=64)
    path = models.TextField(default="", blank=True, db_comment="where the machine that imported it holds it compiled")
    built_at = models.DateTimeField(null=True, db_comment="as the file itself says")
    imported_at = models.DateTimeField()
    rank = models.SmallIntegerField(db_comment="1 speaks first")
    active = models.BooleanField(default=True)
    layout = models.CharField(
        max_length=40, default="", db_default="", blank=True, db_comment="whose form the file has"
    )
    provides = ArrayField(
        models.CharField(max_length=20), default=list, db_default=[], blank=True,
        db_comment="what it can say: country, city, asn, owner, flags",
    )  # fmt: skip
    networks = models.IntegerField(default=0, db_default=0, db_comment="how many networks or ranges it has")
    credit = models.CharField(
        max_length=300,
        default="",
        db_default="",
        blank=True,
        db_comment="what has to stand where its results are shown",
    )
    credit_url = models.CharField(max_length=200, default="", db_default="", blank=True)
    licence = models.CharField(max_length=200, default="", db_default="", blank=True)
    as_of = models.DateField(null=True, db_comment="the day it speaks of")
    replaced_at = models.DateTimeField(
        null=True, db_comment="when another edition took its place; null: it speaks, or never did"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="source_kind_known"),
            models.UniqueConstraint(fields=["name"], condition=Q(active=True), name="source_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.imported_at:%Y-%m-%d})"


class SourcePart(models.Model):
    """A piece of a source's file, so that every machine of an installation can make its own compiled copy; only of the newest editions."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="parts")
    number = models.IntegerField(db_comment="from 0; the file is all of them in order")
    body = models.BinaryField(db_comment="1 MiB of the file, compressed with zlib; the last one less")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "number"], name="sourcepart_number")]

    def __str__(self) -> str:
        return f"part {self.number} of source {self.source_id}"


class AddressRange(models.Model):
    """A row of an operator's range table, for people to look through; look-ups use the compiled table."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="ranges")
    network = CidrField()
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=80, default="", blank=True)
    district = models.CharField(max_length=80, default="", blank=True)
    owner = models.CharField(max_length=200, default="", blank=True)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    valid_from = models.DateTimeField(null=True, db_comment="it was so from then on; null: always")
    valid_until = models.DateTimeField(null=True, db_comment="it was so until just before; null: it still is")
    asn = models.BigIntegerField(null=True)
    line = models.IntegerField(default=0, db_default=0, db_comment="of the file; 0: imported before lines were kept")

    class Meta:
        indexes: ClassVar = [GistIndex(fields=["network"], opclasses=["inet_ops"], name="addressrange_network")]

    def __str__(self) -> str:
        return str(self.network)


class Attribution(models.Model):
    """Where one address sighting was, how sure, and who said so."""

    sighting = models.OneToOneField(Sighting, on_delete=models.CASCADE, related_name="attribution")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attributions")
    country = models.CharField(max_length=2, default="", blank=True)
    state = models.CharField(max_length=80, default="", blank=True)
    district = models.CharField(max_length=80, default="", blank=True)
    owner = models.CharField(max_length=200, default="", blank=True)
    flags = models.JSONField(default=list)
    confidence = models.FloatField(db_comment="0 to 1, for the most precise place named")
    abstained = models.BooleanField(db_comment="true: too unsure to act on; the places are guesses")
    explanation = models.TextField()
    sources = models.JSONField(default=list, db_comment="every source that spoke, and what it said")
    asn = models.BigIntegerField(null=True, db_comment="number of the network, where a source says it")
    level = models.CharField(
        max_length=8, default="", db_default="", blank=True, db_comment="country, state or district: how far it goes"
    )
    confidences = models.JSONField(default=dict, db_default={}, db_comment="0 to 1 by level, below the floors too")
    guesses = models.JSONField(default=list, db_default=[], db_comment="places that were named, with their shares")
    model_version = models.CharField(max_length=20, default="", db_default="", blank=True)
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="attribution_confidence_range"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["report"], name="attribution_report")]

    def __str__(self) -> str:
        return f"attribution of sighting {self.sighting_id}"


class Whereabouts(models.Model):
    """Where the account of a report was last, out of all its addresses and hints, how sure, and why. Routing reads it."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="whereabouts")
    country = models.CharField(max_length=2, default="", blank=True)
    state = models.CharField(max_length=80, default="", blank=True)
    district = models.CharField(max_length=80, default="", blank=True)
    level = models.CharField(max_length=8, default="", blank=True, db_comment="country, state or district")
    confidence = models.FloatField(db_comment="0 to 1, for the most precise place named")
    confidences = models.JSONField(default=dict, db_comment="0 to 1 by level")
    abstained = models.BooleanField(db_comment="true: a person decides; a place here is what its guesses share")
    rule = models.CharField(max_length=30, db_comment="the rule of the model that decided")
    explanation = models.TextField()
    guesses = models.JSONField(default=list, db_comment="places with their shares")
    stretches = models.JSONField(default=list, db_comment="place, from, until, sightings; the latest first")
    evidence = models.JSONField(default=list, db_comment="every address and hint with its weight")
    model_version = models.CharField(max_length=20)
    stage_version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="whereabouts_confidence_range"
            ),
        ]
        db_table_comment = "One row a report"

    def __str__(self) -> str:
        return f"whereabouts of report {self.report_id}"


class EarlierAnswer(models.Model):
    """An answer that a later one replaced, as it stood: of a sighting, or of the whole report when `sighting` is empty."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="earlier_answers")
    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, null=True, related_name="earlier_answers")
    answer = models.JSONField(db_comment="the row that was replaced, by column")
    answered_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["report", "-replaced_at"], name="earlieranswer_report")]

    def __str__(self) -> str:
        return f"earlier answer {self.pk} of report {self.report_id}"


class Recomputation(models.Model):
    """A run over stored sightings with today's sources and model, and how far it came: one that was stopped goes on from there."""

    since = models.DateTimeField(null=True, db_comment="only reports received from then on; null: all")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_report = models.BigIntegerField(default=0, db_comment="reports up to this number are done")
    reports = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0, db_comment="reports whose place or whose abstaining changed")
    busy = models.BigIntegerField(default=0, db_comment="reports that others were working on; the pipeline has them")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["since"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="recomputation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"recomputation {self.pk}"
