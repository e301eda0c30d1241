"""Writes the pictures of the README and the docs: runs the demo's scenario and photographs its pages. Run by `make screenshots`."""

from __future__ import annotations

import base64
import hmac
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import StorageState, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "_static"
TIPLINE = str(Path(sys.executable).with_name("tipline"))
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def _code(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def main() -> None:
    """Play the demo on a directory of its own, serve it, and photograph three desks' pages."""
    browser_path = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium")
    if browser_path is None:
        sys.exit("no chromium: tools/ensure_browser.sh says why")
    with tempfile.TemporaryDirectory(prefix="tipline-pictures-") as folder:
        env = {**os.environ, "TIPLINE_DATA_DIR": folder, "TIPLINE_BIND": "127.0.0.1:8731"}
        played = json.loads(
            subprocess.run(
                [TIPLINE, "demo", "--check", "--keep"], env=env, check=True, capture_output=True, text=True
            ).stdout
        )
        accounts = {account["agency"]: account for account in reversed(played["accounts"])}
        sessions: dict[str, StorageState] = {}  # by agency: each code of an app works once
        server = subprocess.Popen([TIPLINE, "up"], env=env, stdout=subprocess.PIPE, text=True)
        try:
            if server.stdout is None or not server.stdout.readline().startswith("Ready: "):
                sys.exit("the server did not start")
            PICTURES.mkdir(parents=True, exist_ok=True)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
                for agency, path, name in (
                    ("IN-MH-JALGAON", "/desk/?tab=accepted", "desk"),
                    ("IN-MH-JALGAON", f"/cases/{played['case']['id']}/", "case"),
                    ("US-NCMEC", "/needs-a-person/", "needs-a-person"),
                    ("IN-MH-JALGAON", "/map/", "map"),
                ):
                    context = browser.new_context(
                        base_url="http://127.0.0.1:8731", viewport={"width": 1280, "height": 800},
                        storage_state=sessions.get(agency),
                    )  # fmt: skip
                    page = context.new_page()
                    if agency not in sessions:
                        page.goto("/sign-in/")
                        page.get_by_label("E-mail address").fill(accounts[agency]["email"])
                        page.get_by_label("Password").fill(accounts[agency]["password"])
                        page.get_by_role("button", name="Sign in", exact=True).click()
                        page.get_by_label("Code").fill(_code(accounts[agency]["totp_secret"]))
                        page.get_by_role("button", name="Continue").click()
                        page.wait_for_url("**/desk/")
                        sessions[agency] = context.storage_state()
                    page.goto(path)
                    page.screenshot(path=PICTURES / f"{name}.png")
                    if name == "desk":
                        page.locator("tbody tr a").first.click()
                        page.locator(".score summary").first.click()
                        page.locator(".address summary").first.click()
                        page.screenshot(path=PICTURES / "report.png")
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


main()
