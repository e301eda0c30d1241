"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """`pipeline.triage`, label `triage`."""

    name = "tipline.pipeline.triage"
    label = "triage"
