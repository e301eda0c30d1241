"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """`statistics.publishing`, label `publishing`."""

    name = "tipline.statistics.publishing"
    label = "publishing"
