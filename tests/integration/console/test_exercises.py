"""The trainee's pages: what is read, answered, kept and handed in, in three languages, and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import person, signed_in, standard_tree
from tests.training_attempts import begin, course, example_installed, exercise, give, right, trainee, work
from tipline.core.clock import now
from tipline.training.attempts.models import Answer, Attempt, HintTaken
from tipline.training.courses.models import Exercise
from tipline.trust.accounts.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _range(training_range: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    standard_tree()
    with example_installed(monkeypatch):
        yield


@pytest.fixture
def user() -> User:
    return trainee(course())


@pytest.fixture
def asked(user: User) -> Exercise:
    return exercise(user.trainee.enrolments.get().course)


def pages_of(attempt: Attempt, user: User) -> list[str]:
    """Every page of an attempt that is read."""
    done = work(user, attempt)
    account, tx = done.world.facts["mule_account"], done.world.facts["tx_out"]
    here = f"/attempts/{attempt.pk}"
    return [
        f"{here}/", f"{here}/papers/statement/", f"{here}/papers/statement/?q=0022&column=to&is={account}&by=-amount&page=1",
        f"{here}/papers/reply/", f"{here}/papers/mail/", f"{here}/papers/chain/", f"{here}/ledgers/chain/",
        f"{here}/ledgers/chain/?tx={tx}", f"{here}/ledgers/chain/?address=coinmule", f"{here}/ledgers/chain/?q=nothing",
        f"{here}/values/?kind=account&value={account}", f"{here}/search/?q={account}", f"{here}/finish/",
    ]  # fmt: skip


def test_every_page_in_every_language_within_twelve_statements(user: User, asked: Exercise) -> None:
    attempt = begin(user, asked)
    client = signed_in(user)
    for language, title in (("en", "A refund that was none"), ("hi", "रिफंड जो था ही नहीं"), ("mr", "परतावा जो नव्हताच")):
        client.get(f"/exercises/?language={language}")
        for page in ["/exercises/", *pages_of(attempt, user)]:
            with CaptureQueriesContext(
                connection,
            ) as asked_of:
                answer = client.get(page)
            html = answer.content.decode()
            assert answer.status_code == 200, page
            assert title in html, (language, page)
            assert f'lang="{language}"' in html
            assert attempt.seed not in html
            assert "<script>alert" not in html
            assert len(asked_of) <= 12, (page, [query["sql"][:90] for query in asked_of])


def test_what_a_browser_asks_for_is_the_language_until_one_is_chosen(user: User, asked: Exercise) -> None:
    client = signed_in(user)
    assert (
        "माझे सराव" in client.get("/exercises/", headers={"accept-language": "mr-IN,mr;q=0.9,en;q=0.5"}).content.decode()
    )
    client.get("/exercises/?language=hi")
    assert "मेरे अभ्यास" in client.get("/exercises/", headers={"accept-language": "mr"}).content.decode()
    assert client.get("/exercises/?language=<x>").status_code == 200


def key_of(html: str, task: str) -> str:
    """The key that a task's form has."""
    return re.search(rf'answer/{task}/".*?name="key" value="([0-9a-f]+)"', html, re.DOTALL)[1]  # type: ignore[index]


def test_begin_answer_take_a_hint_keep_rows_hand_in_and_read_why(user: User, asked: Exercise) -> None:
    client = signed_in(user)
    assert client.post(f"/exercises/{asked.pk}/begin/").status_code == 302
    attempt = Attempt.objects.get()
    here = f"/attempts/{attempt.pk}"
    html = client.get(f"{here}/").content.decode()
    assert "This task is shown when task 1 is right" in html
    done = work(user, attempt)

    hinted = client.post(f"{here}/hint/account/", {"hint": "where"})
    assert hinted["Location"].endswith("#account")
    key = key_of(html, "account")
    for _ in range(2):
        client.post(f"{here}/answer/account/", {"key": key, "value": right(done, "account")[0]})
    client.post(
        f"{here}/answer/handles/",
        {"key": key_of(html, "handles"), "lines": "\n".join(right(done, "handles")) + "\nwrong@examplebank"},
    )
    client.post(f"{here}/answer/law/", {"key": key_of(html, "law"), "value": "bail"})
    client.post(f"{here}/answer/path/", {"key": key_of(html, "path"), "lines": "\r\n".join(right(done, "path"))})
    rows = right(done, "evidence")
    kept = client.post(
        f"{here}/keep/", {"shown": [*rows, "statement-1"], "row": rows, "back": f"{here}/papers/statement/?q=0"}
    )
    assert kept["Location"] == f"{here}/papers/statement/?q=0"
    html = client.get(f"{here}/").content.decode()
    assert all(f'value="{row}" checked' in html for row in rows)
    assert "From " + right(done, "account")[0] in html, "the task after it is shown now"
    client.post(f"{here}/answer/evidence/", {"key": key_of(html, "evidence"), "value": rows})

    assert "Tasks without an answer: 5." in client.get(f"{here}/finish/").content.decode()
    assert client.get(f"{here}/debrief/")["Location"] == f"{here}/", "nothing is told before the end"
    assert client.post(f"{here}/finish/")["Location"] == f"{here}/debrief/"
    told = client.get(f"{here}/debrief/").content.decode()
    for sentence in (
        "Right: all 10 points of the task.", "Hints taken before: −2 points.", "2 of 2 are right, 1 are not: 75 % of 10 points.",
        "Each wrong one takes away 50 % of a right one.", "Not right: no points.", "No answer was given.",
        "The longest run in the right order has 3 of 3: 100 % of 10 points.", "Order to produce", "section 94",
    ):  # fmt: skip
        assert sentence in told, sentence
    attempt.refresh_from_db()
    assert float(attempt.points) == 8 + 7.5 + 0 + 10 + 10
    assert Answer.objects.count() == 5
    for language in ("hi", "mr"):
        assert client.get(f"{here}/debrief/?language={language}").status_code == 200


