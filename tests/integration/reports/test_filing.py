"""Writing set-wise: one lot does what its calls would have done one after another, and whole reports are filed once."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.factories import digests, document, header, provider
from tipline.core.errors import TiplineError
from tipline.reports import writing
from tipline.reports.filing import Filed, Filing, StatedFile, file_reports, known_keys
from tipline.reports.models import Channel, Document, Holding, Processing, Report, ReportedFile, ReportState
from tipline.reports.received import IdempotencyKeyReusedError, ReceivedDocument, Source
from tipline.reports.writing import AddDetails, AddFile, Finish, Open, Retract, write, write_one
from tipline.trust.accounts.models import Reporter
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
BODY = b"<report/>"


@pytest.fixture
def reporter() -> Reporter:
    factories.standard_tree()
    return provider()


def stated(number: int, **more: Any) -> StatedFile:
    md5 = hashlib.md5(str(number).encode()).hexdigest()
    return StatedFile(lambda report, file: f"<fileDetails>{report} {file}</fileDetails>".encode(), md5=md5, **more)


def test_a_whole_report_is_filed_and_finished(reporter: Reporter) -> None:
    (filed,) = file_reports(
        reporter, [Filing(document(BODY), header(), (stated(1, name="a.png"), stated(2, size_bytes=7)))], Channel.JSON
    )
    assert isinstance(filed, Filed)
    report = Report.objects.get(pk=filed.report_id)
    assert (report.state, report.processing, report.channel) == (ReportState.FINISHED, Processing.WAITING, Channel.JSON)
    assert report.finished_at == report.received_at
    assert Holding.objects.get(report=report).agency.code == "US-NCMEC"
    files = list(ReportedFile.objects.filter(report=report).order_by("id"))
    assert [f.wire_id for f in files] == list(filed.file_ids)
    assert [(f.uploaded, f.upload_name, f.size_bytes, f.sha256) for f in files] == [
        (False, "a.png", 0, ""),
        (False, "", 7, ""),
    ]
    details = Document.objects.filter(report=report, kind="fileDetails").order_by("id")
    assert [bytes(d.body).decode() for d in details] == [
        f"<fileDetails>{report.pk} {f.wire_id}</fileDetails>" for f in files
    ]
    actions = Entry.objects.filter(object_type="report", object_id=str(report.pk)).order_by("id")
    assert [e.action for e in actions] == [
        "report.opened",
        "report.file_stated",
        "report.file_stated",
        "report.finished",
    ]


def test_what_came_in_another_form_is_kept_beside_what_was_made_of_it(reporter: Reporter) -> None:
    received = ReceivedDocument(
        BODY, hashlib.sha256(BODY).hexdigest(), "application/json", "0" * 32, Source(b"{}", "form/1")
    )
    (filed,) = file_reports(reporter, [Filing(received, header())], Channel.JSON)
    assert isinstance(filed, Filed)
    kept = Document.objects.get(report_id=filed.report_id)
    assert (bytes(kept.body), bytes(kept.source), kept.source_format) == (BODY, b"{}", "form/1")
    assert kept.source_sha256 == hashlib.sha256(b"{}").hexdigest()


def test_a_key_files_once_in_a_lot_and_across_lots(reporter: Reporter) -> None:
    filing = Filing(document(BODY), header(), (stated(1),), idempotency_key="k")
    first, again = file_reports(reporter, [filing, filing], Channel.BULK)
    (later,) = file_reports(reporter, [filing], Channel.BULK)
    assert isinstance(first, Filed) and not first.repeated
    for repeat in (again, later):
        assert isinstance(repeat, Filed)
        assert (repeat.report_id, repeat.repeated) == (first.report_id, True)
    assert isinstance(later, Filed) and later.file_ids == first.file_ids
    assert Report.objects.count() == ReportedFile.objects.count() == 1
    assert known_keys(reporter, ["k", "other"]) == {"k": first.report_id}
    assert known_keys(provider(), ["k"]) == {}


def test_one_refused_filing_leaves_the_others(reporter: Reporter) -> None:
    good = Filing(document(b"<report>1</report>"), header(), idempotency_key="k")
    bad = Filing(document(b"<report>2</report>"), header(), idempotency_key="k")
    other = Filing(document(b"<report>3</report>"), header(), tuple(stated(n) for n in range(3)))
    filed, refused, third = file_reports(reporter, [good, bad, other], Channel.BULK)
    assert isinstance(filed, Filed)
    assert isinstance(refused, IdempotencyKeyReusedError)
    assert isinstance(third, Filed) and len(third.file_ids) == 3
    assert Report.objects.count() == 2


def test_the_same_bytes_without_a_key_are_marked_as_a_repeat(reporter: Reporter) -> None:
    first, second = file_reports(reporter, [Filing(document(BODY), header())] * 2, Channel.BULK)
    assert isinstance(first, Filed) and isinstance(second, Filed)
    assert Report.objects.get(pk=second.report_id).probable_repeat_of_id == first.report_id
    third = write_one(reporter, Open(document(BODY), header()))
    assert Report.objects.get(pk=third.report_id).probable_repeat_of_id == second.report_id


def test_a_file_too_many_is_refused_alone(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FILES_PER_REPORT", 2)
    report_id = write_one(reporter, Open(document(BODY), header())).report_id
    answers = write(reporter, [AddFile(report_id, "", digests(bytes([n])), "0" * 32) for n in range(3)])
    assert [isinstance(a, TiplineError) for a in answers] == [False, False, True]
    assert ReportedFile.objects.count() == 2


# What may come to one of two reports, or to a third that is not there; files are named by the place of the call that added them.
CALLS = st.lists(
    st.tuples(st.sampled_from(["file", "details", "finish", "retract"]), st.integers(0, 2), st.integers(0, 7)),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS)
def test_a_lot_does_what_its_calls_do_one_by_one(reporter: Reporter, calls: list[tuple[str, int, int]]) -> None:
    def made(kind: str, report_id: int, files: list[Any], number: int) -> Any:
        match kind:
            case "file":
                return AddFile(report_id, "f", digests(b"x"), "0" * 32)
            case "details":
                known = files[number % len(files)] if files else "0" * 32
                return AddDetails(report_id, known, document(b"<fileDetails/>"))
            case "finish":
                return Finish(report_id)
            case _:
                return Retract(report_id)

    def start() -> tuple[list[int], list[str]]:
        ids = [write_one(reporter, Open(document(BODY), header())).report_id for _ in range(2)]
        return [*ids, 2**62], [write_one(reporter, AddFile(i, "first", digests(b"y"), "0" * 32)) for i in ids]

    def shape(ids: list[int], answers: list[Any]) -> tuple[Any, ...]:
        """What was answered and what is left, without the numbers."""
        told = [
            type(a).__name__ if isinstance(a, TiplineError) else len(a) if isinstance(a, list) else type(a).__name__
            for a in answers
        ]
        rows = Report.objects.filter(pk__in=ids).order_by("pk")
        left = [(r.state, r.processing, r.files.count(), r.documents.count(), r.holdings.count()) for r in rows]
        log = [e.action for e in Entry.objects.filter(object_id__in=[str(i) for i in ids]).order_by("id")]
        return told, left, sorted(log)

    ids, files = start()
    together = shape(ids, write(reporter, [made(kind, ids[at], files, n) for kind, at, n in calls]))
    ids, files = start()
    alone = shape(ids, [write(reporter, [made(kind, ids[at], files, n)])[0] for kind, at, n in calls])
    assert together == alone


def test_a_change_is_noted_to_the_minute(reporter: Reporter) -> None:
    report_id = write_one(reporter, Open(document(BODY), header())).report_id
    opened = Report.objects.get(pk=report_id).changed_at
    write_one(reporter, AddFile(report_id, "", digests(b"x"), "0" * 32))
    assert Report.objects.get(pk=report_id).changed_at == opened
    earlier = opened - writing.CHANGED_EVERY
    Report.objects.filter(pk=report_id).update(changed_at=earlier)
    write_one(reporter, AddFile(report_id, "", digests(b"y"), "0" * 32))
    assert Report.objects.get(pk=report_id).changed_at >= opened
