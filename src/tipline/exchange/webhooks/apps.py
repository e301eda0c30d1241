"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """`exchange.webhooks`, label `webhooks`."""

    name = "tipline.exchange.webhooks"
    label = "webhooks"
