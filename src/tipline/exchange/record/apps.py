"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """`exchange.record`, label `records`."""

    name = "tipline.exchange.record"
    label = "records"
