"""What is done in a case: numbers, diary, tasks, registration, reports that join and move, links, closing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.factories import agency, person
from tests.integration.investigation.casework import DESK, SIBLING, Work, holder, ranked, worked
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.printing.pdf import to_pdf
from tipline.investigation.cases import diary, joining, links, numbering, registration, standing, todo
from tipline.investigation.cases.closing import close_case, pending, reopen_case
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.cases.records import CaseTask, DiaryEntry, FirEntry, LinkKind, OffenceAct, TaskState
from tipline.investigation.cases.registration import Fir, Permission
from tipline.investigation.cases.services import open_case
from tipline.investigation.cases.todo import Task
from tipline.investigation.legal.clocks import services as clocks
from tipline.trust.accounts.models import Rank, Role
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
FIR = Fir("0117/2026", datetime(2026, 1, 5, 10, 0, tzinfo=UTC), "Jalgaon City")


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return worked(tmp_path)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the events that the clocks are told."""
    from tipline.investigation.cases import closing, services, transfer

    names: list[str] = []

    def hear(name: str, *_: object, **__: object) -> None:
        names.append(name)

    for module in (registration, closing, services, transfer):
        assert module.event is clocks.event
        monkeypatch.setattr(module, "event", hear)
    return names


# -- numbers ----------------------------------------------------------------------------------------------------


def test_a_supervisor_says_how_cases_are_numbered(work: Work) -> None:
    year = numbering.year_of(agency(DESK), now())
    assert work.case.number == f"{DESK}/{year}/0001"
    assert numbering.set_scheme(work.supervisor, agency(DESK), " CR-{number}/{year2} ") == f"CR-1/{year % 100:02}"
    assert open_case(work.supervisor, [work.reports[1].pk], "Lantern").number == f"CR-2/{year % 100:02}"
    for who in (work.one, person(SIBLING, Role.SUPERVISOR)):
        with pytest.raises(NotPermittedError):
            numbering.set_scheme(who, agency(DESK), "{year}/{number}")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("{year}", "{number} once"),
        ("{number}/{number}/{year}", "{number} once"),
        ("CR-{number}", "{year}"),
        ("{agency.code}/{year}/{number}", "fields"),
        ("{year}/{number:9999}", "fields"),
        ("{year}/{number}\u202e", "fields"),
        ("x" * 60 + "{year}/{number}", "longer than"),
    ],
)
def test_a_scheme_that_cannot_number_is_refused(work: Work, pattern: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why.replace("{", r"\{")):
        numbering.set_scheme(work.supervisor, agency(DESK), pattern)


def test_the_year_is_the_desks() -> None:
    from tipline.trust.agencies.models import Agency

    eve = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)  # half past one on New Year's Day in India
    assert numbering.year_of(Agency(timezone="Asia/Kolkata"), eve) == 2027


def test_a_changed_scheme_never_gives_a_number_twice(work: Work) -> None:
    numbering.set_scheme(work.supervisor, agency(DESK), "{year}/{number:04}")
    Case.objects.filter(pk=work.case.pk).update(number=f"{work.case.year}/0002")
    made = open_case(work.supervisor, [work.reports[1].pk], "Lantern")
    assert made.number == f"{work.case.year}/0003"


# -- diary ------------------------------------------------------------------------------------------------------


