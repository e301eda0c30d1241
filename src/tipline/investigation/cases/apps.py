"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """`investigation.cases`, label `cases`."""

    name = "tipline.investigation.cases"
    label = "cases"
