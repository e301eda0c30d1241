"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class CyberTiplineConfig(AppConfig):
    """`intake.cybertipline`, label `cybertipline`."""

    name = "tipline.intake.cybertipline"
    label = "cybertipline"
