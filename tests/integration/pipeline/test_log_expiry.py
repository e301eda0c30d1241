"""The log-expiry clock through the stages, on the desk and on the report's page, and what people note of it."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests import factories
from tests.factories import drain, person, signed_in
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.demo.scenario import NETWORKS
from tipline.demo.synthetic import Seen, SyntheticReport
from tipline.investigation.chain import chain
from tipline.pipeline.attribution.log_expiry import in_force
from tipline.pipeline.attribution.log_expiry.models import (
    ExpiryNotice,
    LogClock,
    PreservationKind,
    PreservationNote,
    ProviderDirectory,
    ReportClock,
)
from tipline.pipeline.attribution.log_expiry.queries import expiring
from tipline.pipeline.attribution.log_expiry.raising import advance, raise_due, renew
from tipline.pipeline.attribution.log_expiry.services import acknowledge, import_directory, note_preservation
from tipline.pipeline.attribution.log_expiry.stage import write
from tipline.pipeline.attribution.models import Attribution
from tipline.pipeline.stage import Batch
from tipline.pipeline.triage.models import Score
from tipline.reports.models import Report, Sighting
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, acting, scope_of

__all__ = ["runner"]  # a fixture of the matrix

pytestmark = pytest.mark.django_db

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
JALGAON = "IN-MH-JALGAON"


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    in_force._recent[:] = 0.0, None
    return factories.provider()


def seen(handle: str, *ages: float, ip: str = "192.0.2.11", **more: object) -> SyntheticReport:
    """A report whose address was used so many days ago: by the demo's cable network, which keeps its log for 14 days."""
    at = now().replace(microsecond=0)
    used = tuple(Seen(ip, 50112, at - timedelta(days=age), "Login") for age in ages)
    made = factories.synthetic(handle, ip="", **more)  # type: ignore[arg-type]
    return type(made)(**{**{name: getattr(made, name) for name in made.__dataclass_fields__}, "seen": used})


def filed(reporter: Reporter, handle: str, *ages: float, **more: object) -> Report:
    report = factories.filed(reporter, seen(handle, *ages, **more))  # type: ignore[arg-type]
    drain()
    return Report.objects.get(pk=report.pk)


def clock(report: Report) -> ReportClock:
    return ReportClock.objects.get(report=report)


def sightings(report: Report) -> list[int]:
    return list(LogClock.objects.filter(report=report).order_by("likely_gone_at").values_list("sighting_id", flat=True))


