"""Sphinx: MyST Markdown in, HTML out. Nothing is fetched."""

from __future__ import annotations

project = "Tipline"
author = "The Tipline developers"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Tipline"
html_static_path = ["_static"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
