"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class PublicFormConfig(AppConfig):
    """`intake.public_form`, label `public_form`."""

    name = "tipline.intake.public_form"
    label = "public_form"

    def ready(self) -> None:
        """Make the form's key known to `tipline keys`."""
        from tipline.intake.public_form import secret  # noqa: F401 - registers it
