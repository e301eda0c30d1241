"""`tipline refused`: the operator at the machine sees what was refused, and its text only when asked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from tests import factories
from tipline.cli import app as commands
from tipline.core.config import Config, load_config
from tipline.core.errors import NotFoundError
from tipline.intake.cybertipline import credentials
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.doors import admission
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
BODY = "<report><surprise>lantern\u202e\x1b of a handle</surprise></report>".replace("\x1b", "")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    from tipline.cli import runtime

    @contextmanager
    def here(*, current: bool) -> Iterator[Config]:
        yield load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")})

    monkeypatch.setattr(runtime, "_installation", here)
    credentials.forget_all()
    admission.forget_all()
    return CliRunner()


@pytest.fixture
def refused() -> RefusedDocument:
    factories.standard_tree()
    reporter = factories.provider()
    answer = Client().post("/ispws/submit", BODY.encode(), "text/xml", **factories.basic(reporter))
    assert answer.status_code == 422
    return RefusedDocument.objects.get()


def test_the_list_names_what_was_wrong(run: CliRunner, refused: RefusedDocument) -> None:
    factories.provider("Clipwave")
    (row,) = json.loads(run.invoke(commands, ["refused", "list", "--json"]).output)
    assert (row["id"], row["provider"], row["call"], row["code"]) == (
        refused.pk,
        refused.reporter.username,
        "submit",
        4100,
    )
    assert (row["size_bytes"], row["sha256"], row["sandbox"]) == (len(BODY.encode()), refused.sha256, False)
    line = run.invoke(commands, ["refused", "list", "--provider", refused.reporter.username]).output
    assert line.startswith(f"{refused.pk}  ")
    assert "lantern" not in line
    other = factories.provider("Other")
    assert run.invoke(commands, ["refused", "list", "--provider", other.username]).output == "nothing was refused\n"


def test_its_text_only_with_body_and_nothing_hidden_in_it(run: CliRunner, refused: RefusedDocument) -> None:
    shown = run.invoke(commands, ["refused", "show", str(refused.pk)]).output
    assert f"sha256: {refused.sha256}" in shown
    assert "lantern" not in shown
    body = run.invoke(commands, ["refused", "show", str(refused.pk), "--body"]).output
    assert "lantern⟨U+202E⟩" in body
    assert "\u202e" not in body
    assert json.loads(run.invoke(commands, ["refused", "show", str(refused.pk), "--body", "--json"]).output)["body"]
    assert [e.detail["body"] for e in Entry.objects.filter(action="refused.read").order_by("id")] == [False, True, True]


def test_a_number_that_is_none(run: CliRunner, refused: RefusedDocument) -> None:
    for number in (refused.pk + 1, 2**63):
        done = run.invoke(commands, ["refused", "show", str(number)])
        assert isinstance(done.exception, NotFoundError)
