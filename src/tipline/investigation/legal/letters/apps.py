"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """`investigation.legal.letters`, label `letters`."""

    name = "tipline.investigation.legal.letters"
    label = "letters"
