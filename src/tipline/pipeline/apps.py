"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """`pipeline`, label `pipeline`."""

    name = "tipline.pipeline"
    label = "pipeline"
