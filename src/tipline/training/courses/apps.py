"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """`training.courses`, label `training_courses`."""

    name = "tipline.training.courses"
    label = "training_courses"
