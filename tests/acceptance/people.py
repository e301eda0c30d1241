"""Signing in as a person does: password, then what the authenticator app shows."""

from __future__ import annotations

import base64
import hmac
import struct
import time

import httpx
from playwright.sync_api import Page


def code(secret: str, steps: int = 0) -> str:
    """What an app with this secret shows now (RFC 6238), or some steps of 30 seconds later."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + steps), "sha1").digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def give_password(page: Page, email: str, password: str) -> None:
    """The first step."""
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def give_code(page: Page, given: str) -> None:
    """The second step, with a code of the app or a recovery code."""
    page.wait_for_url("**/sign-in/second-factor/")
    page.get_by_label("Code").fill(given)
    page.get_by_role("button", name="Continue").click()


def signed_in_over_http(url: str, email: str, password: str, secret: str) -> httpx.Client:
    """Both steps without a browser; whoever calls closes it."""
    client = httpx.Client(base_url=url, trust_env=False, timeout=20)
    client.get("/sign-in/")

    def send(path: str, form: dict[str, str]) -> httpx.Response:
        return client.post(path, data=form, headers={"X-CSRFToken": client.cookies["tipline_csrf"]})

    assert send("/sign-in/", {"email": email, "password": password}).headers["location"].startswith("/sign-in/second")
    done = send("/sign-in/second-factor/", {"code": code(secret)})
    if done.status_code != 302:  # this code was used a moment ago, and is good once
        time.sleep(30.5 - time.time() % 30)
        done = send("/sign-in/second-factor/", {"code": code(secret)})
    assert done.status_code == 302, done.text
    return client
