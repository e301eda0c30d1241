"""Django's name for this room, and the secrets that the operator keeps for it."""

from __future__ import annotations

from django.apps import AppConfig


class HashListsConfig(AppConfig):
    """`exchange.hash_lists`, label `hash_lists`."""

    name = "tipline.exchange.hash_lists"
    label = "hash_lists"

    def ready(self) -> None:
        """Tell the table of secrets of the keys with which lists are fetched."""
        from tipline.core.secrets import Secret, register

        register(
            Secret(
                "hash-sources",
                "opens the places that hash lists are fetched from",
                lambda settings: [settings.hash_sources] if settings.hash_sources else [],
            )
        )
