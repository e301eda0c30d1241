"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """`investigation.retention`, label `retention`."""

    name = "tipline.investigation.retention"
    label = "retention"

    def ready(self) -> None:
        """Read the rules: a wrong file stops the start, and not the night's run."""
        from tipline.investigation.retention.rules import rules

        rules()
