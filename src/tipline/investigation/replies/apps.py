"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class RepliesConfig(AppConfig):
    """`investigation.replies`, label `replies`."""

    name = "tipline.investigation.replies"
    label = "replies"