def desk(user: User, query: str = "") -> str:
    response = signed_in(user).get(f"/desk/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def listed(text: str) -> list[int]:
    return [int(n) for n in re.findall(r'role="rowheader"><a href="/reports/(\d+)/"', text)]


# -- through the stages ------------------------------------------------------------------------------------------------


def test_each_address_gets_a_clock_and_the_report_the_next_one_to_go(reporter: Reporter) -> None:
    import_directory(NETWORKS, factories.TESTS)
    report = filed(reporter, "kite", 12, 3, 40)
    gone, soon, later = LogClock.objects.filter(report=report).order_by("likely_gone_at")
    for one in (gone, soon, later):
        assert one.counted_from is not None and one.likely_gone_at == one.counted_from + timedelta(days=14)
        assert one.kept_until_by_rule_at == one.counted_from + timedelta(days=180)
        assert (one.holder_key, one.holder_name, one.basis) == (
            "example-khandesh",
            "Example Khandesh Broadband",
            "practice",
        )
        assert "this network's practice is 14 days" in one.explanation
        assert one.directory_version.startswith("own IN demo-1")
    of_report = clock(report)
    assert of_report.next_likely_gone_at == of_report.next_unasked_at == soon.likely_gone_at
    assert of_report.all_gone_at == later.likely_gone_at
    assert (of_report.sightings, of_report.preserved, of_report.noted) == (3, 0, 0)


def test_run_twice_it_leaves_the_same_rows_and_what_is_gone_from_the_report_goes(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 12, 3)
    before = list(LogClock.objects.order_by("id").values())
    at = before[0]["at"]
    write(Batch((report.pk,), at))
    assert list(LogClock.objects.order_by("id").values()) == before
    Attribution.objects.filter(sighting=before[0]["sighting_id"]).delete()
    write(Batch((report.pk,), at))
    assert LogClock.objects.get(report=report).sighting_id == before[1]["sighting_id"]
    Attribution.objects.all().delete()
    write(Batch((report.pk,), at))
    assert not LogClock.objects.exists() and not ReportClock.objects.exists()


def test_the_as_number_that_a_source_states_leads_to_the_holder(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 3)
    for attribution in Attribution.objects.filter(report=report):
        attribution.sources = [{**attribution.sources[0], "asn": 55836}]
        attribution.save()
    write(Batch((report.pk,), now()))
    one = LogClock.objects.get(report=report)
    assert (one.asn, one.holder_key) == (55836, "jio")


def test_a_time_before_1990_is_named_and_has_no_clock(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 3)
    Sighting.objects.filter(pk__in=sightings(report)).update(at=datetime(1989, 1, 1, tzinfo=UTC))
    write(Batch((report.pk,), now()))
    assert "before 1990" in LogClock.objects.get(report=report).explanation
    assert (clock(report).next_likely_gone_at, clock(report).sightings) == (None, 0)
    text = signed_in(person(JALGAON)).get(f"/reports/{report.pk}/").content.decode()
    assert "before 1990" in text


def test_without_a_time_of_use_it_counts_from_the_incident_and_then_from_reception(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 3)
    Sighting.objects.filter(pk__in=sightings(report)).update(at=None, at_text="yesterday")
    write(Batch((report.pk,), now()))
    one = LogClock.objects.get(report=report)
    assert (one.counted_by, one.counted_from) == ("incident", report.incident_at)
    Report.objects.filter(pk=report.pk).update(incident_at=None)
    write(Batch((report.pk,), now()))
    one = LogClock.objects.get(report=report)
    assert (one.counted_by, one.counted_from) == ("received", report.received_at)
    assert "yesterday" not in one.explanation  # what was written is the report's, and stands there


@pytest.mark.parametrize(
    ("age", "rules"),
    [(3, {"log-14"}), (8, {"log-7", "log-14"}), (12, {"log-3", "log-7", "log-14"}), (40, set()), (200, {"log-gone"})],
)
def test_triage_asks_the_clock_how_old_the_logs_are(reporter: Reporter, age: int, rules: set[str]) -> None:
    report = filed(reporter, "kite", age)
    reasons = Score.objects.get(report=report, kind="priority").reasons
    assert {r["rule"] for r in reasons if r["rule"].startswith("log")} == rules


def test_the_address_of_somebody_who_reported_moves_no_clock_of_the_report(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 3)
    Sighting.objects.filter(pk__in=sightings(report)).update(role="officer")
    write(Batch((report.pk,), now()))
    assert LogClock.objects.filter(report=report).exists()
    assert not ReportClock.objects.filter(report=report, next_likely_gone_at__isnull=False).exists()


def test_time_that_passes_moves_a_report_on_to_its_next_log(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 12, 3)
    assert advance() == 0
    later = now() + timedelta(days=4)
    assert advance(later) == 1
    assert clock(report).next_likely_gone_at == clock(report).all_gone_at
    assert advance(later) == 0


def test_a_new_directory_writes_the_clocks_of_what_is_here_anew_lot_by_lot(reporter: Reporter) -> None:
    reports = [filed(reporter, f"kite_{n}", 3) for n in range(3)]
    assert renew() == 0
    import_directory(NETWORKS, factories.TESTS)
    assert [renew(limit=2), renew(limit=2), renew(limit=2)] == [2, 1, 0]
    assert {c.holder_key for c in LogClock.objects.filter(report__in=reports)} == {"example-khandesh"}


# -- a directory of one's own ------------------------------------------------------------------------------------------


def test_an_import_takes_the_place_of_the_one_before_and_is_logged(reporter: Reporter, tmp_path: Path) -> None:
    done = import_directory(NETWORKS, factories.TESTS)
    assert (done.country, done.version, done.holders, done.unchanged) == ("IN", "demo-1", 3, False)
    assert import_directory(NETWORKS, factories.TESTS).unchanged
    changed = tmp_path / "IN.toml"
    changed.write_text(NETWORKS.read_text().replace("days = 14", "days = 20"))
    with pytest.raises(InvalidInputError, match="new version"):
        import_directory(changed, factories.TESTS)
    changed.write_text(changed.read_text().replace('"demo-1"', '"demo-2"'))
    import_directory(changed, factories.TESTS)
    assert list(ProviderDirectory.objects.order_by("id").values_list("version", "active")) == [
        ("demo-1", False),
        ("demo-2", True),
    ]
    assert Entry.objects.filter(action="provider_directory.imported").count() == 2
    assert in_force.directory().find("IN", None, "Example Khandesh Broadband").claims["practice"].days == 20


def test_a_broken_import_changes_nothing(reporter: Reporter, tmp_path: Path) -> None:
    broken = tmp_path / "IN.toml"
    broken.write_text(NETWORKS.read_text().replace('kind = "cable"', 'kind = "carrier pigeon"'))
    with pytest.raises(InvalidInputError, match=r"IN\.toml, holders\.0\.kind"):
        import_directory(broken, factories.TESTS)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        import_directory(tmp_path / "nowhere.toml", factories.TESTS)
    assert not ProviderDirectory.objects.exists()


def test_a_stored_directory_that_is_not_one_any_more_stops_no_report(reporter: Reporter) -> None:
    import_directory(NETWORKS, factories.TESTS)
    ProviderDirectory.objects.update(body={"holders": "?"}, sha256="0" * 64)
    report = filed(reporter, "kite", 3)
    assert LogClock.objects.get(report=report).holder_key == "unknown"


# -- on the desk -------------------------------------------------------------------------------------------------------


def test_a_report_whose_log_ends_in_two_days_stands_above_others(reporter: Reporter) -> None:
    fresh, ends, gone, none = (filed(reporter, f"kite_{n}", *ages) for n, ages in enumerate(((1,), (12,), (30,), ())))
    Report.objects.filter(pk=fresh.pk).update(escalated=True)
    # a report without an address came to nobody's district: it lies at the top
    assert listed(desk(person(JALGAON), "sort=logs")) == [ends.pk, fresh.pk, gone.pk]
    assert (
        listed(desk(person(JALGAON)))[0] == fresh.pk
    )  # what a provider calls urgent stays first where nothing else is asked for
    assert listed(desk(person("US-NCMEC", Role.ANALYST), "sort=logs&tab=all"))[-1] == none.pk


def test_the_desk_is_narrowed_to_what_ends_within_a_week_or_is_gone(reporter: Reporter) -> None:
    fresh, ends, gone = (filed(reporter, f"kite_{n}", age) for n, age in enumerate((1, 12, 30)))
    officer = person(JALGAON)
    text = desk(officer, "logs=7")
    assert listed(text) == [ends.pk]
    assert "1 day left" in text and "likely gone" in text
    assert listed(desk(officer, "logs=gone")) == [gone.pk]
    assert "ask at once" in desk(officer, "logs=gone")
    assert set(listed(desk(officer, "logs=whatever&sort=x'--"))) == {fresh.pk, ends.pk, gone.pk}
    assert "No report fits this choice" in desk(officer, "logs=7&tab=accepted")


# -- preservation ------------------------------------------------------------------------------------------------------


def test_what_is_confirmed_stops_the_clock_and_what_is_asked_for_does_not(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 12, 3)
    first, second = sightings(report)
    officer = person(JALGAON)
    with acting(scope_of(officer)):
        note_preservation(officer, first, PreservationKind.ASKED, now().date(), " CCPS/2026/114 ")
    asked = clock(report)
    assert asked.next_likely_gone_at == LogClock.objects.get(sighting=first).likely_gone_at
    assert asked.next_unasked_at == LogClock.objects.get(sighting=second).likely_gone_at
    with acting(scope_of(officer)):
        note_preservation(officer, first, PreservationKind.CONFIRMED, now().date(), "Answer 7")
    kept = clock(report)
    assert kept.next_likely_gone_at == LogClock.objects.get(sighting=second).likely_gone_at
    assert (kept.preserved, kept.noted) == (1, 1)
    assert list(PreservationNote.objects.order_by("id").values_list("kind", "reference", "holder_name")) == [
        ("asked", "CCPS/2026/114", "unknown holder"),
        ("confirmed", "Answer 7", "unknown holder"),
    ]
    entries = Entry.objects.filter(action="preservation.noted", object_id=str(report.pk), actor_id=officer.pk)
    assert [e.detail["kind"] for e in entries.order_by("id")] == ["asked", "confirmed"]
    assert "CCPS" not in json.dumps([e.detail for e in entries])
    with acting(OPERATOR):
        told = [a["log"] for a in chain(OPERATOR, report.pk)["attributions"]]
    assert sorted(len(log["preservation"]) for log in told) == [0, 2]
    assert sorted(log["preserved"] for log in told) == [False, True]


def test_it_is_noted_and_shown_on_the_page_of_the_report(reporter: Reporter) -> None:
    import_directory(NETWORKS, factories.TESTS)
    report = filed(reporter, "kite", 3)
    client = signed_in(person(JALGAON, Role.INVESTIGATOR))
    path = f"/reports/{report.pk}/"
    text = client.get(path).content.decode()
    for words in (
        "Log: Example Khandesh Broadband",
        "nodal@khandesh-broadband.example",
        "placeholder: fill in",
        "10 days left",
        "Note it",
    ):
        assert words in text, words
    given = {"sighting": sightings(report)[0], "kind": "confirmed", "day": "2026-11-20", "reference": "<b>Letter</b>"}
    text = client.post(f"{path}preservation/", given, follow=True).content.decode()
    assert "Preservation confirmed on 20 Nov 2026, reference &lt;b&gt;Letter&lt;/b&gt;" in text
    assert "Preserved" in text
    assert "Preserved" in desk(person(JALGAON))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"day": "2126-01-01"}, "cannot lie in the future"),
        ({"day": "1989-01-01"}, "before 1990"),
        ({"day": "soon"}, "year-month-day"),
        ({"kind": "burnt"}, "asked for, confirmed or refused"),
        ({"reference": " "}, "Give the reference"),
        ({"reference": "x" * 121}, "Give the reference"),
        ({"reference": "a\u202eb"}, "plain characters"),
    ],
)
def test_what_cannot_be_noted_is_said_and_changes_nothing(
    reporter: Reporter, given: dict[str, str], words: str
) -> None:
    report = filed(reporter, "kite", 3)
    data = {"sighting": sightings(report)[0], "kind": "asked", "day": "2026-11-20", "reference": "Letter 1", **given}
    text = signed_in(person(JALGAON)).post(f"/reports/{report.pk}/preservation/", data, follow=True).content.decode()
    assert words in text and "Nothing was noted" in text
    assert not PreservationNote.objects.exists()


