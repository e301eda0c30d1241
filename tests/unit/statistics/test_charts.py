"""Charts say what their tables say: the same words, nothing hidden drawn, no text taken for markup, nothing fetched."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from tests.unit.statistics.made import HIDDEN, MONTHS, SMALL, answer, measure
from tipline.statistics import charts
from tipline.statistics.charts import Kind, Plot, Size, Theme, compared, plots, png, spec, svg, values
from tipline.statistics.figures import Answer, Dimension, Unit
from tipline.statistics.tables import table_of

DAYS = (
    measure("wait_median", "Wait: median", Unit.DAYS), measure("wait_p90", "Wait, 90th percentile", Unit.DAYS),
)  # fmt: skip
HOSTILE = "<script>alert(1)</script>"
ANSWERS = {
    "whole": answer([((), (1520, 1320, 800, 211, 97, SMALL))]),
    "by district": answer([(("Jalgaon",), (120, 110, 80, 21, 9, SMALL)), ((HOSTILE,), (42, 40, 21, HIDDEN, 19, 9))], by=[Dimension.DISTRICT]),
    "by month": answer([((month,), (100, 90, 80, 7, SMALL, HIDDEN)) for month in MONTHS], by=[Dimension.MONTH]),
    "days": answer([((), (1.2, 9.5))], *DAYS),
    "days by month": answer([((month,), (1.2, HIDDEN)) for month in MONTHS], *DAYS, by=[Dimension.MONTH]),
    "months of platforms": answer([((m, p), (10,)) for m in MONTHS for p in ("A", "B", "C", "D", "E", "F", "G", "H", "I")], measure("reports", "Reports"), by=[Dimension.MONTH, Dimension.PLATFORM]),
    "one month": answer([(("2026-01",), (5, 5, 5, 5, 5, 5))], by=[Dimension.MONTH]),
}  # fmt: skip


def texts(drawing: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("size", Size)
def test_every_answer_is_drawn_in_both_themes_and_fits_its_width(name: str, size: Size) -> None:
    for plot in plots(ANSWERS[name]):
        for theme in Theme:
            root = ElementTree.fromstring(svg(spec(plot, theme=theme, size=size)))
            assert float(root.attrib["width"]) <= {Size.NARROW: 420, Size.WIDE: 900}[size]


def test_the_bars_carry_the_words_of_the_table() -> None:
    made = ANSWERS["by district"]
    drawn = texts(svg(spec(plots(made)[0])))
    for _, cells in table_of(made).rows:
        for cell in cells:
            assert any(text.startswith(cell) for text in drawn), cell


def test_a_hidden_number_is_written_and_never_drawn() -> None:
    for name in ("by district", "by month"):
        for record in values(plots(ANSWERS[name])[0]):
            assert (record["v"] is None) == record["hidden"]
            assert record["hidden"] == (record["t"] in {"fewer than 5", "withheld"})
    assert any("×: a hidden number" in text for text in texts(svg(spec(plots(ANSWERS["by month"])[0]))))


def test_hostile_names_are_text_in_the_drawing() -> None:
    drawing = svg(spec(plots(ANSWERS["by district"])[0]))
    assert "<script" not in drawing and HOSTILE in texts(drawing)
    titled = answer([((), (1, 2, 3, 4, 5, 6))], title="</text><script>x</script>\u202e{{datum}}")
    drawing = svg(spec(plots(titled)[0]))
    assert "<script" not in drawing and "\u202e" not in drawing
    assert any("{{datum}}" in text for text in texts(drawing))


def test_no_text_of_data_is_read_as_an_expression() -> None:
    made = json.dumps(spec(plots(ANSWERS["by district"])[0]))
    assert '"expr"' not in made and '"signal"' not in made and '"url"' not in made


def test_nothing_is_fetched_for_a_chart() -> None:
    made = spec(plots(ANSWERS["whole"])[0]) | {"data": {"url": "https://elsewhere.example/x.csv"}}
    with pytest.raises(ValueError, match="not allowed"):
        svg(made)


def test_series_differ_by_more_than_colour() -> None:
    (plot,) = plots(ANSWERS["months of platforms"])
    assert plot.kind == Kind.LINES and len(plot.series) == charts.MOST_LINES and plot.left_out == 2
    drawing = svg(spec(plot))
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', drawing))) >= charts.MOST_LINES - 1
    assert all(any(text.startswith(name) for text in texts(drawing)) for name in plot.series)


def test_medians_stand_with_their_ninetieth_percentile() -> None:
    (plot,) = plots(ANSWERS["days"])
    assert plot.kind == Kind.SPANS
    assert "1.2, nine of ten within 9.5" in texts(svg(spec(plot)))
    assert plots(ANSWERS["days by month"])[0].kind == Kind.LINES


def test_what_is_read_aloud_says_what_and_when_and_where_the_numbers_are() -> None:
    alt = plots(ANSWERS["whole"])[0].alt
    assert alt.startswith(
        "Bar chart of From report to outcome, IN-MH-CYBER, January 2026 to June 2026: Reports 1,520; "
    )
    assert alt.endswith("The table beside it has all numbers.")


def test_two_periods_stand_side_by_side_also_where_one_lacks_a_row() -> None:
    other = answer([(("Nashik",), (9, 9, 9, 9, 9, 9))], by=[Dimension.DISTRICT])
    (plot,) = compared(ANSWERS["by district"], other, ("This year", "Last year"))
    cells: dict[str, Plot] = {plot.title: plot}
    assert cells and plot.series == ("This year", "Last year")
    lines = dict(zip(plot.categories, plot.cells, strict=True))
    assert lines["Nashik · Reports"][0].value == 0 and lines["Nashik · Reports"][1].value == 9


def test_a_png_is_one() -> None:
    assert png(spec(plots(ANSWERS["whole"])[0])).startswith(b"\x89PNG")


def test_an_answer_without_rows_has_no_chart() -> None:
    assert plots(answer([])) == ()


def test_an_answer_of_one_month_is_no_line() -> None:
    one: Answer = ANSWERS["one month"]
    assert plots(one)[0].kind == Kind.BARS
