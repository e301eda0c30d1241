"""The Python client without a server: what it tries again and with which key, what it keeps, how it tells errors apart, and its wheel."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tipline.exchange.webhooks.events import EVENTS
from tipline.exchange.webhooks.signing import make_secret, signatures

sys.path.insert(0, str(Path(__file__).parents[2] / "clients" / "python"))
import tipline_client
from tipline_client import ProblemError, Tipline, calling, models

CLIENT = Path(__file__).parents[2] / "clients" / "python"
ME = {
    "email": "a@desk.example", "name": "A", "role": "supervisor", "agency": {"code": "IN-MH", "name": "Desk"}, "token": 1,
    "scopes": [], "expires_at": "2027-01-01T00:00:00Z",
}  # fmt: skip
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(calling.time, "sleep", found.append)
    return found


def desk(answer: Answer, **more: Any) -> Tipline:
    made = Tipline("https://desk.example", "tipline_x", **more)
    made._http = httpx.Client(base_url=made._http.base_url, transport=httpx.MockTransport(answer))
    return made


class Server:
    """Answers with these, one after the other."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.asked = list(answers), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_an_act_whose_answer_got_lost_comes_again_with_the_same_key(pauses: list[float]) -> None:
    server = Server(
        httpx.ReadTimeout("lost"),
        httpx.Response(503, headers={"Retry-After": "7"}),
        httpx.Response(200, json={"done": "acknowledged"}),
    )
    done = desk(server).acknowledge_reports(models.Chosen(reports=[1]))
    assert done.done == "acknowledged"
    keys = {request.headers["Idempotency-Key"] for request in server.asked}
    assert len(server.asked) == 3 and len(keys) == 1 and len(keys.pop()) == 36
    assert pauses[1] == 7.0 and 0 < pauses[0] <= 1
    assert json.loads(server.asked[0].content) == {"reports": [1]}


def test_what_takes_no_key_and_what_is_refused_is_not_tried_again(pauses: list[float]) -> None:
    server = Server(httpx.ReadTimeout("lost"))
    with pytest.raises(httpx.ReadTimeout):
        desk(server).make_package(models.HandedOver(referrals=[1]))
    server = Server(httpx.Response(409, json={"detail": "no"}))
    with pytest.raises(tipline_client.ConflictError):
        desk(server).acknowledge_reports(models.Chosen(reports=[1]), idempotency_key="mine")
    assert server.asked[0].headers["Idempotency-Key"] == "mine" and pauses == []
    server = Server(httpx.Response(429), httpx.Response(429), httpx.Response(429, headers={"Retry-After": "3"}))
    with pytest.raises(tipline_client.TooManyCallsError) as many:
        desk(server).me()
    assert many.value.retry_after == 3 and len(pauses) == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "Unauthorised"), (403, "NotPermitted"), (404, "NotFound"), (409, "Conflict"), (412, "Changed"), (422, "Invalid"), (418, "Problem")],
)  # fmt: skip
def test_errors_are_told_apart(status: int, kind: str) -> None:
    told = {"detail": "why", "errors": [{"field": "after", "fault": "x"}], "code": "too-large"}
    server = Server(httpx.Response(status, json=told, headers={"Content-Type": "application/problem+json"}))
    with pytest.raises(ProblemError) as refused:
        desk(server).me()
    assert type(refused.value) is getattr(tipline_client, f"{kind}Error")
    assert (refused.value.status, refused.value.detail, refused.value.code) == (status, "why", "too-large")
    assert refused.value.errors == told["errors"]


