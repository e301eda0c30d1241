"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    """`intake.doors`, label `doors`."""

    name = "tipline.intake.doors"
    label = "doors"
