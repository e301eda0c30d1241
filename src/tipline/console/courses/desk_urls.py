"""Addresses of trainees' own desks. They are there in a training range alone (`tipline.range_urls`)."""

from __future__ import annotations

from django.urls import path

from tipline.console.courses import desk

app_name = "own-desk"

urlpatterns = [
    path("own-desk/back/", desk.back, name="back"),
    path("own-desk/<int:attempt_id>/", desk.desk, name="desk"),
    path("own-desk/<int:attempt_id>/reply.csv", desk.reply, name="reply"),
]
