"""Charts of figures: what is drawn, as a Vega-Lite specification, and the drawing as SVG and PNG.

A chart is an ornament of its table: every number in it stands in the table too, what the table hides is written as hidden and never
drawn as zero, and whoever does not see it has `alt`. Series differ by shape, dash or place and are labelled where they are drawn, so
that nothing hangs on colour.

`vl-convert` runs Vega in a JavaScript engine of its own: it costs half a second and some 85 MB once in a process, so it is loaded with
the first chart. It may fetch nothing: data stands in the specification, and no address is allowed to it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from tipline.core.printing.coverage import FAMILIES, FONTS
from tipline.core.text import visible
from tipline.statistics.figures import Answer, Cell, Dimension, Measure, Row, Unit
from tipline.statistics.tables import LONGEST_LABEL, is_count, months, text_of
from tipline.statistics.wording import ENGLISH, Wording

MOST_BARS = 60
MOST_LINES = 7
MOST_MONTHS = 60
_LONGEST_NAME = 28
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # a name, never asked for
_VERSION = "5.21"
_MEDIAN, _NINETIETH = "median", "p90"


class Kind(StrEnum):
    """How a plot is drawn."""

    BARS = "bars"
    LINES = "lines"
    SPANS = "spans"  # a median, and up to where nine of ten lie


class Theme(StrEnum):
    """The ground that a chart stands on."""

    LIGHT = "light"
    DARK = "dark"


class Size(StrEnum):
    """The width that a chart is made for."""

    NARROW = "narrow"  # a telephone of 390 px
    WIDE = "wide"


_WIDTH = {Size.NARROW: 300, Size.WIDE: 700}


@dataclass(frozen=True, slots=True)
class Plot:
    """What one chart shows: for each category a cell of each series. It is drawn with English words; `words` are those of its `alt`."""

    kind: Kind
    title: str
    under: str
    unit: Unit
    categories: tuple[str, ...]
    series: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    left_out: int = 0
    words: Wording = ENGLISH

    @property
    def alt(self) -> str:
        """What it says, for who does not see it. The table beside it has every number."""
        kind = self.words.word("chart", self.kind.value)
        return self.words.say("alt", kind=kind, title=self.title, under=self.under, numbers=_summary(self))


def plots(answer: Answer, words: Wording = ENGLISH) -> tuple[Plot, ...]:
    """The charts of an answer: counts, days and shares each on a scale of their own. Its labels are in the language of `words` already."""
    if not answer.rows:
        return ()
    measures = answer.definition.measures
    families: dict[str, list[int]] = {}
    for place, measure in enumerate(measures):
        families.setdefault("count" if is_count(measure.unit) else measure.unit.value, []).append(place)
    # over how many rows a median was made stands in the table; alone it is no picture of anything, nor is a single number
    bases = {measure.of for measure in measures}
    return tuple(
        _plot(answer, places, words)
        for places in families.values()
        if len(families) == 1
        or (not {measures[place].key for place in places} <= bases and len(answer.rows) * len(places) > 1)
    )


def compared(here: Answer, there: Answer, names: tuple[str, str]) -> tuple[Plot, ...]:
    """Two answers to one question side by side, as bars; in a row that one of them lacks nothing was counted."""
    sides = [{plot.unit: plot for plot in plots(answer)} for answer in (here, there)]
    found = []
    for unit in dict.fromkeys([*sides[0], *sides[1]]):
        first = sides[0].get(unit) or sides[1][unit]
        flat = [_flat(side[unit]) if unit in side else {} for side in sides]
        lines = list(dict.fromkeys([*flat[0], *flat[1]]))
        nothing = Cell(0.0) if is_count(unit) else Cell(None)
        cells = tuple(tuple(one.get(line, nothing) for one in flat) for line in lines[:MOST_BARS])
        found.append(
            Plot(
                Kind.BARS, first.title, f"{names[0]} beside {names[1]}", unit, tuple(lines[:MOST_BARS]), names, cells,
                max(0, len(lines) - MOST_BARS),
            )
        )  # fmt: skip
    return tuple(found)


def _flat(plot: Plot) -> dict[str, Cell]:
    return {
        " · ".join(part for part in (category, series) if part): cell
        for category, row in zip(plot.categories, plot.cells, strict=True)
        for series, cell in zip(plot.series, row, strict=True)
    }


def _plot(answer: Answer, places: list[int], words: Wording) -> Plot:
    """One family of measures as bars, lines or spans."""
    asked, measures = answer.asked, [answer.definition.measures[place] for place in places]
    rows = [replace(row, cells=tuple(row.cells[place] for place in places)) for row in answer.rows]
    title, under = answer.definition.title, f"{asked.agency}, {months(asked, words)}"
    if asked.as_of is not None:
        under = words.say("as_of_day", what=under, day=words.day(asked.as_of))
    unit = measures[0].unit
    base = Plot(Kind.BARS, title, under, unit, (), (), (), words=words)
    if asked.by[:1] == (Dimension.MONTH,) and len({row.keys[0] for row in rows}) > 1:
        return _lines(base, rows, measures)
    if pairs := _pairs(measures):
        return _spans(base, rows, measures, pairs)
    if not asked.by:
        return replace(
            base, categories=tuple(_name(measure.label) for measure in measures), series=("",),
            cells=tuple((cell,) for cell in rows[0].cells),
        )  # fmt: skip
    shown = rows[: max(1, MOST_BARS // len(measures))]
    return replace(
        base, categories=_unique(_label(row) for row in shown), series=_unique(_name(m.label) for m in measures),
        cells=tuple(row.cells for row in shown), left_out=len(rows) - len(shown),
    )  # fmt: skip


def _lines(base: Plot, rows: list[Row], measures: list[Measure]) -> Plot:
    """Over months: a line a measure; with a second dimension a line a key, the largest, of the first measure."""
    month_keys = list(dict.fromkeys(row.keys[0] for row in rows))[-MOST_MONTHS:]
    names = {row.keys[0]: _name(row.labels[0]) for row in rows}
    by_series: dict[str, dict[str, Cell]] = {}
    if len(rows[0].keys) == 1:
        for place, measure in enumerate(measures):
            by_series[_name(measure.label)] = {row.keys[0]: row.cells[place] for row in rows}
        ordered = list(by_series)
    else:
        for row in rows:
            by_series.setdefault(" · ".join(map(_name, row.labels[1:])), {})[row.keys[0]] = row.cells[0]
        ordered = sorted(by_series, key=lambda name: -sum(cell.value or 0 for cell in by_series[name].values()))
        base = replace(base, title=f"{base.title}: {measures[0].label}")
    kept = ordered[:MOST_LINES]
    cells = tuple(tuple(by_series[name].get(month, Cell(None)) for name in kept) for month in month_keys)
    return replace(
        base, kind=Kind.LINES, categories=tuple(names[month] for month in month_keys), series=tuple(kept), cells=cells,
        left_out=len(ordered) - len(kept),
    )  # fmt: skip


def _pairs(measures: list[Measure]) -> list[tuple[int, int]]:
    """Places of medians with the 90th percentile of the same days: keys that differ in that word alone."""
    at = {measure.key: place for place, measure in enumerate(measures)}
    return [
        (place, at[key.replace(_MEDIAN, _NINETIETH)])
        for key, place in at.items()
        if _MEDIAN in key and key.replace(_MEDIAN, _NINETIETH) in at
    ]


def _spans(base: Plot, rows: list[Row], measures: list[Measure], pairs: list[tuple[int, int]]) -> Plot:
    lines = [
        (" · ".join(part for part in (_label(row), _without_median(measures[first].label, len(pairs))) if part), row.cells[first], row.cells[second])
        for row in rows
        for first, second in pairs
    ]  # fmt: skip
    shown = lines[:MOST_BARS]
    return replace(
        base, kind=Kind.SPANS, categories=_unique(name or _name(measures[pairs[0][0]].label) for name, *_ in shown),
        series=(base.words.say("median"), base.words.say("ninetieth")), cells=tuple(cells for _, *rest in shown for cells in (tuple(rest),)), left_out=len(lines) - len(shown),
    )  # fmt: skip


def _without_median(label: str, pairs: int) -> str:
    """Which hop a median is of; the chart itself says that it is one."""
    return _name(label.rpartition(": ")[0] or label) if pairs > 1 else ""


def _label(row: Row) -> str:
    return " · ".join(_name(label) for label in row.labels)


def _name(text: str) -> str:
    return visible(text, LONGEST_LABEL) or "–"


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    """Two platforms of one name are two bars."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)


