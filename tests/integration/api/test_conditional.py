"""Calls that depend on what was read before: tags, 304 and 412, pages by cursor, and what says that it goes. Each walks the description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import bearer, drain, person
from tipline.api.deprecations import DEPRECATED, Deprecated
from tipline.api.face import api_of
from tipline.core.config import Face
from tipline.intake.public_form.models import PublicReport
from tipline.investigation.cases.models import EvidenceKind
from tipline.investigation.cases.persons import Evidence, add_account_holder
from tipline.investigation.cases.services import open_case
from tipline.investigation.cases.todo import Task, add_task
from tipline.investigation.legal.clocks.models import Clock
from tipline.investigation.legal.letters.services import make as make_letter
from tipline.investigation.process.making import make
from tipline.investigation.process.models import RequestKind
from tipline.reports.models import Report
from tipline.statistics.keeping import refresh
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, User

pytestmark = pytest.mark.django_db

DESCRIBED: dict[str, Any] = json.loads(json.dumps(api_of(Face).get_openapi_schema(path_prefix="/api/v1/")))
OF_PEOPLE = {
    (path, method): operation
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
    if "providers" not in operation["tags"]
}
READS = sorted(path for path, method in OF_PEOPLE if method == "get")


def parameters(path: str, method: str = "get") -> dict[str, Any]:
    return {one["name"]: one for one in OF_PEOPLE[path, method]["parameters"]}


LISTS = [
    path
    for path in READS
    if {"after", "limit"} <= set(parameters(path)) or {"before", "limit"} <= set(parameters(path))
]


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.forget_all()
    factories.without_rates(monkeypatch)


@pytest.fixture
def officer(tmp_path: Any) -> User:
    return factories.four_at_jalgaon(tmp_path)


class Desk:
    """A case at Jalgaon with something of every kind, and the programs of a supervisor, an auditor and an administrator there."""

    def __init__(self, officer: User) -> None:
        ids = list(Report.objects.order_by("id").values_list("id", flat=True))
        case = open_case(officer, ids[:2], "Kites")
        for title in ("Ask", "Ask again", "Ask once more"):
            add_task(officer, case.pk, Task(title, officer))
        PublicReport.objects.create(
            report_id=ids[3], language="mr", code_hash="0" * 64
        )  # as if it had come by the public form
        proof = Evidence(EvidenceKind.DOCUMENT, "A line", "A page")
        people = [add_account_holder(officer, case.pk, name, [proof]) for name in ("K. Example", "R. Example")]
        self.numbers = {
            "case_id": case.pk, "report_id": ids[3], "name": "funnel", "task_id": case.tasks.earliest("id").pk,
            "person_id": people[0].pk, "clock_id": Clock.objects.filter(case=case).earliest("id").pk,
            "request_id": make(officer, case.pk, RequestKind.PRODUCTION).requests[0].pk,
            "letter_id": make_letter(officer, case.pk, "fir", "en").pk,
        }  # fmt: skip
        refresh()
        self.case, self.ids = case, ids
        headers = {
            role: bearer(factories.token(person("IN-MH-JALGAON", role))) for role in (Role.AUDITOR, Role.ADMINISTRATOR)
        }
        self.headers = headers | {Role.SUPERVISOR: bearer(factories.token(officer))}

    def address(self, path: str) -> str | None:
        """The address of something here; None: nothing of that kind lies here."""
        missing = set(re.findall(r"{(\w+)}", path)) - set(self.numbers)
        if missing or (path.startswith("/api/v1/links/{") or "/webhooks/{" in path):
            return None
        return re.sub(r"{(\w+)}", lambda found: str(self.numbers[found[1]]), path)

    def get(self, path: str, **more: Any) -> Any:
        role = Role.SUPERVISOR
        if path.startswith("/api/v1/log"):
            role = Role.AUDITOR
        elif re.match(r"/api/v1/(links|descriptor|webhooks)", path):
            role = Role.ADMINISTRATOR
        return Client().get(path, **self.headers[role], **more)

    def post(self, path: str, body: dict[str, Any], tag: str | None = None, key: str = "") -> Any:
        more = ({"HTTP_IF_MATCH": tag} if tag is not None else {}) | ({"HTTP_IDEMPOTENCY_KEY": key} if key else {})
        return Client().post(path, json.dumps(body), "application/json", **self.headers[Role.SUPERVISOR], **more)


@pytest.fixture
def desk(officer: User) -> Iterator[Desk]:
    return Desk(officer)  # type: ignore[return-value]


def test_every_answer_has_a_tag_and_is_not_sent_again_while_it_is_the_same(desk: Desk) -> None:
    asked = {path: address for path in READS if (address := desk.address(path))}
    assert len(asked) >= 35
    for path, address in asked.items():
        assert "If-None-Match" in parameters(path) and "304" in OF_PEOPLE[path, "get"]["responses"], path
        first = desk.get(address)
        assert first.status_code == 200, (path, first.content)
        assert re.fullmatch(r'"[0-9a-f]{32}"', first["ETag"]), path
        if path == "/api/v1/descriptor" or path.endswith(("letter.pdf", ".ics", "/log")):
            continue  # each says when it was made, or that it was just read
        again = desk.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b""), path
        assert desk.get(address, HTTP_IF_NONE_MATCH='"0123"').status_code == 200, path


HELD = sorted(path for (path, method) in OF_PEOPLE if method == "post" and "If-Match" in parameters(path, "post"))


def test_every_act_upon_one_thing_that_is_shown_can_be_held_against_it() -> None:
    shown = set(READS)
    for (path, method), operation in OF_PEOPLE.items():
        if method != "post" or "Idempotency-Key" not in parameters(path, "post"):
            continue
        thing = path[: path.rfind("}") + 1]
        assert (path in HELD) == (thing in shown or thing == "/api/v1/cases/{case_id}"), path
        assert ("412" in operation["responses"]) == (path in HELD), path


def test_what_changed_since_it_was_read_is_not_written_over(desk: Desk) -> None:
    """Whatever the act is, a wrong tag is refused before it is looked at, and nothing was done."""
    asked = [(path, address) for path in HELD if (address := desk.address(path))]  # the others: test_exchanging.py
    assert len(asked) >= 35
    for path, address in asked:
        answer = desk.post(address, body_of(path), tag='"00000000000000000000000000000000"')
        assert answer.status_code == 412, (path, answer.content)
        assert "read it again" in answer.json()["detail"], path


def body_of(path: str) -> dict[str, Any]:
    from tests.integration.trust.routes import ACTS

    act = next(act for pattern, act in ACTS.items() if re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{pattern}") == path)
    try:
        return dict(act.body(None))  # type: ignore[arg-type]
    except AttributeError:
        return {"reports": [1]}


def test_an_act_with_the_tag_that_was_read_is_done_once_and_a_second_one_is_refused(desk: Desk) -> None:
    task = f"/api/v1/cases/{desk.case.pk}/tasks/{desk.numbers['task_id']}"
    tag = desk.get(task)["ETag"]
    done = desk.post(f"{task}/end", {"state": "done"}, tag=tag, key="k")
    assert done.status_code == 200, done.content
    # the same call again is a repeat, and no lost update
    assert desk.post(f"{task}/end", {"state": "done"}, tag=tag, key="k").json()["repeated"]
    assert desk.post(f"{task}/end", {"state": "dropped", "note": "x"}, tag=tag).status_code == 412
    assert desk.get(task).json()["state"] == "done"
    assert desk.post(f"{task}/end", {"state": "open"}, tag=f'"0", {desk.get(task)["ETag"]}').status_code != 412
    assert desk.post(task, {}, tag="*").status_code != 412
    # a case is held against its state; what acts on many things has no tag to be held against
    state = f"/api/v1/cases/{desk.case.pk}/state"
    tag = desk.get(state)["ETag"]
    section = {"section": "no-such-section"}
    assert desk.post(f"/api/v1/cases/{desk.case.pk}/sections", section, tag=tag).status_code == 422
    refused = desk.post("/api/v1/desk/acknowledge", {"reports": desk.ids[:1]}, tag="*")
    assert refused.status_code == 412 and "`seen`" in refused.json()["detail"]


def test_a_token_that_may_not_read_a_thing_cannot_hold_an_act_against_it(desk: Desk, officer: User) -> None:
    headers = bearer(factories.token(officer, "cases:write"))
    address = f"/api/v1/cases/{desk.case.pk}/diary"
    answer = Client().post(address, '{"text": "A line"}', "application/json", HTTP_IF_MATCH="*", **headers)
    assert answer.status_code == 412 and "may not read" in answer.json()["detail"]
    absent = Client().post("/api/v1/cases/987654/diary", '{"text": "A"}', "application/json", HTTP_IF_MATCH="*", **desk.headers[Role.SUPERVISOR])  # fmt: skip
    assert absent.status_code == 404


HOSTILE = ["-1", "x", "1e3", "9223372036854775808", "1 OR 1=1", "", "\x00", "1.5", "NaN"]


def test_a_hostile_cursor_is_refused_by_its_name(desk: Desk) -> None:
    for path in LISTS:
        address = desk.address(path) or re.sub(r"{\w+}", "1", path)
        name = "before" if "before" in parameters(path) else "after"
        for cursor in HOSTILE:
            answer = desk.get(address, data={name: cursor})
            assert answer.status_code == 422, (path, cursor, answer.content)
            assert [one["field"] for one in answer.json()["errors"]] == [name], (path, cursor)
        assert desk.get(address, data={"limit": 201}).status_code == 422, path


def test_pages_follow_each_other_without_a_gap_and_end(desk: Desk) -> None:
    for path in LISTS:
        address = desk.address(path)
        if (
            address is None or path == "/api/v1/log"
        ):  # test_exchanging.py; each page of the log is an entry: test_endpoints.py
            continue
        whole = [one.get("id", one.get("referral")) for one in desk.get(address, data={"limit": 200}).json()["items"]]
        seen: list[int] = []
        after: int | None = 0
        while after is not None:
            page = desk.get(address, data={"limit": 1 if len(whole) < 9 else 5, "after": after}).json()
            seen += [one.get("id", one.get("referral")) for one in page["items"]]
            after = page["next"]
        assert seen == whole == sorted(set(whole)), path


def test_nothing_is_skipped_or_told_twice_when_rows_are_added_meanwhile(desk: Desk) -> None:
    for address, key in (("/api/v1/reports", "id"), ("/api/v1/desk", "id")):
        seen: list[int] = []
        after: int | None = 0
        while after is not None:
            page = desk.get(
                address, data={"limit": 1, "after": after, **({"tab": "all"} if "desk" in address else {})}
            ).json()
            seen += [one[key] for one in page["items"]]
            after = page["next"]
            if len(seen) == 2:
                factories.filed(factories.provider(f"late{address[-4:]}"), factories.synthetic(f"late_{address[-4:]}"))
                drain()
        assert seen == sorted(set(seen)) and len(seen) == Report.objects.count(), address


def test_an_operation_that_goes_says_so_with_every_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        DEPRECATED, "GET /api/v1/me", Deprecated(date(2027, 1, 1), date(2028, 1, 1), "GET /api/v1/them")
    )
    for answer in (desk.get("/api/v1/me"), Client().get("/api/v1/me")):
        assert answer["Deprecation"] == "@1798761600"
        assert answer["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    assert "Deprecation" not in desk.get("/api/v1/agencies")
    described = Client().get("/api/v1/openapi.json").json()
    assert described["paths"]["/api/v1/me"]["get"]["deprecated"] is True
