"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """`tipline.console`, label `console`: no tables."""

    name = "tipline.console"
    label = "console"
