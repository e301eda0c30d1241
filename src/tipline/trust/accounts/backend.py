"""How a session becomes a person: with the agency, which every page needs, in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from tipline.trust.accounts.models import User


class AccountBackend(ModelBackend):
    """Passwords as Django checks them; an inactive person is nobody."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.select_related("agency").filter(pk=user_id, is_active=True).first()
