"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """`pipeline.routing`, label `routing`."""

    name = "tipline.pipeline.routing"
    label = "routing"
