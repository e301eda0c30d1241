"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """`investigation.leads`, label `leads`."""

    name = "tipline.investigation.leads"
    label = "leads"
