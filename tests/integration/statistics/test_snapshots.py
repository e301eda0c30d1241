"""A published number can be shown again and counted again, and one that was tampered with is found. The same by commands."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from tests import factories, world
from tests.factories import agency, person
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.outcomes.models import ReportOutcome
from tipline.statistics.figures import Asked, Dimension
from tipline.statistics.keeping import refresh
from tipline.statistics.models import Snapshot
from tipline.statistics.queries import answer
from tipline.statistics.snapshots import keep, snapshot_of, verify, visible_snapshots
from tipline.trust.accounts.models import Role
from tipline.trust.actors import system
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["runner"]


@pytest.fixture(autouse=True)
def made() -> None:
    factories.standard_tree()
    world.make(300)
    refresh()


def question(*, suppressed: bool = True) -> Asked:
    return Asked(
        "outcomes", "IN-MH-JALGAON", date(2020, 1, 1), date(2035, 1, 1), (Dimension.CATEGORY,), suppressed=suppressed
    )


def test_a_snapshot_is_equal_after_the_outcome_was_withdrawn_that_changes_the_number() -> None:
    who = person("IN-MH-JALGAON", Role.STATISTICIAN)
    with acting(scope_of(who)) as scope:
        kept, told = keep(scope, who.actor, question(), "for the quarter", who)
    ReportOutcome.objects.update(withdrawn_at=now())
    refresh()
    with acting(scope_of(who)) as scope:
        assert answer(scope, question()).rows != told.rows
        done = verify(scope, kept.pk)
    assert done.equal
    assert Entry.objects.filter(action="statistics.kept", object_id=str(kept.pk), detail__sha256=kept.digest).exists()


def test_what_somebody_changed_in_the_table_is_found(owner_url: str) -> None:
    who = person("IN-MH-JALGAON", Role.SUPERVISOR)
    with acting(scope_of(who)) as scope:
        kept, _ = keep(scope, who.actor, question(suppressed=False))
    rows = kept.rows
    rows[0]["cells"]["reports"]["value"] += 1
    forged = Snapshot.objects.create(
        agency=kept.agency,
        figure=kept.figure,
        version=1,
        suppressed=False,
        asked=kept.asked,
        rows=rows,
        digest=kept.digest,
        kept_at=now(),
        label="x",
    )
    with acting(scope_of(who)) as scope:
        done = verify(scope, forged.pk)
    assert not done.intact and not done.equal
    assert [cell["measure"] for cell in done.differing] == ["reports"]


def test_small_numbers_in_a_snapshot_are_for_who_sees_the_reports() -> None:
    supervisor, clerk = person("IN-MH-JALGAON", Role.SUPERVISOR), person("IN-MH-JALGAON", Role.STATISTICIAN)
    with acting(scope_of(supervisor)) as scope:
        whole, _ = keep(scope, supervisor.actor, question(suppressed=False))
        public, _ = keep(scope, supervisor.actor, question())
    with acting(scope_of(clerk)) as scope:
        assert list(visible_snapshots(scope)) == [public]
        assert set(Snapshot.objects.all()) == {public}, "the second lock says the same"
        with pytest.raises(NotFoundError):
            snapshot_of(scope, whole.pk)
        with pytest.raises(NotPermittedError, match="small numbers"):
            answer(scope, question(suppressed=False))
    for other in (person("IN-MH-AKOLA", Role.STATISTICIAN), person("IN-MH-JALGAON", Role.ADMINISTRATOR)):
        with acting(scope_of(other)) as scope, pytest.raises(NotFoundError):
            verify(scope, public.pk)


def test_a_note_that_is_too_long_is_refused() -> None:
    who = person("IN-MH-JALGAON", Role.SUPERVISOR)
    with acting(scope_of(who)) as scope, pytest.raises(InvalidInputError, match="300"):
        keep(scope, system("x"), question(), "n" * 301)


def run(runner: CliRunner, *words: str, code: int = 0) -> object:
    done = runner.invoke(commands, [*words, "--json"])
    assert done.exit_code == code, (words, done.output, done.exception)
    return json.loads(done.stdout)


def test_the_commands_show_keep_verify_export_and_rebuild(runner: CliRunner, tmp_path: object) -> None:
    clerk = person("IN-MH-JALGAON", Role.STATISTICIAN)
    names = {row["name"] for row in run(runner, "statistics", "list")}  # type: ignore[attr-defined]
    assert {"funnel", "hop_days", "legal_requests"} <= names
    for_clerk = run(
        runner, "--as", clerk.email, "statistics", "show", "funnel", "--by", "district", "--since", "2020-01"
    )
    assert any(cell["hidden"] for row in for_clerk["rows"] for cell in row["cells"].values())  # type: ignore[index]
    kept = run(
        runner, "--as", clerk.email, "statistics", "snapshot", "funnel@1", "--by", "month", "--note", "a quarter"
    )
    assert run(runner, "--as", clerk.email, "statistics", "verify", str(kept["snapshot"]))["equal"] is True  # type: ignore[index]
    done = run(runner, "statistics", "rebuild", "--parquet", str(tmp_path))
    assert done == {"looked_at": done["looked_at"], "changed": 0, "differences": []}  # type: ignore[index]
    assert "statistics_fact.parquet" in run(runner, "statistics", "export", str(tmp_path))["files"]  # type: ignore[index]
    assert agency("IN-MH-JALGAON").name
    for words, wrong in {
        ("show", "nothing"): NotFoundError, ("show", "funnel", "--by", "moon"): InvalidInputError, ("show", "funnel", "--as-of", "soon"): InvalidInputError,
        ("show", "funnel", "--agency", "IN-MH-AKOLA"): NotFoundError, ("verify", "4711"): NotFoundError,
    }.items():  # fmt: skip
        failed = runner.invoke(commands, ["--as", clerk.email, "statistics", *words])
        assert isinstance(failed.exception, wrong), (words, failed.exception)
