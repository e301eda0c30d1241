"""Write docs/reference/figures.md from the figures' definitions: `python tools/figures.py`. tests/unit/statistics holds the two together."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tipline.statistics.catalogue import as_markdown

Path(__file__).parents[1].joinpath("docs", "reference", "figures.md").write_text(as_markdown(), encoding="utf-8")
