"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AttributionConfig(AppConfig):
    """`pipeline.attribution`, label `attribution`."""

    name = "tipline.pipeline.attribution"
    label = "attribution"
