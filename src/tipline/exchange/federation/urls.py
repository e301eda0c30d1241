"""Addresses below `/federation/v1/`."""

from __future__ import annotations

from django.urls import path

from tipline.exchange.federation import views

app_name = "federation"

urlpatterns = [
    path("", views.versions, name="versions"),
    path("messages", views.messages, name="messages"),
]