def test_what_is_unchanged_is_not_sent_again_and_an_act_is_held_against_what_was_read() -> None:
    server = Server(
        httpx.Response(200, json=ME, headers={"ETag": '"1"'}), httpx.Response(304, headers={"ETag": '"1"'}),
        httpx.Response(200, json={"done": "done"}), httpx.Response(200, json={**ME, "name": "B"}, headers={"ETag": '"2"'}),
    )  # fmt: skip
    with desk(server, remember=1) as program:
        assert program.me().name == program.me().name == "A"
        assert program.etag == '"1"'
        program.end_task(1, 2, models.EndedTask(state="done"), if_match=program.etag)
        assert program.me().name == "B"
    assert [request.headers.get("If-None-Match") for request in server.asked] == [None, '"1"', None, '"1"']
    assert server.asked[2].headers["If-Match"] == '"1"'


def test_pages_are_walked_by_their_cursor() -> None:
    pages = {0: {"items": [], "next": 7}, 7: {"items": [], "next": None}}
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(int(request.url.params["after"]))
        return httpx.Response(200, json=pages[asked[-1]])

    program = desk(answer)
    assert list(program.pages(program.cases)) == [] and asked == [0, 7]


def test_a_deprecated_call_warns() -> None:
    gone = {"Deprecation": "@1798761600", "Sunset": "Sat, 01 Jan 2028 00:00:00 GMT"}
    with pytest.warns(DeprecationWarning, match=r"GET /api/v1/me is deprecated and goes on Sat, 01 Jan 2028"):
        desk(Server(httpx.Response(200, json=ME, headers=gone))).me()


def test_a_file_goes_and_comes_as_bytes() -> None:
    taken = {
        "uid": "u",
        "digest": "d",
        "from_agency": "A",
        "to_agency": "B",
        "reports": 1,
        "new_reports": 1,
        "again": False,
        "receipt": "{}",
    }
    server = Server(
        httpx.Response(200, json=taken),
        httpx.Response(200, content=b"{}", headers={"Content-Type": "application/json"}),
    )
    program = desk(server)
    assert program.receive_package(b"PK").receipt == "{}"
    assert server.asked[0].content == b"PK" and server.asked[0].headers["Content-Type"] == "application/octet-stream"
    assert program.package_receipt("00000000-0000-4000-8000-000000000000") == b"{}"  # type: ignore[arg-type]


def test_the_page_on_webhooks_shows_a_receiver_that_works_and_a_message_as_it_is() -> None:
    page = (CLIENT.parents[1] / "docs" / "reference" / "webhooks.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    message = json.loads(shown)
    assert (
        set(message) == {"type", "timestamp", "data"}
        and message["type"] in EVENTS
        and set(message["data"]) == {"object", "id"}
    )
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    secret, got = make_secret(), []
    known: dict[str, Any] = {"secret": secret, "remember": lambda *told: got.append(told)}
    exec(code, known)  # noqa: S102 - our own page
    at, body = int(time.time()), shown.encode()
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(at),
        "webhook-signature": signatures([make_secret(), secret], "evt_1", at, body),
    }
    assert known["taken"](headers, body) == 204 and got == [("evt_1", "referral.accepted", 12)]
    assert known["taken"](headers, body + b" ") == 400
    assert known["taken"]({**headers, "webhook-timestamp": str(at - 301)}, body) == 400


def test_the_wheel_holds_the_client_with_its_types(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    subprocess.run(["cp", "-r", str(CLIENT), str(folder)], check=True)
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    told = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    with zipfile.ZipFile(tmp_path / told.stdout.split()[-1]) as wheel:
        names = set(wheel.namelist())
        metadata = next(wheel.read(name).decode() for name in names if name.endswith("METADATA"))
        wheel.extractall(tmp_path / "installed")
    assert {
        f"tipline_client/{name}" for name in ("py.typed", "client.py", "models.py", "calling.py", "webhooks.py")
    } <= names
    assert "Requires-Dist: httpx>=0.27" in metadata and "Description-Content-Type: text/markdown" in metadata
    # as installed, from no source tree
    code = (
        "import tipline_client, inspect; print(inspect.getfile(tipline_client), tipline_client.Tipline.desk.__name__)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert str(tmp_path / "installed") in said.stdout and said.stdout.endswith("desk\n")
