"""Where the account of a report was: what the pipeline makes of its addresses and hints, and answering again later."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests import factories
from tipline.core.clock import now
from tipline.demo.synthetic import Seen
from tipline.investigation.chain import chain
from tipline.pipeline.attribution.hints import materials, read_pairs
from tipline.pipeline.attribution.models import Attribution, EarlierAnswer, Recomputation, Whereabouts
from tipline.pipeline.attribution.services import import_source
from tipline.pipeline.recompute import again
from tipline.pipeline.routing.models import Decision
from tipline.reports.models import Report
from tipline.trust.visibility import OPERATOR

AT = datetime(2026, 11, 20, 10, 12, tzinfo=UTC)
HEAD = "network,country,state,district,owner,flags\n"


def import_ranges(folder: Path, rows: str) -> None:
    path = folder / "ranges.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    import_source(path, folder, factories.TESTS)


def filed(*seen: tuple[str, int], **more: str) -> Report:
    """A processed report of an account seen at addresses, each so many hours before AT."""
    addresses = tuple(Seen(ip, 40_000 + i, AT - timedelta(hours=hours), "Login") for i, (ip, hours) in enumerate(seen))
    report = factories.filed(factories.provider(), replace(factories.synthetic(files=0, **more), seen=addresses, at=AT))
    factories.drain()
    return report


@pytest.fixture
def tree(db: None, tmp_path: Path) -> None:
    factories.standard_tree()
    import_ranges(
        tmp_path,
        "192.0.2.0/26,IN,Maharashtra,Jalgaon,A,\n192.0.2.64/27,IN,Maharashtra,Pune,B,\n192.0.2.96/27,IN,Gujarat,Surat,C,\n"
        "198.51.100.0/24,IN,Maharashtra,Pune,D,hosting\n",
    )


def test_one_address_is_the_place_with_its_sentence_and_evidence(tree: None) -> None:
    report = filed(("192.0.2.11", 0))
    found = Whereabouts.objects.get(report=report)
    assert (found.country, found.state, found.district, found.level) == ("IN", "Maharashtra", "Jalgaon", "district")
    assert not found.abstained
    assert found.confidence > 0.9
    assert [piece["kind"] for piece in found.evidence] == ["address"]
    one = Attribution.objects.get(report=report)
    assert one.explanation.startswith(
        "On 20 November 2026 at 10:12 UTC the address 192.0.2.11 (port 40000) belonged to the network 192.0.2.0/26, which the operator's own table ranges.csv"
    )
    assert "above the floor of 0.60 for a district: Jalgaon, Maharashtra" in one.explanation
    assert (one.level, one.model_version, one.stage_version) == ("district", "2", "2")
    assert set(one.confidences) == {"country", "state", "district"}


def test_a_traveller_is_one_person_and_the_latest_place_wins(tree: None) -> None:
    found = Whereabouts.objects.get(
        report=filed(("192.0.2.11", 0), ("192.0.2.12", 30), ("192.0.2.70", 300), ("192.0.2.100", 900))
    )
    assert (found.district, found.abstained, found.rule) == ("Jalgaon", False, "latest-stretch")
    assert [s["place"][2] for s in found.stretches] == ["Jalgaon", "Pune", "Surat"]
    assert found.stretches[0]["sightings"] == 2
    assert "a journey, not a contradiction" in found.explanation


def test_two_places_at_once_are_no_journey(tree: None) -> None:
    found = Whereabouts.objects.get(report=filed(("192.0.2.11", 0), ("192.0.2.70", 0)))
    assert (found.abstained, found.rule, found.state, found.district) == (True, "at-once", "Maharashtra", "")
    assert {g["district"] for g in found.guesses} == {"Jalgaon", "Pune"}


def test_an_address_that_abstains_leaves_the_report_to_a_person(tree: None) -> None:
    found = Whereabouts.objects.get(report=filed(("198.51.100.3", 0)))
    assert (found.abstained, found.country, found.confidence) == (True, "", 0.0)
    assert "a person decides" in found.explanation
    assert found.guesses[0]["district"] == "Pune"


def test_a_telephone_number_alone_is_enough_for_a_country(tree: None) -> None:
    found = Whereabouts.objects.get(report=filed(phone="+919820000000"))
    assert (found.country, found.state, found.level, found.abstained, found.rule) == (
        "IN",
        "",
        "country",
        False,
        "hints",
    )
    assert found.evidence[0]["kind"] == "telephone"


def test_hints_are_read_in_four_queries_whatever_the_batch(tree: None, django_assert_num_queries: object) -> None:
    ids = [filed(("192.0.2.11", 0)).pk for _ in range(3)]
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert set(materials(ids)) == set(ids)


def test_pairs_are_read_from_a_document_with_or_without_a_namespace() -> None:
    pair = "<nameValuePair type='EXIF'><name>GPSLatitude</name><value>20.99</value></nameValuePair>"
    assert read_pairs(f"<fileDetails><details>{pair}</details></fileDetails>".encode()) == {"GPSLatitude": "20.99"}
    assert read_pairs(f"<fileDetails xmlns='urn:x'><details>{pair}</details></fileDetails>".encode()) == {
        "GPSLatitude": "20.99"
    }
    assert read_pairs(b"<fileDetails") == {}


def test_the_report_tells_where_with_stretches_and_hints(tree: None) -> None:
    told = chain(OPERATOR, filed(("192.0.2.11", 0)).pk)
    where = told["whereabouts"]
    assert (where["district"], where["masked"], where["earlier"]) == ("Jalgaon", False, [])
    assert where["stretches"][0]["place"] == ["IN", "Maharashtra", "Jalgaon"]
    (place,) = told["attributions"]
    assert {"level", "confidences", "guesses", "asn", "model"} <= set(place)


def test_answering_again_changes_nothing_when_nothing_changed(tree: None) -> None:
    report = filed(("192.0.2.11", 0))
    before = Attribution.objects.values().get()  # not written again either: its time stays
    *_, progress = again()
    assert (progress.reports, progress.changed, progress.busy, progress.ended) == (1, 0, 0, True)
    assert Attribution.objects.values().get() == before
    assert not EarlierAnswer.objects.exists()
    assert Recomputation.objects.get().last_report == report.pk


def test_a_better_source_changes_the_place_keeps_the_old_answer_and_decides_again(tree: None, tmp_path: Path) -> None:
    report = filed(("192.0.2.11", 0))
    assert Decision.objects.get(report=report).agency == factories.agency("IN-MH-JALGAON")
    import_ranges(tmp_path, "192.0.2.0/26,IN,Maharashtra,Pune,A,\n")
    *_, progress = again()
    assert progress.changed == 1
    assert Whereabouts.objects.get(report=report).district == "Pune"
    assert Decision.objects.get(report=report).agency == factories.agency("IN-MH-PUNE")
    earlier = EarlierAnswer.objects.filter(report=report)
    assert {(e.sighting_id is None, e.answer["district"]) for e in earlier} == {(True, "Jalgaon"), (False, "Jalgaon")}
    assert chain(OPERATOR, report.pk)["whereabouts"]["earlier"][0]["district"] == "Jalgaon"
    *_, twice = again()
    assert twice.changed == 0
    assert EarlierAnswer.objects.count() == 2


def test_a_run_that_was_stopped_goes_on_where_it_was(tree: None) -> None:
    reports = [filed(("192.0.2.11", 0)) for _ in range(5)]
    from tipline.pipeline.attribution.recomputing import recompute

    first = next(recompute(None, lambda ids, at: None, batch_size=2))
    assert (first.reports, first.last_report, first.ended) == (2, reports[1].pk, False)
    *_, last = recompute(None, lambda ids, at: None, batch_size=2)
    assert (last.reports, last.ended) == (5, True)


def test_only_named_reports_and_only_those_since_a_day(tree: None) -> None:
    one, other = filed(("192.0.2.11", 0)), filed(("192.0.2.12", 0))
    *_, named = again(report_ids=[other.pk])
    assert (named.reports, named.last_report) == (1, other.pk)
    *_, later = again(since=now() + timedelta(days=1))
    assert later.reports == 0
    assert Report.objects.filter(pk=one.pk).exists()


def test_desks_do_not_wait_for_a_run_and_it_does_not_wait_for_them(committed_db: None, tmp_path: Path) -> None:
    """While a batch is being answered desks read every row; a report that somebody holds is left to them."""
    factories.standard_tree()
    import_ranges(tmp_path, "192.0.2.0/26,IN,Maharashtra,Jalgaon,A,\n")
    held, *_ = [filed(("192.0.2.11", 0)) for _ in range(6)]
    import_ranges(tmp_path, "192.0.2.0/26,IN,Maharashtra,Pune,A,\n")
    within, read = threading.Event(), threading.Event()
    busy: list[int] = []

    def answering(ids: object, at: datetime) -> None:
        within.set()
        assert read.wait(20)

    def work() -> None:
        from tipline.pipeline.attribution.recomputing import recompute
        from tipline.trust.visibility import assume

        try:
            assume(OPERATOR)
            *_, last = recompute(None, answering)
            busy.append(last.busy)
        finally:
            connections.close_all()

    with transaction.atomic():
        Report.objects.select_for_update(no_key=True).get(pk=held.pk)
        thread = threading.Thread(target=work)
        thread.start()
        assert within.wait(20)  # it passed by the report that this transaction holds
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
        assert (
            Attribution.objects.filter(district="Jalgaon").count() == 6
        )  # what desks read, and the run has not committed
        read.set()
    thread.join(30)
    assert busy == [1]
    assert Attribution.objects.filter(district="Pune").count() == 5


def test_thousands_of_reports_are_answered_again_and_nothing_is_written_twice(tree: None, tmp_path: Path) -> None:
    """Copies of one report, as a year leaves them: 2,000 of them, which a better table moves, once."""
    first = filed(("192.0.2.11", 0))
    first.refresh_from_db()
    sighting = first.sightings.filter(ip__isnull=False).get()
    reports = Report.objects.bulk_create(_copies(first, 2_000))
    again_at = [(r, *_copies(sighting, 1)) for r in reports]
    for report, copy in again_at:
        copy.report, copy.person = report, None
    type(sighting).objects.bulk_create([copy for _, copy in again_at])
    *_, filled = again()
    assert (filled.reports, filled.changed) == (2_001, 0)
    assert Whereabouts.objects.filter(district="Jalgaon").count() == 2_001
    import_ranges(tmp_path, "192.0.2.0/26,IN,Maharashtra,Pune,A,\n")
    from tipline.pipeline.attribution.recomputing import recompute

    *_, moved = recompute(None, lambda ids, at: None)
    assert (moved.reports, moved.changed, moved.busy) == (2_001, 2_001, 0)
    *_, same = recompute(None, lambda ids, at: None)
    assert (same.reports, same.changed) == (2_001, 0)
    assert EarlierAnswer.objects.count() == 2 * 2_001


def _copies(row: Any, count: int) -> list[Any]:
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    return [type(row)(**values) for _ in range(count)]
