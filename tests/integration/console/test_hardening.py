"""Headers, cookies and hostile requests: every refusal is quick, small, and tells nothing."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from tests import factories
from tests.factories import drain, person, signed_in
from tipline.console import csp
from tipline.console.security import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY
from tipline.core.limits import Buckets
from tipline.demo.synthetic import noise_png, report_xml
from tipline.investigation.cases.services import open_case
from tipline.trust.accounts.models import User

pytestmark = pytest.mark.django_db
QUICKLY_SECONDS = 5  # a machine under load is slow; what hangs is slower


@pytest.fixture
def officer() -> User:
    factories.standard_tree()
    user = person("IN-MH-JALGAON")
    user.set_password(factories.PASSWORD)
    user.save()
    return user


@pytest.fixture(autouse=True)
def _connection_of_the_test() -> Iterator[None]:
    """A real request begins and ends with a look at old connections; the test's own is inside of its transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def request(method: str, path: str, body: bytes = b"", **environ: Any) -> tuple[int, dict[str, str], str]:
    """What the WSGI application says to a request as the web server hands it over: status, headers, body."""
    answered: list[Any] = []
    full = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "REMOTE_ADDR": "192.0.2.5", "HTTP_HOST": "testserver", "CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, **environ,
    }  # fmt: skip
    started = time.process_time()
    response = WSGIHandler()(full, lambda status, headers: answered.extend((status, headers)))
    text = b"".join(response).decode("utf-8", "replace")
    response.close()
    assert time.process_time() - started < QUICKLY_SECONDS
    return int(answered[0].split()[0]), {name.lower(): value for name, value in answered[1]}, text


def refused(answer: tuple[int, dict[str, str], str]) -> int:
    """The status of a refusal that tells nothing and has all its headers."""
    status, headers, text = answer
    assert 400 <= status < 500, (status, text[:300])
    assert not re.search(r"Traceback|File \"|django|Exception|site-packages", text)
    assert headers["content-security-policy"].startswith(CONTENT_SECURITY_POLICY)
    assert headers["cache-control"] == "no-store"
    assert len(text) < 8000
    return status


# -- headers and cookies ---------------------------------------------------------------------------------------------------


def fails(*args: object, **kwargs: object) -> None:
    raise RuntimeError("a fault of ours")


