"""How a session becomes a person: with the agency and what it oversees, which every page needs, in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func

from tipline.trust.accounts.models import User


class AccountBackend(ModelBackend):
    """Passwords as Django checks them; an inactive person is nobody."""

    def get_user(self, user_id: Any) -> User | None:
        overseen = Func(F("agency_id"), function="tipline_overseen", output_field=ArrayField(models.BigIntegerField()))
        people = User.objects.select_related("agency").annotate(overseen=overseen)
        return people.filter(pk=user_id, is_active=True).first()
