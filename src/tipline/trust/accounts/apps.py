"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`trust.accounts`, label `accounts`."""

    name = "tipline.trust.accounts"
    label = "accounts"
