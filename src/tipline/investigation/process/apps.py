"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """`investigation.process`, label `process`."""

    name = "tipline.investigation.process"
    label = "process"
