"""Attempts: what is taken once and what is not taken at all, who sees what, and what stands out for the instructor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.factories import agency, person, standard_tree
from tests.training_attempts import begin, course, desk_at, example_installed, exercise, give, right, trainee, work
from tipline.core.clock import now
from tipline.core.errors import ConflictError, NotFoundError
from tipline.training.attempts import desks, queries, services
from tipline.training.attempts.models import Answer, Attempt, Event, EventKind, Expected
from tipline.training.attempts.services import Refusal
from tipline.trust.accounts.models import Role
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _range(training_range: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    standard_tree()
    with example_installed(monkeypatch):
        yield
    desks._known.clear()


def test_every_kind_answered_right_gives_every_point() -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    desk_at(agency("IN-MH-JALGAON").pk)
    for task in work(user, attempt).tasks:
        answered = give(user, attempt, task.id, right(work(user, attempt), task.id))
        assert answered.answer is not None, task.id
        assert answered.answer.share == 1, task.id
    attempt.refresh_from_db()
    assert attempt.points == attempt.points_possible == 80


def test_tries_and_hints_cost_and_the_best_try_counts() -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    answer = right(work(user, attempt), "account")
    with acting(scope_of(user)):
        assert services.take_hint(user, attempt.pk, "account", "where").hint is not None
        assert services.take_hint(user, attempt.pk, "account", "where").hint is not None, "again costs nothing"
    assert give(user, attempt, "account", ["00990000"]).answer.points == 0  # type: ignore[union-attr]
    assert give(user, attempt, "account", answer).answer.points == Decimal("5.50")  # type: ignore[union-attr]  # 10 × 0.75 − 2
    assert give(user, attempt, "account", answer).refusal is Refusal.OVER
    attempt.refresh_from_db()
    assert attempt.points == Decimal("5.50")


def test_the_same_form_twice_is_one_try() -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    first = give(user, attempt, "account", ["0099000011"], key="a" * 32)
    again = give(user, attempt, "account", ["0099000011"], key="a" * 32)
    other = give(user, attempt, "account", right(work(user, attempt), "account"), key="a" * 32)
    assert first.answer == again.answer == other.answer
    assert again.replayed and other.replayed
    assert Answer.objects.count() == 1
    assert [event.kind for event in Event.objects.all()] == [EventKind.REPLAYED], (
        "the same again is a slip; another answer is not"
    )


@pytest.mark.parametrize(
    ("task", "given"),
    [
        ("nothing", ["x"]),
        ("next", ["0033"]),  # comes after another task, and is not shown yet
        ("law", ["made_up"]),
        ("bank", ["Example Bank of Satara", "Example Bank of Beed"]),
        ("evidence", ["statement-1", "statement-9999"]),
        ("desk", ["done"]),
        ("account", ["x" * 5000]),
        ("account\0\ud800", ["x"]),
    ],
)
def test_what_no_page_offers_is_refused_noted_and_costs_no_try(task: str, given: list[str]) -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    assert give(user, attempt, task, given).refusal is Refusal.TAMPERED
    assert not Answer.objects.exists()
    assert Event.objects.get().kind == EventKind.TAMPERED


@pytest.mark.parametrize("typed", ["\0", "\ud800", "'; DROP TABLE x", "<b>", "9" * 2000, "‮abc"])
def test_hostile_text_is_an_answer_like_any_other(typed: str) -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    for task in ("account", "total", "when", "handles", "path"):
        assert give(user, attempt, task, [typed]).answer is not None


def test_nothing_is_taken_after_the_end() -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    Attempt.objects.filter(pk=attempt.pk).update(due_at=now() - timedelta(seconds=1))
    assert give(user, attempt, "account", right(work(user, attempt), "account")).refusal is Refusal.LATE
    with acting(scope_of(user)):
        assert services.take_hint(user, attempt.pk, "account", "where").refusal is Refusal.LATE
        with pytest.raises(ConflictError, match="over"):
            services.keep_rows(user, attempt.pk, ["statement-1"], ["statement-1"])
    assert Event.objects.get().kind == EventKind.LATE
    assert not Answer.objects.exists()


def test_an_exercise_that_closes_early_ends_the_attempt_then_and_a_closed_one_does_not_begin() -> None:
    user = trainee(made := course())
    closes = now() + timedelta(minutes=5)
    assert begin(user, exercise(made, closes_at=closes)).due_at == closes
    with pytest.raises(ConflictError, match="not open"):
        begin(user, exercise(made, opens_at=now() + timedelta(minutes=5)))


def test_worlds_differ_and_beginning_twice_is_one_attempt() -> None:
    made = course()
    first, second = trainee(made), trainee(made)
    asked = exercise(made)
    one, again, other = begin(first, asked), begin(first, asked), begin(second, asked)
    assert one == again
    assert right(work(first, one), "account") != right(work(second, other), "account")


def test_another_trainees_attempt_is_not_there() -> None:
    made = course()
    first, second = trainee(made), trainee(made)
    attempt = begin(first, exercise(made))
    for act in (
        lambda: work(second, attempt),
        lambda: give(second, attempt, "account", ["x"]),
        lambda: services.take_hint(second, attempt.pk, "account", "where"),
        lambda: services.finish(second, attempt.pk),
        lambda: services.keep_rows(second, attempt.pk, [], []),
    ):
        with acting(scope_of(second)), pytest.raises(NotFoundError):
            act()
    with pytest.raises(NotFoundError):
        begin(trainee(course("other")), attempt.exercise)


def test_row_security_alone_keeps_attempts_apart() -> None:
    """The second lock: without the queries' own conditions a trainee reads their own rows, and an instructor those of their courses."""
    teacher = person("IN-MH-CYBER", Role.TRAINER)
    made = course("one", teacher)
    first, second, mate = trainee(made), trainee(made, "blue"), trainee(made, "blue")
    asked = exercise(made)
    one, two = begin(first, asked), begin(second, asked)
    team = begin(mate, exercise(made, for_teams=True))
    give(first, one, "account", ["0099000011"])
    give(first, one, "nothing", ["x"])
    sees = {first: {one.pk}, second: {two.pk, team.pk}, mate: {team.pk}, teacher: {one.pk, two.pk, team.pk}}
    sees[person("IN-MH-CYBER", Role.TRAINER)] = set()
    for who, ids in sees.items():
        with acting(scope_of(who)):
            assert set(Attempt.objects.values_list("pk", flat=True)) == ids
            assert set(Answer.objects.values_list("attempt", flat=True)) == ids & {one.pk}
            assert not Expected.objects.exists(), "what is right elsewhere is nobody's to read"
            assert Event.objects.exists() == (who == teacher)
    with acting(scope_of(second)), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Answer.objects.create(
            attempt_id=one.pk,
            task="x",
            turn=9,
            given=[],
            share=0,
            right=0,
            wrong=0,
            wanted=0,
            points=0,
            at=now(),
            key="k" * 9,
        )


