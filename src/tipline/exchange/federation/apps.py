"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class FederationConfig(AppConfig):
    """`federation`, label `federation`."""

    name = "tipline.exchange.federation"
    label = "federation"
