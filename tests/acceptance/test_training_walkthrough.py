"""An instructor's course from the roster to certificates: 320 officers, a scenario of each topic, trainees of different skill."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from statistics import mean
from typing import Any
from uuid import uuid4

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.conftest import TIPLINE, Installation, free_port
from tests.acceptance.own_desk import hands_in, works_on_the_desk
from tipline.core.training_range import range_environment

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]
PASSWORD = "seven violet kites over water"
TEACHER = "instructor@range.example"
COURSE = "Maharashtra autumn"
AXE = Path(__file__).parents[2] / ".tools" / "axe" / "axe_playwright_python" / "axe.min.js"
ROSTER = Path(__file__).parents[2] / "src" / "tipline" / "training" / "courses" / "data" / "roster_maharashtra.csv"
TOPICS = ("phishing", "crypto", "darknet", "upi", "csam_referral")
# Of how many tasks in a row, from the first on, each kind of trainee answers the last rightly: all, every second, every fourth
SKILLS = {"good": 1, "middling": 2, "poor": 4}
OF_EACH = 2
# What is right in each attempt's own world, as the server scores it. That it can be found from the papers alone is tested with solvers.
_RIGHT = """
import json
from tipline.cli.runtime import installation
with installation():
    from tipline.training.attempts.models import Attempt
    from tipline.training.attempts.queries import work_of
    from tipline.training.scenarios.building import expected
    from tipline.training.scenarios.format import Kind
    from tipline.training.scenarios.worlds import words_of
    told = {}
    for attempt in Attempt.objects.order_by("pk"):
        work = work_of(attempt)
        told[attempt.pk] = {}
        for task in work.tasks:
            if task.kind is not Kind.DESK:
                fact = expected(task, work.world)
                told[attempt.pk][task.id] = list(fact) if isinstance(fact, tuple) else [words_of(fact)]
    print(json.dumps(told))
"""
# The facts of one attempt's world, and what is right at each of its tasks; nothing for tasks on the desk.
_ONE = """
import json, sys
from tipline.cli.runtime import installation
with installation():
    from tipline.training.attempts.models import Attempt
    from tipline.training.attempts.queries import work_of
    from tipline.training.scenarios.building import expected
    from tipline.training.scenarios.format import Kind
    from tipline.training.scenarios.worlds import words_of
    work = work_of(Attempt.objects.get(pk=sys.argv[1]))
    told = lambda fact: list(fact) if isinstance(fact, tuple) else [words_of(fact)]
    right = {task.id: [] if task.kind is Kind.DESK else told(expected(task, work.world)) for task in work.tasks}
    print(json.dumps({"facts": work.world.facts, "right": right}, default=str))
