"""Addresses below `/provider/`."""

from __future__ import annotations

from django.urls import path

from tipline.intake.doors import views

app_name = "doors"

urlpatterns = [
    path("", views.page, name="page"),
    path("calls.json", views.calls_json, name="calls-json"),
    path("page.css", views.stylesheet, name="stylesheet"),
    path("icon.svg", views.icon, name="icon"),
    path("runs/<str:name>/", views.run, name="run"),
    path("runs/<str:name>.json", views.run_as_json, name="run-json"),
]
