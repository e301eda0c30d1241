"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AttemptsConfig(AppConfig):
    """`training.attempts`, label `training_attempts`."""

    name = "tipline.training.attempts"
    label = "training_attempts"

    def ready(self) -> None:
        """Make the range's key known to `tipline keys`."""
        from tipline.training.attempts import secret  # noqa: F401 - registers it
