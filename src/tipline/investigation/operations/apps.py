"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """`investigation.operations`, label `operations`."""

    name = "tipline.investigation.operations"
    label = "operations"
