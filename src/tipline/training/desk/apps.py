"""Django's name for this room, and what it tells attempts."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """`training.desk`, label `training_desk`."""

    name = "tipline.training.desk"
    label = "training_desk"

    def ready(self) -> None:
        """Tell attempts where desks are."""
        from tipline.training.attempts.desks import Desks, known_by
        from tipline.training.desk.queries import address_of, agency_of

        known_by(Desks(agency_of, address_of))
