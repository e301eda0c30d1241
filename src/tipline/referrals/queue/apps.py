"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class QueueConfig(AppConfig):
    """`referrals.queue`, label `queue`."""

    name = "tipline.referrals.queue"
    label = "queue"
