"""The reference of scenarios says what the code says."""

from __future__ import annotations

from pathlib import Path

from tipline.training.scenarios.building import known_blocks
from tipline.training.scenarios.reference import written

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "scenarios.md"


def test_the_page_is_as_the_code_writes_it() -> None:
    """Written anew by: python -m tipline.training.scenarios.reference"""
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page)
    assert all(f"### `{name}`" in page for name in known_blocks())


def test_every_block_says_what_it_takes_and_makes() -> None:
    assert [name for name, block in known_blocks().items() if len(block.__doc__ or "") < 40] == []
