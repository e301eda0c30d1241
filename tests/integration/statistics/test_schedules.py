"""Reports that desks get by themselves: each period once, missed ones too, with what the desk chose and nothing of another desk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
from django.db import connection, connections
from django.test import Client

from tests import factories
from tests.factories import agency, person, signed_in
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.statistics.keeping import refresh
from tipline.statistics.publishing import making
from tipline.statistics.publishing.making import make_due
from tipline.statistics.publishing.models import PublishedFile, Rhythm, Schedule, ScheduledReport
from tipline.statistics.publishing.periods import ended, period_with, year_or_half
from tipline.statistics.publishing.schedules import Wanted, end, start
from tipline.trust.accounts.models import Role
from tipline.trust.audit.models import Entry

WANTED = Wanted((("funnel", ("month",)), ("outcomes", ())), "monthly", "en", pdf=True, csv=True)


def started(months_ago: int = 3, **more: object) -> Schedule:
    """A schedule of Jalgaon's that began some months ago and was never carried out."""
    made = start(person("IN-MH-JALGAON"), Wanted(**{**{f: getattr(WANTED, f) for f in WANTED.__slots__}, **more}))  # type: ignore[arg-type]
    Schedule.objects.filter(pk=made.pk).update(first_day=made.made_at.date() - timedelta(days=30 * months_ago))
    return made


@pytest.fixture
def tree(db: None) -> None:
    factories.standard_tree()
    refresh()


def test_periods_are_those_of_the_calendar_and_a_missed_one_is_among_them() -> None:
    assert period_with(Rhythm.WEEKLY, date(2026, 7, 1)).text == "29 Jun 2026 to 05 Jul 2026"
    assert period_with(Rhythm.QUARTERLY, date(2026, 12, 31)).months == (date(2026, 10, 1), date(2027, 1, 1))
    assert [p.first for p in ended(Rhythm.MONTHLY, date(2025, 11, 30), date(2026, 2, 1))] == [
        date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1),
    ]  # fmt: skip
    assert ended(Rhythm.MONTHLY, date(2026, 2, 1), date(2026, 2, 28)) == []
    week = period_with(Rhythm.WEEKLY, date(2026, 6, 30))
    assert week.months == (date(2026, 6, 1), date(2026, 8, 1)), "a week in two months is of both"
    assert year_or_half("2026-H2").after == date(2027, 1, 1)


@pytest.mark.parametrize("text", ["", "26", "2026-H3", "2026-1", "１２３４", "1999", "2026-H1-x"])
def test_what_is_no_year_or_half_is_named(text: str) -> None:
    with pytest.raises(InvalidInputError, match="2026-H1"):
        year_or_half(text)


@pytest.mark.usefixtures("tree")
def test_missed_periods_are_made_up_for_and_each_is_made_once() -> None:
    schedule = started(3)
    made = make_due()
    assert made == ScheduledReport.objects.filter(schedule=schedule).count() >= 3
    assert make_due() == 0
    newest = ScheduledReport.objects.order_by("-after").first()
    assert newest is not None
    names = sorted(newest.files.values_list("name", flat=True))
    assert len(names) == 3 and names[0].endswith(".pdf") and names[1].startswith("funnel-v1-IN-MH-JALGAON-")
    for file in PublishedFile.objects.all():
        assert len(bytes(file.body)) == file.size_bytes
    assert Entry.objects.filter(action="statistics.report_made").count() == made


@pytest.mark.usefixtures("tree")
def test_the_paper_says_what_is_counted_and_carries_the_fingerprint() -> None:
    started(1, language="mr")
    make_due()
    report = ScheduledReport.objects.first()
    assert report is not None
    pdf = pypdfium2.PdfDocument(bytes(report.files.get(name__endswith=".pdf").body))
    text = "\n".join(pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf)))
    # extracted text of shaped scripts has its signs in the order of glyphs: words without any are looked for
    assert report.fingerprint[:16] in text and "आकडेवारीचा अहवाल" in text and "महिना" in text
    assert "Reports that this agency holds or held" not in text and "Month" not in text


