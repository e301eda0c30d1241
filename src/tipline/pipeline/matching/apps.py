"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """`pipeline.matching`, label `matching`."""

    name = "tipline.pipeline.matching"
    label = "matching"
