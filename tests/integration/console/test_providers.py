"""An administrator's screens of providers: their own agency's and those that it oversees; limits, alerts, and no report data."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import person, signed_in
from tipline.core.clock import now
from tipline.intake.cybertipline import credentials
from tipline.intake.doors import admission
from tipline.intake.doors.models import Alert, DoorCall, ProviderDay
from tipline.trust.accounts.models import Reporter, ReporterCredential, ReporterKind, Role, User
from tipline.trust.accounts.provider_limits import Limits, limits_of
from tipline.trust.agencies.models import Oversight
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
CANARY = "zyxcanary_lantern_94"


@pytest.fixture(autouse=True)
def tree() -> None:
    factories.standard_tree()
    credentials.forget_all()
    admission.forget_all()


@pytest.fixture
def administrator() -> User:
    return person("US-NCMEC", Role.ADMINISTRATOR)


@pytest.fixture
def reporter() -> Reporter:
    return factories.provider("Pictogram & <Co>")


def alert(reporter: Reporter, subject: str = "/report/x", **more: object) -> Alert:
    at = now()
    return Alert.objects.create(
        reporter=reporter, kind="unknown_element", subject=subject, first_at=at, last_at=at, count=3, **more
    )


def page(user: User, path: str) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def day(reporter: Reporter, ago: int, **counts: int) -> None:
    ProviderDay.objects.create(reporter=reporter, day=(now() - timedelta(days=ago)).date(), **counts)


def test_the_list_says_how_each_provider_stands(administrator: User, reporter: Reporter) -> None:
    day(reporter, 0, calls=44, reports=11, refused=2, limited=5, completeness_sum=660, completeness_count=11)
    day(reporter, 6, reports=1, completeness_sum=48, completeness_count=1)
    day(reporter, 7, reports=100, completeness_sum=7000, completeness_count=100)
    day(reporter, 27, reports=1000)
    day(reporter, 28, reports=5000)
    alert(reporter)
    text = page(administrator, "/providers/")
    row = re.sub(r"<[^>]+>", " ", text.split("<tbody", 1)[1].split("</tbody", 1)[0])
    words = " ".join(row.split())
    for part in (
        "Pictogram &amp; &lt;Co&gt;",
        "US-NCMEC",
        "Active",
        "200 a second, 1000 at once no quota of reports",
        "11 reports 44 calls, 2 refused, 5 over the limit",
        "12 1112 59 of 100 11 less than before – 1 open",
    ):
        assert part in words, part
    assert "<Co>" not in text


def test_only_those_of_the_own_agency_and_of_those_it_oversees(reporter: Reporter) -> None:
    outside, overseer = person("IN-NCRB", Role.ADMINISTRATOR), person("IN-MH-CYBER", Role.ADMINISTRATOR)
    one = alert(reporter)
    assert "No provider files here" in page(outside, "/providers/")
    paths = [f"/providers/{reporter.pk}/", f"/providers/{reporter.pk}/limits/"]
    assert [signed_in(outside).get(path).status_code for path in paths] == [404, 404]
    acknowledge = f"/providers/alerts/{one.pk}/acknowledge/"
    assert signed_in(outside).post(acknowledge).status_code == 404
    assert signed_in(outside).post(paths[1], {"burst": "1"}).status_code == 404
    assert (limits_of(Reporter.objects.get()), Alert.objects.get().acknowledged_at) == (Limits(), None)
    assert "open alert" not in page(outside, "/people/")
    Oversight.objects.create(
        overseer=overseer.agency, overseen=factories.agency("US-NCMEC"), reason="an agreement", since=now()
    )
    assert "Pictogram" in page(overseer, "/providers/")
    assert "Pictogram" in page(overseer, paths[0])


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_other_roles_of_the_same_agency_get_nothing(reporter: Reporter, role: Role) -> None:
    one, somebody = alert(reporter), person("US-NCMEC", role)
    client = signed_in(somebody)
    for path in ("/providers/", f"/providers/{reporter.pk}/", f"/providers/{reporter.pk}/limits/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/providers/{reporter.pk}/limits/", {"burst": "1"}).status_code == 403
    assert client.post(f"/providers/alerts/{one.pk}/acknowledge/").status_code == 403
    assert "Providers" not in client.get("/account/").content.decode()
    assert (limits_of(Reporter.objects.get()), Alert.objects.get().acknowledged_at) == (Limits(), None)


def test_the_public_form_is_no_provider(administrator: User) -> None:
    form = Reporter.objects.create(
        name="Form", username="public-form", kind=ReporterKind.PUBLIC, agency=factories.agency("US-NCMEC")
    )
    assert "public-form" not in page(administrator, "/providers/")
    assert signed_in(administrator).get(f"/providers/{form.pk}/").status_code == 404


def test_open_alerts_are_counted_in_the_bar_of_the_first_screen(administrator: User, reporter: Reporter) -> None:
    assert "open alert" not in page(administrator, "/people/")
    alert(reporter)
    alert(reporter, "/report/y")
    alert(reporter, "/report/z", acknowledged_at=now(), acknowledged_by=administrator)
    assert '<span class="count">2<span class="hidden"> open alerts</span></span>' in page(administrator, "/people/")


def test_an_alert_is_acknowledged_by_name(administrator: User, reporter: Reporter) -> None:
    one = alert(reporter, "/report/a\u202eb")
    path = f"/providers/{reporter.pk}/"
    assert "/report/a⟨U+202E⟩b" in page(administrator, path)
    client = signed_in(administrator, fresh=False)
    done = client.post(f"/providers/alerts/{one.pk}/acknowledge/", follow=True).content.decode()
    assert f"Acknowledged by {administrator.name}" in done
    assert "Open</span>" not in done
    assert (
        Entry.objects.filter(action="alert.acknowledged", actor_id=administrator.pk, object_id=str(one.pk)).count() == 1
    )
    again = client.post(f"/providers/alerts/{one.pk}/acknowledge/", follow=True).content.decode()
    assert "Somebody has acknowledged it already" in again
    assert client.post(f"/providers/alerts/{one.pk + 1}/acknowledge/").status_code == 404


def test_limits_are_changed_with_a_fresh_proof(administrator: User, reporter: Reporter) -> None:
    path = f"/providers/{reporter.pk}/limits/"
    stale = signed_in(administrator, fresh=False)
    for answer in (stale.get(path), stale.post(path, {"burst": "5"})):
        assert answer["Location"].startswith("/confirm/")
    assert limits_of(Reporter.objects.get()) == Limits()
    client = signed_in(administrator)
    form = {
        "calls_per_second": "2.5", "burst": "5", "reports_per_day": "1000", "bytes_per_day": "",
        "networks": "192.0.2.0/24\r\n 2001:db8::/32 \r\n",
    }  # fmt: skip
    done = client.post(path, form, follow=True).content.decode()
    assert "2.5 a second, 5 at once" in done
    assert "0 of 1000 used today" in done
    assert limits_of(Reporter.objects.get()) == Limits(2.5, 5, 1000, None, ("192.0.2.0/24", "2001:db8::/32"))
    shown = client.get(path).content.decode()
    assert 'value="2.5"' in shown
    assert "192.0.2.0/24\n2001:db8::/32</textarea>" in shown
    client.post(path, dict.fromkeys(form, ""))
    assert limits_of(Reporter.objects.get()) == Limits()
    assert [e.actor_id for e in Entry.objects.filter(action="reporter.limited")] == [administrator.pk] * 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("calls_per_second", "fast"), ("calls_per_second", "nan"), ("burst", "0"), ("burst", "1.5"), ("reports_per_day", "-1"),
        ("bytes_per_day", "9" * 30), ("networks", "192.0.2.1/24"), ("networks", "<script>"),
    ],
)  # fmt: skip
def test_what_cannot_be_stands_beside_its_field(
    administrator: User, reporter: Reporter, field: str, value: str
) -> None:
    answer = signed_in(administrator).post(f"/providers/{reporter.pk}/limits/", {"burst": "7", field: value})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text
    assert "<script>" not in text.replace("<script src", "")
    assert limits_of(Reporter.objects.get()) == Limits()


def test_refused_documents_by_what_was_wrong_and_never_what_stood_in_them(
    administrator: User, reporter: Reporter
) -> None:
    body = f"<report><{CANARY}x/><incidentSummary><incidentType>{CANARY}@mail.example</incidentType></incidentSummary></report>"
    answer = Client().post("/ispws/submit", body.encode(), "text/xml", **factories.basic(reporter))
    assert answer.status_code == 422
    request_id = answer["Request-ID"]
    DoorCall.objects.filter(request_id=request_id).delete()
    path = f"/providers/{reporter.pk}/"
    assert "details no longer kept" in page(administrator, path)
    faults = [
        {"path": "/report/victim[2]/age", "line": 7, "rule": f"'{CANARY}' is not a whole number", "kind": "other"},
        {"path": "/report/x", "line": 8, "rule": f"'{CANARY}@mail.example' is not one of 'A'", "kind": "unknown_value"},
    ]
    DoorCall.objects.create(
        reporter=reporter, at=now(), call="submit", status=422, code=4100, faults=faults, request_id=request_id
    )
    text = page(administrator, path)
    assert "<code>/report/victim/age</code>, line 7: a value that is not shown is not a whole number" in text
    assert "<code>/report/x</code>, line 8: a value that is not shown is not in the schema&#x27;s list" in text
    assert CANARY not in text
    # another provider's page has none of it
    assert request_id not in text
    assert "Nothing was refused" in page(administrator, f"/providers/{factories.provider('Other').pk}/")


def test_no_password_and_no_hash_is_shown(administrator: User, reporter: Reporter) -> None:
    reporter.credentials.update(label="autumn")
    ReporterCredential.objects.create(reporter=reporter, password_hash="x$argon2", revoked_at=now(), sandbox=True)
    text = page(administrator, f"/providers/{reporter.pk}/")
    assert "autumn" in text
    assert "Sandbox" in text
    assert "Revoked" in text
    assert "argon2" not in text


def test_pages_take_a_few_statements_however_many_providers(administrator: User, reporter: Reporter) -> None:
    client = signed_in(administrator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/providers/")
        return len(asked)

    before = queries()
    for number in range(5):
        day(factories.provider(f"P{number}"), 1, reports=3)
    assert queries() == before < 22
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/providers/{reporter.pk}/")
    assert len(asked) < 30
