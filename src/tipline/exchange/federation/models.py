"""Tables of the wire: what waits to be told, what was heard, and how each link does."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tipline.exchange.parties.models import Peer
from tipline.intake.doors.models import Judgement
from tipline.investigation.outcomes.models import ReportOutcome
from tipline.referrals.models import Referral
from tipline.reports.models import Report


class Kind(models.TextChoices):
    """What a message tells."""

    REFERRAL = "referral", "A referral"
    RECALL = "recall", "A recall"
    STATE = "state", "What the desk did with a referral"
    PROGRESS = "progress", "How it goes further down"
    OUTCOME = "outcome", "An outcome"
    FEEDBACK = "feedback", "Of what use a report was"
    RETENTION = "retention", "That a report was destroyed, or is kept longer than agreed"


class Delivery(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Taken by the other side"
    REFUSED = "refused", "Refused by the other side"


class Outgoing(models.Model):
    """A message to a peer, written by a trigger in the transaction of what it tells (or by the inbox, of what is passed up)."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="outgoing", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="+", db_index=False,
        db_comment="the hop between the two installations that it is about",
    )  # fmt: skip
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=12, default="", db_default="", blank=True, db_comment="life.Step")
    reason = models.CharField(max_length=20, default="", db_default="", blank=True)
    agency = models.CharField(
        max_length=40, default="", db_default="", blank=True, db_comment="code of the desk further down"
    )
    outcome = models.ForeignKey(ReportOutcome, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(db_comment="when it happened")
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.WAITING, db_default="waiting")
    next_at = models.DateTimeField(db_comment="not tried before")
    tries = models.IntegerField(default=0, db_default=0)
    why = models.CharField(
        max_length=300, default="", db_default="", blank=True, db_comment="why it waits, or was refused"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="outgoing_kind_known"),
            models.CheckConstraint(condition=Q(delivery__in=Delivery.values), name="outgoing_delivery_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["peer", "id"], condition=Q(delivery="waiting"), name="outgoing_waiting"),
            models.Index(fields=["report", "id"], name="outgoing_of_report"),
            models.Index(fields=["peer", "-id"], condition=Q(delivery="refused"), name="outgoing_refused"),
        ]
        db_table_comment = "What is told to other installations, in order"

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Incoming(models.Model):
    """A message that was taken or refused, with the answer that it got: whoever sends it again gets the same."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="incoming", db_index=False)
    number = models.BigIntegerField(db_comment="of the message, given by the peer")
    kind = models.CharField(max_length=10)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField()
    answer = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "number"], name="incoming_once")]
        db_table_comment = "Append-only: what other installations told"

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.peer_id}"


class Nonce(models.Model):
    """A nonce of a signed call, kept as long as the call would be believed again."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "nonce"], name="nonce_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="nonce_age")]

    def __str__(self) -> str:
        return self.nonce


class Link(models.Model):
    """How sending to a peer does."""

    peer = models.OneToOneField(Peer, on_delete=models.CASCADE, primary_key=True, related_name="link")
    busy_until = models.DateTimeField(null=True, db_comment="a worker sends; a killed one is waited for until then")
    next_at = models.DateTimeField(null=True, db_comment="not tried before")
    failures = models.IntegerField(default=0, db_default=0, db_comment="in a row")
    last_success_at = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True, db_comment="a signed call of the peer")
    error = models.CharField(max_length=300, default="", db_default="", blank=True)
    error_at = models.DateTimeField(null=True)

    class Meta:
        db_table_comment = "Links to other installations"

    def __str__(self) -> str:
        return f"link to {self.peer_id}"


class Below(models.Model):
    """What a desk further down, beyond the next installation, did last with a report."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="below", db_index=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=40)
    act = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "agency"], name="below_once")]
        db_table_comment = "How reports go further down, as told hop by hop"

    def __str__(self) -> str:
        return f"{self.act} at {self.agency}"
