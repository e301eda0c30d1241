"""The public form in a real Chromium, with JavaScript and without, in three languages, on an address of its own."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.acceptance.conftest import Installation, free_port, made_in
from tests.acceptance.people import signed_in_over_http
from tipline.intake.public_form.texts import LANGUAGES, help_of

pytestmark = pytest.mark.acceptance

PASSWORD = "an officer's password"
AGENT = "CanaryBrowser/9.75"
AXE = Path(__file__).parents[2] / ".tools" / "axe" / "axe_playwright_python" / "axe.min.js"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the form open on an address of its own, behind a proxy that says where somebody came from."""
    with made_in(tmp_path_factory.mktemp("public")) as installation:
        installation.extra = {"TIPLINE_PUBLIC_BIND": f"127.0.0.1:{free_port()}", "TIPLINE_TRUSTED_PROXIES": "1"}
        installation.import_agencies()
        installation.run("public-form", "open", "IN-NCRB")
        added = installation.json(
            "user", "add", "desk@ncrb.example", "--agency", "IN-NCRB", "--role", "desk_officer", "--name", "Nandini Rao",
            "--password-stdin", "--totp", "--json", stdin=f"{PASSWORD}\n",
        )  # fmt: skip
        (installation.data_dir.parent / "totp.secret").write_text(added["totp_secret"])
        installation.up()
        assert installation.process is not None and installation.process.stdout is not None
        assert installation.process.stdout.readline().startswith("Ready (public): ")
        yield installation


class Visitor:
    """Somebody with a browser, at an address of their own; what the browser complains of is kept."""

    def __init__(self, browser: Browser, form: Installation, *, script: bool, **options: Any) -> None:
        self.address = f"198.51.100.{next(_numbers)}"
        self.context: BrowserContext = browser.new_context(
            base_url=f"http://{form.extra['TIPLINE_PUBLIC_BIND']}", java_script_enabled=script, user_agent=AGENT,
            extra_http_headers={"X-Forwarded-For": self.address}, **options,
        )  # fmt: skip
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda m: (
                self.complaints.append(m.text) if m.type in {"error", "warning"} and "422" not in m.text else None
            ),
        )

    def fill(self, language: str = "en", **more: str) -> Page:
        self.page.goto(f"/report/{language}/")
        opened = time.monotonic()
        answers = {"links": "https://pictogram.example/harbour/9", "story": f"A word of {self.address}"} | more
        for field, text in answers.items():
            self.page.locator(f"#{field}").fill(text)
        self.page.wait_for_timeout(max(0.0, 3.2 - (time.monotonic() - opened)) * 1000)
        return self.page

    def code(self, language: str = "en", **more: str) -> str:
        self.fill(language, **more).locator("#send").click()
        return self.page.locator("#code").inner_text()

    def back(self, code: str, language: str = "en") -> Page:
        self.page.goto(f"/report/{language}/back/")
        self.page.locator("#code").fill(code)
        self.page.locator("button.main").click()
        return self.page


