"""Tables of the tree."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AgencyKind(models.TextChoices):
    """The level of the tree that an agency stands on."""

    CLEARINGHOUSE = "clearinghouse", "Clearinghouse"
    NATIONAL = "national", "National desk"
    STATE = "state", "State desk"
    DISTRICT = "district", "District police"


class Agency(models.Model):
    """A desk that can hold a report."""

    code = models.CharField(max_length=40, unique=True, db_comment="stable, e.g. IN-MH-JALGAON")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=AgencyKind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children",
        db_comment="the agency above, which owns what this one returns",
    )  # fmt: skip
    timezone = models.CharField(max_length=60, default="UTC", db_comment="IANA name; the desk's local time")
    languages = models.CharField(max_length=60, default="en", db_comment="BCP 47 codes, separated by spaces")
    active = models.BooleanField(default=True, db_comment="an inactive desk is never routed to")

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AgencyKind.values), name="agency_kind_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]+(-[A-Z0-9]+)*$"), name="agency_code_shape"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="agency_not_own_parent"),
        ]
        db_table_comment = "Desks: clearinghouse, national, state, district"

    def __str__(self) -> str:
        return self.code


class Jurisdiction(models.Model):
    """A place that an agency is responsible for: a country, a state of it, or a district of that."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="jurisdictions")
    country = models.CharField(max_length=2, db_comment="ISO 3166-1 alpha-2")
    state = models.CharField(max_length=80, default="", blank=True, db_comment="canonical name; empty: the country")
    district = models.CharField(max_length=80, default="", blank=True, db_comment="canonical name; empty: the state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "country", "state", "district"], name="jurisdiction_once_per_agency"
            ),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="jurisdiction_country_shape"),
            models.CheckConstraint(condition=Q(district="") | ~Q(state=""), name="jurisdiction_district_has_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["country", "state", "district"], name="jurisdiction_place"),
        ]

    def __str__(self) -> str:
        return " / ".join(part for part in (self.country, self.state, self.district) if part)


class Oversight(models.Model):
    """A rule by which one agency sees what another holds or held, though it never held it itself."""

    overseer = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="oversees")
    overseen = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="overseen_by")
    with_below = models.BooleanField(default=False, db_comment="also every agency below the overseen one")
    reason = models.CharField(max_length=300, db_comment="the order or agreement that it rests on")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["overseer", "overseen"], name="oversight_once"),
            models.CheckConstraint(condition=~Q(overseer=models.F("overseen")), name="oversight_of_another"),
        ]
        db_table_comment = "Who oversees whom; without a row nobody does"

    def __str__(self) -> str:
        return f"{self.overseer_id} oversees {self.overseen_id}"