def test_every_kind_of_answer_carries_the_headers(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("tipline.core.health.readiness", fails)
    forged = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "x"})
    answers = {
        200: client.get("/sign-in/"), 302: client.get("/desk/"), 400: client.get("/sign-in/", HTTP_HOST="evil.example"),
        401: client.get("/ispws/status"), 403: forged, 404: client.get("/nosuchpage"), 405: client.get("/csp-report/"),
        413: client.post("/csp-report/", "x" * 20_000, content_type="application/csp-report"),
        415: client.post("/csp-report/", "{}", content_type="application/json"), 500: client.get("/readyz"),
    }  # fmt: skip
    answers |= {-200: client.get("/static/console/tokens.css"), -404: client.get("/static/nosuch.css")}
    for status, answer in answers.items():
        assert answer.status_code == abs(status)
        assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, status
        assert answer["Permissions-Policy"] == PERMISSIONS_POLICY
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert answer["X-Permitted-Cross-Domain-Policies"] == "none"
        assert answer["Server"] == ""
        assert "Strict-Transport-Security" not in answer  # plain HTTP must not promise it
        assert answer["Cache-Control"] == ("max-age=60, public" if status == -200 else "no-store"), status


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(part.partition(" ")[::2] for part in CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {value for name, value in policy.items() if name.endswith("-src") and name != "default-src"} == {"'self'"}
    assert not re.search(r"unsafe|\*|http|data:|blob:|nonce|sha256", CONTENT_SECURITY_POLICY)


UNDER_TLS = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
client = Client()
answers = {
    "page": client.get("/sign-in/", HTTP_HOST="localhost", HTTP_X_FORWARDED_PROTO="https"),
    "plain": client.get("/sign-in/", HTTP_HOST="localhost"),
    "probe": client.get("/healthz", HTTP_HOST="192.0.2.9"),
}
print(json.dumps({name: [a.status_code, dict(a.headers), a.cookies.output()] for name, a in answers.items()}))
"""


def test_over_tls_the_deployment_check_is_clean_and_cookies_are_the_hosts_own(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TIPLINE_")}
    environ |= {"TIPLINE_HTTPS": "1", "TIPLINE_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tipline.settings"}
    done = subprocess.run([sys.executable, "-c", UNDER_TLS], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "System check identified no issues" in done.stdout
    found = json.loads(done.stdout.splitlines()[-1])
    status, headers, cookies = found["page"]
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["Content-Security-Policy"].endswith("report-uri /csp-report/; report-to csp")
    assert headers["Reporting-Endpoints"] == 'csp="/csp-report/"'
    assert re.search(r"__Host-tipline_csrf=\w+; HttpOnly; Path=/; SameSite=Lax; Secure$", cookies)
    assert "Domain" not in cookies
    assert found["plain"][0] == 301 and found["plain"][1]["Location"] == "https://localhost/sign-in/"
    assert "Set-Cookie" not in found["plain"][2]
    assert found["probe"][0] == 200


def test_without_a_proxy_nobody_is_believed_about_tls_or_the_host(officer: User) -> None:
    answer = Client().get(
        "/desk/",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_FORWARDED="host=evil.example",
    )
    assert "Strict-Transport-Security" not in answer
    assert answer["Location"] == "/sign-in/?next=/desk/"


def test_cookies_are_for_the_server_and_this_site_alone(officer: User) -> None:
    client = Client()
    client.post("/sign-in/", {"email": officer.email, "password": factories.PASSWORD})
    client.get("/desk/")
    assert {"tipline_session", "tipline_csrf"} <= set(client.cookies)
    for name in ("tipline_session", "tipline_csrf"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
        assert not cookie["max-age"] and not cookie["expires"]  # ends with the browser


# -- reports of broken policies --------------------------------------------------------------------------------------------


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Events of the endpoint, with a bucket of the test's own."""
    monkeypatch.setattr(csp, "bucket", Buckets(per_second=1e-9, burst=5))
    with structlog.testing.capture_logs() as events:
        monkeypatch.setattr(csp, "log", structlog.get_logger("csp"))
        yield events  # type: ignore[misc]


OLD, NEW = "application/csp-report", "application/reports+json"


def send(content: object, kind: str) -> int:
    body = content if isinstance(content, (str, bytes)) else json.dumps(content)
    return Client(enforce_csrf_checks=True).post("/csp-report/", body, content_type=kind).status_code


def test_both_forms_are_logged_without_what_nobody_should_read(logged: list[Any]) -> None:
    secret = "child-name"
    old = {
        "document-uri": f"https://tipline.example/reports/5/?q={secret}#{secret}", "violated-directive": "img-src 'self'",
        "blocked-uri": f"https://evil.example:8443/{secret}?{secret}", "script-sample": secret, "referrer": secret,
    }  # fmt: skip
    new = {
        "type": "csp-violation", "url": secret, "user_agent": secret,
        "body": {"documentURL": f"https://x.example/desk/?{secret}", "effectiveDirective": "script-src-elem", "blockedURL": "inline", "sample": secret},
    }  # fmt: skip
    assert send({"csp-report": old}, OLD) == send([new, {"type": "deprecation", "body": {}}], NEW) == 204
    assert [(e["directive"], e["document"], e["blocked"]) for e in logged] == [
        ("img-src", "/reports/5/", "https://evil.example:8443"), ("script-src-elem", "/desk/", "inline"),
    ]  # fmt: skip
    assert secret not in repr(logged)


def test_hostile_reports_make_bounded_lines(logged: list[Any]) -> None:
    nasty = "x" * 5000 + "\u202e\n\x1b[2J"
    report = {"document-uri": nasty, "violated-directive": nasty, "blocked-uri": f"javascript:{nasty}"}
    assert send({"csp-report": report}, OLD) == 204
    assert len(repr(logged[0])) < 500
    assert not re.search("[\u202e\x1b]", repr(logged[0]))
    many = [{"type": "csp-violation", "body": {"effectiveDirective": "img-src"}}] * 100
    assert send(many, NEW) == 204
    assert len(logged) == 1 + csp.MOST_A_CALL


@pytest.mark.parametrize(
    "content",
    [" ", "{", "null", "[]", "7", '{"csp-report": []}', '{"csp-report": {"blocked-uri": "http://[::1"}}',
                "[" * 8000 + "]" * 8000, '{"a":' * 3000, b"\xff\xfe", '{"csp-report": {"document-uri": "http://[x"}}',
                '{"csp-report": {"blocked-uri": "http://a:99999999/"}}'],
)  # fmt: skip
def test_a_report_that_is_none_is_refused_in_a_word(logged: list[Any], content: str | bytes) -> None:
    assert send(content, OLD) == 400
    assert logged == []


def test_reports_are_limited_in_size_kind_and_number(logged: list[Any]) -> None:
    assert send("x" * 16_385, OLD) == 413
    assert send("{}", "text/plain") == 415
    assert Client().get("/csp-report/").status_code == 405
    found = [send({"csp-report": {}}, OLD) for _ in range(7)]
    assert found == [204] * 5 + [429] * 2


# -- hostile requests ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/static/../../etc/passwd", "/static/..%2f..%2fetc/passwd", "/static//etc/passwd", "/static/console/../../settings.py",
     "/static/\0", "/\0", "/desk/\r\nSet-Cookie: a=b", "/reports/\udcff/", "//evil.example/", "/\\evil.example",
     "/reports/" + "9" * 5000 + "/", "/reports/-1/", "/reports/1e3/", "/" + "a/" * 20_000, "/%s%n{{7117*7}}", "/.git/config", "/.env"],
)  # fmt: skip
def test_paths_that_lead_elsewhere_lead_nowhere(officer: User, path: str) -> None:
    wire = path.encode("utf-8", "surrogateescape").decode("latin-1")
    session = signed_in(officer).cookies["tipline_session"].value
    for cookie in ("", f"tipline_session={session}"):
        answer = request("GET", wire, HTTP_COOKIE=cookie)
        if answer[0] == 302:  # a page that wants somebody signed in
            assert answer[1]["location"].startswith("/sign-in/?next=") and not re.search(
                r"[\r\n]", answer[1]["location"]
            )
            continue
        assert refused(answer) in {400, 404}
        assert "root:" not in answer[2] and "49819" not in answer[2]
        assert not any("\n" in value or "\r" in value for value in answer[1].values())


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:80@evil.example", "", "a" * 5000,
             "testserver,evil.example", "testserver\0", "[::1", "testserver:port", "..", "test server"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/sign-in/", "/ispws/status", "/nosuchpage", "/csp-report/"])
