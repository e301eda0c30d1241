"""Destruction with real commits: what another connection sees when the process is killed between two steps, and two at once."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from tests import factories
from tests.factories import person
from tipline.core.config import Config, load_config
from tipline.core.errors import ConflictError
from tipline.demo.synthetic import report_xml
from tipline.investigation.retention import destroying, schedule
from tipline.investigation.retention.models import Certificate, Destruction
from tipline.investigation.retention.services import By, confirm, order, place_hold
from tipline.reports.evidence import open_intake
from tipline.reports.models import Report
from tipline.reports.services import add_file, finish, open_report
from tipline.trust.accounts.models import Role
from tipline.trust.visibility import scope_of

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def installation(tmp_path: Path) -> Config:
    import pyrage

    recipient = str(pyrage.x25519.Identity.generate().to_public())
    return load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data"), "TIPLINE_EVIDENCE_RECIPIENT": recipient})


def supervisor() -> By:
    somebody = person("US-NCMEC", Role.SUPERVISOR)
    return By.somebody(somebody, scope_of(somebody))


@pytest.fixture
def confirmed(installation: Config, committed_db: None) -> Destruction:
    """A confirmed order for a report with one sealed file."""
    factories.standard_tree()
    reporter = factories.provider()
    opened = open_report(reporter, factories.document(report_xml(factories.synthetic())), factories.header())
    intake = open_intake(installation)
    intake.write(b"noise")
    add_file(reporter, opened.report_id, "a.png", intake.close(), "0" * 32)
    finish(reporter, opened.report_id)
    factories.drain()
    made = order(
        supervisor(), reference="7", authority="District Court", report_ids=[opened.report_id], court_order=True
    )
    return confirm(supervisor(), made.pk)


class Killed(BaseException):
    """Stands for the process being killed: nothing catches it."""


def seals(config: Config) -> int:
    return len(list((config.data_dir / "evidence").rglob("*.age")))


def seen(owner_url: str) -> tuple[str, int, int]:
    """From another connection: the state, the documents, the certificates."""
    with psycopg.connect(owner_url) as other:
        row = other.execute(
            "SELECT d.state, (SELECT count(*) FROM reports_document), (SELECT count(*) FROM retention_certificate)"
            " FROM retention_destruction d"
        ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("step", "left"),
    [
        ("mark_begun", ("confirmed", 1, 0)),
        ("remove_seal", ("begun", 1, 0)),
        ("_take_rows", ("begun", 1, 0)),
        ("certify", ("begun", 1, 0)),
    ],
)
def test_killed_between_two_steps(
    step: str,
    left: tuple[str, int, int],
    installation: Config,
    confirmed: Destruction,
    owner_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(destroying, step, killed)
        with pytest.raises(Killed):
            destroying.carry_out(installation, confirmed.pk)
    assert seen(owner_url) == left
    # the seal goes before its row, and after the beginning was committed
    assert seals(installation) == (1 if step in {"mark_begun", "remove_seal"} else 0)
    assert schedule.finish_begun(installation) == 1
    assert seen(owner_url) == ("done", 0, 1)
    assert seals(installation) == 0


def test_two_workers_at_once_destroy_once(installation: Config, confirmed: Destruction) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            destroying.carry_out(installation, confirmed.pk)
        except BaseException as error:  # told to the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert Certificate.objects.count() == 1


def test_a_hold_waits_for_a_beginning_and_is_then_told_that_it_came_too_late(
    installation: Config, confirmed: Destruction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both lock the report: either the hold is there first and stops it, or it is refused; never both succeed."""
    inside, go_on = threading.Event(), threading.Event()
    real, said = destroying.mark_begun, []

    def slowly(*arguments: object) -> None:
        inside.set()
        assert go_on.wait(30)
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(destroying, "mark_begun", slowly)

    def destroy() -> None:
        destroying.carry_out(installation, confirmed.pk)
        connections.close_all()

    report = Report.objects.get()
    who = supervisor()

    def hold() -> None:
        try:
            place_hold(who, report_id=report.pk, authority="Court", reference="1")
            said.append("held")
        except ConflictError as error:
            said.append(str(error))
        finally:
            connections.close_all()

    first = threading.Thread(target=destroy)
    first.start()
    assert inside.wait(30)
    second = threading.Thread(target=hold)
    second.start()
    second.join(0.5)
    assert second.is_alive(), said  # it waits
    go_on.set()
    first.join(60)
    second.join(60)
    assert len(said) == 1
    assert "has begun" in said[0]
    report.refresh_from_db()
    assert report.destroyed_at
