"""Code and documentation say the same, or this fails."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer.main

from tipline.cli import app
from tipline.core.config import VARIABLES
from tipline.pipeline.run import STAGES

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted([*PROJECT.glob("*.md"), *(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)])


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every command that is not hidden, as a user types it."""
    found: list[str] = []

    def walk(group: object, words: str) -> None:
        for name, command in sorted(getattr(group, "commands", {}).items()):
            if not command.hidden:
                if getattr(command, "commands", None):
                    walk(command, f"{words} {name}")
                else:
                    found.append(f"{words} {name}")

    walk(typer.main.get_command(app), "tipline")
    return found


def test_every_command_is_in_the_reference() -> None:
    assert len(commands()) >= 15
    assert [c for c in commands() if f"`{c}" not in page("reference/cli.md")] == []


def test_every_setting_is_in_the_reference() -> None:
    assert set(re.findall(r"`(TIPLINE_\w+)` \|", page("reference/settings.md"))) == set(VARIABLES)


def test_every_stage_is_in_the_reference_in_its_order() -> None:
    assert re.findall(r"^\| `(\w+)` \|", page("reference/stages.md"), re.MULTILINE) == [stage.name for stage in STAGES]


def test_every_make_target_is_in_the_reference() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [t for t in targets if f"`make {t}`" not in page("reference/make.md")] == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[A-Za-z0-9_-]+", d)[0] for d in project["dependencies"]}  # type: ignore[index]
    assert set(re.findall(r"^\| ([a-z0-9-]+) \| [A-Z]", page("explanation/dependencies.md"), re.MULTILINE)) == names


def test_every_data_file_is_in_the_reference() -> None:
    source = PROJECT / "src" / "tipline"
    files = {p.relative_to(source).as_posix() for p in source.rglob("data/*") if p.suffix in {".csv", ".toml"}}
    text = page("reference/data-files.md")
    assert [f for f in files if f not in text and f.rpartition("/")[2] not in text] == []


def test_every_code_of_the_door_is_in_the_reference() -> None:
    from tipline.intake.cybertipline.errors import WireError

    text = page("reference/http.md")
    codes = {kind.code for kind in WireError.__subclasses__()}
    assert [code for code in codes if str(code) not in text] == []


def test_every_endpoint_is_in_the_reference_with_its_scope() -> None:
    from tipline.api.face import api_of
    from tipline.core.config import Face
    from tipline.intake.json_door.turns import Provider

    rows = dict(re.findall(r"^\| `((?:GET |POST )?/api/v1/[^`]*)` \| (\S+)", page("reference/api.md"), re.MULTILINE))
    found = {}
    for bound in api_of(Face)._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                address = "/api/v1" + path.replace("int:", "").replace("slug:", "")
                auth = next(iter(operation.auth_callbacks), None)
                if auth is None or isinstance(auth, Provider):
                    found[f"{operation.methods[0]} {address}"] = "provider" if auth else "anybody"
                else:
                    address = re.sub(r"{\w+:(\w+)}", r"{\1}", address)
                    address = address if operation.methods[0] == "GET" else f"POST {address}"
                    found[address] = f"`{auth._needs.value}`" if auth._needs else "any"  # type: ignore[attr-defined]
    assert rows == found


def test_the_example_of_the_json_report_is_one() -> None:
    from tipline.intake.forms import form_named

    (example,) = re.findall(r"^```json\n(.+?)^```", page("reference/json-report.md"), re.MULTILINE | re.DOTALL)
    made = form_named("tipline-json").convert(example.encode())
    assert made.files[0].md5 and not made.lost


def test_every_form_is_explained_with_its_media_type() -> None:
    from tipline.intake.forms import forms

    rows = dict(re.findall(r"^\| `([a-z-]+/\d+)` \| `([^`]+)`", page("explanation/forms.md"), re.MULTILINE))
    assert rows == {f"{form.name}/{form.version}": form.media_types[0] for form in forms()}


def test_every_call_of_the_guide_to_the_json_door_is_an_endpoint() -> None:
    text = page("how-to/file-by-json.md") + page("reference/api.md")
    called = {
        re.sub(
            r"/cases/1\b",
            "/cases/{case_id}",
            re.sub(r"/files/FILE_ID", "/files/{file_id}", re.sub(r"/reports/1\b", "/reports/{report_id}", path)),
        )
        for path in re.findall(r"http://127\.0\.0\.1:8000(/api/v1/[\w./]+)", text)
    }
    assert len(called) >= 5
    # a call of a person's too: its address is in the table
    assert [path for path in called if f"`POST {path}`" not in text and f"`{path}`" not in text] == []


@pytest.mark.parametrize("name", ["explanation/threat-model.md", "explanation/safety.md"])
def test_every_test_that_shows_a_defence_is_there(name: str) -> None:
    named = set(re.findall(r"`((?:unit|integration|acceptance)/[^`]+\.py)`", page(name)))
    assert len(named) > 5
    assert [test for test in sorted(named) if not (PROJECT / "tests" / test).is_file()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_no_page_names_a_package_index() -> None:
    hosts = re.compile(r"\b(pypi\.org|pythonhosted|npmjs|deb\.debian)\b")
    for path in [*PAGES, *(PROJECT / "requirements").iterdir()]:
        assert not hosts.search(path.read_text(encoding="utf-8")), path