def test_only_the_agency_that_holds_the_report_notes_anything(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 3)
    sighting = sightings(report)[0]
    ask = (sighting, PreservationKind.ASKED, date(2026, 11, 20), "L")
    with pytest.raises(ConflictError, match="lies with another agency"):
        note_preservation(person("IN-MH-CYBER"), *ask)
    for code in ("IN-MH-PUNE", "IN-BR-CYBER"):
        somebody = person(code)
        with pytest.raises(NotFoundError), acting(scope_of(somebody)):
            note_preservation(somebody, *ask)
        with pytest.raises(NotFoundError):
            note_preservation(somebody, *ask)
        data = {"sighting": sighting, "kind": "asked", "day": "2026-11-20", "reference": "L"}
        assert signed_in(somebody).post(f"/reports/{report.pk}/preservation/", data).status_code == 404
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.STATISTICIAN, Role.TRAINEE):
        with pytest.raises(NotPermittedError):
            note_preservation(person(JALGAON, role), *ask)
    assert "Note it" not in signed_in(person("IN-MH-CYBER")).get(f"/reports/{report.pk}/").content.decode()
    assert not PreservationNote.objects.exists()


# -- for programs ------------------------------------------------------------------------------------------------------


def test_the_api_tells_the_clock_with_the_report_and_in_the_list(reporter: Reporter) -> None:
    report = filed(reporter, "kite", 3)
    token = factories.bearer(factories.token(person(JALGAON)))
    from django.test import Client

    (head,) = Client().get("/api/v1/reports", **token).json()["items"]
    assert head["log"]["addresses"] == 1 and head["log"]["holder"] == "unknown holder"
    whole = Client().get(f"/api/v1/reports/{report.pk}", **token).json()
    log = whole["attributions"][0]["log"]
    assert set(log) >= {"holder", "likely_gone_at", "kept_until_by_rule_at", "basis", "explanation", "preservation"}
    assert whole["log_clock"]["next_likely_gone_at"] == log["likely_gone_at"]


