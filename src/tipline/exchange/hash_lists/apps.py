"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class HashListsConfig(AppConfig):
    """`exchange.hash_lists`, label `hash_lists`."""

    name = "tipline.exchange.hash_lists"
    label = "hash_lists"
