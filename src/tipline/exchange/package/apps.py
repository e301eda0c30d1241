"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class PackageConfig(AppConfig):
    """`exchange.package`, label `packages`."""

    name = "tipline.exchange.package"
    label = "packages"