@pytest.mark.parametrize("script", [False, True], ids=["without JavaScript", "with JavaScript"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_and_coming_back(browser: Browser, form: Installation, language: str, script: bool) -> None:
    t = LANGUAGES[language].texts
    visitor = Visitor(browser, form, script=script)
    page = visitor.page
    page.goto(f"/report/{language}/")
    page.get_by_role("button", name=t["send"]).click()
    assert page.title() == f"{t['page_error']}: {t['page_form']}"
    page.get_by_role("alert").get_by_role("link", name=t["error_where"]).click()
    assert page.evaluate("document.activeElement.id") == "links" if script else page.url.endswith("#links")

    page = visitor.fill(language, account="harbour_lantern", phone="+91 99999 00000")
    page.get_by_role("group", name=t["danger_question"]).get_by_role("radio", name=t["yes"]).check()
    page.get_by_label(LANGUAGES[language].choices["contact"]).check()
    page.get_by_role("button", name=t["send"]).click()
    assert page.get_by_role("heading", level=1).inner_text() == t["sent_title"]
    code = page.locator("#code").inner_text()
    assert re.fullmatch(r"(?:[A-Z0-9]{4}-){4}[A-Z0-9]{4}", code)
    expect(page.locator("#copy")).to_be_visible(visible=script)  # the script shows it once it has come
    assert page.locator(".danger a").get_attribute("href") == "tel:112"

    page = visitor.back(code.lower().replace("-", " "), language)
    expect(page.get_by_text(t["state_received"])).to_be_visible()
    assert code not in page.content() and code not in page.url
    page.get_by_label(t["add_question"]).fill("One more thing")
    page.get_by_role("button", name=t["add_send"], exact=True).click()
    assert page.get_by_role("status").inner_text() == t["added"]
    assert page.locator(".messages .text").all_inner_texts() == ["One more thing"]
    page.get_by_role("button", name=t["contact_delete"]).click()
    expect(page.get_by_text(t["contact_none"])).to_be_visible()
    assert visitor.context.cookies() == []
    assert visitor.complaints == []
    assert all(code.split("-")[0] not in request.url for request in visitor.requests)
    assert {request.url.split("/")[2] for request in visitor.requests} == {form.extra["TIPLINE_PUBLIC_BIND"]}
    visitor.context.close()


def test_the_script_does_the_work_that_the_server_asks_for(browser: Browser, form: Installation) -> None:
    from hashlib import sha256

    visitor = Visitor(browser, form, script=True)
    visitor.page.goto("/report/en/")
    deadline = time.monotonic() + 60
    while not visitor.page.locator("[name=work]").input_value():  # a function to wait for would be an eval
        assert time.monotonic() < deadline
        visitor.page.wait_for_timeout(100)
    ticket, work = (visitor.page.locator(f"[name={name}]").input_value() for name in ("ticket", "work"))
    assert sha256(f"{ticket}:{work}".encode()).hexdigest().startswith("0000")
    visitor.context.close()


@pytest.mark.parametrize("way", ["click", "keys", "without JavaScript"])
def test_leaving_is_quick_and_tells_the_other_site_nothing(browser: Browser, form: Installation, way: str) -> None:
    visitor = Visitor(browser, form, script=way != "without JavaScript")
    elsewhere: list[Request] = []

    def answer(route: Route) -> None:
        elsewhere.append(route.request)
        route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")

    found = help_of("IN")
    assert found is not None
    visitor.context.route(f"{found.exit}**", answer)
    page = visitor.page
    page.goto("about:blank")
    page.goto("/report/en/")
    if way == "keys":
        page.locator("#story").focus()
        for _ in range(3):
            page.keyboard.press("Escape")
    else:
        page.get_by_role("link", name=LANGUAGES["en"].texts["exit"]).click()
    page.wait_for_url(found.exit)
    (request,) = elsewhere
    assert "referer" not in request.all_headers()
    page.go_back()
    assert ("/report/" in page.url) == (way == "without JavaScript")
    visitor.context.close()


def _pages(visitor: Visitor, language: str) -> Iterator[str]:
    """Each of the form's pages in turn, in the visitor's browser."""
    t, page = LANGUAGES[language].texts, visitor.page
    page.goto(f"/report/{language}/")
    yield "form"
    page.locator("#send").click()
    yield "errors"
    code = visitor.code(language, phone="+91 99999 00000")
    yield "sent"
    page.goto(f"/report/{language}/back/")
    yield "back"
    page.locator("#code").fill("nonsense")
    page.locator("button.main").click()
    yield "wrong code"
    visitor.back(code, language)
    yield "thread"
    page.get_by_label(t["add_question"]).fill("One more thing")
    page.locator("button.main").click()
    yield "message"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_the_page_fits_small_and_enlarged(
    browser: Browser, form: Installation, language: str, scheme: Any
) -> None:
    if not AXE.is_file():
        pytest.fail("no axe-core under .tools/: tools/ensure_axe.sh installs it")
    axe = AXE.read_text(encoding="utf-8")
    visitor = Visitor(browser, form, script=True, color_scheme=scheme, viewport={"width": 390, "height": 844})
    for name in _pages(visitor, language):
        page = visitor.page
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]] == [], name
        for width in (320, 640):  # 640: a screen of 1280 at 200 %
            page.set_viewport_size({"width": width, "height": 512})
            overflow = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
            assert overflow == 0, (name, width)
        page.set_viewport_size({"width": 390, "height": 844})
    assert visitor.complaints == []
    visitor.context.close()