def test_answers_are_only_added_to() -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    give(user, attempt, "account", ["0099000011"])
    for statement in ("UPDATE training_attempts_answer SET points = 9", "DELETE FROM training_attempts_answer"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_wrong_answer_that_is_right_in_anothers_papers_is_flagged_with_both() -> None:
    teacher = person("IN-MH-CYBER", Role.TRAINER)
    made = course("one", teacher)
    first, second = trainee(made), trainee(made)
    asked = exercise(made)
    one, two = begin(first, asked), begin(second, asked)
    give(second, two, "account", [f" {right(work(first, one), 'account')[0]} "])
    give(second, two, "handles", right(work(first, one), "handles"))
    give(second, two, "handles", right(work(first, one), "handles"))
    with acting(scope_of(teacher)) as scope:
        flags = queries.flags_of(scope, asked.pk)
        assert {(flag.kind, flag.attempt_id, flag.other_id, flag.task) for flag in flags} == {
            (EventKind.SHARED, two.pk, one.pk, "account"), (EventKind.SHARED, two.pk, one.pk, "handles")
        }  # fmt: skip
        standings = {standing.attempt.pk: standing for standing in queries.of_exercise(scope, asked.pk)}
    assert standings[two.pk].flags == {EventKind.SHARED: 2}
    assert standings[two.pk].tries == 3
    assert standings[one.pk].flags == {}


def test_what_stands_in_ones_own_papers_or_is_common_is_not_flagged() -> None:
    made = course()
    asked = exercise(made)
    users = [trainee(made) for _ in range(5)]
    attempts = [begin(user, asked) for user in users]
    own = right(work(users[0], attempts[0]), "path")[0]
    Expected.objects.filter(attempt=attempts[1], task="account").update(
        digest=services.secret.digest("expected", str(asked.pk), "account", own)
    )
    give(users[0], attempts[0], "account", [own])
    common = services.secret.digest("expected", str(asked.pk), "account", "0077777777")
    Expected.objects.filter(attempt__in=attempts[1:], task="account").update(digest=common)
    give(users[0], attempts[0], "account", ["0077777777"])
    assert not Event.objects.exists()


def test_a_team_has_one_world_and_the_last_word_is_told_by_name() -> None:
    made = course()
    one, two, alone = trainee(made, "blue"), trainee(made, "blue"), trainee(made)
    asked = exercise(made, for_teams=True)
    attempt = begin(one, asked)
    assert begin(two, asked) == attempt
    with pytest.raises(ConflictError, match="for teams"):
        begin(alone, asked)
    give(one, attempt, "account", ["0099000011"])
    give(two, attempt, "account", ["0099000022"])
    assert [answer.by for answer in work(one, attempt).answers["account"]] == [one, two]


def test_a_desk_is_looked_at_by_its_check_and_without_one_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    assert give(user, attempt, "desk", []).refusal is Refusal.NO_DESK
    desk_at(agency("IN-MH-JALGAON").pk)
    with example_installed(monkeypatch, share=0.5):
        answered = give(user, attempt, "desk", [])
    assert answered.answer is not None
    assert (answered.answer.points, answered.answer.reasons) == (
        Decimal("5.00"),
        [["preservation", {"sent": 1, "wanted": 2}]],
    )


def test_rows_are_kept_page_by_page() -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    with acting(scope_of(user)):
        services.keep_rows(user, attempt.pk, ["statement-1", "statement-2"], ["statement-1", "statement-2", "nonsense"])
        services.keep_rows(user, attempt.pk, ["statement-2", "statement-3"], ["statement-3"])
    assert work(user, attempt).kept == {"statement-1", "statement-3"}


def test_handing_in_ends_it_once() -> None:
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    with acting(scope_of(user)):
        first = services.finish(user, attempt.pk)
        assert services.finish(user, attempt.pk).finished_at == first.finished_at
    assert give(user, attempt, "account", ["x"]).refusal is Refusal.LATE


def test_listings_ask_no_more_for_more_rows(django_assert_num_queries: object) -> None:
    teacher = person("IN-MH-CYBER", Role.TRAINER)
    made = course("one", teacher)
    asked = exercise(made)
    for _ in range(4):
        begin(trainee(made), asked)
    user = trainee(made)
    begin(user, asked)
    with acting(scope_of(teacher)) as scope, django_assert_num_queries(2):  # type: ignore[operator]
        assert len(queries.of_exercise(scope, asked.pk)) == 5
    with acting(scope_of(user)) as scope, django_assert_num_queries(1):  # type: ignore[operator]
        assert [listed.attempt is not None for listed in queries.mine(scope)] == [True]