def _summary(plot: Plot) -> str:
    """A sentence of at most six numbers."""
    told = [
        f"{' · '.join(part for part in (category, series) if part)} {text_of(cell, plot.unit, plot.words)}"
        for category, row in zip(plot.categories, plot.cells, strict=True)
        for series, cell in zip(plot.series, row, strict=True)
    ]
    more = [plot.words.say("and_more", number=len(told) - 6)] if len(told) > 6 else []
    return "; ".join([*told[:6], *more])


# -- the specification ----------------------------------------------------------------------------------------------------

# Okabe and Ito's colours that the colour-blind tell apart (https://jfly.uni-koeln.de/color/), darkened or lightened to 3:1 on their ground.
_COLOURS = {
    Theme.LIGHT: ("#0072b2", "#b34b00", "#007a5a", "#8f3d73", "#5c5c5c", "#8a6500", "#3f3fa8"),
    Theme.DARK: ("#56b4e9", "#f0a030", "#35c79c", "#e39ac4", "#b8b8b8", "#d6c84a", "#a9b2ff"),
}
_INK = {Theme.LIGHT: ("#171a21", "#535c6b", "#dce0e6"), Theme.DARK: ("#eceff4", "#a7b0be", "#3a414d")}
_GROUND = {Theme.LIGHT: "#ffffff", Theme.DARK: "#171a20"}
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 6], [10, 4], [1, 4])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")


