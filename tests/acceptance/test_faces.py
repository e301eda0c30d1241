"""Three faces on three addresses: each answers its own, and knows nothing of the others."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.acceptance.conftest import Installation, free_port, made_in
from tests.acceptance.people import signed_in_over_http

pytestmark = pytest.mark.acceptance
PASSWORD = "an officer's password"


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with made_in(tmp_path_factory.mktemp("faces")) as installation:
        installation.extra = {
            "TIPLINE_DOOR_BIND": f"127.0.0.1:{free_port()}",
            "TIPLINE_PUBLIC_BIND": f"127.0.0.1:{free_port()}",
        }
        installation.import_agencies()
        added = installation.json(
            "user", "add", "officer@jalgaon.example", "--agency", "IN-MH-JALGAON", "--role", "desk_officer", "--name",
            "Jyoti Patil", "--password-stdin", "--totp", "--json", stdin=f"{PASSWORD}\n",
        )  # fmt: skip
        (installation.data_dir.parent / "totp.secret").write_text(added["totp_secret"])
        installation.run(
            "reporter", "add", "Pictogram", "--username", "pictogram", "--password-stdin", stdin="a long pass word\n"
        )
        installation.up()
        assert installation.process is not None and installation.process.stdout is not None
        said = [installation.process.stdout.readline() for _ in range(2)]
        door, public = installation.extra.values()
        assert said == [f"Ready (door): http://{door}\n", f"Ready (public): http://{public}\n"]
        yield installation


def ask(bind: str, path: str, **more: object) -> httpx.Response:
    return httpx.get(f"http://{bind}{path}", trust_env=False, **more)  # type: ignore[arg-type]


def test_each_answers_its_own_addresses_and_no_other(apart: Installation) -> None:
    console, (door, public) = f"127.0.0.1:{apart.port}", apart.extra.values()
    # address → what console, door and public answer
    expected = {
        "/healthz": (200, 200, 200), "/readyz": (200, 200, 200),
        "/ispws/status": (404, 401, 404), "/ispws/nosuchcall": (404, 401, 404),
        "/": (302, 404, 302), "/report/": (404, 404, 200), "/report": (404, 404, 302),
        "/sign-in/": (200, 404, 404), "/desk/": (302, 404, 404), "/agencies/": (302, 404, 404),
        "/api/v1/openapi.json": (200, 200, 404), "/api/v1/me": (401, 404, 404), "/api/v1/provider/reports/1": (404, 401, 404),
        "/api/v1/reports": (401, 405, 404), "/api/v1/schemas/report.json": (404, 200, 404), "/api/v1/elsewhere": (404, 404, 404),
        "/static/console/tokens.css": (200, 404, 404), "/csp-report/": (405, 404, 404), "/nosuchpage": (404, 404, 404),
    }  # fmt: skip
    found = {path: tuple(ask(bind, path).status_code for bind in (console, door, public)) for path in expected}
    assert found == expected


def test_what_is_described_is_what_is_served(apart: Installation) -> None:
    console, door = f"127.0.0.1:{apart.port}", apart.extra["TIPLINE_DOOR_BIND"]
    people, providers = (ask(bind, "/api/v1/openapi.json").json() for bind in (console, door))
    assert sorted(people["components"]["securitySchemes"]) == ["Token", "TokenAsPassword"]
    assert list(providers["components"]["securitySchemes"]) == ["Provider"]
    assert list(people["paths"]["/api/v1/reports"]) == ["get"] and list(providers["paths"]["/api/v1/reports"]) == [
        "post"
    ]
    report = {
        "incidentSummary": {"incidentType": "Child Sex Tourism", "incidentDateTime": "2026-01-05T10:15:00Z"}, "reporter": {"reportingPerson": {}},
    }  # fmt: skip
    for bind, status in ((door, 201), (console, 405)):
        body = json.dumps(report)
        answer = httpx.post(
            f"http://{bind}/api/v1/reports", content=body, auth=("pictogram", "a long pass word"), trust_env=False
        )
        assert answer.status_code == status, answer.text
    lines = "\n".join(json.dumps({**report, "idempotencyKey": f"k{n}"}) for n in range(450)).encode()
    for content, headers in (
        (lines, {}), (gzip.compress(lines), {"Content-Encoding": "gzip"}), (iter([lines[:70_001], lines[70_001:]]), {}),
    ):  # fmt: skip
        answer = httpx.post(
            f"http://{door}/api/v1/reports/batch", content=content, auth=("pictogram", "a long pass word"), trust_env=False,
            headers={"Content-Type": "application/x-ndjson", **headers}, timeout=60,
        )  # fmt: skip
        told = [json.loads(line) for line in answer.text.splitlines()]
        assert {line["status"] for line in told} <= {200, 201}, told[:3]
        assert len({line["reportId"] for line in told}) == 450
    assert {line["status"] for line in told} == {200}


def test_the_door_reads_and_sets_no_cookie(apart: Installation) -> None:
    door, public = apart.extra.values()
    secret = (apart.data_dir.parent / "totp.secret").read_text()
    officer = signed_in_over_http(apart.url, "officer@jalgaon.example", PASSWORD, secret)
    assert officer.get("/desk/").status_code == 200
    session = f"tipline_session={officer.cookies['tipline_session']}"
    officer.close()
    for bind in (door, public):
        for path in ("/ispws/status", "/desk/", "/healthz", "/nosuchpage"):
            plain, with_session = ask(bind, path), ask(bind, path, headers={"Cookie": session})
            assert plain.status_code == with_session.status_code
            assert "set-cookie" not in plain.headers and "set-cookie" not in with_session.headers
            assert "vary" not in with_session.headers
    at_the_door = ask(door, "/ispws/status", auth=("pictogram", "a long pass word"), headers={"Cookie": session})
    assert at_the_door.status_code == 200 and "set-cookie" not in at_the_door.headers


def test_the_headers_are_on_every_face(apart: Installation) -> None:
    for bind in (f"127.0.0.1:{apart.port}", *apart.extra.values()):
        for path in ("/healthz", "/nosuchpage", "/ispws/status", "/static/console/tokens.css"):
            headers = ask(bind, path).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
            assert not headers["server"]


def test_browsers_that_keep_their_connection_keep_nobody_out(apart: Installation) -> None:
    """A hall of people with a page open each; the server counts connections, not people who press."""
    with ExitStack() as kept:
        for _ in range(200):
            client = kept.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{apart.port}", trust_env=False))
            assert client.get("/healthz", timeout=20).status_code == 200


def test_a_name_that_is_not_ours_is_refused_and_probes_are_answered_under_any(apart: Installation) -> None:
    for bind in (f"127.0.0.1:{apart.port}", *apart.extra.values()):
        for path in ("/sign-in/", "/ispws/status", "/nosuchpage"):
            refused = ask(bind, path, headers={"Host": "evil.example", "X-Forwarded-Host": "localhost"})
            assert refused.status_code == 400 and "evil.example" not in refused.text
        assert ask(bind, "/readyz", headers={"Host": "192.0.2.1"}).status_code == 200


def test_commands_find_the_door_and_the_doctor_names_the_addresses(apart: Installation) -> None:
    assert apart.json("simulate", "--reports", "2", "--json")["reports"] == 2
    found = apart.json("doctor", "--json")
    assert found["bind"] == f"127.0.0.1:{apart.port}"
    assert [found["door_bind"], found["public_bind"]] == list(apart.extra.values())


def test_an_address_that_is_taken_is_named(apart: Installation, tmp_path_factory: pytest.TempPathFactory) -> None:
    with made_in(tmp_path_factory.mktemp("second")) as second:
        second.extra = {"TIPLINE_DOOR_BIND": f"127.0.0.1:{apart.port}"}
        done = second.run("up", check=False)
        assert done.returncode == 1
        assert f"TIPLINE_DOOR_BIND=127.0.0.1:{apart.port} cannot be listened on" in done.stderr
