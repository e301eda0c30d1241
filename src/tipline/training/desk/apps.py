"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """`training.desk`, label `training_desk`."""

    name = "tipline.training.desk"
    label = "training_desk"
