"""An instructor tries a scenario: any version, level and world, with the answer key, and it counts nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from tests.factories import person, signed_in, standard_tree
from tests.integration.training.test_reviews import own  # noqa: F401 - a scenario of an author's, not reviewed yet
from tests.training_attempts import course, exercise, right, trainee, work
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.training.attempts import desks, queries, services
from tipline.training.attempts.models import Attempt, Event, Expected, Review
from tipline.training.attempts.tries import try_out
from tipline.training.courses.results import results_of
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import NOTHING, OPERATOR, acting, assume, scope_of

pytestmark = pytest.mark.django_db


def tried(who: User, level: str = "foundation", seed: str = "one") -> Attempt:
    with acting(scope_of(who)):
        return try_out(who, "example", level, seed)


@pytest.mark.usefixtures("own")
def test_a_draft_is_tried_with_its_answer_key_beside_each_task() -> None:
    one = person("IN-MH-CYBER", Role.TRAINER)
    browser = signed_in(one)
    assert "Try it" in browser.get("/scenarios/example/").content.decode()
    begun = browser.post(
        "/scenarios/example/", {"act": "try", "level": "foundation", "language": "hi", "seed": "one"}, follow=True
    )
    attempt = Attempt.objects.get()
    page = begun.content.decode()
    assert begun.redirect_chain[-1][0] == f"/attempts/{attempt.pk}/" and 'lang="hi"' in page
    (value,) = right(work(one, attempt), "account")
    assert "उत्तर कुंजी" in page and value in page
    assert browser.post(f"/attempts/{attempt.pk}/answer/account/", {"key": "a" * 20, "value": value}).status_code == 302
    scored = browser.get(f"/attempts/{attempt.pk}/?language=en").content.decode()
    assert "Right: all" in scored, "why it has its points is told at once"
    browser.post(f"/attempts/{attempt.pk}/finish/")
    assert browser.get(f"/attempts/{attempt.pk}/debrief/").status_code == 200
    assert not Review.objects.exists(), "it was not released for it"


@pytest.mark.usefixtures("own")
def test_the_same_words_make_the_same_world_again_and_another_instructors_differs() -> None:
    one, two = person("IN-MH-CYBER", Role.TRAINER), person("IN-MH-CYBER", Role.TRAINER)
    first = tried(one)
    assert tried(one) == first
    with acting(scope_of(one)):
        services.finish(one, first.pk)
    again = tried(one)
    assert again != first and again.seed == first.seed
    assert len({first.seed, tried(two).seed, tried(one, seed="two").seed, tried(one, "advanced").seed}) == 4


@pytest.mark.usefixtures("own")
def test_it_counts_nowhere() -> None:
    one = person("IN-MH-CYBER", Role.TRAINER)
    made = course(teacher=one)
    user, asked = trainee(made), exercise(made)
    attempt = tried(one)
    with acting(scope_of(one)) as scope:
        services.answer(one, attempt.pk, "account", ["0099000011"], "k" * 20)
        services.answer(one, attempt.pk, "no_such_task", ["x"], "l" * 20)
        assert queries.of_exercise(scope, asked.pk) == []
        assert attempt not in queries.taught_attempts(scope)
    assert not Event.objects.exists() and not Expected.objects.exists()
    assert [str(result.points) for result in results_of(made)] == ["0 of 80"]
    with acting(scope_of(user)) as scope:
        assert queries.mine(scope)[0].attempt is None


@pytest.mark.usefixtures("own")
def test_a_try_is_nobody_elses() -> None:
    one, two = person("IN-MH-CYBER", Role.TRAINER), person("IN-MH-CYBER", Role.TRAINER)
    user, attempt = trainee(course()), tried(one)
    for who in (two, user):
        assert signed_in(who).get(f"/attempts/{attempt.pk}/").status_code == 404
    assume(NOTHING)
    try:
        for who, rows in ((one, 1), (two, 0), (user, 0)):
            with acting(scope_of(who)), connection.cursor() as cursor:
                cursor.execute("SELECT (SELECT count(*) FROM training_attempts_attempt), (SELECT count(*) FROM training_attempts_keptworld)")  # fmt: skip
                assert cursor.fetchone() == (rows, rows)
    finally:
        assume(OPERATOR)


def test_who_and_what_cannot_be_tried_is_told(own: Path) -> None:  # noqa: F811 - the fixture
    one = person("IN-MH-CYBER", Role.TRAINER)
    with pytest.raises(NotPermittedError, match="instructors"):
        try_out(person("IN-MH-CYBER", Role.TRAINEE), "example", "foundation")
    with pytest.raises(NotFoundError):
        try_out(one, "nothing", "foundation")
    with pytest.raises(InvalidInputError, match="level"):
        try_out(one, "example", "hardest")
    with pytest.raises(InvalidInputError, match="seed"):
        try_out(one, "example", "foundation", "x" * 41)
    (own / "example" / "world.toml").write_text('[[steps]]\nblock = "no_such_block"\n')
    with pytest.raises(ConflictError, match="world cannot be made"), acting(scope_of(one)):
        try_out(one, "example", "foundation")
    assert not Attempt.objects.exists()
    (own / "example" / "world.toml").unlink()
    with pytest.raises(ConflictError, match="broken"):
        try_out(one, "example", "foundation")
    answer = signed_in(one).post("/scenarios/example/", {"act": "try", "level": "foundation"}, follow=True)
    assert "broken" in answer.content.decode()


@pytest.mark.usefixtures("training_range")
def test_an_instructor_opens_the_desk_of_a_try_and_comes_back() -> None:
    apps.get_app_config("training_desk").ready()  # tests of attempts forget where desks are
    standard_tree()
    one = person("IN-MH-CYBER", Role.TRAINER)
    with acting(scope_of(one)):
        attempt = try_out(one, "csam_referral", "foundation")
    browser, page = signed_in(one), f"/own-desk/{attempt.pk}/"
    assert browser.post(page, {"act": "enter"}, follow=True).redirect_chain[-1][0] == "/desk/"
    assert desks.agency_of(attempt.pk)
    assert browser.get("/scenarios/").status_code in {403, 404}, "the account at the desk looks after no scenario"
    assert browser.post("/own-desk/back/", follow=True).redirect_chain[-1][0] == page
    assert browser.get("/scenarios/").status_code == 200
