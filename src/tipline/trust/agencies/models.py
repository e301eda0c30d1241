"""Tables of the tree."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
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


class AgreedData(models.TextChoices):
    """What an agreement may let travel to another installation. What it does not name stays at home."""

    METADATA = "metadata", "The record: identifiers, times, hashes, scores, the way so far"
    DOCUMENT = "document", "The document as received, in which a child's data is not masked"
    EVIDENCE = "evidence", "Sealed evidence as ciphertext, by two people"


def only_metadata() -> list[str]:
    """What travels where nobody said more."""
    return [AgreedData.METADATA.value]


class Agreement(models.Model):
    """What lets one agency hand reports to another. Without one in force nothing is routed across that hop.

    Law, purposes, data, retention and `onward` bind what crosses to another installation (`tipline.exchange`).
    """

    from_agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="agreements")
    to_agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=300, db_comment="the memorandum, order or file that it rests on")
    since = models.DateField(db_comment="the first day in force")
    until = models.DateField(null=True, db_comment="the first day no longer in force; null: no end is set")
    set_by = models.CharField(max_length=254)
    law = models.CharField(max_length=300, default="", db_default="", blank=True, db_comment="the law that it rests on")
    purposes = ArrayField(
        models.CharField(max_length=200), default=list, db_default=[], blank=True, db_comment="for what it may be used"
    )
    data = ArrayField(
        models.CharField(max_length=20), default=only_metadata, db_default=["metadata"],
        db_comment="what may travel to another installation: metadata, document, evidence",
    )  # fmt: skip
    retention_days = models.PositiveIntegerField(
        null=True, db_comment="how long the receiver may keep it; null: by the receiver's own rules"
    )
    onward = models.BooleanField(
        default=True, db_default=True, db_comment="the receiver may hand it on to further installations"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_agency", "to_agency"], condition=Q(until__isnull=True), name="agreement_one_open"
            ),
            models.CheckConstraint(condition=~Q(from_agency=models.F("to_agency")), name="agreement_between_two"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="agreement_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="agreement_has_reference"),
            models.CheckConstraint(
                condition=Q(data__contained_by=AgreedData.values) & ~Q(data=[]), name="agreement_data_known"
            ),
            models.CheckConstraint(
                condition=Q(retention_days__isnull=True) | Q(retention_days__gte=1), name="agreement_retention_counts"
            ),
        ]
        db_table_comment = "Who may hand reports to whom, since when, and what that rests on"

    def __str__(self) -> str:
        return f"{self.from_agency_id} to {self.to_agency_id}: {self.reference}"


class Proposed(models.TextChoices):
    """What a proposal asks for."""

    SET = "set", "A new agreement, or a renewal"
    END = "end", "The end of the one in force"


class Verdict(models.TextChoices):
    """What became of a proposal."""

    OPEN = "open", "Waits for a second person"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AgreementProposal(models.Model):
    """That somebody wants an agreement set or ended; another person decides. The operator at the machine needs none."""

    from_agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", db_index=False)
    to_agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", db_index=False)
    asks = models.CharField(max_length=4, choices=Proposed.choices)
    terms = models.JSONField(
        db_comment="reference, since, until, law, purposes, data, retention_days, onward; of an end: until"
    )
    reason = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=254)
    proposed_by_person = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=254, default="", blank=True)
    decided_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_agency", "to_agency"], condition=Q(verdict="open"), name="agreementproposal_one_open"
            ),
            models.CheckConstraint(condition=Q(asks__in=Proposed.values), name="agreementproposal_asks_known"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="agreementproposal_verdict_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="agreementproposal_has_reason"),
            models.CheckConstraint(
                condition=Q(verdict="open", decided_at__isnull=True)
                | (~Q(verdict="open") & Q(decided_at__isnull=False)),
                name="agreementproposal_decided_when",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["from_agency", "to_agency", "id"], name="agreementproposal_of_two")]
        db_table_comment = "Agreements that somebody proposed, and who decided"

    def __str__(self) -> str:
        return f"{self.asks} {self.from_agency_id} to {self.to_agency_id}: {self.verdict}"


class DeskCalendar(models.Model):
    """When a desk is at work, in its own time zone. A desk without a row is always at work."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="calendar")
    weekly = models.JSONField(db_comment='{"mon": [["09:30", "18:00"]], ...}; a day left out is closed')
    closed_days = models.JSONField(default=list, db_comment="ISO dates on which the desk is closed")
    out_until = models.DateTimeField(null=True, db_comment="out of office until then")
    deputy = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", db_comment="acts while this desk is closed"
    )
    duty_desk = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+",
        db_comment="takes what is urgent for a closed desk below this one that has no deputy",
    )  # fmt: skip
    source = models.CharField(max_length=300, db_comment="what the file says it rests on, and its version")
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(deputy=models.F("agency")), name="calendar_deputy_is_another"),
        ]
        db_table_comment = "Office hours and leave of desks"

    def __str__(self) -> str:
        return f"calendar of {self.agency_id}"


class AgencyLetterhead(models.Model):
    """What stands on an agency's letters, and to whom its notices go. An agency without a row leaves blanks."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="letterhead")
    station = models.CharField(max_length=200, default="", blank=True, db_comment="the police station that registers")
    address = models.CharField(max_length=500, default="", blank=True, db_comment="lines")
    telephone = models.CharField(max_length=60, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    committee = models.CharField(
        max_length=500, default="", blank=True, db_comment="the Child Welfare Committee of the district, with address"
    )
    special_court = models.CharField(
        max_length=500, default="", blank=True, db_comment="the Special Court under the POCSO Act, with address"
    )
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField()

    class Meta:
        db_table_comment = "Letterheads of desks, and the authorities that their notices go to"

    def __str__(self) -> str:
        return f"letterhead of {self.agency_id}"
