"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class SafeguardingConfig(AppConfig):
    """`investigation.safeguarding`, label `safeguarding`."""

    name = "tipline.investigation.safeguarding"
    label = "safeguarding"
