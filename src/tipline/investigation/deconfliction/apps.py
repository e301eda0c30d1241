"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class DeconflictionConfig(AppConfig):
    """`investigation.deconfliction`, label `deconfliction`."""

    name = "tipline.investigation.deconfliction"
    label = "deconfliction"