def spec(plot: Plot, *, theme: Theme = Theme.LIGHT, size: Size = Size.WIDE) -> dict[str, Any]:
    """The Vega-Lite specification: data inline, every text a value and none of it an expression."""
    ink, quiet, line = _INK[theme]
    drawn = {Kind.BARS: _bar_layers, Kind.LINES: _line_layers, Kind.SPANS: _span_layers}[plot.kind](plot, theme, size)
    under = [plot.under]
    if plot.left_out:
        under.append(f"{plot.left_out} more in the table")
    if plot.kind == Kind.LINES and _hidden(plot):
        under.append("×: a hidden number")
    return {
        "$schema": _SCHEMA,
        "background": _GROUND[theme],
        "padding": {"left": 30, "right": 30, "top": 8, "bottom": 8},
        "autosize": {"type": "pad"},
        "title": {
            "text": visible(plot.title, 60 if size == Size.NARROW else 110), "subtitle": [visible(part, 60 if size == Size.NARROW else 130) for part in under], "anchor": "start", "frame": "bounds",
            "fontSize": 13, "color": ink, "subtitleColor": quiet, "subtitleFontSize": 11, "offset": 10,
        },
        "config": {
            "font": ", ".join([*FAMILIES[:-1], "Segoe UI", "Roboto", "Arial", "sans-serif"]),
            "view": {"stroke": None},
            "axis": {
                "labelColor": ink, "titleColor": quiet, "gridColor": line, "domainColor": line, "tickColor": line, "labelFontSize": 11,
                "labelLimit": 130 if size == Size.NARROW else 240,
            },
            "text": {"color": ink, "fontSize": 11},
        },
        **drawn,
    }  # fmt: skip


def values(plot: Plot) -> list[dict[str, Any]]:
    """The data of a chart: one record for each cell, with the words that the table has for it."""
    return [
        {
            "c": category, "s": series, "i": place, "n": number, "t": text_of(cell, plot.unit),
            "v": None if cell.hidden or cell.small else cell.value, "hidden": cell.hidden or cell.small,
        }
        for place, (category, row) in enumerate(zip(plot.categories, plot.cells, strict=True))
        for number, (series, cell) in enumerate(zip(plot.series, row, strict=True))
    ]  # fmt: skip


def _hidden(plot: Plot) -> bool:
    return any(cell.hidden or cell.small for row in plot.cells for cell in row)


def _top(plot: Plot) -> float:
    return max((one["v"] for one in values(plot) if one["v"] is not None), default=0) or 1


def _scale(plot: Plot, of: Sequence[Any]) -> dict[str, Any]:
    """By which of these a series is told apart; no legend, since each is named where it is drawn."""
    return {"field": "s", "type": "nominal", "legend": None, "scale": {"domain": list(plot.series), "range": list(of)[: len(plot.series)] or [None]}}  # fmt: skip


