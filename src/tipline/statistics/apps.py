"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """`statistics`, label `statistics`."""

    name = "tipline.statistics"
    label = "statistics"
