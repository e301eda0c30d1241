"""Tables of people and providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from tipline.trust.actors import Actor, ActorKind
from tipline.trust.agencies.models import Agency


class Role(models.TextChoices):
    """What a person's task is at their agency."""

    ADMINISTRATOR = "administrator", "Administrator (no report data)"
    DESK_OFFICER = "desk_officer", "Desk officer"
    INVESTIGATOR = "investigator", "Investigator"
    SUPERVISOR = "supervisor", "Supervisor"
    ANALYST = "analyst", "Analyst"
    STATISTICIAN = "statistician", "Statistician (counts only)"
    AUDITOR = "auditor", "Auditor (log only)"
    TRAINER = "trainer", "Trainer"
    TRAINEE = "trainee", "Trainee"


class Rank(models.TextChoices):
    """Ranks of the police, lowest first as far as a law asks. `NONE`: no police officer, or not stated."""

    NONE = "", "No rank stated"
    CONSTABLE = "constable", "Constable"
    HEAD_CONSTABLE = "head_constable", "Head Constable"
    ASSISTANT_SUB_INSPECTOR = "assistant_sub_inspector", "Assistant Sub-Inspector"
    SUB_INSPECTOR = "sub_inspector", "Sub-Inspector"
    ASSISTANT_INSPECTOR = "assistant_inspector", "Assistant Inspector"
    INSPECTOR = "inspector", "Inspector"
    DEPUTY_SUPERINTENDENT = "deputy_superintendent", "Deputy Superintendent"
    SUPERINTENDENT = "superintendent", "Superintendent"

    def at_least(self, other: Rank) -> bool:
        """Whether this rank is that one or above."""
        order = list(Rank)
        return order.index(self) >= order.index(other)


class UserManager(BaseUserManager["User"]):
    """People are found by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in."""

    email = models.EmailField(max_length=254, unique=True, db_comment="lower case")
    name = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    role = models.CharField(max_length=20, choices=Role.choices)
    rank = models.CharField(
        max_length=30, choices=Rank.choices, default=Rank.NONE, db_default="", blank=True,
        db_comment="some acts of law need one (IT Act 2000 s.78: Inspector)",
    )  # fmt: skip
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    must_change_password = models.BooleanField(
        default=False, db_comment="an administrator made the password: nothing but changing it works until then"
    )
    session_epoch = models.IntegerField(
        default=0, db_comment="counts up when all sessions of the person are to end, at once and everywhere"
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="user_rank_known"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def actor(self) -> Actor:
        """This person as the doer of an act."""
        return Actor(ActorKind.PERSON, self.pk, self.email, self.agency_id)

    def get_session_auth_hash(self) -> str:
        """What a session must still agree with: the password, and that nothing ended all sessions since."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the key before the one in use, which is believed until the next rotation (`tipline keys rotate session`)."""
        return (self._session_hash(key) for key in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, key: str | None) -> str:
        epoch = f"{self.session_epoch}\n{self.password}"
        return salted_hmac("tipline.session", epoch, secret=key, algorithm="sha256").hexdigest()


class TriesKind(models.TextChoices):
    """What tries to sign in are counted for."""

    ACCOUNT = "account", "an e-mail address that was typed, whether it has an account or not"
    ADDRESS = "address", "a network address"
    FACTOR = "factor", "second factors of a person"


class Tries(models.Model):
    """Tries that count towards a limit. Durable, and shared by all web processes."""

    kind = models.CharField(max_length=10, choices=TriesKind.choices)
    key = models.CharField(max_length=64, db_comment="keyed hash of what was tried: no address is kept in the clear")
    count = models.IntegerField()
    since = models.DateTimeField(db_comment="when the first of these tries was made")
    locked_until = models.DateTimeField(null=True, db_comment="until when everything is refused")

    class Meta:
        db_table_comment = "Tries to sign in, for limits and lockout"
        verbose_name_plural = "tries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="tries_once"),
            models.CheckConstraint(condition=Q(kind__in=TriesKind.values), name="tries_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"


class ReporterKind(models.TextChoices):
    """What stands behind a reporter."""

    PROVIDER = "provider", "A provider with credentials for the door"
    PUBLIC = "public", "The public form; nobody signs in as it"
    REPLY = "reply", "What an agency files of replies of providers; nobody signs in as it"
    PEER = "peer", "What another installation hands over; nobody signs in as it"


class Reporter(models.Model):
    """A provider's account at the door, run by a clearinghouse. Its passwords are `ReporterCredential`s."""

    kind = models.CharField(
        max_length=10, choices=ReporterKind.choices, default=ReporterKind.PROVIDER, db_default="provider"
    )
    name = models.CharField(max_length=200)
    username = models.CharField(max_length=150, unique=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="reporters",
        db_comment="the clearinghouse that receives what this provider files",
    )  # fmt: skip
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # What it may do at the door (intake/admission.py); null is what the software gives everybody.
    calls_per_second = models.FloatField(null=True, db_comment="how fast its token bucket fills; null: the default")
    burst = models.IntegerField(null=True, db_comment="how much its token bucket holds; null: the default")
    reports_per_day = models.IntegerField(null=True, db_comment="quota of a UTC day; null: none")
    bytes_per_day = models.BigIntegerField(null=True, db_comment="quota of uploads of a UTC day; null: none")
    networks = ArrayField(
        models.CharField(max_length=49), default=list, db_default=Value([]), blank=True,
        db_comment="CIDR; empty: from everywhere",
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ReporterKind.values), name="reporter_kind_known"),
            models.CheckConstraint(
                condition=(Q(calls_per_second__isnull=True) | Q(calls_per_second__gt=0))
                & (Q(burst__isnull=True) | Q(burst__gt=0))
                & (Q(reports_per_day__isnull=True) | Q(reports_per_day__gte=0))
                & (Q(bytes_per_day__isnull=True) | Q(bytes_per_day__gte=0)),
                name="reporter_limits_sane",
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(kind=ReporterKind.PUBLIC), name="reporter_one_public_form"
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(kind=ReporterKind.REPLY), name="reporter_one_for_replies"
            ),
        ]
        db_table_comment = "Providers (ESPs) that file at the door, and the public form"

    def __str__(self) -> str:
        return self.username

    @property
    def actor(self) -> Actor:
        """This provider as the doer of an act."""
        return Actor(ActorKind.PROVIDER, self.pk, self.username, self.agency_id)


