"""Django's name for this room, and the secret that it keeps."""

from __future__ import annotations

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """`parties`, label `parties`."""

    name = "tipline.exchange.parties"
    label = "parties"

    def ready(self) -> None:
        """Tell the table of secrets of the key that opens packages."""
        from tipline.core.secrets import Secret, register
        from tipline.exchange.parties.ourselves import age_key_file

        register(
            Secret("exchange", "opens packages that are encrypted to us", lambda settings: [age_key_file(settings)])
        )
