"""What people found, and the lists that are made of it. No row here names a report, a case or a child."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tipline.exchange.parties.models import Peer
from tipline.trust.accounts.models import Reporter, User
from tipline.trust.agencies.models import Agency


class HashList(models.Model):
    """A list of an agency: what goes in, and how far it is published."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="hash_lists")
    name = models.CharField(max_length=40, db_comment="small letters, digits, hyphens; in addresses and checkpoints")
    title = models.CharField(max_length=200)
    categories = ArrayField(models.CharField(max_length=30), db_comment="found to be one of these; see data/words.toml")
    algorithms = ArrayField(
        models.CharField(max_length=12),
        default=list,
        blank=True,
        db_comment="kinds of hashes that are handed out; empty: all",
    )
    by_hand = models.BooleanField(
        default=False, db_comment="only findings that name this list; false: all in its categories"
    )
    needs = models.PositiveSmallIntegerField(default=2, db_comment="how many people of the agency must agree")
    automatic = models.BooleanField(
        default=False, db_comment="published by the software every hour; false: by a person"
    )
    head = models.BigIntegerField(default=0, db_comment="position of the last change that is published")
    floor = models.BigIntegerField(
        default=0, db_comment="withdrawals up to here are forgotten: who is not as far starts anew"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "name"], name="hashlist_name_once"),
            models.CheckConstraint(condition=Q(name__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="hashlist_name_shape"),
            models.CheckConstraint(condition=Q(needs__gte=1, needs__lte=5), name="hashlist_needs_people"),
            models.CheckConstraint(condition=Q(categories__len__gt=0), name="hashlist_of_something"),
            models.CheckConstraint(condition=Q(floor__gte=0, floor__lte=models.F("head")), name="hashlist_floor_below"),
        ]
        db_table_comment = "Lists of hashes that agencies publish: their rules, no hashes"

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """What one person found a file to be, by its hashes alone. Which report or exhibit it lay in is in the log and not here."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=30)
    reason = models.CharField(max_length=300)
    hash_list = models.ForeignKey(
        HashList,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="for a list made by hand; null: for any",
    )
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="finding_reasoned"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why="")),
                name="finding_withdrawn_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "-id"], name="finding_of_agency")]
        db_table_comment = "What people of an agency found files to be"

    def __str__(self) -> str:
        return f"finding {self.pk}"


class FoundHash(models.Model):
    """A hash that a finding is about."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="hashes", db_index=False)
    algorithm = models.CharField(max_length=12, db_collation="C")
    value = models.CharField(max_length=512, db_collation="C")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["finding", "algorithm", "value"], name="foundhash_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["value", "algorithm"], name="foundhash_value")]
        db_table_comment = "Hashes of findings"

    def __str__(self) -> str:
        return f"{self.algorithm} of finding {self.finding_id}"


class Entry(models.Model):
    """A hash as a list hands it out, or has withdrawn it. A change gives the row a new position, so that a delta has it once."""

    hash_list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="entries", db_index=False)
    algorithm = models.CharField(max_length=12, db_collation="C")
    value = models.CharField(max_length=512, db_collation="C")
    category = models.CharField(max_length=30)
    live = models.BooleanField(db_comment="false: withdrawn, kept for a while so that subscribers hear of it")
    position = models.BigIntegerField(db_comment="1, 2, ... in the order in which changes were committed")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hash_list", "algorithm", "value"], name="hashentry_once"),
            models.UniqueConstraint(fields=["hash_list", "position"], name="hashentry_position_once"),
        ]
        db_table_comment = "Published hashes, each where it stands in the order of changes"

    def __str__(self) -> str:
        return f"entry {self.pk} of list {self.hash_list_id}"


class Edition(models.Model):
    """A state of a list that was published, with its signed checkpoint."""

    hash_list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="editions", db_index=False)
    number = models.IntegerField(db_comment="1, 2, ... within the list")
    head = models.BigIntegerField()
    entries = models.IntegerField()
    root = models.BinaryField(db_comment="RFC 6962, over the entries in order of kind and value")
    note = models.TextField(db_comment="the checkpoint with its signature (C2SP signed-note)")
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=254)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hash_list", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["hash_list", "head"], name="edition_head_once"),
        ]
        db_table_comment = "Published states of lists: counts, roots and signatures, no hashes"

    def __str__(self) -> str:
        return f"edition {self.number} of list {self.hash_list_id}"


class Moment(models.Model):
    """What `last_updated` is of the changes up to a position: the cursor of clients that know only times."""

    hash_list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="+", db_index=False)
    up_to = models.BigIntegerField()
    at = models.BigIntegerField(db_comment="seconds since 1970; rises with every row of a list")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hash_list", "up_to"], name="moment_position_once"),
            models.UniqueConstraint(fields=["hash_list", "at"], name="moment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.at} of list {self.hash_list_id}"


class Subscriber(models.Model):
    """Who may read a list with a key: a provider, a peer, or another by name."""

    hash_list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="subscribers")
    name = models.CharField(max_length=200)
    provider = models.ForeignKey(Reporter, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    key_hash = models.CharField(max_length=64, unique=True, db_comment="SHA-256; the key itself is nowhere")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_read_at = models.DateTimeField(null=True, db_comment="to the minute")
    last_read_to = models.BigIntegerField(default=0, db_comment="the position up to which it has the list")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(key_hash__regex="^[0-9a-f]{64}$"), name="hashsubscriber_key_shape"),
            models.CheckConstraint(
                condition=Q(provider__isnull=True) | Q(peer__isnull=True), name="hashsubscriber_is_one"
            ),
        ]
        db_table_comment = "Who may read a list, and how far they have"

    def __str__(self) -> str:
        return self.name