def test_a_host_that_is_not_ours_is_refused(db: None, host: str, path: str) -> None:
    assert refused(request("GET", path, HTTP_HOST=host)) == 400


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "GET\0", "X" * 500])
def test_other_methods_are_refused(officer: User, method: str) -> None:
    for path in ("/sign-in/", "/csp-report/", "/healthz", "/sign-out/"):
        assert refused(request(method, path)) in {400, 403, 405}, path


def test_a_method_cannot_be_smuggled_in_a_header_or_field(officer: User) -> None:
    client = signed_in(officer)
    for more in ({"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"}, {"HTTP_X_METHOD_OVERRIDE": "POST"}):
        assert client.get("/sign-out/", {"_method": "POST"}, **more).status_code == 405  # type: ignore[arg-type]
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
     "javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "\x00//evil.example",
     "https:///evil.example", "https://testserver@evil.example/", "https://testserver.evil.example/", "//testserver:80@evil.example",
     "ftp://testserver/", "/desk/\r\nSet-Cookie: stolen=1", "\u2028//evil.example", "http://[::1", "//%65vil.example/", "/" * 3000],
)  # fmt: skip
def test_next_leads_to_this_site_or_to_the_start(officer: User, target: str) -> None:
    form = {"email": officer.email, "password": factories.PASSWORD, "next": target}
    answer = Client().post("/sign-in/", form)
    if "\0" in target:
        assert answer.status_code == 400
        return
    assert answer.status_code == 302
    location = answer["Location"]
    assert urlsplit(location).netloc == "" and urlsplit(location).scheme == ""
    assert location.startswith("/") and not location.startswith(("//", "/\\"))
    assert "stolen" not in answer.cookies and not re.search(r"[\r\n\t\0]", location)
    page = Client().get("/sign-in/", {"next": target}).content.decode()
    assert 'javascript:alert(1)"' not in page.replace('value="javascript:alert(1)"', "").replace(
        'value=" javascript:alert(1)"', ""
    )


