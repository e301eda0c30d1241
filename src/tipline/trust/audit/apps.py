"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """`trust.audit`, label `audit`."""

    name = "tipline.trust.audit"
    label = "audit"
