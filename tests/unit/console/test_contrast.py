"""WCAG 2.2, success criterion 1.4.3: text has a contrast of at least 4.5 to 1 with what it stands on, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tipline.console import __file__ as console

TOKENS = Path(console).parent / "static" / "console" / "tokens.css"
LEAST, LEAST_OF_SIGNS = 4.5, 3.0
GROUNDS = ("paper", "ground", "sunk", "hover", "accent-soft")  # accent-soft: a chosen row
TONES = ("accent", "good", "warn", "bad")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-quiet", *TONES) for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
]
SIGNS = [*((sign, ground) for sign in ("focus", "line-strong") for ground in GROUNDS), ("accent", "sunk")]
Colours = dict[str, str]


def colours(css: str) -> Colours:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-fA-F]{6});", css))


def themes() -> dict[str, Colours]:
    light, query, dark = TOKENS.read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    assert query
    return {"light": colours(light), "dark": colours(light) | colours(dark)}


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[i : i + 2]) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
        ("#123456", "#123456", 1.0),
    ],
)
def test_the_measure_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read_on_what_it_stands_on(theme: str, ink: str, ground: str) -> None:
    palette = themes()[theme]
    assert contrast(palette[ink], palette[ground]) >= LEAST


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("sign", "ground"), SIGNS)
def test_focus_and_the_edges_of_controls_can_be_seen(theme: str, sign: str, ground: str) -> None:
    palette = themes()[theme]
    assert contrast(palette[sign], palette[ground]) >= LEAST_OF_SIGNS


def test_the_dark_theme_has_every_colour_of_the_light_one_and_its_own() -> None:
    light, _, dark = TOKENS.read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    assert set(colours(dark)) == set(colours(light))


def test_no_style_sheet_writes_a_colour_past_the_tokens() -> None:
    for sheet in TOKENS.parent.glob("*.css"):
        if sheet != TOKENS:
            screen = sheet.read_text(encoding="utf-8").partition("@media print")[0]  # paper is white in any theme
            found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\b(?:rgb|hsl)a?\(", screen)
            assert found == [], sheet.name


def test_every_token_that_a_style_sheet_uses_exists() -> None:
    known = set(re.findall(r"--([a-z0-9-]+):", TOKENS.read_text(encoding="utf-8")))
    for sheet in TOKENS.parent.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        used = set(re.findall(r"var\(--([a-z0-9-]+)", text))
        assert sorted(used - known - set(re.findall(r"--([a-z0-9-]+):", text))) == [], sheet.name