def test_options_put_in_order_are_an_answer_and_odd_numbers_are_not() -> None:
    from django.http import QueryDict
    from django.test import RequestFactory

    from tipline.console.training.views import _given

    request = RequestFactory().post("/")
    request.POST = QueryDict("option=a&option=b&option=c&place=2&place=1&place=x")  # type: ignore[assignment]
    assert _given(request) == ["b", "a"]


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_keeping_rows_leads_nowhere_else(user: User, asked: Exercise, back: str) -> None:
    attempt = begin(user, asked)
    kept = signed_in(user).post(
        f"/attempts/{attempt.pk}/keep/", {"shown": "statement-1", "row": "statement-1", "back": back}
    )
    assert kept["Location"] == f"/attempts/{attempt.pk}/"


def test_nobody_else_opens_it(user: User, asked: Exercise) -> None:
    attempt = begin(user, asked)
    others = [
        trainee(asked.course),
        trainee(course("other")),
        person("IN-MH-CYBER", Role.TRAINER),
        person("IN-MH-JALGAON"),
    ]
    here = f"/attempts/{attempt.pk}"
    for other in others:
        client = signed_in(other)
        for page in (*pages_of(attempt, user), f"{here}/debrief/"):
            assert client.get(page).status_code == 404, page
        for post in ("answer/account/", "hint/account/", "keep/", "finish/"):
            assert client.post(f"{here}/{post}", {"key": "k" * 20, "value": "x"}).status_code == 404
    assert signed_in(others[1]).post(f"/exercises/{asked.pk}/begin/").status_code == 404
    assert not HintTaken.objects.exists()
    for page in pages_of(attempt, user):
        assert Client().get(page).status_code == 302


def test_who_teaches_reads_the_debrief_after_the_end_and_nothing_before() -> None:
    teacher = person("IN-MH-CYBER", Role.TRAINER)
    made = course("one", teacher)
    user = trainee(made)
    attempt = begin(user, exercise(made))
    client = signed_in(teacher)
    assert client.get(f"/attempts/{attempt.pk}/debrief/").status_code == 302
    Attempt.objects.filter(pk=attempt.pk).update(due_at=now() - timedelta(seconds=1))
    assert f"Attempt of {user.name}" in client.get(f"/attempts/{attempt.pk}/debrief/").content.decode()
    assert client.get(f"/attempts/{attempt.pk}/").status_code == 404


def test_papers_and_ledgers_that_are_not_there(user: User, asked: Exercise) -> None:
    attempt = begin(user, asked)
    client = signed_in(user)
    for page in ("papers/nothing/", "papers/%00/", "ledgers/statement/", "ledgers/nothing/", "nothing/"):
        assert client.get(f"/attempts/{attempt.pk}/{page}").status_code == 404
    for page in (
        "papers/statement/?page=x&column=zz&is=y&by=--",
        "search/?q=%01",
        "values/?kind=<x>&value=%ff",
        "ledgers/chain/?tx=<b>",
    ):
        assert client.get(f"/attempts/{attempt.pk}/{page}").status_code == 200


def test_refusals_are_told_and_lead_back(user: User, asked: Exercise) -> None:
    attempt = begin(user, asked)
    client = signed_in(user)
    for task, data, told in (
        ("law", {"key": "k" * 20, "value": "made_up"}, "the page did not offer it"),
        ("account", {"key": "k" * 20, "value": "  "}, "no try was used"),
        ("desk", {"key": "k" * 20}, "Your desk is not there yet"),
    ):
        answer = client.post(f"/attempts/{attempt.pk}/answer/{task}/", data, follow=True)
        assert told in answer.content.decode()
    Attempt.objects.filter(pk=attempt.pk).update(due_at=now() - timedelta(seconds=1))
    late = client.post(
        f"/attempts/{attempt.pk}/answer/account/", {"key": "l" * 20, "value": "1"}, follow=True
    ).content.decode()
    assert "Time is over: the answer was not taken." in late
    assert "See what was right" in late


def test_a_team_sees_whose_word_it_was() -> None:
    made = course()
    one, two = trainee(made, "blue"), trainee(made, "blue")
    attempt = begin(one, exercise(made, for_teams=True))
    give(one, attempt, "account", ["0099000011"])
    html = signed_in(two).get(f"/attempts/{attempt.pk}/").content.decode()
    assert f"by {one.name}" in html
    assert "Team blue" in signed_in(two).get("/exercises/").content.decode()
