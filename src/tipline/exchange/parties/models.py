"""Tables of the parties: the own name, the peers, their keys, and which agencies live there."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency


class OwnName(models.Model):
    """What this installation calls itself, and where others reach it. One row, or none: then it goes by the name of its log."""

    one = models.BooleanField(primary_key=True, default=True)
    name = models.CharField(max_length=40, db_comment="of all identifiers that others keep: never changed once told")
    url = models.CharField(max_length=300, default="", blank=True, db_comment="https://; empty: reached by stick alone")
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one=True), name="ownname_one"),
            models.CheckConstraint(condition=Q(name__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="ownname_shape"),
        ]
        db_table_comment = "The name of this installation among its peers"

    def __str__(self) -> str:
        return self.name


class PeerState(models.TextChoices):
    """Where the acquaintance with another installation stands."""

    INVITED = "invited", "Not compared yet"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    ENDED = "ended", "Ended"


class Peer(models.Model):
    """Another installation, by the descriptor that it gave out. Nothing goes there, or is taken from there, before it is active."""

    name = models.CharField(max_length=40, unique=True, db_comment="what it calls itself")
    url = models.CharField(max_length=300, default="", blank=True, db_comment="empty: by stick alone")
    state = models.CharField(max_length=12, choices=PeerState.choices, default=PeerState.INVITED)
    state_at = models.DateTimeField()
    state_why = models.CharField(max_length=300, default="", blank=True)
    age_recipient = models.CharField(max_length=100, default="", blank=True, db_comment="what is encrypted to it")
    fingerprint = models.CharField(max_length=64, db_comment="of its descriptor, as compared by telephone; hex")
    versions = ArrayField(models.PositiveSmallIntegerField(), default=list, db_comment="of the wire that it speaks")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=254)
    added_by_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=254, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=PeerState.values), name="peer_state_known"),
            models.CheckConstraint(condition=Q(name__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="peer_name_shape"),
            models.CheckConstraint(
                condition=~Q(state=PeerState.ACTIVE) | Q(confirmed_at__isnull=False), name="peer_active_confirmed"
            ),
        ]
        db_table_comment = "Other installations that this one exchanges with"

    def __str__(self) -> str:
        return self.name


class PeerKey(models.Model):
    """A verifying key of a peer, with its validity as the peer states it. A revoked one is believed in nothing from then on."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=200, unique=True, db_comment="C2SP verifying key, NAME+HASH+KEY")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, db_comment="null: in use")
    endorsed = models.BooleanField(default=False, db_comment="came by an endorsement of a key believed before")
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_why="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_why="")),
                name="peerkey_revoked_why",
            ),
        ]
        db_table_comment = "Keys of peers"

    def __str__(self) -> str:
        return self.key


class RemoteDesk(models.Model):
    """That an agency of the tree works in a peer's installation: what is referred to it, or comes from it, crosses."""

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, primary_key=True, related_name="remote")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="desks")
    since = models.DateTimeField()

    class Meta:
        db_table_comment = "Agencies whose people work in another installation"

    def __str__(self) -> str:
        return f"{self.agency_id} at {self.peer_id}"


class LinkAlertKind(models.TextChoices):
    """What is loud about a link."""

    FAILING = "failing", "Nothing could be told to a peer for hours"
    WAITING = "waiting", "Something waits for a peer too long"
    AGREEMENT = "agreement", "Referrals wait for an agreement"
    PACKAGE = "package", "A package was refused that nobody sends by mistake"
    REVOKED_KEY = "revoked_key", "A revoked key was used"


class LinkAlert(models.Model):
    """That something is wrong between installations, until its cause is gone or somebody looked. Names peers and desks, and no report."""

    kind = models.CharField(max_length=12, choices=LinkAlertKind.choices)
    subject = models.CharField(
        max_length=120, db_comment="the peer, the two desks, or the code of the refusal and the desk"
    )
    detail = models.CharField(max_length=500, default="", db_default="", blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.BigIntegerField(default=1, db_default=1, db_comment="how often it was found")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, db_comment="its cause is gone, or somebody looked at what happened once")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(ended_at__isnull=True), name="linkalert_one_open"
            ),
            models.CheckConstraint(condition=Q(kind__in=LinkAlertKind.values), name="linkalert_kind_known"),
        ]
        db_table_comment = "What went wrong between installations, until it is mended and seen"

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
