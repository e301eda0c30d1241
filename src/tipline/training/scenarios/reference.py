"""Writes the parts of docs/reference/scenarios.md that the code knows: keys, findings, blocks. `python -m` this writes the page anew."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from tipline.core.datafile import Strict
from tipline.training.scenarios.building import known_blocks
from tipline.training.scenarios.format import Form, Hint, Kind, Scenario, Source, Step, Task, Texts
from tipline.training.scenarios.linting import ADVICE, MEANINGS

PAGE = Path("docs/reference/scenarios.md")
_PARTS = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def written(page: str) -> str:
    """The page with every part between its marks written anew."""
    parts = {"keys": _keys(), "findings": _findings(), "blocks": _blocks()}
    return _PARTS.sub(lambda part: f"{part[1]}\n{parts[part[2]]}\n{part[3]}", page)


def _keys() -> str:
    tables = [_table(model, title) for model, title in (
        (Scenario, "scenario.toml"), (Task, "scenario.toml, each of [[tasks]]"), (Hint, "hints of a task"),
        (Source, "scenario.toml, each of [[sources]]"), (Step, "world.toml, each of [[steps]]"), (Texts, "texts/LANGUAGE.toml"),
    )]  # fmt: skip
    kinds = ", ".join(f"`{kind}`" for kind in Kind)
    forms = ", ".join(f"`{form}`" for form in Form)
    return "\n".join([*tables, f"Kinds of tasks: {kinds}. Forms of values: {forms}.\n"])


def _table(model: type[Strict], title: str) -> str:
    rows = [
        f"| `{field.alias or name}` | {'yes' if field.is_required() else ''} | {(field.description or '').replace('|', '/')} |"
        for name, field in model.model_fields.items()
    ]
    about = " ".join(inspect.getdoc(model).split()) if model.__doc__ else ""  # type: ignore[union-attr]
    return "\n".join([f"### {title}\n", f"{about}\n", "| key | needed | what |", "| --- | --- | --- |", *rows, ""])


def _findings() -> str:
    rows = [f"| `{one}` | {'advice' if one in ADVICE else ''} | {meaning} |" for one, meaning in MEANINGS.items()]
    return "\n".join(["| finding | | what it means |", "| --- | --- | --- |", *rows, ""])


def _blocks() -> str:
    told: list[str] = []
    for name, made in sorted(known_blocks().items()):
        text = inspect.getdoc(made) or ""
        told.append(f"### `{name}`\n\n{text.strip()}\n")
    return "\n".join(told)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
