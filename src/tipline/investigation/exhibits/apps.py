"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ExhibitsConfig(AppConfig):
    """`investigation.exhibits`, label `exhibits`."""

    name = "tipline.investigation.exhibits"
    label = "exhibits"