def test_the_command_lists_what_ends_soon(reporter: Reporter, runner: CliRunner) -> None:
    ends, _ = filed(reporter, "kite", 12), filed(reporter, "fresh", 1)
    run = runner
    raise_due()
    for arguments in ([], ["--agency", JALGAON], ["--within", "3"]):
        (row,) = json.loads(run.invoke(commands, ["expiring", "--json", *arguments]).output)
        assert (row["report"], row["agency"], row["accepted"]) == (ends.pk, JALGAON, False)
        assert 1.9 < row["days_left"] <= 2 and [one["days"] for one in row["raised"]] == [3]
    assert json.loads(run.invoke(commands, ["expiring", "--json", "--agency", "IN-MH-PUNE"]).output) == []
    assert "days left, at IN-MH-JALGAON" in run.invoke(commands, ["expiring"]).output
    assert "no log is likely gone" in run.invoke(commands, ["expiring", "--within", "1"]).output


def test_what_ends_soon_is_listed_within_what_somebody_may_see(reporter: Reporter) -> None:
    filed(reporter, "kite", 12)
    for code, rows in ((JALGAON, 1), ("IN-MH-CYBER", 1), ("IN-MH-PUNE", 0), ("IN-BR-CYBER", 0)):
        with acting(scope_of(person(code))) as scope:
            assert len(expiring(scope, 7)) == rows, code


