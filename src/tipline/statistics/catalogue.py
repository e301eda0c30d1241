"""The figures: read from data/figures/ when the code is loaded, so that a wrong file stops the start.

A folder is a figure; `1.toml` and `1.sql` in it are its first version. When a query would give other numbers it gets a new version beside the
old one, which stays askable as `name@1`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tipline.core.datafile import load_toml
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.statistics.figures import Definition

FOLDER = Path(__file__).parent / "data" / "figures"
# What both databases understand alike; a figure needs nothing else.
_PERCENTILE = re.compile(r"percentile_cont\((0\.\d+)\) WITHIN GROUP \(ORDER BY (.+?)\) AS (\w+)")
_REFUSED = re.compile(r"::|\bnow\s*\(|\bcurrent_|\brandom\s*\(|;|--|\bstatistics_|\bsystem_user\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A definition and its query."""

    definition: Definition
    sql: str

    @property
    def name(self) -> str:
        """`name@version`."""
        return f"{self.definition.name}@{self.definition.version}"

    @property
    def percentiles(self) -> dict[str, tuple[float, str]]:
        """Measures that are percentiles: which, and of what, as the query says it."""
        return {key: (float(share), of) for share, of, key in _PERCENTILE.findall(self.sql)}

    @property
    def valued(self) -> str:
        """The query with all values that a percentile is made of in its place."""
        return _PERCENTILE.sub(r"array_agg(\2) FILTER (WHERE \2 IS NOT NULL) AS \3", self.sql)


def load(folder: Path = FOLDER) -> dict[str, Figure]:
    """All figures by `name@version`.

    Raises
    ------
    InvalidInputError
        naming the file and what is wrong in it.
    """
    found = {}
    for path in sorted(folder.glob("*/*.toml")):
        definition = load_toml(path, Definition)
        if path.parent.name != definition.name or path.stem != str(definition.version):
            raise InvalidInputError(
                f"{path.parent.name}/{path.name} says that it is {definition.name}@{definition.version}"
            )
        figure = Figure(definition, _query(path.with_suffix(".sql"), definition))
        found[figure.name] = figure
    return found


def _query(path: Path, definition: Definition) -> str:
    where = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{where} cannot be read: {error.strerror}") from error
    refused = _REFUSED.search(text)
    if refused:
        raise InvalidInputError(f"{where} has {refused.group()!r}: not in the SQL that both databases run alike")
    if ":sums" not in text:
        raise InvalidInputError(f"{where} does not group by GROUPING SETS (:sums)")
    columns = {measure.key for measure in definition.measures}
    asked = columns | {name for measure in definition.measures for name in (measure.of, measure.part) if name}
    for name in sorted(asked):
        if name not in columns:
            raise InvalidInputError(f"{definition.name}: a measure names {name!r}, which is no measure of it")
        if not re.search(rf"\bAS {name}\b", text):
            raise InvalidInputError(f"{where} has no column {name!r}")
    return text


FIGURES = load()


def newest() -> list[Figure]:
    """Of each figure the version that is asked for by its name alone, in the order of names."""
    found: dict[str, Figure] = {}
    for figure in FIGURES.values():
        held = found.get(figure.definition.name)
        if held is None or held.definition.version < figure.definition.version:
            found[figure.definition.name] = figure
    return [found[name] for name in sorted(found)]


def figure_of(name: str) -> Figure:
    """A figure by `name` (its newest version) or `name@version`.

    Raises
    ------
    NotFoundError
        when there is none.
    """
    found = FIGURES.get(name) if "@" in name else next((one for one in newest() if one.definition.name == name), None)
    if found is None:
        raise NotFoundError(f"there is no figure {name[:60]!r}")
    return found


_HEAD = """# Figures

Every figure is a named, versioned query over [facts](../explanation/statistics.md): `tipline statistics show NAME`, and the same in the console. A name alone means the newest version; `name@1` stays askable. This page is made
from the definitions by `tools/figures.py`.
"""


def as_markdown() -> str:
    """docs/reference/figures.md: every figure with what it counts, what it leaves out, its dimensions and its columns."""
    parts = [_HEAD]
    for figure in newest():
        of = figure.definition
        rows = "\n".join(
            f"| `{measure.key}` | {measure.label} | {measure.unit}{f', over `{measure.of}`' if measure.of else ''} |"
            for measure in of.measures
        )
        parts.append(
            f"## {of.title}\n\n`{figure.name}`, by {', '.join(of.by)}.\n\n**Counts** {of.counts}\n\n**Leaves out** {of.leaves_out}\n\n"
            f"| column | is | unit |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)
