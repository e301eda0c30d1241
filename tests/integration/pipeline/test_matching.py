"""Matching: which hashes files have, which values are near, which lists know a file, whenever either came."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from tests import factories
from tests.factories import drain, filed
from tipline.core.clock import now
from tipline.core.errors import NotFoundError
from tipline.investigation.chain import chain, chains
from tipline.pipeline.matching import near, settling
from tipline.pipeline.matching.hashes import Hash, normal
from tipline.pipeline.matching.index import store
from tipline.pipeline.matching.models import (
    FileHash,
    HashValue,
    KnownHash,
    KnownList,
    Match,
    MatchingRun,
    NearValue,
)
from tipline.pipeline.matching.queries import faults_of, same_file_elsewhere
from tipline.pipeline.matching.rematching import rematch
from tipline.pipeline.rematching import settle_and_rematch
from tipline.reports.models import Report, ReportedFile
from tipline.trust.accounts.models import Reporter
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, acting, assume, scope_of

BRIDGE = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
OTHER = "54a977c221d14c1c43ba5e6e21d4a13989a3553f1462611cbb85fda7be83b677"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "matching")
    return tmp_path / "matching"


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    return factories.provider()


def altered(text: str, bits: int, seed: int = 1) -> str:
    """The same PDQ with so many bits changed."""
    number = int(text, 16)
    for bit in random.Random(seed).sample(range(256), bits):
        number ^= 1 << bit
    return f"{number:064x}"


def with_hashes(reporter: Reporter, pdq: str = "", *stated: tuple[str, str]) -> Report:
    """A report, not processed yet, of whose file the provider stated these."""
    report = filed(reporter)
    everything = [["PDQ", pdq]] if pdq else []
    drain()
    ReportedFile.objects.filter(report=report).update(pdq=pdq, stated_hashes=everything + [list(one) for one in stated])
    rerun(report)
    return report


def rerun(*reports: Report) -> None:
    from tipline.pipeline.matching.stage import process
    from tipline.pipeline.stage import Batch

    with transaction.atomic():
        process(Batch(tuple(report.pk for report in reports), now()))


def known(name: str, *hashes: tuple[str, str], ask: bool = True) -> KnownList:
    at = now()
    one, _ = KnownList.objects.get_or_create(
        name=name,
        defaults={"title": name, "category": "csam", "created_by": "test", "created_at": at, "changed_at": at},
    )
    for algorithm, text in hashes:
        found = normal(algorithm, text)
        assert isinstance(found, Hash)
        value, _ = HashValue.objects.get_or_create(
            algorithm=found.algorithm, value=found.value, defaults={"fault": found.fault or "", "first_seen_at": at}
        )
        KnownHash.objects.create(known_list=one, value=value, revision=1)
    if ask:
        rematch(one.pk)
    return one


def distances(report: Report) -> list[int]:
    return list(
        Match.objects.filter(report=report, ended_at=None).order_by("distance").values_list("distance", flat=True)
    )


def test_computed_and_stated_hashes_are_kept_once_each(reporter: Reporter) -> None:
    report = filed(reporter)
    drain()
    file = report.files.get()
    rows = FileHash.objects.filter(report=report).select_related("value")
    assert {(row.value.algorithm, bytes(row.value.value).hex(), row.stated) for row in rows} == {
        ("md5", file.md5, False), ("sha1", file.sha1, False), ("sha256", file.sha256, False),
    }  # fmt: skip
    file.stated_hashes = [
        ["MD5", file.md5.upper()],
        ["SHA1", "ab" * 20],
        ["PhotoDNA", "QUJD"],
        ["MD5", "ab" * 20],
        ["PDQ", "0" * 64],
    ]
    file.pdq = "0" * 64
    file.save(update_fields=["stated_hashes", "pdq"])
    rerun(report)
    rows = FileHash.objects.filter(report=report, stated=True).select_related("value").order_by("value__algorithm")
    # the same MD5 is the computed one; an MD5 as long as a SHA-1 is none; a PDQ of zeros is kept and never matched
    assert [(row.value.algorithm, row.value.fault) for row in rows] == [
        ("pdq", "all_zero"),
        ("photodna", ""),
        ("sha1", ""),
    ]
    before = list(FileHash.objects.order_by("id").values())
    rerun(report)
    assert list(FileHash.objects.order_by("id").values()) == before
    file.stated_hashes = []
    file.pdq = ""
    file.save(update_fields=["stated_hashes", "pdq"])
    rerun(report)
    assert not FileHash.objects.filter(report=report, stated=True).exists()


def test_a_list_that_is_there_knows_the_files_of_a_batch(reporter: Reporter) -> None:
    known("hotline", ("pdq", BRIDGE), ("photodna", "QUJD"))
    assert settle_and_rematch()
    report = with_hashes(reporter, altered(BRIDGE, 31), ("PhotoDNA", "QUJD"))
    far = with_hashes(reporter, altered(BRIDGE, 32))
    assert distances(report) == [0, 31]
    assert distances(far) == []
    rerun(report, far)
    assert Match.objects.count() == 2


def test_a_list_that_comes_later_raises_the_old_reports(reporter: Reporter) -> None:
    exact, near_ = (with_hashes(reporter, pdq) for pdq in (BRIDGE, altered(BRIDGE, 20)))
    other = with_hashes(reporter, OTHER, ("PhotoDNA", "QUJD"))
    assert settle_and_rematch()
    assert not Match.objects.exists()
    known("hotline", ("pdq", BRIDGE), ("photodna", "QUJD"))
    assert settle_and_rematch()
    assert (distances(exact), distances(near_)) == ([0], [20])
    assert distances(other) == [0]
    run = MatchingRun.objects.get()
    assert (run.state, run.entries_done, run.entries_total) == ("done", 2, 2)
    raised = Entry.objects.filter(action="report.matches_changed").values_list("object_id", flat=True)
    assert {int(number) for number in raised} == {exact.pk, near_.pk, other.pk}
    assert settle_and_rematch()
    assert Match.objects.count() == 3


def test_what_is_revoked_ends_and_can_come_back(reporter: Reporter) -> None:
    report = with_hashes(reporter, BRIDGE)
    one = known("hotline", ("pdq", BRIDGE))
    assert settle_and_rematch()
    assert distances(report) == [0]
    one.entries.update(revoked_at=now())
    rematch(one.pk)
    assert settle_and_rematch()
    assert distances(report) == []
    rerun(report)
    assert distances(report) == []
    one.entries.update(revoked_at=None)
    rematch(one.pk)
    assert settle_and_rematch()
    assert distances(report) == [0]
    one.ended_at = now()
    one.save(update_fields=["ended_at"])
    rematch(one.pk)
    assert settle_and_rematch()
    assert distances(report) == []
    assert list(MatchingRun.objects.order_by("id").values_list("ended_matches", flat=True)) == [0, 1, 0, 1]


def test_what_says_nothing_is_never_matched(reporter: Reporter) -> None:
    known("hotline", ("pdq", "0" * 64), ("md5", "d41d8cd98f00b204e9800998ecf8427e"))
    report = with_hashes(reporter, "0" * 64, ("MD5", "d41d8cd98f00b204e9800998ecf8427e"))
    assert settle_and_rematch()
    rerun(report)
    assert distances(report) == []
    assert not HashValue.objects.filter(position__isnull=False).exists()


def test_a_later_run_takes_the_place_of_one_that_waits(reporter: Reporter) -> None:
    one = known("hotline", ("pdq", BRIDGE))
    rematch(one.pk)
    assert settle_and_rematch()
    assert list(MatchingRun.objects.order_by("id").values_list("state", flat=True)) == ["replaced", "done"]


def test_a_run_that_was_stopped_goes_on(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [with_hashes(reporter, altered(OTHER, 60, seed)) for seed in range(4)]
    known("hotline", *(("pdq", altered(OTHER, 60, seed)) for seed in range(4)))
    monkeypatch.setattr("tipline.pipeline.matching.rematching.SLICE", 3)
    stops = 0
    while not settle_and_rematch(seconds=-1):
        stops += 1
        assert stops < 20
    assert stops > 2
    assert [distances(report) for report in reports] == [[0]] * 4
    assert MatchingRun.objects.get().entries_done == 4


def test_a_large_list_is_compared_by_the_values_of_files(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [with_hashes(reporter, altered(BRIDGE, bits, bits)) for bits in (0, 5, 100)]
    assert settle_and_rematch()
    monkeypatch.setattr(settling, "MANY_NEW", 4)
    known("hotline", *(("pdq", altered(BRIDGE, 7 * n, n)) for n in range(1, 12)))
    assert settle_and_rematch()
    values = {row.pk: int.from_bytes(bytes(row.value)) for row in HashValue.objects.filter(algorithm="pdq")}
    of_files = set(FileHash.objects.filter(value__algorithm="pdq").values_list("value_id", flat=True))
    expected = {
        (low, high, (values[low] ^ values[high]).bit_count())
        for low in values
        for high in values
        if low < high and {low, high} & of_files and (values[low] ^ values[high]).bit_count() <= 31
    }
    assert len(expected) > 4
    assert set(NearValue.objects.values_list("low_id", "high_id", "distance")) == expected
    assert distances(reports[0])


def test_one_file_in_many_reports_makes_no_pairs(reporter: Reporter) -> None:
    reports = [with_hashes(reporter, BRIDGE) for _ in range(3)]
    with connection.cursor() as cursor:  # as many as there are of one in life, without the reports around them
        cursor.execute(
            "INSERT INTO reports_reportedfile SELECT (json_populate_record(f, json_build_object("
            " 'id', 1000000 + n, 'wire_id', lpad(to_hex(n), 32, '0')))).* FROM reports_reportedfile f, generate_series(1, 10000) n"
            " WHERE f.report_id = %s",
            [reports[0].pk],
        )
    rerun(reports[0])
    known("hotline", ("pdq", BRIDGE))
    assert settle_and_rematch()
    assert HashValue.objects.filter(algorithm="pdq").count() == 1
    assert not NearValue.objects.exists()
    assert Match.objects.count() == 10_003


def test_many_values_near_one_are_bounded(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "MOST_KEPT", 5)
    known("hotline", *(("pdq", altered(BRIDGE, 1 + n // 8, n)) for n in range(40)))
    assert settle_and_rematch()
    report = with_hashes(reporter, BRIDGE)
    assert distances(report) == [1] * 5


@pytest.fixture
def committed(committed_db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    return factories.provider()


def test_batches_that_do_not_see_each_other_are_paired_in_the_end(committed: Reporter) -> None:
    first, second = filed(committed), filed(committed)
    drain()
    for report, pdq in ((first, BRIDGE), (second, altered(BRIDGE, 9))):
        ReportedFile.objects.filter(report=report).update(pdq=pdq)
    both = threading.Barrier(2)

    def work(report: Report) -> None:
        assume(OPERATOR)
        with transaction.atomic():
            rerun(report)
            both.wait(30)  # neither commits before the other has looked
        connections.close_all()

    threads = [threading.Thread(target=work, args=(report,)) for report in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not NearValue.objects.exists()
    assert settle_and_rematch()
    assert list(NearValue.objects.values_list("distance", flat=True)) == [9]


def test_a_list_and_a_batch_that_cross_find_each_other(committed: Reporter) -> None:
    report = filed(committed)
    drain()
    ReportedFile.objects.filter(report=report).update(pdq=BRIDGE)
    looked, go_on = threading.Event(), threading.Event()

    def batch() -> None:
        assume(OPERATOR)
        with transaction.atomic():
            rerun(report)
            looked.set()
            go_on.wait(30)
        connections.close_all()

    thread = threading.Thread(target=batch)
    thread.start()
    assert looked.wait(30)
    known("hotline", ("sha256", report.files.get().sha256))  # committed after the batch looked, before it commits
    timer = threading.Timer(0.5, go_on.set)
    timer.start()
    assert settle_and_rematch()
    thread.join()
    assert distances(report) == [0]


def test_the_chain_tells_which_list_knows_a_file_and_how_that_was_found(reporter: Reporter) -> None:
    report = with_hashes(reporter, altered(BRIDGE, 3), ("SHA256", "ab" * 31), ("MD5", "ab" * 16))
    file = report.files.get()
    known("hotline", ("pdq", BRIDGE), ("sha256", file.sha256))
    assert settle_and_rematch()
    told = chain(OPERATOR, report.pk)["matches"]
    assert [(m["file"], m["list"], m["category"], m["algorithm"], m["distance"], m["stated"], m["ended_at"]) for m in told] == [
        (file.wire_id, "hotline", "csam", "sha256", 0, False, None),
        (file.wire_id, "hotline", "csam", "pdq", 3, True, None),
    ]  # fmt: skip
    assert told[1]["explanation"] == (
        "The list hotline knows this file: 3 of 256 bits of its PDQ differ. The file's hash was stated by the provider."
    )
    assert [m["distance"] for m in chains(OPERATOR, [report.pk])[0]["matches"]] == [0, 3]
    file.refresh_from_db()
    assert [(one["algorithm"], one["fault"]) for one in faults_of(file)] == [
        ("SHA256", "wrong_length"),
        ("MD5", "contradicts"),
    ]


def test_who_does_not_see_a_report_gets_no_match_and_an_agencys_list_is_its_own(reporter: Reporter) -> None:
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    report, twin = with_hashes(reporter, BRIDGE), with_hashes(reporter, altered(BRIDGE, 4))
    known("hotline", ("pdq", altered(BRIDGE, 2)))
    own = known("pune", ("pdq", BRIDGE))
    own.agency = factories.agency("IN-MH-PUNE")
    own.save(update_fields=["agency"])
    assert settle_and_rematch()
    holder, stranger = (scope_of(factories.person(code)) for code in ("IN-MH-JALGAON", "IN-MH-PUNE"))
    with acting(holder):
        assert {m["list"] for m in chain(holder, report.pk)["matches"]} == {"hotline"}
        elsewhere = same_file_elsewhere(holder, report.pk)
        assert (elsewhere["count"], elsewhere["more"]) == (1, False)
        assert elsewhere["reports"][0]["report"] == twin.pk
    with acting(stranger):
        assert same_file_elsewhere(stranger, report.pk) == {"count": 0, "more": False, "reports": []}
        assert not Match.objects.exists()
        assert not KnownHash.objects.exists()
        assert not HashValue.objects.exists()
        with pytest.raises(NotFoundError):
            chain(stranger, report.pk)
    assert {m["list"] for m in chain(OPERATOR, report.pk)["matches"]} == {"hotline", "pune"}


def test_what_is_left_over_is_one_more_job(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    from tipline.pipeline import tasks

    def waiting() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'pipeline.matching'")
            return int(cursor.fetchone()[0])

    tasks.match_history(timestamp=0)
    assert waiting() == 0
    monkeypatch.setattr(tasks, "settle_and_rematch", lambda: False)
    tasks.match_history(timestamp=0)
    assert waiting() == 1