class ReporterCredential(models.Model):
    """One password of a provider. While a provider changes over, the old one and the new one both work."""

    reporter = models.ForeignKey(Reporter, on_delete=models.CASCADE, related_name="credentials")
    label = models.CharField(max_length=60, default="", blank=True)
    sandbox = models.BooleanField(
        default=False, db_default=False, db_comment="opens the sandbox alone, by whatever address it comes"
    )
    password_hash = models.CharField(max_length=200, db_comment="argon2id; the password itself is nowhere")
    created_at = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateTimeField(null=True, db_comment="null: until it is rotated or revoked")
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True, db_comment="to the hour")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["reporter"], condition=Q(revoked_at__isnull=True), name="reporter_credential_live"),
        ]
        db_table_comment = "Passwords of providers for the door, old ones with their end"

    def __str__(self) -> str:
        return f"credential {self.pk}"


class TokenScope(models.TextChoices):
    """What an API token may be used for. Nothing here unmasks, exports, or manages people or retention: that needs the person."""

    REPORTS = "reports:read", "Read reports"
    CASES = "cases:read", "Read cases"
    COUNTS = "counts:read", "Read counts"
    LOG = "log:read", "Read the log"
    REPORTS_WRITE = "reports:write", "Work the desk: acknowledge, accept, forward, return"
    CASES_WRITE = "cases:write", "Write in cases: diary, tasks, registration, closing"
    REQUESTS_WRITE = "requests:write", "Draft and note legal requests, and make letters"
    OUTCOMES_WRITE = "outcomes:write", "Record and withdraw outcomes"
    OPERATIONS = "operations:read", "Read operations"
    HASHES = "hashes:read", "Read the hash lists that your agency publishes"
    PACKAGES = "packages:read", "Read which packages were made, taken and refused"
    PACKAGES_WRITE = "packages:write", "Hand referrals over as packages, and take packages in"
    LINKS = "links:read", "Read how the links to other installations do"
    LINKS_WRITE = "links:write", "Suspend, resume and retry links to other installations"
    WEBHOOKS = "webhooks:read", "Read how webhooks do"
    WEBHOOKS_WRITE = "webhooks:write", "Test webhooks, and have them told again"


class ApiToken(models.Model):
    """A secret with which a program acts for a person, within some of what the person may see."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, db_comment="what it is for, as the person wrote it")
    token_hash = models.CharField(max_length=64, unique=True, db_comment="SHA-256; the token itself is nowhere")
    scopes = ArrayField(models.CharField(max_length=20, choices=TokenScope.choices))
    networks = ArrayField(
        models.CharField(max_length=49), default=list, blank=True, db_comment="CIDR; empty: from everywhere"
    )
    addresses = ArrayField(
        models.CharField(max_length=49), default=list, blank=True,
        db_comment="where it was used from, the latest last; IPv6 by its /64",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, db_comment="to the minute")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(token_hash__regex="^[0-9a-f]{64}$"), name="token_hash_shape"),  # noqa: S106 - a form, no secret
            models.CheckConstraint(
                condition=Q(scopes__contained_by=TokenScope.values) & Q(scopes__len__gt=0), name="token_scopes_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="token_of_person")]
        db_table_comment = "API tokens: hashes, scopes and ends"

    def __str__(self) -> str:
        return f"token {self.pk}"
