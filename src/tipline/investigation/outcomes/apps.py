"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """`investigation.outcomes`, label `outcomes`."""

    name = "tipline.investigation.outcomes"
    label = "outcomes"
