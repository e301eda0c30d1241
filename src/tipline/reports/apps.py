"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """`reports`, label `reports`."""

    name = "tipline.reports"
    label = "reports"
