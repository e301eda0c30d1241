"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """`tipline.core`, label `core`: no tables, but the start-up of logging."""

    name = "tipline.core"
    label = "core"

    def ready(self) -> None:
        from tipline.core.logs import configure

        configure()
