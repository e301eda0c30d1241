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


class Source(models.Model):
    """One import of a source. A new import replaces the active one; the old stays, since attributions name it."""

    name = models.CharField(max_length=200, db_comment="the file's name without its folder")
    kind = models.CharField(max_length=10, choices=SourceKind.choices)
    sha256 = models.CharField(max_length=64)
    path = models.TextField(default="", blank=True, db_comment="where the MMDB lies; empty for ranges")
    built_at = models.DateTimeField(null=True, db_comment="as the file itself says")
    imported_at = models.DateTimeField()
    rank = models.SmallIntegerField(db_comment="1 speaks first")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="source_kind_known"),
            models.UniqueConstraint(fields=["name"], condition=Q(active=True), name="source_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.imported_at:%Y-%m-%d})"


class AddressRange(models.Model):
    """A row of an operator's range table."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="ranges")
    network = CidrField()
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=80, default="", blank=True)
    district = models.CharField(max_length=80, default="", blank=True)
    owner = models.CharField(max_length=200, default="", blank=True)
    flags = ArrayField(models.CharField(max_length=20), default=list)

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
