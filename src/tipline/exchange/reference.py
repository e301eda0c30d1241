"""Writes docs/reference/forms-out/: a page a form out of its `form.toml`, and the data dictionary. `python -m` this writes them anew."""

from __future__ import annotations

from pathlib import Path

from tipline.exchange.bulk.tables import dictionary
from tipline.exchange.forms import Described, forms

FOLDER = Path("docs/reference/forms-out")
_NOTE = "<!-- Written by python -m tipline.exchange.reference from the form's own files: change those. -->\n"


def pages() -> dict[str, str]:
    """Every generated page, by the name of its file."""
    described = {form.described.about.title: form.described for form in forms()}
    # three forms of tables have one description
    made = {f"{_page_of(one)}.md": _page(one) for one in described.values()}
    return made | {"dictionary.md": _dictionary()}


def _page_of(one: Described) -> str:
    return "tables" if one.name in {"csv", "ndjson", "parquet"} else one.name


def _page(one: Described) -> str:
    tables = _page_of(one) == "tables"
    head = [
        f"# {'Tables: CSV, NDJSON, Parquet' if tables else one.title}\n",
        _NOTE,
        f"`tipline exchange export --form {'csv | ndjson | parquet' if tables else one.name}`; media type `{one.media_type}`.\n",
        f"**Version:** {one.about.version if tables else one.version}. {one.why}\n",
        f"**Checked by:** {one.checked_by}.\n",
        f"**Source:** {one.about.source} (as of {one.about.as_of}).\n",
        "## What becomes of the record\n",
        "| of the record | becomes |",
        "| --- | --- |",
        *[f"| {', '.join(f'`{path}`' for path in row.of)} | {_cell(row.becomes)} |" for row in one.mapping],
        "\n## What this form cannot say\n",
        *[f"- {row.text}{_of(row.of)}" for row in one.losses],
    ]
    return "\n".join(head) + "\n"


def _of(paths: tuple[str, ...]) -> str:
    return f" ({', '.join(f'`{path}`' for path in paths)})" if paths else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _dictionary() -> str:
    lines = [
        "# Data dictionary of the tables\n",
        _NOTE,
        "The same stands in every export as `dictionary.json`. Types are those of DuckDB; in CSV everything is text.\n",
    ]
    for name, table in dictionary()["tables"].items():
        lines += [
            f"## `{name}`\n",
            f"{table['about']}\n",
            f"Key: {', '.join(f'`{key}`' for key in table['key'])}.\n",
            "| column | type | what |",
            "| --- | --- | --- |",
        ]
        lines += [f"| `{column}` | {said['type']} | {said['is']} |" for column, said in table["columns"].items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
