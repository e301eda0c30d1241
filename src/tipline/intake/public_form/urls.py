"""Addresses of the public form, all below /report/. No code, number or word of a report is ever part of one."""

from __future__ import annotations

from django.urls import path

from tipline.intake.public_form import views

app_name = "public_form"

urlpatterns = [
    path("", views.form, name="form"),
    path("back/", views.back, name="back"),
    path("assets/<str:name>", views.asset, name="asset"),
    path("<str:language>/", views.form, name="form"),
    path("<str:language>/back/", views.back, name="back"),
]
