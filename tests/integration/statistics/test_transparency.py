"""Transparency reports: two people, one draw of noise, nothing true told, and the same numbers in every file."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pypdfium2
import pytest

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.statistics.keeping import refresh
from tipline.statistics.noise import margin
from tipline.statistics.publishing import transparency
from tipline.statistics.publishing.models import Draw, PublishedFile, State, Transparency
from tipline.statistics.publishing.services import prepare, refuse, release
from tipline.statistics.publishing.transparency import fingerprint
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """This year, made to be over: seven reports at Jalgaon, and the facts kept until far into the next one."""
    from django.db import connection

    from tipline.reports.models import Report

    factories.standard_tree()
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    factories.demo_ranges(tmp_path_factory.mktemp("ranges"))
    provider = factories.provider()
    for n in range(7):
        factories.filed(provider, factories.synthetic(f"kite_{n}", email=f"kite_{n}@mail.example"))
    drain()
    refresh()
    assert Report.objects.count() == 7
    this = now().year
    with connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_kept SET at = %s", [datetime(this + 1, 2, 1, tzinfo=UTC)])
    return str(this)


@pytest.fixture
def statistician(year: str) -> User:
    return person("IN-MH-JALGAON", Role.STATISTICIAN)


@pytest.fixture
def supervisor(year: str) -> User:
    return person("IN-MH-JALGAON", Role.SUPERVISOR)


def numbers(made: Transparency, figure: str, by: list[str]) -> dict[tuple[str, str], object]:
    table = next(t for t in made.content["tables"] if t["figure"] == figure and t["by"] == by)
    return {
        (" ".join(row["labels"]), measure["label"]): value if value is not None else why
        for row in table["rows"]
        for measure, value, why in zip(table["measures"], row["values"], row["why_empty"], strict=True)
    }  # fmt: skip


def test_small_numbers_are_hidden_and_the_method_says_so(statistician: User, year: str) -> None:
    made = prepare(statistician, year, "suppressed")
    told = numbers(made, "funnel", [])
    assert told["", "Reports"] == 7 and told["", "Accepted"] == 0
    assert "could point at a single child" in made.content["method_text"][0]
    assert made.fingerprint == fingerprint(made.content) and made.draw is None


def test_another_person_releases_and_files_say_what_the_page_says(
    statistician: User, supervisor: User, year: str
) -> None:
    made = prepare(statistician, year, "suppressed")
    assert not PublishedFile.objects.exists()
    released = release(supervisor, made.pk)
    assert released.state == State.RELEASED and released.decider == supervisor
    files = {file.name.rsplit(".", 1)[1]: bytes(file.body) for file in released.files.all()}
    assert set(files) == {"pdf", "csv", "json", "txt"}
    told = json.loads(files["json"])
    assert told["fingerprint"] == made.fingerprint and told["tables"] == made.content["tables"]
    lines = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert {(line["Figure"], line["Cut by"], line["Number"], line["Value"]) for line in lines} >= {("funnel", "", "Reports", "7")}  # fmt: skip
    pdf = pypdfium2.PdfDocument(files["pdf"])
    text = "\n".join(pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf)))
    assert "Transparency report" in text and made.fingerprint[:16] in text and "Draft: not released" not in text
    assert b"pdfuaid" in files["pdf"] or pdf.is_tagged()
    entry = Entry.objects.get(action="statistics.transparency_released")
    assert len(entry.detail["files"]) == 4


def test_nobody_releases_their_own_and_only_supervisors_release(statistician: User, supervisor: User, year: str) -> None:  # fmt: skip
    own = prepare(supervisor, year, "suppressed")
    with pytest.raises(NotPermittedError, match="another person has to"):
        release(supervisor, own.pk)
    with pytest.raises(NotPermittedError, match="does not release figures"):
        release(statistician, own.pk)
    with pytest.raises(NotFoundError):
        release(person("IN-MH-PUNE", Role.SUPERVISOR), own.pk)
    with pytest.raises(NotPermittedError):
        prepare(person("IN-MH-JALGAON", Role.AUDITOR), year, "suppressed")


def test_two_people_is_also_a_rule_of_the_table(supervisor: User, year: str) -> None:
    from django.db import IntegrityError, transaction

    made = prepare(supervisor, year, "suppressed")
    with pytest.raises(IntegrityError, match="transparency_two_people"), transaction.atomic():
        Transparency.objects.filter(pk=made.pk).update(state="released", decider=supervisor)


def test_noise_is_drawn_once_and_asking_again_gives_the_same(statistician: User, supervisor: User, year: str) -> None:
    first = prepare(statistician, year, "noised", "1")
    refuse(supervisor, first.pk, "Look again")
    second = prepare(statistician, year, "noised", "1")
    assert second.content["tables"] == first.content["tables"] and Draw.objects.count() == 1
    with pytest.raises(ConflictError, match="drawn at epsilon 1, once and for all"):
        prepare(statistician, year, "noised", "2")
    with pytest.raises(ConflictError, match="one budget only"):
        prepare(statistician, f"{year}-H1", "noised", "1")


def test_with_noise_rows_do_not_depend_on_what_was_reported(statistician: User, year: str) -> None:
    made = prepare(statistician, year, "noised", "1")
    months = next(t for t in made.content["tables"] if t["by"] == ["Month"])
    assert [row["labels"] for row in months["rows"]] == [[f"{year}-{month:02d}"] for month in range(1, 13)]
    places = next(t for t in made.content["tables"] if t["by"] == ["District"])
    assert [row["labels"] for row in places["rows"]] == [["Jalgaon"], [transparency.ELSEWHERE]]
    whole = next(t for t in made.content["tables"] if t["figure"] == "funnel" and not t["by"])
    assert whole["epsilon"] == "1/4" and whole["sensitivity"] == len(whole["measures"])
    children = next(t for t in made.content["tables"] if t["figure"] == "outcomes")
    assert "Children safeguarded" in children["not_published"]
    assert all(isinstance(v, int) and v >= 0 for t in made.content["tables"] for row in t["rows"] for v in row["values"])  # fmt: skip


def test_the_noise_is_as_large_as_the_report_says(
    statistician: User, year: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int, str]] = []

    def seen(value: int, *, sensitivity: int, epsilon: object) -> int:
        asked.append((value, sensitivity, str(epsilon)))
        return value

    monkeypatch.setattr(transparency, "noised", seen)
    made = prepare(statistician, year, "noised", "1")
    assert {epsilon for *_, epsilon in asked} == {"1/4"}
    table = next(t for t in made.content["tables"] if t["by"] == ["District"])
    values = [row["values"][0] for row in table["rows"]]
    assert values == [7, 0], "what is counted into the rows is what was reported"
    assert table["margin"] == margin(sensitivity=table["sensitivity"], epsilon=transparency.Fraction(1, 4))


def test_overlapping_times_are_not_released_twice(statistician: User, supervisor: User, year: str) -> None:
    half = prepare(statistician, f"{year}-H2", "suppressed")
    whole = prepare(statistician, year, "suppressed")
    release(supervisor, half.pk)
    with pytest.raises(ConflictError, match="could give away what it hides"):
        release(supervisor, whole.pk)
    with pytest.raises(ConflictError, match="is released"):
        prepare(statistician, year, "suppressed")
    assert prepare(statistician, f"{year}-H1", "suppressed").pk


@pytest.mark.parametrize(
    ("when", "method", "epsilon", "says"),
    [
        ("soon", "suppressed", "", "a year such as 2026"), ("2090", "suppressed", "", "not over yet"), ("", "guess", "", "a year such as"),
        ("{year}", "guess", "", "choose how the numbers"), ("{year}", "noised", "", "epsilon is a number"), ("{year}", "noised", "-1", "epsilon is a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_prepared_is_named(statistician: User, year: str, when: str, method: str, epsilon: str, says: str) -> None:  # fmt: skip
    with pytest.raises(InvalidInputError, match=says):
        prepare(statistician, when.format(year=year), method, epsilon)


def test_from_the_pages_a_statistician_prepares_and_a_supervisor_releases(
    statistician: User, supervisor: User, year: str
) -> None:
    maker, other = signed_in(statistician), signed_in(supervisor)
    assert (
        maker.post("/statistics/transparency/", {"when": year, "method": "noised", "epsilon": "x"}).status_code == 422
    )
    made = maker.post("/statistics/transparency/", {"when": year, "method": "suppressed"}, follow=True)
    address = made.redirect_chain[-1][0]
    assert "Another person has to release it" in made.content.decode()
    assert maker.get(f"{address}preview.pdf").content.startswith(b"%PDF")
    assert maker.post(address, {"verb": "release"}).status_code == 403
    assert other.post(address, {"verb": "refuse", "reason": " "}).status_code == 422
    page = other.post(address, {"verb": "release"}, follow=True).content.decode()
    assert "Released" in page and page.count("/statistics/files/") == 4
    assert other.get(f"{address}preview.pdf").status_code == 404
    stranger = signed_in(person("IN-MH-PUNE", Role.SUPERVISOR))
    assert stranger.get(address).status_code == 404
    for file in PublishedFile.objects.all():
        assert maker.get(f"/statistics/files/{file.pk}/").content == bytes(file.body)
        assert stranger.get(f"/statistics/files/{file.pk}/").status_code == 404
