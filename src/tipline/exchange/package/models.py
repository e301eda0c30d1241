"""Tables of packages: what went out, what was taken in, and what was refused. The files themselves are not kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.exchange.parties.models import Peer
from tipline.referrals.models import Referral
from tipline.reports.models import Report
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class SentPackage(models.Model):
    """A package that was made here, and its receipt once that came back."""

    uid = models.UUIDField(unique=True, db_comment="of the hand-over")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of its tag manifest, which is what is signed")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=254)
    expires_at = models.DateTimeField()
    reports = models.IntegerField()
    bytes = models.BigIntegerField(db_comment="size of the file, before it was encrypted")
    data = models.JSONField(db_comment="kinds of data that it carries")
    encrypted = models.BooleanField(db_comment="to the receiver, in the age format")
    log_size = models.BigIntegerField(
        default=0, db_default=0, db_comment="of the checkpoint of this log that it tells; 0: none"
    )
    received_at = models.DateTimeField(null=True, db_comment="when the other side took it, by its receipt")
    receipt = models.TextField(default="", blank=True, db_comment="as it came, with its signature")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="sentpackage_digest_shape"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, receipt="") | (Q(received_at__isnull=False) & ~Q(receipt="")),
                name="sentpackage_receipt_whole",
            ),
        ]
        db_table_comment = "Packages that were handed out"

    def __str__(self) -> str:
        return f"package {self.uid}"


class SentHop(models.Model):
    """A hop that a package carries."""

    package = models.ForeignKey(SentPackage, on_delete=models.PROTECT, related_name="hops")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="packages")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["package", "referral"], name="senthop_once")]
        indexes: ClassVar = [models.Index(fields=["report"], name="senthop_report")]
        db_table_comment = "Append-only: which hops a package carries"

    def __str__(self) -> str:
        return f"referral {self.referral_id} in package {self.package_id}"


class ReleaseState(models.TextChoices):
    """How far the release of sealed evidence is."""

    PROPOSED = "proposed", "Waits for a second person"
    APPROVED = "approved", "Approved: the next package may carry it"
    REFUSED = "refused", "Refused"
    CARRIED = "carried", "Carried"


class SealedRelease(models.Model):
    """That the sealed copies of one report may travel with one hop, once: one person proposes it with a reason, another approves it."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    custodian = models.CharField(
        max_length=100, db_comment="age public key of the receiver's, to whom all copies are sealed already"
    )
    reason = models.CharField(max_length=300)
    seals = models.JSONField(db_comment="SHA-256 of each sealed copy that was looked at: these and no others travel")
    state = models.CharField(max_length=10, choices=ReleaseState)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    package = models.ForeignKey(
        SentPackage, on_delete=models.PROTECT, related_name="releases", null=True, db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="sealedrelease_state"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="sealedrelease_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="sealedrelease_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="carried", package__isnull=False) | (~Q(state="carried") & Q(package__isnull=True)),
                name="sealedrelease_carried",
            ),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(state__in=["proposed", "approved"]), name="sealedrelease_one_open"
            ),
        ]
        db_table_comment = "Sealed evidence that two persons let travel in a package, as ciphertext"

    def __str__(self) -> str:
        return f"release {self.pk}"


class TakenPackage(models.Model):
    """A package that came in and was taken, with the receipt that was given for it. Taken once, whoever brings it how often."""

    uid = models.UUIDField(unique=True, db_comment="of the hand-over, given by the sender")
    digest = models.CharField(max_length=64)
    installation = models.CharField(max_length=80, db_comment="of the sender")
    key = models.CharField(max_length=200, db_comment="that signed it")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=254)
    agreement = models.CharField(max_length=300, db_comment="the reference that the sender named")
    reports = models.IntegerField(db_comment="that it carries")
    new_reports = models.IntegerField(db_comment="that were not here before")
    receipt = models.TextField(db_comment="as it was given")
    checkpoint = models.TextField(
        default="", db_default="", blank=True, db_comment="of the sender's log, as the package told it; kept to compare"
    )
    log_size = models.BigIntegerField(default=0, db_default=0, db_comment="of that checkpoint; 0: none")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="takenpackage_digest_shape"),
        ]
        db_table_comment = "Append-only: packages that were taken in"

    def __str__(self) -> str:
        return f"package {self.uid}"


class TakenReturn(models.Model):
    """A return that came in and was taken, with the answer that it got. Taken once, whoever brings it how often."""

    uid = models.UUIDField(unique=True, db_comment="given by the sender")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of what is signed")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200, db_comment="that signed it")
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=254)
    messages = models.IntegerField(db_comment="that it carries")
    answer = models.TextField(db_comment="as it was given")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="takenreturn_digest_shape"),
        ]
        db_table_comment = "Append-only: returns that were taken in"

    def __str__(self) -> str:
        return f"return {self.uid}"


class RefusedPackage(models.Model):
    """A package (or return) that was not taken, and why. Of what it holds nothing is kept; what it says of itself is only its word."""

    digest = models.CharField(max_length=64, db_comment="SHA-256 of the file that was brought")
    code = models.CharField(max_length=40, db_comment="why, by docs/reference/package-format.md")
    message = models.CharField(max_length=500)
    uid = models.CharField(max_length=36, default="", blank=True, db_comment="that it claims")
    claimed_sender = models.CharField(
        max_length=40, default="", db_default="", blank=True, db_comment="agency that it claims to come from"
    )
    claimed_installation = models.CharField(
        max_length=80, default="", db_default="", blank=True, db_comment="installation that it claims to come from"
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="of who brought it; null: the operator",
    )
    at = models.DateTimeField()
    by = models.CharField(max_length=254)

    class Meta:
        db_table_comment = "Append-only: packages that were refused"

    def __str__(self) -> str:
        return f"{self.code} at {self.at}"
