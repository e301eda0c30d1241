"""docs/explanation/attribution.md: its tables of parameters and its worked examples are what the model says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from tipline.pipeline.attribution.fusion import fuse
from tipline.pipeline.attribution.fusion.model import SHIPPED
from tipline.pipeline.attribution.fusion.sentences import place_name
from tipline.pipeline.attribution.statements import Claim

DAY = date(2026, 11, 24)
OPERATOR = Claim("ranges.csv", "operator_ranges", "1", DAY, "IN", "Maharashtra", "Jalgaon", "district")
PUBLIC = Claim("a.mmdb", "mmdb", "1", DAY, "IN", "Maharashtra", "Jalgaon", "district")
PUNE, NASHIK = replace(PUBLIC, source="b.mmdb", district="Pune"), replace(PUBLIC, source="c.mmdb", district="Nashik")
OLD = DAY - timedelta(days=1095)

EXAMPLES: list[tuple[str, list[Claim]]] = [
    ("operator: Jalgaon", [OPERATOR]),
    ("operator: Jalgaon; a public file: Jalgaon", [OPERATOR, PUBLIC]),
    ("operator: Jalgaon; a public file: Maharashtra", [OPERATOR, replace(PUBLIC, district="", precision="state")]),
    ("operator: Jalgaon; a public file: Pune", [OPERATOR, PUNE]),
    ("operator: Jalgaon; another operator: Pune", [OPERATOR, replace(OPERATOR, source="b.csv", district="Pune")]),
    ("a public file: Jalgaon", [PUBLIC]),
    ("the same, three years old", [replace(PUBLIC, as_of=OLD)]),
    ("two public files: Jalgaon", [PUBLIC, replace(PUBLIC, source="b.mmdb")]),
    ("three public files: Jalgaon, Pune, Nashik", [PUBLIC, PUNE, NASHIK]),
    ("a public file: Jalgaon; another: Sri Lanka", [PUBLIC, replace(PUBLIC, source="b.mmdb", country="LK", state="", district="", precision="country")]),
    ("operator: Jalgaon, marked mobile", [replace(OPERATOR, flags=("mobile",))]),
    ("three public files: Jalgaon, marked mobile", [replace(PUBLIC, source=name, flags=("mobile",)) for name in "abc"]),
    ("operator: Jalgaon, marked hosting", [replace(OPERATOR, flags=("hosting",))]),
]  # fmt: skip


def examples() -> list[str]:
    rows = []
    for words, claims in EXAMPLES:
        said = fuse(claims, DAY, by=SHIPPED)
        numbers = " | ".join(f"{c:.3f}" for c in said.confidences)
        answer = "a person decides" if said.abstained else place_name(said.names)
        rules = ", ".join(f"`{r.rule}`" for r in said.reasons)
        rows.append(f"| {words} | {numbers} | {answer}{f' ({rules})' if rules else ''} |")
    return rows


def kinds() -> list[str]:
    return [
        f"| `{name}` | " + " | ".join(f"{b.trust:g} ({b.half_life_days})" for b in (k.country, k.state, k.district)) + " |"
        for name, k in SHIPPED.kinds.items() if name != "special_ranges"
    ]  # fmt: skip


def marks() -> list[str]:
    return [
        f"| `{name}` | {m.cap} | {m.operator_cap} | {m.factors.country:g}, {m.factors.state:g}, {m.factors.district:g} |"
        for name, m in SHIPPED.marks.items()
    ]


def floors() -> str:
    return f"country {SHIPPED.floors.country:.2f}, state {SHIPPED.floors.state:.2f}, district {SHIPPED.floors.district:.2f}"


def test_the_page_says_what_the_model_says(project: Path) -> None:
    page = (project / "docs/explanation/attribution.md").read_text(encoding="utf-8")
    for row in (*kinds(), *marks(), *examples()):
        assert row in page
    assert floors() in page
    assert f"now {SHIPPED.about.version}" in page
    combining = SHIPPED.whereabouts
    assert f"each {combining.half_life_days} days" in page
    assert f"within {combining.at_once_hours} hours".casefold() in page.casefold()
