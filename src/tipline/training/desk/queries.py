"""Reads of sandboxed desks."""

from __future__ import annotations

from django.urls import reverse

from tipline.training.attempts.models import Attempt
from tipline.training.desk.models import Desk
from tipline.trust.visibility import OPERATOR, acting


def desk_of(seed: str) -> Desk | None:
    """The desk of a world that is in use. Whoever asks has shown already that the world is theirs."""
    with acting(OPERATOR):
        return Desk.objects.select_related("agency", "account", "second").filter(seed=seed, ended_at=None).first()


def agency_of(attempt_id: int) -> int | None:
    """The agency of an attempt's desk."""
    with acting(OPERATOR):
        seed = Attempt.objects.filter(pk=attempt_id).values("seed")[:1]
        return Desk.objects.filter(seed=seed, ended_at=None).values_list("agency_id", flat=True).first()


def attempt_at(account_id: int) -> Attempt | None:
    """The attempt whose desk this account works at: how the way back is found."""
    with acting(OPERATOR):
        seed = Desk.objects.filter(account=account_id, ended_at=None).values("seed")[:1]
        return Attempt.objects.filter(seed=seed).order_by("-pk").first()


def address_of(attempt_id: int) -> str:
    """The page of an attempt's desk."""
    return reverse("own-desk:desk", args=[attempt_id])
