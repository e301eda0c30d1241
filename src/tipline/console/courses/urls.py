"""Addresses of courses. They are there in a training range alone (`tipline.range_urls`)."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "courses"

urlpatterns: list[URLPattern] = []