"""


@pytest.fixture
def training(installation: Installation, tmp_path: Path) -> Iterator[str]:
    """The address of a range with an empty course and its instructor."""
    installation.extra["TIPLINE_TRAINING_BIND"] = f"127.0.0.1:{free_port()}"
    installation.run("training", "course", "add", COURSE, "--points", "60", "--attendance", "0", "--test", "0")
    installation.run(
        "training", "instructor", "add", TEACHER, "--name", "Instructor", "--password-stdin", stdin=PASSWORD
    )
    with (tmp_path / "range.log").open("w") as log:
        process = subprocess.Popen(
            [*TIPLINE, "training", "up", "--workers", "1"], env=installation.env, stdout=subprocess.PIPE, stderr=log, text=True
        )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Ready: "), (tmp_path / "range.log").read_text()[-2000:]
        yield line.removeprefix("Ready: ").strip()
    finally:
        process.terminate()
        process.wait(60)


def test_from_the_roster_to_certificates(
    browser: Browser, installation: Installation, training: str, tmp_path: Path
) -> None:
    page = browser.new_context(base_url=training).new_page()
    _signs_in(page)
    _imports_the_roster(page)
    _adds_an_exercise_of_each_topic(page)
    codes = _cards(installation, tmp_path)
    assert len(codes) == 320
    cards = list(codes.items())
    trainees = {
        skill: [_Trainee(training, *cards[40 * place + 7 * n]) for n in range(OF_EACH)]
        for place, skill in enumerate(SKILLS)
    }
    for of_skill in trainees.values():
        for trainee in of_skill:
            trainee.begins_everything()
    right = _right(installation)
    for skill, of_skill in trainees.items():
        for trainee in of_skill:
            trainee.works(right, every=SKILLS[skill])
    _the_board_and_the_results_separate_them(page, trainees)
    _certificates_verify(page, installation, trainees, tmp_path)
    _axe_finds_nothing_in_the_instructors_pages(page)
    _a_trainee_does_the_referral_on_their_own_desk(browser, page, installation, training, cards[200], tmp_path)


def _signs_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(TEACHER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("complementary", name="Training range")).to_have_text(
        "Training range: nothing here is real"
    )


def _imports_the_roster(page: Page) -> None:
    page.goto("/courses/maharashtra-autumn/roster/")
    page.get_by_label("File").set_input_files(ROSTER)
    page.get_by_role("button", name="Show what it holds").click()
    expect(page.locator("main")).to_contain_text("320 people can be taken")
    page.get_by_role("button", name="Import them").click()
    expect(page.locator("main")).to_contain_text("320")
    page.goto("/courses/maharashtra-autumn/roster/")  # the same file once more makes nobody twice
    page.get_by_label("File").set_input_files(ROSTER)
    page.get_by_role("button", name="Show what it holds").click()
    page.get_by_role("button", name="Import them").click()
    page.goto("/courses/maharashtra-autumn/results/")
    expect(page.locator("main")).to_contain_text("of 320 pass as it stands")


def _adds_an_exercise_of_each_topic(page: Page) -> None:
    page.goto("/courses/maharashtra-autumn/exercises/")
    for place, topic in enumerate(TOPICS, start=1):
        offered = (
            page.get_by_label("Scenario and level").locator("option").evaluate_all("all => all.map(one => one.value)")
        )
        wanted = [value for value in offered if value.startswith(topic) and value.endswith("foundation")]
        assert len(wanted) == 1, (topic, offered)
        page.get_by_label("Scenario and level").select_option(wanted[0])
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("link", name="Live board")).to_have_count(place)


def _cards(installation: Installation, folder: Path) -> dict[str, str]:
    """E-mail address → entry code, as they stand on the printed cards."""
    installation.run("training", "cards", COURSE, "-o", str(folder / "cards.pdf"))
    document = pypdfium2.PdfDocument(folder / "cards.pdf")
    text = "\n".join(document[place].get_textpage().get_text_bounded() for place in range(len(document)))
    emails = re.findall(r"[\w.+-]+@[\w.-]+\.(?:example|test|invalid)", text)
    return dict(zip(emails, re.findall(r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){2,}\b", text), strict=True))


def _right(installation: Installation) -> dict[str, dict[str, list[str]]]:
    done = subprocess.run(
        [sys.executable, "-c", _RIGHT], env=range_environment(installation.env), capture_output=True, text=True, check=True
    )  # fmt: skip
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _facts_of(attempt: str, environment: dict[str, str]) -> dict[str, Any]:
    """The facts of an attempt's world, and what is right at its tasks."""
    done = subprocess.run(
        [sys.executable, "-c", _ONE, attempt], env=range_environment(environment), capture_output=True, text=True, check=True
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Trainee:
    """A browser without a window, with somebody of some skill before it."""

    def __init__(self, url: str, email: str, code: str) -> None:
        self.email, self._code = email, code
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=60, follow_redirects=True)
        self.attempts: list[str] = []

    def begins_everything(self) -> None:
        self._client.get("/enter/")
        self._send("/enter/", {"email": self.email, "code": self._code})
        for path in re.findall(r'action="(/exercises/\d+/begin/)"', self._client.get("/exercises/").text):
            self.attempts += re.findall(r"/attempts/(\d+)/", str(self._send(path, {}).url))
        assert len(self.attempts) == len(TOPICS)

    def works(self, right: dict[str, dict[str, list[str]]], *, every: int) -> None:
        """Answer each task once, every so many rightly, and hand in."""
        for attempt in self.attempts:
            for place, (task, values) in enumerate(right[attempt].items(), start=1):
                given = values if place % every == 0 else ["nothing of the kind"]
                page = self._client.get(f"/attempts/{attempt}/").text
                form = re.search(rf'action="/attempts/{attempt}/answer/{task}/"(.*?)</form>', page, re.DOTALL)
                field = (
                    "lines"
                    if form and 'name="lines"' in form[1]
                    else "place"
                    if form and 'name="place"' in form[1]
                    else "value"
                )
                key = uuid4().hex
                if field == "lines":
                    self._send(f"/attempts/{attempt}/answer/{task}/", {"key": key, "lines": "\n".join(given)})
                elif field == "place":
                    order = {"option": given, "place": [str(n) for n, _ in enumerate(given, start=1)]}
                    self._send(f"/attempts/{attempt}/answer/{task}/", {"key": key, **order})
                else:
                    self._send(f"/attempts/{attempt}/answer/{task}/", {"key": key, "value": given})
            self._send(f"/attempts/{attempt}/finish/", {})
            assert self._client.get(f"/attempts/{attempt}/debrief/").status_code == 200

    def sees(self, path: str) -> int:
        """The status of a page."""
        return self._client.get(path).status_code

    def _send(self, path: str, fields: dict[str, str | list[str]] | dict[str, str]) -> httpx.Response:
        headers = {"X-CSRFToken": self._client.cookies.get("tipline_range_csrf", "")}
        answer = self._client.post(unescape(path), data=fields, headers=headers)
        assert answer.status_code in {200, 422}, (path, answer.status_code)
        return answer