def test_forms_full_of_rubbish_are_refused(officer: User) -> None:
    kind = "application/x-www-form-urlencoded"
    assert refused(request("POST", "/sign-in/", b"a=1&" * 2001, CONTENT_TYPE=kind)) in {400, 403}
    assert refused(request("POST", "/sign-in/", b"email=" + b"x" * (1024 * 1024 + 1), CONTENT_TYPE=kind)) in {400, 403}
    assert refused(request("POST", "/sign-in/", b"x", CONTENT_TYPE="multipart/form-data; boundary=")) in {400, 403}
    assert refused(
        request("POST", "/sign-in/", b"x" * 100, CONTENT_TYPE="multipart/form-data; boundary=" + "b" * 500)
    ) in {400, 403}
    assert refused(request("POST", "/sign-in/", b"email=a", CONTENT_TYPE=kind, CONTENT_LENGTH="-5")) in {400, 403}
    assert refused(
        request("POST", "/sign-in/", b"email=a", CONTENT_TYPE="application/x-www-form-urlencoded; charset=nosuch")
    ) in {400, 403}
    # past the check against forged forms, by who has a token
    assert Client().post("/sign-in/", {f"field{n}": "1" for n in range(2001)}).status_code == 400
    assert Client().post("/sign-in/", "email=" + "x" * (1024 * 1024 + 1), content_type=kind).status_code in {400, 413}
    for name in ("email", "password", "next"):
        form = {"email": "a@b.example", "password": "p", name: "nul\0nul\ud83d\x1b[2J"}
        answer = Client(raise_request_exception=False).post(
            "/sign-in/", {k: v.encode("utf-8", "replace").decode() for k, v in form.items()}
        )
        assert answer.status_code == 400, (name, answer.status_code)


def test_numbers_and_words_out_of_place_in_queries(officer: User) -> None:
    client = signed_in(officer)
    client.raise_request_exception = False
    for query in ("tab=\0", "page=99999999999999999999", "page=-1", "page=x", "tab=" + "x" * 3000, "tab=all&" * 50, "%ff%fe=%00", "a=b;c=d&&&=",
                  "page=1&page=2", "report=\0", "tab[]=1"):  # fmt: skip
        assert client.get(f"/desk/?{query}").status_code in {200, 302, 400, 404}, query
    posted = client.post(
        "/desk/act/", {"verb": "return\0", "report": ["1\0", "9" * 40, "-1", "x"], "step": "do", "note": "\0"}
    )
    assert posted.status_code == 302 or 400 <= posted.status_code < 500  # back to the desk: nothing of it was chosen


