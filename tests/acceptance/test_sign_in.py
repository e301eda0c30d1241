"""Signing in with a real browser: password and app, passkeys, recovery codes; and ending a session that somebody else holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acceptance.conftest import Installation, made_in
from tests.acceptance.people import code, give_code, give_password

pytestmark = pytest.mark.acceptance

PASSWORD = "kettle orbit marmalade"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with agencies and nobody yet."""
    with made_in(tmp_path_factory.mktemp("station")) as installation:
        installation.import_agencies()
        installation.up()
        yield installation


def opened(browser: Browser, station: Installation, **options: object) -> BrowserContext:
    # passkeys want a secure context: localhost is one, 127.0.0.1 is none
    return browser.new_context(base_url=f"http://localhost:{station.port}", **options)  # type: ignore[arg-type]


def add(station: Installation, email: str, role: str, *more: str) -> dict[str, str]:
    added = station.json(
        "user", "add", email, "--agency", "IN-MH-JALGAON", "--role", role, "--name", "Jyoti Patil",
        "--password-stdin", "--json", *more, stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert isinstance(added, dict)
    return added


def with_authenticator(page: Page) -> None:
    """A key of the platform, such as a telephone's, that says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in/")


def test_from_a_first_password_to_a_passkey_and_out_everywhere(browser: Browser, station: Installation) -> None:
    email = "officer@jalgaon.example"
    add(station, email, "desk_officer")
    context = opened(browser, station)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )

    # the first sign-in leads to the app's key and nowhere else
    give_password(page, email, PASSWORD)
    page.wait_for_url("**/account/authenticator/")
    page.goto("/desk/")
    assert page.url.endswith("/account/authenticator/")
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.goto("/desk/")
    assert page.url.endswith("/desk/")

    # a passkey, made by the browser
    with_authenticator(page)
    page.goto("/account/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Telephone <b>")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/account/")
    expect(page.get_by_text("Passkey “Telephone <b>”")).to_be_visible()

    # alone it signs in
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/desk/")

    # and it is a second factor after the password
    sign_out(page)
    give_password(page, email, PASSWORD)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/desk/")
    assert complaints == []

    # another browser, with a recovery code; signing out everywhere ends its session too
    other = opened(browser, station).new_page()
    give_password(other, email, PASSWORD)
    give_code(other, codes[0])
    other.wait_for_url("**/desk/")
    page.goto("/account/")
    assert page.get_by_role("heading", name="Sessions").inner_text().split()[-1] == "2"
    page.get_by_role("button", name="Sign out everywhere").click()
    page.wait_for_url("**/sign-in/")
    other.goto("/cases/")
    assert "/sign-in/" in other.url
    page.goto("/cases/")
    assert "/sign-in/" in page.url

    # a code that was used opens nothing
    give_password(other, email, PASSWORD)
    give_code(other, codes[0])
    expect(other.get_by_text("is not right").first).to_be_visible()

    actions = [entry["action"] for entry in station.json("audit", "list", "user", "1", "--json")]
    assert {"account.factor_added", "account.recovery_code_used", "account.signed_out_everywhere"} <= set(actions)


def test_a_password_and_the_app(browser: Browser, station: Installation) -> None:
    email = "supervisor@jalgaon.example"
    secret = add(station, email, "supervisor", "--totp")["totp_secret"]
    page = opened(browser, station).new_page()
    give_password(page, email, "not the password")
    expect(page.get_by_role("alert").get_by_text("do not belong together")).to_be_visible()
    give_password(page, email, PASSWORD)
    give_code(page, code(secret))
    page.wait_for_url("**/desk/")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_pages_of_accounts_fit_in_both_themes(browser: Browser, station: Installation, theme: str, width: int) -> None:
    email = f"administrator-{theme}-{width}@jalgaon.example"
    secret = add(station, email, "administrator", "--totp")["totp_secret"]
    page = opened(browser, station, color_scheme=theme, viewport={"width": width, "height": 900}).new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )

    def look(name: str) -> None:
        assert page.locator("html").evaluate("html => html.scrollWidth <= window.innerWidth"), (
            f"{name} is wider than {width}"
        )
        page.screenshot(path=station.data_dir.parent / f"{theme}-{width}-{name}.png", full_page=True)

    page.goto("/sign-in/")
    look("sign-in")
    give_password(page, email, PASSWORD)
    page.wait_for_url("**/sign-in/second-factor/")
    look("second-factor")
    give_code(page, code(secret))
    page.wait_for_url(re.compile(r"/(cases|agencies|desk)?/?$"))
    for name, path in (
        ("account", "/account/"), ("password", "/account/password/"), ("passkey", "/account/passkey/"), ("confirm", "/confirm/"),
        ("people", "/people/"), ("person-add", "/people/add/"), ("person", "/people/1/"),
    ):  # fmt: skip
        page.goto(path)
        look(name)
    assert complaints == []
    fresh = f"new-{theme}-{width}@jalgaon.example"
    add(station, fresh, "auditor")
    other = page.context.browser.new_context(  # type: ignore[union-attr]
        base_url=f"http://localhost:{station.port}",
        color_scheme=theme,
        viewport={"width": width, "height": 900},  # type: ignore[arg-type]
    )
    page = other.new_page()
    give_password(page, fresh, PASSWORD)
    page.wait_for_url("**/account/authenticator/")
    look("authenticator")
    page.get_by_label("Code that the app shows").fill(code(page.locator("#secret").inner_text().replace(" ", "")))
    page.get_by_role("button", name="Set up").click()
    look("recovery-codes")