def _bar_layers(plot: Plot, theme: Theme, size: Size) -> dict[str, Any]:
    """A bar a cell, its number and the name of its series written at its end; nothing hangs on a legend."""
    many = len(plot.series) > 1
    # a hidden cell has no bar, and its words stand where the bar would begin
    records = [
        one | {"at": one["v"] or 0, "words": f"{one['t']}  {one['s']}" if many else one["t"]} for one in values(plot)
    ]
    y: dict[str, Any] = {
        "field": "c", "type": "nominal", "sort": list(plot.categories), "title": None,
        "axis": {"ticks": False, "domain": False, "labelPadding": 6},
        "scale": {"paddingInner": 0.15},
    }  # fmt: skip
    place: dict[str, Any] = {"y": y, "x": {"field": "at", "type": "quantitative", "axis": None, "scale": {"domain": [0, _top(plot)]}}}  # fmt: skip
    if many:
        place["yOffset"] = {"field": "n", "type": "ordinal", "scale": {"paddingInner": 0.12}}
    colours = _COLOURS[theme]
    # words stand to the right of the longest bar, so they need room there
    room = 70 + (6 * max((len(name) for name in plot.series), default=0))
    left = min(130 if size == Size.NARROW else 240, 7 * max(len(name) for name in plot.categories))
    return {
        "data": {"values": records},
        "width": max(80, _WIDTH[size] - room - left),
        "height": {"step": 17, "for": "offset"} if many else {"step": 24},
        "layer": [
            {
                "mark": {"type": "bar", "tooltip": None},
                "encoding": place | {"color": _scale(plot, colours) if many else {"value": colours[0]}},
            },
            {
                "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 5},
                "encoding": place | {"text": {"field": "words", "type": "nominal"}},
            },
        ],
    }


def _line_layers(plot: Plot, theme: Theme, size: Size) -> dict[str, Any]:
    """A line a series, broken where nothing is told, named at its last point; hidden months have a mark on the ground line."""
    records = values(plot)
    x = {
        "field": "c", "type": "ordinal", "sort": list(plot.categories), "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8},
    }  # fmt: skip
    top = _top(plot)
    y = {
        "field": "v", "type": "quantitative", "title": None, "scale": {"domain": [0, top * 1.1]},
        "axis": {"tickCount": 4, "format": ",d" if is_count(plot.unit) and top >= 4 else ",.1f"},
    }  # fmt: skip
    place = {"x": x, "y": y}
    told = {"filter": "datum.v !== null"}
    height = 200 if size == Size.NARROW else 260
    last = _ends(plot, records, gap=top * 1.1 * 14 / height, longest=14 if size == Size.NARROW else _LONGEST_NAME)
    room = 20 + 7 * max((len(one["words"]) for one in last), default=0)
    quiet = _INK[theme][1]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "strokeWidth": 2, "invalid": "break-paths-filter-domains"},
            "encoding": place | {
                "color": _scale(plot, _COLOURS[theme]), "strokeDash": _scale(plot, _DASHES),
            },
        },
        {
            "transform": [told],
            "mark": {"type": "point", "filled": True, "size": 36},
            "encoding": place | {
                "color": _scale(plot, _COLOURS[theme]), "shape": _scale(plot, _SHAPES),
            },
        },
        {
            "transform": [{"filter": "datum.hidden"}],
            "mark": {"type": "text", "text": "×", "color": quiet, "fontSize": 13, "dy": -6},
            "encoding": {"x": x, "y": {"datum": 0, "type": "quantitative"}},
        },
        {
            "data": {"values": last},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 8},
            "encoding": {
                "x": x, "y": {"field": "label_at", "type": "quantitative"}, "text": {"field": "words", "type": "nominal"},
                "color": _scale(plot, _COLOURS[theme]),
            },
        },
    ]  # fmt: skip
    return {
        "data": {"values": records},
        "width": max(120, _WIDTH[size] - room - 45),
        "height": height,
        "layer": layers,
    }


