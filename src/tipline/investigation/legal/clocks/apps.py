"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """`investigation.legal.clocks`, label `clocks`."""

    name = "tipline.investigation.legal.clocks"
    label = "clocks"
