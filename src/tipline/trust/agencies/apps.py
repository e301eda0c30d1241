"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """`trust.agencies`, label `agencies`."""

    name = "tipline.trust.agencies"
    label = "agencies"
