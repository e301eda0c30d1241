"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class BundlesConfig(AppConfig):
    """`referrals.bundles`, label `bundles`."""

    name = "tipline.referrals.bundles"
    label = "bundles"