def _ends(plot: Plot, records: list[dict[str, Any]], *, gap: float, longest: int) -> list[dict[str, Any]]:
    """The names of lines, behind the last column, moved apart where they would cover each other."""
    last: dict[str, dict[str, Any]] = {}
    for one in records:
        if one["v"] is not None:
            last[one["s"]] = one
    below, found = -gap, []
    for one in sorted(last.values(), key=lambda record: (record["v"], -record["n"])):
        below = max(one["v"], below + gap)
        name = visible(one["s"], longest)
        # the number of an earlier month is not said as if it were the last one's
        words = f"{name} {one['t']}" if one["c"] == plot.categories[-1] else name
        found.append({"s": one["s"], "c": plot.categories[-1], "label_at": below, "words": words})
    return found


def _span_layers(plot: Plot, theme: Theme, size: Size) -> dict[str, Any]:
    """A dot at the median, a thin line on to the 90th percentile, and both numbers in words."""
    records: list[dict[str, Any]] = []
    for place, (category, (first, second)) in enumerate(zip(plot.categories, plot.cells, strict=True)):
        low, high = (None if cell.hidden or cell.small else cell.value for cell in (first, second))
        texts = [text_of(cell, plot.unit) for cell in (first, second)]
        records.append(
            {
                "c": category, "i": place, "m": low, "p": high, "at": max(high or 0.0, low or 0.0),
                "words": texts[0] if texts[0] == texts[1] else f"{texts[0]}, nine of ten within {texts[1]}", "name": visible(category, 44),
            }
        )  # fmt: skip
    # on a telephone there is no room beside the lines: what they are, and the numbers, stand above them
    narrow = size == Size.NARROW
    y = {
        "field": "c", "type": "nominal", "sort": list(plot.categories), "title": None,
        "axis": None if narrow else {"ticks": False, "domain": False, "labelPadding": 6},
    }  # fmt: skip
    top = max((one["at"] for one in records), default=0) or 1

    def x(field: str) -> dict[str, Any]:
        return {"field": field, "type": "quantitative", "axis": None, "scale": {"domain": [0, top]}}

    def text(field: str, above: int) -> dict[str, Any]:
        mark = {"type": "text", "align": "left", "baseline": "middle", "dx": 0 if narrow else 8, "dy": -above}
        at = {"datum": 0, "type": "quantitative"} if narrow else x("at")
        return {"mark": mark, "encoding": {"y": y, "x": at, "text": {"field": field, "type": "nominal"}}}

    colour = _COLOURS[theme][0]
    told = [{"filter": "datum.p !== null"}]
    left = min(240, 7 * max((len(name) for name in plot.categories), default=0))
    return {
        "data": {"values": records},
        "width": _WIDTH[size] - (20 if narrow else left + 210),
        "height": {"step": 56 if narrow else 28},
        "layer": [
            {
                "transform": told,
                "mark": {"type": "rule", "strokeWidth": 2, "color": colour},
                "encoding": {"y": y, "x": x("m"), "x2": {"field": "p"}},
            },
            {
                "transform": told,
                "mark": {"type": "tick", "thickness": 2, "size": 12, "color": colour},
                "encoding": {"y": y, "x": x("p")},
            },
            {
                "transform": [{"filter": "datum.m !== null"}],
                "mark": {"type": "point", "filled": True, "size": 70, "color": colour},
                "encoding": {"y": y, "x": x("m")},
            },
            *([text("name", 30), text("words", 15)] if narrow else [text("words", 0)]),
        ],
    }


# -- the drawing ----------------------------------------------------------------------------------------------------------

_one_at_a_time = threading.Lock()


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The converter, with the fonts that papers are printed in; loaded with the first chart of a process."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def svg(specification: dict[str, Any]) -> str:
    """The chart as SVG. Nothing is fetched for it; what was drawn a moment ago is not drawn again."""
    return _drawn(json.dumps(specification, ensure_ascii=False))


@lru_cache(maxsize=128)
def _drawn(specification: str) -> str:
    with _one_at_a_time:
        return str(_engine().vegalite_to_svg(specification, vl_version=_VERSION, allowed_base_urls=[]))


def png(specification: dict[str, Any]) -> bytes:
    """The chart as PNG, at twice the size for sharp print."""
    with _one_at_a_time:
        return bytes(_engine().vegalite_to_png(specification, vl_version=_VERSION, scale=2, allowed_base_urls=[]))