def _tree(page: Page) -> list[tuple[str, str, str]]:
    """(role, name, description) of every node that assistive technology is told of."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [
        tuple(str(node.get(part, {}).get("value", "")) for part in ("role", "name", "description"))
        for node in nodes
        if not node.get("ignored")
    ]  # type: ignore[misc]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_is_told_everything(browser: Browser, form: Installation, language: str) -> None:
    one = LANGUAGES[language]
    t = one.texts
    visitor = Visitor(browser, form, script=False)
    visitor.page.goto(f"/report/{language}/")
    tree = _tree(visitor.page)
    roles = [role for role, _, _ in tree]
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert roles.count(landmark) == 1, landmark
    named = {(role, name): description for role, name, description in tree}
    optional = f"({t['optional']})"
    for role, name, description in (
        ("group", t["danger_question"], t["danger_hint"].format(number=112)),
        ("group", t["about_question"], t["about_hint"]),
        ("group", t["where_title"], t["where_hint"]),
        ("textbox", t["links_question"], t["links_hint"]),
        ("textbox", t["account_question"], t["account_hint"]),
        ("textbox", f"{t['when_question']} {optional}", t["when_hint"]),
        ("group", f"{t['contact_title']} {optional}", t["contact_hint"]),
        ("textbox", t["phone_question"], ""),
        ("button", t["send"], t["send_hint"]),
        ("link", t["exit"], t["exit_hint"]),
    ):
        assert named.get((role, name)) == description, (role, name)
    assert {name for role, name, _ in tree if role == "radio"} >= {*one.choices.values(), t["yes"], t["no"]}
    links = [name for role, name, _ in tree if role == "link"]
    assert any(name.startswith(t["help_call"].format(number=1098)) for name in links)
    # the trap says what it is, for whom it is read out
    assert ("textbox", t["trap_question"]) in named

    visitor.page.locator("#send").click()
    visitor.page.locator("#summary").wait_for()
    tree = _tree(visitor.page)
    assert ("alert", t["error_title"]) in {(role, name) for role, name, _ in tree}
    assert visitor.page.locator("#summary").evaluate("node => node === document.activeElement")
    described = {(role, name): text for role, name, text in tree}[("textbox", t["links_question"])]
    assert described == f"{t['links_hint']} {t['error_where']}"
    visitor.context.close()


def test_with_the_keyboard_alone(browser: Browser, form: Installation) -> None:
    visitor = Visitor(browser, form, script=True)
    page = visitor.page
    page.goto("/report/en/")
    opened = time.monotonic()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if reached[-1] == "links":
            page.keyboard.type("pictogram.example/keyboard")
        if reached[-1] == "send":
            break
    assert reached[0] == LANGUAGES["en"].texts["skip"]
    assert reached.index("exit") < reached.index("danger") < reached.index("links") < reached.index("send")
    assert "website" not in reached
    page.wait_for_timeout(max(0.0, 3.2 - (time.monotonic() - opened)) * 1000)
    page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == LANGUAGES["en"].texts["sent_title"]
    visitor.context.close()


def test_the_desk_reads_and_answers_and_nobodys_address_is_anywhere(browser: Browser, form: Installation) -> None:
    visitor = Visitor(browser, form, script=True)
    code = visitor.code("mr", story="शब्द", name="Asha Example")
    visitor.back(code, "mr")
    visitor.page.get_by_label(LANGUAGES["mr"].texts["add_question"]).fill("आणखी एक")
    visitor.page.locator("button.main").click()
    form.until_processed()

    secret = (form.data_dir.parent / "totp.secret").read_text()
    officer = signed_in_over_http(form.url, "desk@ncrb.example", PASSWORD, secret)
    desk = officer.get("/desk/?tab=person").text
    assert "Public form" in desk and "in मराठी" in desk and "New message" in desk
    newest = max(int(number) for number in re.findall(r"/reports/(\d+)/", desk))
    page = officer.get(f"/reports/{newest}/messages/").text
    assert "आणखी एक" in page
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    sent = officer.post(
        f"/reports/{newest}/messages/", data={"csrfmiddlewaretoken": token, "verb": "answer", "text": "धन्यवाद. काळजी घ्या."},
        headers={"Referer": form.url},
    )  # fmt: skip
    assert sent.status_code == 302
    officer.close()
    assert "धन्यवाद. काळजी घ्या." in visitor.back(code, "mr").content()
    expect(visitor.page.get_by_text(LANGUAGES["mr"].texts["state_looked_at"])).to_be_visible()
    visitor.context.close()

    doctor = form.json("doctor", "--json")
    stored = []
    with psycopg.connect(doctor["database_owner_url"]) as owner:
        for (table,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            stored += [row for (row,) in owner.execute(f'SELECT t::text FROM "{table}" t').fetchall()]
        documents = owner.execute(
            "SELECT encode(body, 'escape'), encode(source, 'escape') FROM reports_document"
        ).fetchall()
    everything = "\n".join([*stored, *(text or "" for row in documents for text in row)])
    assert "धन्यवाद. काळजी घ्या." in everything
    logged = form.log.read_text(encoding="utf-8")
    for canary in (AGENT, "CanaryBrowser", "198.51.100.", code, code.replace("-", "")):
        # the visitors wrote their own address into what they reported, so that the search is known to find it
        own_words = everything.replace("A word of 198.51.100.", "")
        assert canary not in own_words, canary
        assert canary not in logged, canary
    assert "A word of 198.51.100." in everything