@pytest.mark.usefixtures("tree")
def test_nothing_is_made_of_a_time_that_the_facts_have_not_reached() -> None:
    started(2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_kept SET at = %s", [datetime(2020, 1, 1, tzinfo=UTC)])
    assert make_due() == 0
    refresh()
    assert make_due() > 0


@pytest.mark.usefixtures("tree")
def test_one_schedule_that_fails_does_not_stop_the_others() -> None:
    broken = started(1)
    Schedule.objects.filter(pk=broken.pk).update(figures=[{"figure": "of_an_older_version", "by": []}])
    good = started(1)
    assert make_due() > 0
    assert ScheduledReport.objects.filter(schedule=good).exists()
    assert not ScheduledReport.objects.filter(schedule=broken).exists()


@pytest.mark.usefixtures("tree")
def test_an_ended_schedule_makes_nothing_more_and_keeps_what_it_made() -> None:
    schedule, officer = started(1), person("IN-MH-JALGAON")
    make_due()
    kept = ScheduledReport.objects.count()
    end(officer, schedule.pk)
    with pytest.raises(ConflictError, match="ended already"):
        end(officer, schedule.pk)
    with pytest.raises(NotFoundError):
        end(person("IN-MH-PUNE"), schedule.pk)
    assert make_due() == 0 and ScheduledReport.objects.count() == kept


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"figures": ()}, "choose from one to 12 figures"),
        ({"figures": (("funnel", ()),) * 13}, "choose from one to 12 figures"),
        ({"figures": (("nothing", ()),)}, "there is no figure"),
        ({"figures": (("funnel", ("moon",)),)}, "cannot be cut by moon"),
        ({"figures": (("waiting", ("desk",)),)}, "cannot be cut by desk"),
        ({"rhythm": "hourly"}, "how often"),
        ({"language": "fr"}, "language"),
        ({"pdf": False, "csv": False}, "PDF, CSV or both"),
    ],
)
def test_what_a_desk_cannot_want_is_named(more: dict[str, object], says: str) -> None:
    with pytest.raises((InvalidInputError, NotFoundError), match=says):
        started(0, **more)


@pytest.mark.usefixtures("tree")
def test_who_sees_no_counts_schedules_nothing() -> None:
    with pytest.raises(NotPermittedError):
        start(person("IN-MH-JALGAON", Role.AUDITOR), WANTED)


@pytest.mark.usefixtures("tree")
def test_a_desk_sees_and_takes_its_own_files_and_nobody_elses() -> None:
    started(1)
    make_due()
    file = PublishedFile.objects.order_by("name").first()
    assert file is not None
    statistician = signed_in(person("IN-MH-JALGAON", Role.STATISTICIAN))
    page = statistician.get("/statistics/reports/").content.decode()
    assert file.name in page and "Every month" in page
    taken = statistician.get(f"/statistics/files/{file.pk}/")
    assert taken.status_code == 200 and taken.content == bytes(file.body)
    assert "attachment" in taken["Content-Disposition"]
    stranger: Client = signed_in(person("IN-MH-PUNE", Role.STATISTICIAN))
    assert stranger.get(f"/statistics/files/{file.pk}/").status_code == 404
    assert file.name not in stranger.get("/statistics/reports/").content.decode()


@pytest.mark.usefixtures("tree")
def test_a_desk_schedules_and_ends_on_the_page() -> None:
    client = signed_in(person("IN-MH-JALGAON", Role.STATISTICIAN))
    form = {"figures": ["funnel:district", "outcomes"], "rhythm": "weekly", "language": "hi", "files": ["csv"]}
    assert client.post("/statistics/reports/", {**form, "figures": []}).status_code == 422
    assert client.post("/statistics/reports/", form).status_code == 302
    made = Schedule.objects.get()
    assert made.figures == [{"figure": "funnel", "by": ["district"]}, {"figure": "outcomes", "by": []}]
    assert (made.rhythm, made.language, made.pdf, made.csv) == ("weekly", "hi", False, True)
    assert client.post(f"/statistics/reports/{made.pk}/end/").status_code == 302
    made.refresh_from_db()
    assert made.ended_at is not None


@pytest.mark.usefixtures("committed_db")
def test_two_workers_at_once_make_each_report_once() -> None:
    factories.standard_tree()
    refresh()
    started(2)
    done: list[int] = []

    def work() -> None:
        try:
            from tipline.trust.visibility import OPERATOR, assume

            assume(OPERATOR)
            done.append(make_due())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(done) == 2 and sum(done) == ScheduledReport.objects.count() > 0
    assert PublishedFile.objects.count() == 3 * ScheduledReport.objects.count()


@pytest.mark.usefixtures("committed_db")
def test_a_worker_killed_in_between_leaves_nothing_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.standard_tree()
    refresh()
    schedule = started(1)
    whole: Callable[..., bytes] = making.to_pdf

    def killed(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "to_pdf", killed)
    with pytest.raises(KeyboardInterrupt):
        make_due()
    assert ScheduledReport.objects.count() == PublishedFile.objects.count() == 0
    monkeypatch.setattr(making, "to_pdf", whole)
    assert make_due() == ScheduledReport.objects.filter(schedule=schedule).count() > 0
    assert agency("IN-MH-JALGAON").pk == schedule.agency_id
