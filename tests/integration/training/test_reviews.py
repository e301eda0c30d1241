"""Own scenarios: two people stand for what is released, and what is worked on stays as it was released."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.factories import person, signed_in, standard_tree
from tests.training_attempts import EXAMPLES, begin, course, exercise, trainee, work
from tipline.cli import app as commands
from tipline.cli import runtime
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.training.attempts import reviews
from tipline.training.scenarios import checks, loading, places
from tipline.training.scenarios.checks import because
from tipline.trust.accounts.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own(training_range: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    standard_tree()
    monkeypatch.setattr(places, "own_scenarios", lambda settings: tmp_path)
    monkeypatch.setattr(reviews, "own_scenarios", lambda settings: tmp_path)
    monkeypatch.setitem(checks.CHECKS, "example_desk", lambda agency, world: because(1, "words"))
    shutil.copytree(EXAMPLES / "example", tmp_path / "example")
    return tmp_path


def test_one_reviews_and_another_releases_and_a_change_is_a_draft_again(own: Path) -> None:
    one, two = person("IN-MH-CYBER", Role.TRAINER), person("IN-MH-CYBER", Role.TRAINER)
    user = trainee(made := course())
    asked = exercise(made)
    with pytest.raises(ConflictError, match="no version"):
        begin(user, asked)
    with pytest.raises(ConflictError, match="draft"):
        reviews.release(two, "example")
    reviews.review(one, "example", "all levels read")
    with pytest.raises(NotPermittedError, match="somebody else"):
        reviews.release(one, "example")
    reviews.release(two, "example")
    attempt = begin(user, asked)
    title = own / "example" / "texts" / "en.toml"
    title.write_text(title.read_text().replace("A refund that was none", "Another title"))
    assert reviews.version_of("example").state == reviews.DRAFT
    assert work(user, attempt).folder.texts["en"].title == "A refund that was none", "what was begun goes on as it was"
    assert reviews.released("example").digest == attempt.digest
    shutil.rmtree(own / ".released")
    assert signed_in(user).get(f"/attempts/{attempt.pk}/").status_code == 404, "and no fault of the page"


def test_what_was_begun_on_a_shipped_version_goes_on_when_a_newer_one_comes(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(own, own / "shipped")
    monkeypatch.setattr(loading, "SHIPPED", own / "shipped")
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    world = work(user, attempt).world
    (own / "shipped" / "example" / "papers" / "reply.txt").write_text("another letter about {mule_account}")
    assert work(user, attempt).world == world
    assert [path.name for path in (own / ".released").iterdir()] == [attempt.digest]


def test_a_version_that_is_withdrawn_is_not_begun(own: Path) -> None:
    one, two = person("IN-MH-CYBER", Role.TRAINER), person("IN-MH-CYBER", Role.TRAINER)
    reviews.review(one, "example")
    reviews.release(two, "example")
    reviews.withdraw(one, "example", "a fault in it")
    with pytest.raises(ConflictError, match="no version"):
        reviews.released("example")


def test_what_the_linter_finds_keeps_it_from_review_and_others_are_no_reviewers(own: Path) -> None:
    trainer = person("IN-MH-CYBER", Role.TRAINER)
    for role in (Role.TRAINEE, Role.SUPERVISOR):
        with pytest.raises(NotPermittedError):
            reviews.review(person("IN-MH-CYBER", role), "example")
    with pytest.raises(ConflictError, match="comes with Tipline"):
        reviews.review(trainer, "phishing")
    (own / "example" / "texts" / "mr.toml").unlink()
    with pytest.raises(ConflictError, match=r"texts/mr\.toml"):
        reviews.review(trainer, "example")
    (own / "example" / "world.toml").unlink()
    assert reviews.version_of("example").broken
    with pytest.raises(NotFoundError):
        reviews.version_of("nothing")


def test_the_pages_are_for_instructors(own: Path) -> None:
    one, two = (signed_in(person("IN-MH-CYBER", Role.TRAINER)) for _ in range(2))
    (own / "odd").mkdir()
    listed = one.get("/scenarios/").content.decode()
    assert "example" in listed and "odd" in listed and "broken" in listed
    assert one.post("/scenarios/example/", {"act": "review", "note": "<b>read</b>"}).status_code == 302
    page = one.get("/scenarios/example/").content.decode()
    assert "You reviewed this version" in page and "&lt;b&gt;read&lt;/b&gt;" in page
    one.post("/scenarios/example/", {"act": "release"})
    assert reviews.version_of("example").state == "reviewed"
    two.post("/scenarios/example/", {"act": "release"})
    assert reviews.version_of("example").state == "released"
    assert one.get("/scenarios/odd/").status_code == 200
    assert one.get("/scenarios/nothing/").status_code == 404
    for role in (Role.TRAINEE, Role.SUPERVISOR):
        client = signed_in(person("IN-MH-CYBER", role))
        assert client.get("/scenarios/").status_code == client.get("/scenarios/example/").status_code == 403


def test_commands_do_what_the_pages_do_and_two_people_stand_for_a_release(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def here(*, current: bool) -> Iterator[None]:
        yield

    monkeypatch.setattr(runtime, "_installation", here)
    monkeypatch.setenv("TIPLINE_RANGE", "1")  # in a range's process already
    one, two = (person("IN-MH-CYBER", Role.TRAINER).email for _ in range(2))
    trainee_of_it = person("IN-MH-CYBER", Role.TRAINEE).email

    def run(email: str, act: str) -> object:
        return CliRunner().invoke(commands, ["--as", email, "training", "scenario", act, "example"]).exception

    try:
        assert isinstance(run(trainee_of_it, "review"), NotPermittedError)
        assert isinstance(run(one, "release"), ConflictError)
        assert run(one, "review") is None
        assert isinstance(run(one, "release"), NotPermittedError)
        assert run(two, "release") is None
        assert reviews.version_of("example").state == "released"
        assert run(one, "withdraw") is None
        assert isinstance(run(one, "lint"), NotPermittedError), "the operator's"
        done = CliRunner().invoke(commands, ["training", "scenario", "review", "example"])
        assert isinstance(done.exception, InvalidInputError) and "--as" in str(done.exception)
    finally:
        runtime.run_as("")