def _the_board_and_the_results_separate_them(page: Page, trainees: dict[str, list[_Trainee]]) -> None:
    page.goto("/courses/maharashtra-autumn/exercises/")
    for link in [one.get_attribute("href") or "" for one in page.get_by_role("link", name="Live board").all()]:
        page.goto(link)
        expect(page.locator("main")).to_contain_text(f"{OF_EACH * len(SKILLS)} begun")
    table = page.request.get("/courses/maharashtra-autumn/results.csv")
    assert table.ok
    rows = {line["email"]: line for line in _read_csv(table.text())}
    percent = {
        skill: mean(float(rows[one.email]["points_percent"]) for one in of_skill)
        for skill, of_skill in trainees.items()
    }
    assert percent["good"] > percent["middling"] + 15 > percent["poor"] + 20, percent
    one, other = trainees["good"]
    assert one.sees(f"/attempts/{other.attempts[0]}/") == 404
    assert one.sees("/courses/maharashtra-autumn/results/") in {403, 404}


def _read_csv(text: str) -> list[dict[str, str]]:
    import csv

    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _certificates_verify(
    page: Page, installation: Installation, trainees: dict[str, list[_Trainee]], folder: Path
) -> None:
    page.goto("/courses/maharashtra-autumn/certificates/")
    page.get_by_role("button", name="Issue certificates").click()
    expect(page.get_by_text("Valid", exact=True)).to_have_count(OF_EACH)
    archive = page.request.get("/courses/maharashtra-autumn/certificates.zip")
    assert archive.ok
    with zipfile.ZipFile(io.BytesIO(archive.body())) as papers:
        names = [name for name in papers.namelist() if name.endswith(".pdf")]
        assert len(names) == OF_EACH
        (folder / "certificate.pdf").write_bytes(papers.read(names[0]))
    done = installation.json("training", "certificate", "verify", str(folder / "certificate.pdf"), "--json")
    assert (done["state"], done["page_as_signed"]) == ("valid", True)


def _axe_finds_nothing_in_the_instructors_pages(page: Page) -> None:
    if not AXE.exists():
        pytest.fail("no axe-core under .tools/: tools/ensure_axe.sh installs it")
    page.goto("/scenarios/phishing/")
    page.get_by_role("button", name="Try it").click()
    tried = page.url
    of_course = [f"/courses/maharashtra-autumn/{name}" for name in (
        "", "roster/", "people/", "sessions/", "exercises/", "exercises/1/board/", "results/", "certificates/",
    )]  # fmt: skip
    found = {}
    for path in ("/courses/", *of_course, "/scenarios/", "/scenarios/phishing/", tried):
        for width, scheme in ((1280, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(path)  # anew: colours that change under the page are judged half way
            page.evaluate(AXE.read_text(encoding="utf-8"))
            told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            faults = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in told["violations"]]
            if faults or wide:
                found[path, width] = [*faults, *(["wider than the screen"] if wide else [])]
    assert not found, found
    page.set_viewport_size({"width": 1280, "height": 900})


def _a_trainee_does_the_referral_on_their_own_desk(
    browser: Browser, instructor: Page, installation: Installation, url: str, card: tuple[str, str], folder: Path
) -> None:
    instructor.goto("/courses/maharashtra-autumn/exercises/")
    instructor.get_by_label("Scenario and level").select_option("csam_referral/advanced")
    instructor.get_by_role("button", name="Add it").click()
    page = browser.new_context(base_url=url).new_page()
    page.set_default_timeout(60_000)
    page.goto("/enter/?language=en")
    page.get_by_label("E-mail address").fill(card[0])
    page.get_by_label("Code on your card").fill(card[1])
    page.get_by_role("button", name="Enter").click()
    page.goto("/exercises/")
    referral = (
        page.locator("section")
        .filter(has_text="Online CSAM referral")
        .filter(has_text=re.compile("advanced", re.IGNORECASE))
    )
    referral.get_by_role("button", name=re.compile("^Begin")).click()
    page.wait_for_url("**/attempts/*/")
    attempt = re.findall(r"/attempts/(\d+)/", page.url)[0]
    told = _facts_of(attempt, installation.env)
    works_on_the_desk(page, attempt, told["facts"], folder)
    hands_in(page, attempt, told["right"])
