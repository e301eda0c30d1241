"""An attempt never changes under a trainee: its world is kept as it was made, whatever blocks a newer Tipline has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.factories import person, signed_in
from tests.integration.training.test_reviews import own  # noqa: F401 - a scenario of an author's, not reviewed yet
from tests.training_attempts import begin, course, exercise, give, right, trainee, work
from tipline.training.attempts import reviews, services
from tipline.training.attempts.models import KeptWorld
from tipline.training.scenarios import worlds
from tipline.training.scenarios.building import build, forget_worlds
from tipline.training.scenarios.worlds import Dice, World
from tipline.trust.accounts.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own")]


@pytest.fixture(autouse=True)
def _no_world_at_hand() -> None:
    forget_worlds()


def newer_tipline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The block that draws numbers draws others, and the process starts anew."""
    before = worlds.BLOCKS["code"]

    def code(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
        before(world, dice.fork("of a newer Tipline"), given)

    monkeypatch.setitem(worlds.BLOCKS, "code", code)
    monkeypatch.setitem(worlds.VERSIONS, "code", 2)
    forget_worlds()


def released() -> None:
    one, two = person("IN-MH-CYBER", Role.TRAINER), person("IN-MH-CYBER", Role.TRAINER)
    reviews.review(one, "example")
    reviews.release(two, "example")


def test_a_block_that_changes_in_the_middle_changes_nothing_that_was_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    released()
    made = course()
    first, second = trainee(made), trainee(made)
    asked = exercise(made)
    attempt = begin(first, asked)
    before, account = work(first, attempt).world, right(work(first, attempt), "account")
    newer_tipline(monkeypatch)
    assert work(first, attempt).world == before
    answered = give(first, attempt, "account", account).answer
    assert answered is not None and answered.share == 1
    other = begin(second, asked)  # what begins now is made by what is there now
    kept = dict(KeptWorld.objects.values_list("seed", "blocks__code"))
    assert kept == {attempt.seed: 1, other.seed: 2}
    signed_in(first).post(f"/attempts/{attempt.pk}/finish/")
    page = signed_in(first).get(f"/attempts/{attempt.pk}/debrief/").content.decode()
    assert account[0] in page


def test_the_released_version_says_which_blocks_changed_since(monkeypatch: pytest.MonkeyPatch) -> None:
    released()
    digest = reviews.version_of("example").released
    assert reviews.changed_blocks("example", digest) == ()
    newer_tipline(monkeypatch)
    assert reviews.changed_blocks("example", digest) == (reviews.ChangedBlock("code", 1, 2),)
    page = signed_in(person("IN-MH-CYBER", Role.TRAINER)).get("/scenarios/example/").content.decode()
    assert "<code>code</code> was 1, is 2" in page


def test_a_world_from_before_worlds_were_kept_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    released()
    monkeypatch.setattr(
        services, "keep_worlds", lambda folder, level, seeds: {seed: build(folder, level, seed) for seed in seeds}
    )
    user = trainee(made := course())
    attempt = begin(user, exercise(made))
    assert not KeptWorld.objects.exists()
    before = work(user, attempt).world
    forget_worlds()
    assert work(user, attempt).world == before


def test_nothing_of_an_authors_folder_makes_its_way_into_blocks_json(own: Path) -> None:  # noqa: F811 - the fixture
    (own / "example" / "blocks.json").write_text("{}")
    released()
    assert reviews.version_of("example").state == "released"
    kept = next((own / ".released").glob("*/example/blocks.json"))
    assert '"code": 1' in kept.read_text()
