"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class LinkingConfig(AppConfig):
    """`pipeline.linking`, label `linking`."""

    name = "tipline.pipeline.linking"
    label = "linking"
