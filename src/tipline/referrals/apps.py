"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """`referrals`, label `referrals`."""

    name = "tipline.referrals"
    label = "referrals"