@pytest.mark.parametrize(
    "header", ["HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_ORIGIN", "HTTP_AUTHORIZATION",
               "HTTP_X_FORWARDED_FOR", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_X_CSRFTOKEN"],
)  # fmt: skip
def test_headers_full_of_rubbish_hurt_nobody(officer: User, header: str) -> None:
    for value in (
        "x" * 100_000,
        "\0\xff\x1b",
        "tipline_session=" + "a" * 5000,
        ";" * 5000,
        "%0d%0aSet-Cookie: a=b",
        "[" * 5000,
    ):
        for path in ("/sign-in/", "/desk/", "/ispws/status", "/static/console/tokens.css"):
            status, headers, text = request("GET", path, **{header: value})
            assert status in {200, 206, 302, 304, 400, 401, 416}, (path, status)
            assert "Traceback" not in text
            assert not any("\n" in v or "\r" in v for v in headers.values())
    forged = request(
        "POST", "/sign-in/", b"a=1", CONTENT_TYPE="application/x-www-form-urlencoded", **{header: "\0\xff"}
    )
    assert refused(forged) in {400, 403}


# -- uploads are never served; pages ask as many questions for one row as for many ---------------------------------------------


def _paths(resolver: Any, prefix: str = "/") -> list[str]:
    """Every address, with numbers and words in its places."""
    found = []
    for entry in resolver.url_patterns:
        text = prefix + re.sub(r"[\^$]|\\Z", "", str(entry.pattern))
        found += [text] if isinstance(entry, URLPattern) else _paths(entry, text)
    return found


def test_an_uploaded_file_is_served_at_no_address(officer: User) -> None:
    body = noise_png(4242)
    provider = factories.provider()
    door, headers = Client(), factories.basic(provider)
    opened = door.post("/ispws/submit", report_xml(factories.synthetic(files=0)), content_type="text/xml", **headers)  # type: ignore[arg-type]
    report_id = int(re.search(rb"<reportId>(\d+)<", opened.content)[1])  # type: ignore[index]
    upload = io.BytesIO(body)
    upload.name = "photograph-4242.png"
    taken = door.post("/ispws/upload", {"id": report_id, "file": upload}, **headers)  # type: ignore[arg-type]
    file_id = re.search(rb"<fileId>([^<]+)<", taken.content)[1].decode()  # type: ignore[index]
    assert door.post("/ispws/finish", {"id": report_id}, **headers).status_code == 200  # type: ignore[arg-type]
    drain()
    paths = {
        re.sub(r"<(?:\w+:)?\w+>", value, path) for path in _paths(get_resolver()) for value in (str(report_id), file_id)
    }
    paths |= {
        f"/{place}{name}" for place in ("", "static/", "media/", "uploads/", "evidence/", "files/", f"reports/{report_id}/", "ispws/")
        for name in ("photograph-4242.png", file_id, f"{file_id}.age")
    }  # fmt: skip
    assert len(paths) > 30
    for client, more in ((Client(), {}), (Client(), headers), (signed_in(officer), {})):
        client.raise_request_exception = False
        for path in sorted(paths):
            answer = client.get(path, **more)  # type: ignore[arg-type]
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert body[:64] not in content and body[-64:] not in content, path
            assert not answer.get("Content-Type", "").startswith(("image/png", "application/octet-stream")), path


def test_a_page_asks_as_many_questions_for_one_row_as_for_fifty(officer: User, tmp_path: Path) -> None:
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    provider = factories.provider()
    first = factories.filed(provider)
    drain()
    case = open_case(officer, [first.pk], "One")
    client = signed_in(officer)
    paths = ("/desk/?tab=all", f"/reports/{first.pk}/", f"/cases/{case.pk}/", "/cases/")

    def questions() -> dict[str, int]:
        found = {}
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            found[path] = len(asked)
        return found

    factories.filed(provider, factories.synthetic("one_more"))
    drain()
    with_one = questions()
    for number in range(50):
        factories.filed(provider, factories.synthetic(f"more_{number}", email="monsoon_kite_07@mail.example"))
    drain()
    assert questions() == with_one