def test_the_directory_is_listed_with_what_is_known_of_each(reporter: Reporter, runner: CliRunner) -> None:
    run = runner
    assert run.invoke(commands, ["provider-directory", "import", str(NETWORKS)]).exit_code == 0
    told = json.loads(run.invoke(commands, ["provider-directory", "list", "--country", "IN", "--json"]).output)
    by_key = {row["key"]: row for row in told["holders"]}
    assert by_key["example-khandesh"]["own"] and not by_key["jio"]["own"]
    assert {c["basis"]: c["of_this_network"] for c in by_key["example-khandesh"]["retention"]} == {
        "practice": True, "rule": False, "licence": False,
    }  # fmt: skip
    assert "Example Khandesh Broadband" in run.invoke(commands, ["provider-directory", "list"]).output


# -- a child's address -------------------------------------------------------------------------------------------------


def test_of_a_childs_address_neither_holder_nor_place_is_told(reporter: Reporter) -> None:
    import_directory(NETWORKS, factories.TESTS)
    report = filed(reporter, "kite", 12)
    Sighting.objects.filter(pk__in=sightings(report)).update(child=1, role="victim")
    write(Batch((report.pk,), now()))
    assert (clock(report).holder_name, clock(report).sightings) == ("", 1)
    assert raise_due() == 1
    notice = ExpiryNotice.objects.get()
    assert (notice.holder_name, notice.place) == ("", "Maharashtra, IN")
    log = chain(OPERATOR, report.pk)["attributions"][0]["log"]
    assert log["holder"] is None and log["likely_gone_at"] and "Khandesh" not in json.dumps(log)
    assert "Khandesh" not in desk(person(JALGAON))
    assert acknowledge(person(JALGAON), [notice.pk]) == 1
