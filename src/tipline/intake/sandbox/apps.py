"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """`intake.sandbox`, label `sandbox`."""

    name = "tipline.intake.sandbox"
    label = "sandbox"
