"""Addresses below `/federation/`. Each version of the wire has its own for calls; which are spoken is said at the first."""

from __future__ import annotations

from django.urls import path

from tipline.exchange.federation import views

app_name = "federation"

urlpatterns = [
    path("v1/", views.versions, name="versions"),
    path("v<int:version>/messages", views.messages, name="messages"),
]
