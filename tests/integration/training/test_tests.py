"""Tests before and after a course: when they are open, what a change of language keeps, and what was never shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.integration.training.courses import course, enrolments, entered, teacher
from tipline.core.clock import now
from tipline.core.errors import ConflictError
from tipline.training.courses import papers, results
from tipline.training.courses.models import Course, Moment, Paper
from tipline.trust.actors import system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("training_range")]
BY = system("test")


@pytest.fixture
def made() -> Course:
    found = course()
    papers.set_opening(found, Moment.AFTER, BY, opens_at=None, closes_at=None)
    return found


def test_a_new_course_has_the_test_before_open_and_the_one_after_not_yet(made: Course) -> None:
    one = enrolments(made)[0]
    browser = entered(one)
    assert "has not opened this test yet" in browser.get("/mine/").content.decode()
    page = f"/mine/{one.pk}/tests/after/"
    assert "has not opened this test yet" in browser.get(page).content.decode()
    browser.post(page, {"act": "begin"})
    assert not Paper.objects.exists(), "whoever sends the form without its button begins nothing"
    browser.post(f"/mine/{one.pk}/tests/before/", {"act": "begin"})
    assert Paper.objects.get().moment == Moment.BEFORE


def test_an_instructor_opens_and_closes_it_now_and_by_time(made: Course) -> None:
    instructor, one = teacher(made), enrolments(made)[0]
    browser, page, overview = entered(one), f"/mine/{one.pk}/tests/after/", f"/courses/{made.code}/"
    instructor.post(overview, {"moment": "after", "act": "open"})
    assert 'value="begin"' in browser.get(page).content.decode()
    instructor.post(overview, {"moment": "after", "act": "close"})
    assert "This test was closed on" in browser.get(page).content.decode()
    instructor.post(overview, {"moment": "after", "after_opens_at": "2126-11-30T10:00"})
    assert "This test opens on 2126-11-30 10:00 IST" in browser.get(page).content.decode()
    wrong = instructor.post(overview, {"moment": "after", "after_opens_at": "2126-11-30T10:00", "after_closes_at": "2126-11-30T09:00"})  # fmt: skip
    assert wrong.status_code == 422 and "would close before it opens" in wrong.content.decode()
    assert instructor.post(overview, {"moment": "never", "act": "open"}).status_code == 422


def test_what_was_begun_is_taken_for_two_minutes_more(made: Course) -> None:
    one, other = enrolments(made)[:2]
    early, late = (papers.take(who, Moment.BEFORE, BY) for who in (one, other))
    papers.close_now(made, Moment.BEFORE, BY)
    papers.hand_in(early, {}, BY)
    past = now() - papers.HAND_IN - timedelta(seconds=1)
    papers.set_opening(made, Moment.BEFORE, BY, opens_at=past, closes_at=past)
    with pytest.raises(ConflictError, match="closed"):
        papers.hand_in(late, {}, BY)


def test_another_language_in_the_middle_keeps_what_is_ticked(made: Course) -> None:
    one = enrolments(made)[0]
    browser, page = entered(one), f"/mine/{one.pk}/tests/before/"
    browser.post(page, {"act": "begin"})
    first, second, *_ = (key for key, _ in Paper.objects.get().items)
    answer = browser.post(page, {first: "2", second: "0", "language": "mr"})
    text = answer.content.decode()
    assert re.findall(r'name="([^"]+)" value="(\d)" checked', text) == [(first, "2"), (second, "0")]
    assert 'lang="mr"' in text and Paper.objects.get().handed_in_at is None
    assert "Hand in" not in browser.get(page).content.decode(), "the language stays"


def test_what_was_never_shown_counts_nowhere(made: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    one = enrolments(made)[0]
    paper = papers.take(one, Moment.BEFORE, BY)
    gone, *rest = [key for key, _ in paper.items]
    known = papers.item

    def without(key: str) -> object:
        if key == gone:
            raise KeyError(key)
        return known(key)

    monkeypatch.setattr(papers, "item", without)
    papers.hand_in(paper, {key: str(order.index(0)) for key, order in paper.items}, BY)
    paper.refresh_from_db()
    assert paper.right == len(rest)
    assert {one.item for one in results.of_items(made)} == set(rest)
    assert results.results_of(made, enrolment_id=one.pk)[0].before == 100