def test_the_diary_is_corrected_and_never_changed(work: Work) -> None:
    at = now() - timedelta(hours=3)
    wrong = diary.write(work.one, work.case.pk, "Called the network at ten", at)
    right = diary.correct(work.two, work.case.pk, wrong.number, "Called the network at eleven")
    assert (right.corrects_id, right.happened_at, right.author) == (wrong.pk, wrong.happened_at, work.two)
    with pytest.raises(ConflictError, match=f"by entry {right.number} of {work.two.name}"):
        diary.correct(work.one, work.case.pk, wrong.number, "Called at twelve")
    for sql in ("UPDATE cases_diaryentry SET text = 'x'", "DELETE FROM cases_diaryentry"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(sql)
    entries = list(diary.entries(work.case))
    assert [e.number for e in entries] == list(range(len(entries), 0, -1))
    assert entries[-1].by_software and entries[-1].act == "case.opened"
    with pytest.raises(InvalidInputError, match="software's entries"):
        diary.correct(work.one, work.case.pk, entries[-1].number, "No")


def test_what_a_diary_does_not_take(work: Work) -> None:
    for text, at in ((" ", None), ("x" * 10_001, None), ("Tomorrow", now() + timedelta(days=1))):
        with pytest.raises(InvalidInputError):
            diary.write(work.one, work.case.pk, text, at)
    with pytest.raises(NotFoundError):
        diary.write(person(DESK, Role.INVESTIGATOR), work.case.pk, "Not assigned")
    with pytest.raises(NotPermittedError):
        diary.write(person(DESK, Role.ANALYST), work.case.pk, "Reads only")


def test_the_diary_is_printed_with_what_was_corrected(work: Work) -> None:
    first = diary.write(work.one, work.case.pk, "Wrong #emph[markup] \u202etext")
    diary.correct(work.one, work.case.pk, first.number, "Right")
    document = diary.printed(work.one, scope_of(work.one), work.case.pk)
    assert to_pdf(document).startswith(b"%PDF")
    assert "Corrected by entry 3" in str(document) and "⟨U+202E⟩" in str(document)


# -- tasks ------------------------------------------------------------------------------------------------------


def test_tasks_are_given_done_and_dropped(work: Work) -> None:
    task = todo.add_task(work.one, work.case.pk, Task("Ask the network", work.two, now().date()))
    assert [t.pk for t in todo.tasks_for(work.two, scope_of(work.two))] == [task.pk]
    with pytest.raises(InvalidInputError, match="assign them first"):
        todo.add_task(work.one, work.case.pk, Task("No", person(DESK, Role.INVESTIGATOR)))
    with pytest.raises(InvalidInputError, match="why"):
        todo.set_state(work.two, work.case.pk, task.pk, TaskState.DROPPED)
    todo.give_task(work.one, work.case.pk, task.pk, work.one, None, seen=0)
    with pytest.raises(ConflictError, match="since you opened"):
        todo.give_task(work.two, work.case.pk, task.pk, work.two, None, seen=0)
    todo.set_state(work.two, work.case.pk, task.pk, TaskState.DONE, "Answered", seen=1)
    with pytest.raises(ConflictError, match=work.two.name):
        todo.set_state(work.one, work.case.pk, task.pk, TaskState.DONE, seen=1)
    assert not todo.tasks_for(work.one, scope_of(work.one)).exists()


# -- registration -----------------------------------------------------------------------------------------------


def test_an_officer_below_inspector_is_warned_of_and_needs_a_reason(work: Work) -> None:
    with pytest.raises(InvalidInputError, match=r"rank of .* is not stated.*IT Act 2000 s\.78.*of 2026-11-24"):
        registration.set_officer(work.supervisor, work.case.pk, work.one)
    ranked(work.one, Rank.SUB_INSPECTOR)
    with pytest.raises(InvalidInputError, match="is Sub-Inspector"):
        registration.set_officer(work.supervisor, work.case.pk, work.one)
    registration.set_officer(work.supervisor, work.case.pk, work.one, "The Inspector is on leave until Monday")
    assert work.case.officer_changes.get().why_nevertheless
    ranked(work.two, Rank.INSPECTOR)
    registration.set_officer(work.supervisor, work.case.pk, work.two)
    assert work.case.officer_changes.order_by("-pk")[0].why_nevertheless == ""
    with pytest.raises(InvalidInputError, match="assign them first"):
        registration.set_officer(work.supervisor, work.case.pk, person(DESK, Role.INVESTIGATOR))
    with pytest.raises(NotPermittedError):
        registration.set_officer(work.one, work.case.pk, work.one, "Myself")


def test_one_fir_which_is_corrected_with_a_reason(work: Work, told: list[str]) -> None:
    registration.register_fir(work.one, work.case.pk, FIR, seen=0)
    with pytest.raises(ConflictError, match="has FIR 0117/2026"):
        registration.register_fir(work.two, work.case.pk, Fir("0118/2026", FIR.registered_at, FIR.station), seen=0)
    right = Fir("0171/2026", FIR.registered_at, FIR.station, True)
    with pytest.raises(InvalidInputError, match="why"):
        registration.correct_fir(work.one, work.case.pk, right, " ")
    registration.correct_fir(work.one, work.case.pk, right, "Digits were swapped")
    work.case.refresh_from_db()
    assert (work.case.fir_number, work.case.zero_fir) == ("0171/2026", True)
    first, second = FirEntry.objects.order_by("pk")
    assert (first.number, second.corrects_id) == ("0117/2026", first.pk)
    assert told == ["case.fir_registered"]
    with pytest.raises(InvalidInputError, match="still to come"):
        registration.correct_fir(work.one, work.case.pk, Fir("1", now() + timedelta(days=1), "x"), "y")


def test_a_preliminary_enquiry_needs_permission_of_rank_and_comes_before_the_fir(work: Work, told: list[str]) -> None:
    permission = Permission("A. Officer, SDPO", Rank.INSPECTOR, now() - timedelta(hours=1), "SDPO/12/2026")
    with pytest.raises(InvalidInputError, match="Deputy Superintendent or above"):
        registration.start_enquiry(work.one, work.case.pk, permission)
    permission = Permission("A. Officer, SDPO", Rank.DEPUTY_SUPERINTENDENT, permission.permitted_at, "SDPO/12/2026")
    made = registration.start_enquiry(work.one, work.case.pk, permission)
    assert made.ends_at - made.permitted_at == timedelta(days=14)
    with pytest.raises(ConflictError, match="permitted already"):
        registration.start_enquiry(work.two, work.case.pk, permission)
    registration.register_fir(work.one, work.case.pk, FIR)
    with pytest.raises(ConflictError, match="before the FIR"):
        registration.start_enquiry(work.two, work.case.pk, permission)
    assert told == ["case.preliminary_permitted", "case.fir_registered"]


def test_sections_are_chosen_and_withdrawn_and_the_history_stays(work: Work) -> None:
    registration.choose_section(work.one, work.case.pk, "IN-POCSO-15", seen=0)
    with pytest.raises(ConflictError, match="since you opened"):
        registration.choose_section(work.two, work.case.pk, "IN-POCSO-13", seen=0)
    with pytest.raises(ConflictError, match="already"):
        registration.choose_section(work.two, work.case.pk, "IN-POCSO-15")
    with pytest.raises(InvalidInputError, match="no offence"):
        registration.choose_section(work.two, work.case.pk, "IN-ITA-78")
    registration.withdraw_section(work.one, work.case.pk, "IN-ITA-67B", "Only storage is shown")
    assert list(work.case.offences.values_list("section_id", flat=True)) == ["IN-POCSO-15"]
    acts = list(OffenceAct.objects.order_by("pk").values_list("section_id", "withdrawn"))
    assert acts == [("IN-ITA-67B", False), ("IN-POCSO-15", False), ("IN-ITA-67B", True)]


# -- reports ----------------------------------------------------------------------------------------------------


def test_reports_join_an_open_case_and_move_within_the_agency(work: Work) -> None:
    joining.add_reports(work.supervisor, work.case.pk, [work.reports[1].pk])
    assert work.case.handles.count() == 2
    other = open_case(work.supervisor, [work.reports[2].pk], "Stone")
    with pytest.raises(ConflictError, match="only one"):
        joining.move_report(work.supervisor, work.reports[2].pk, other.pk, work.case.pk, "Same account")
    with pytest.raises(InvalidInputError, match="why"):
        joining.move_report(work.supervisor, work.reports[1].pk, work.case.pk, other.pk, " ")
    joining.move_report(work.supervisor, work.reports[1].pk, work.case.pk, other.pk, "The same telephone")
    assert set(other.handles.values_list("identifier__value", flat=True)) == {"harbour_lantern_31", "river_stone_12"}
    assert list(work.case.handles.values_list("identifier__value", flat=True)) == ["monsoon_kite_07"]
    assert "The same telephone" in DiaryEntry.objects.filter(case=work.case).order_by("-number")[0].text
    with pytest.raises(ConflictError, match="in another case already"):
        joining.add_reports(work.supervisor, work.case.pk, [work.reports[1].pk])
    with pytest.raises(NotPermittedError):  # an investigator accepts nothing
        joining.add_reports(work.one, work.case.pk, [work.reports[1].pk])


# -- links ------------------------------------------------------------------------------------------------------


def test_a_link_tells_no_more_than_the_reader_may_see(work: Work) -> None:
    other = open_case(work.supervisor, [work.reports[1].pk], "A title of its own")
    made = links.link(work.supervisor, work.case.pk, other.pk, LinkKind.SAME_PERSON, "The same device")
    with pytest.raises(ConflictError):
        links.link(work.supervisor, other.pk, work.case.pk, LinkKind.SAME_PERSON, "Again")
    assert links.links_of(scope_of(work.supervisor), work.case)[0].case == other
    assert links.links_of(scope_of(work.one), work.case) == []  # not on the other case, and nobody told them
    links.unlink(work.supervisor, work.case.pk, made.pk)
    links.link(work.supervisor, work.case.pk, other.pk, LinkKind.SAME_PERSON, "The same device", told=True)
    seen = links.links_of(scope_of(work.one), work.case)
    assert [(s.case, s.agency, s.why) for s in seen] == [(None, DESK, "")]
    with pytest.raises(NotFoundError):
        links.link(work.one, work.case.pk, other.pk, LinkKind.RELATED, "Guess")


# -- closing ----------------------------------------------------------------------------------------------------


def test_closing_names_what_is_pending_and_reopening_is_a_supervisors(work: Work, told: list[str]) -> None:
    todo.add_task(work.one, work.case.pk, Task("Ask the network"))
    of, pieces = holder(work)
    standing.propose(work.one, work.case.pk, of.pk, pieces, "Both agree")
    assert len(pending(work.case)) == 2
    with pytest.raises(ConflictError, match=r"Ask the network.*second officer"):
        close_case(work.supervisor, work.case, "untraced", "No log was left")
    with pytest.raises(InvalidInputError, match="choose why"):
        close_case(work.supervisor, work.case, "tired", "No", despite=True)
    with pytest.raises(NotPermittedError):
        close_case(work.one, work.case, "untraced", "No log was left", despite=True)
    close_case(work.supervisor, work.case, "untraced", "No log was left", despite=True)
    assert told == ["case.closed"]
    with pytest.raises(ConflictError, match="is closed"):
        diary.write(work.one, work.case.pk, "More")
    with pytest.raises(NotPermittedError, match="supervisor"):
        reopen_case(person(DESK), work.case, "A log turned up")
    reopen_case(work.supervisor, work.case, "A log turned up")
    work.case.refresh_from_db()
    assert (work.case.state, work.case.closed_at) == (CaseState.OPEN, None)
    assert [e.reopened for e in work.case.endings.order_by("pk")] == [False, True]


# -- who may not ------------------------------------------------------------------------------------------------


def test_a_stranger_neither_reads_nor_writes_a_row(work: Work) -> None:
    diary.write(work.one, work.case.pk, "Written")
    todo.add_task(work.one, work.case.pk, Task("Ask"))
    for who in (
        person(SIBLING, Role.SUPERVISOR),
        person("IN-MH-CYBER", Role.SUPERVISOR),
        person(DESK, Role.INVESTIGATOR),
    ):
        with acting(scope_of(who)):
            assert not DiaryEntry.objects.exists() and not CaseTask.objects.exists()
        for act in (
            lambda who=who: diary.write(who, work.case.pk, "No"),
            lambda who=who: todo.add_task(who, work.case.pk, Task("No")),
            lambda who=who: registration.register_fir(who, work.case.pk, FIR),
        ):
            with pytest.raises(NotFoundError):
                act()
