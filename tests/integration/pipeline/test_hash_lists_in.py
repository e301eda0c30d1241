"""Lists of hashes that come in: all or nothing, the same again changes nothing, what is wrong is named by line, and revocations are kept."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import factories
from tests.factories import agency
from tests.integration.pipeline.known_lists import brought_in, listed, md5, pdq, procured
from tipline.core.config import Config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.pipeline.matching.lists import importing, services
from tipline.pipeline.matching.lists.forms import Form
from tipline.pipeline.matching.lists.importing import How, ImportRefusedError
from tipline.pipeline.matching.lists.models import ImportPart, ImportState, ListCount, ListImport
from tipline.pipeline.matching.lists.services import Terms
from tipline.pipeline.matching.lists.tasks import import_list
from tipline.pipeline.matching.models import HashValue, KnownHash, KnownList, Match, MatchingRun
from tipline.pipeline.rematching import settle_and_rematch
from tipline.reports.models import ReportedFile
from tipline.trust.actors import system
from tipline.trust.audit.models import Entry as LogEntry

pytestmark = pytest.mark.django_db
ACTOR = system("test")


@pytest.fixture
def known() -> KnownList:
    return services.add("example", Terms(title="Example list"), None, ACTOR)


def test_one_hash_a_line_is_imported_and_the_same_file_again_changes_nothing(known: KnownList, tmp_path: Path) -> None:
    text = "\n".join([md5(1), md5(2).upper(), "", f"  {md5(3)}\r", md5(2)])
    first = brought_in(known, text, tmp_path, kind="md5")
    assert (first.state, first.rows, first.added, first.duplicates, first.revision) == ("done", 4, 3, 1, 1)
    assert first.faults["duplicates"] == [5]
    assert set(listed(known)) == {("md5", md5(n)) for n in (1, 2, 3)}
    again = brought_in(known, text, tmp_path, kind="md5")
    assert (again.added, again.changed, again.same, again.revision) == (0, 0, 3, None)
    known.refresh_from_db()
    assert known.revision == 1
    assert list(MatchingRun.objects.order_by("id").values_list("revision", flat=True)) == [1]
    assert LogEntry.objects.filter(action="known_list.imported", object_id=str(known.pk)).count() == 2
    assert list(ListCount.objects.values_list("algorithm", "live", "revoked")) == [("md5", 3, 0)]


def test_what_is_wrong_is_counted_and_named_by_line_and_the_rest_is_imported(known: KnownList, tmp_path: Path) -> None:
    good = [md5(n) for n in range(100)]
    bad = ["abc", "z" * 32, "a" * 40, "bad\x01" + "a" * 28, "x" * 20_000, "\udcff"]
    body = "\n".join([*good, *bad]).encode("utf-8", "surrogateescape")
    done = brought_in(known, b"\xef\xbb\xbf" + body, tmp_path, kind="md5")
    assert (done.added, done.refused) == (100, 6)
    assert [(fault["line"], fault["fault"]) for fault in done.faults["first"]] == [
        (101, "wrong_length"), (102, "wrong_letters"), (103, "like_sha1"), (104, "control_characters"), (105, "line_too_long"), (106, "not_utf8"),
    ]  # fmt: skip
    assert not any("abc" in fault["says"] or "zzz" in fault["says"] for fault in done.faults["first"])


def test_a_file_that_is_mostly_wrong_imports_nothing_and_says_why(known: KnownList, tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="3 of 5 entries are wrong"):
        brought_in(known, "\n".join([md5(1), md5(2), "x", "y", "z"]), tmp_path, kind="md5")
    (row,) = ListImport.objects.all()
    assert (row.state, row.refused, row.added, row.revision) == (ImportState.REFUSED, 3, 0, None)
    assert "entries are wrong" in row.error and row.faults["counts"] == {"wrong_length": 3}
    assert not KnownHash.objects.exists() and not HashValue.objects.exists() and not MatchingRun.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no entry"), (b"\xff\xfea\0b\0", "UTF-16"), (b"\0\1\2\3", "binary"), (b"PK\x03\x04rest", "ZIP"), (b"\x1f\x8bnothing", "damaged"),
        (b"<a><b></a>", "no XML"), (b'<!DOCTYPE a [<!ENTITY x "y">]><a/>', "entities"), (b'{"data": [1, 2', "no JSON"),
        (b"[" * 100_000, "deep"), (b"kind,colour,hash,hash\n", "kind and hash"), (b'{"hashRecords": 3}', "no list"),
    ],
)  # fmt: skip
def test_what_is_no_list_at_all_is_refused_with_a_sentence(
    known: KnownList, tmp_path: Path, body: bytes, words: str
) -> None:
    with pytest.raises(ImportRefusedError, match=words):
        brought_in(known, body, tmp_path)
    assert ListImport.objects.get().state == ImportState.REFUSED and not HashValue.objects.exists()


def test_a_gzip_bomb_is_noticed_early(known: KnownList, tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="times its size"):
        brought_in(known, gzip.compress(b"0" * 100_000_000), tmp_path, kind="md5")
    packed = gzip.compress("\n".join(md5(n) for n in range(1000)).encode())
    assert brought_in(known, packed, tmp_path, kind="md5").added == 1000


def test_pdq_that_says_nothing_is_kept_flagged_and_counted(known: KnownList, tmp_path: Path) -> None:
    done = brought_in(known, "\n".join(["0" * 64, pdq(1), pdq(2)]), tmp_path, kind="pdq")
    assert (done.added, done.flagged, done.faults["flagged"]) == (3, 1, {"all_zero": 1})
    assert HashValue.objects.get(value=bytes(32)).fault == "all_zero"


def test_a_csv_states_categories_and_takes_back_and_brings_back(known: KnownList, tmp_path: Path) -> None:
    head = "kind,hash,category,confidence,reference,revoked\n"
    brought_in(known, head + f'md5,{md5(1)},industry_a1,0.5,"a ""quoted"" \\ one",\nSHA-1,{"b" * 40},,,,\n', tmp_path)
    entry = listed(known)["md5", md5(1)]
    assert (entry.category, entry.confidence, entry.reference) == ("industry_a1", 0.5, 'a "quoted" \\ one')
    done = brought_in(
        known, head + f"md5,{md5(1)},industry_a2,,,\nsha1,{'b' * 40},,,,yes\nmd5,{md5(9)},,,,1\n", tmp_path
    )
    assert (done.changed, done.revoked, done.unknown, done.added) == (1, 1, 1, 0)
    assert listed(known)["md5", md5(1)].category == "industry_a2" and set(listed(known)) == {("md5", md5(1))}
    back = brought_in(known, head + f"sha1,{'b' * 40},,,,no\n", tmp_path)
    assert back.unrevoked == 1 and set(listed(known)) == {("md5", md5(1)), ("sha1", "b" * 40)}
    assert dict(ListCount.objects.values_list("algorithm", "live")) == {"md5": 1, "sha1": 1}
    assert dict(ListCount.objects.values_list("algorithm", "revoked")) == {"md5": 0, "sha1": 0}
    # a file without columns says nothing of categories
    brought_in(known, md5(1), tmp_path, kind="md5")
    assert listed(known)["md5", md5(1)].category == "industry_a2"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("crc,1,,,,", "no_kind"), (f"md5,{'a' * 32},guilty,,,", "unknown_category"), (f"md5,{'a' * 32},,2,,", "confidence"),
        (f"md5,{'a' * 32},,nan,,", "confidence"), (f"md5,{'a' * 32},,,{'r' * 201},", "reference"), (f"md5,{'a' * 32},,,,perhaps", "revoked"),
        ("md5,,,,,", "empty"), ('md5,"open', "form"), (f"md5,{'a' * 64},,,,", "like_sha256"), (f"sha256,{'a' * 32},,,,", "like_md5"),
    ],
)  # fmt: skip
def test_a_line_of_a_csv_that_is_wrong_has_a_name(known: KnownList, tmp_path: Path, row: str, fault: str) -> None:
    good = "".join(f"md5,{md5(n)},,,,\n" for n in range(20))
    done = brought_in(known, f"kind,hash,category,confidence,reference,revoked\n{good}{row}\n", tmp_path)
    assert done.faults["counts"] == {fault: 1} and done.faults["first"][0]["line"] == 22 and done.added == 20


def test_a_whole_list_revokes_what_is_not_in_it_unless_that_looks_like_a_mistake(
    known: KnownList, tmp_path: Path
) -> None:
    brought_in(known, "\n".join(md5(n) for n in range(10)), tmp_path, kind="md5")
    done = brought_in(known, "\n".join(md5(n) for n in range(1, 10)), tmp_path, kind="md5", replaces=True)
    assert (done.revoked, done.same) == (1, 9)
    with pytest.raises(ImportRefusedError, match="would revoke 8 of 9"):
        brought_in(known, md5(5), tmp_path, kind="md5", replaces=True)
    assert len(listed(known)) == 9
    assert brought_in(known, md5(5), tmp_path, kind="md5", replaces=True, confirmed=True).revoked == 8
    assert set(listed(known)) == {("md5", md5(5))} and KnownHash.objects.count() == 10, "revoked ones stay"


def test_ncmec_takes_back_by_its_own_number_and_what_an_entry_no_longer_names(known: KnownList, tmp_path: Path) -> None:
    def entry(number: int, prints: str, what: str = "image") -> str:
        return f'<{what}><member id="42">Example</member><id>{number}</id><classification>B2</classification><fingerprints>{prints}</fingerprints></{what}>'

    def file(*entries: str) -> str:
        return f'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images maxTimestamp="2026-01-01T00:00:00Z">{"".join(entries)}</images></queryResult>'

    done = brought_in(
        known,
        file(entry(1, f"<md5>{md5(1)}</md5><pdq>{pdq(1)}</pdq><pdna/>"), entry(2, f"<MD5>{md5(2)}</MD5>")),
        tmp_path,
    )
    assert (done.form, done.added) == (Form.NCMEC, 3)
    assert listed(known)["pdq", pdq(1)].reference == "42-1" and listed(known)["md5", md5(2)].category == "industry_b2"
    gone = '<deletedImage><member id="42">Example</member><id>2</id></deletedImage>'
    done = brought_in(known, file(entry(1, f"<md5>{md5(3)}</md5><pdq>{pdq(1)}</pdq>"), gone), tmp_path)
    assert (done.added, done.revoked, done.same) == (1, 2, 1)
    assert set(listed(known)) == {("md5", md5(3)), ("pdq", pdq(1))}
    # in one file, the last word counts
    done = brought_in(known, file(entry(7, f"<md5>{md5(7)}</md5>"), gone.replace(">2<", ">7<")), tmp_path)
    assert (done.added, done.unknown) == (0, 1)


def test_stopncii_and_threatexchange_as_their_answers_are(known: KnownList, tmp_path: Path) -> None:
    page = {
        "count": 2, "nextPageToken": None, "nextSetTimestamp": 1700000000, "hasMoreRecords": False,
        "hashRecords": [
            {"lastModtimestamp": 1, "signalType": "ImagePDQ", "hashValue": pdq(1), "hashStatus": "Active", "caseNumbers": {}, "CSPFeedbacks": []},
            {"lastModtimestamp": 1, "signalType": "VideoMD5", "hashValue": md5(1), "hashStatus": "Withdrawn", "caseNumbers": {}},
        ],
    }  # fmt: skip
    done = brought_in(known, json.dumps(page, indent=1), tmp_path)
    assert (done.form, done.added, done.unknown) == (Form.STOPNCII, 1, 1)
    updates = {
        "data": [
            {"id": "77", "indicator": pdq(1), "type": "HASH_PDQ", "should_delete": True, "tags": []},
            {"id": "78", "indicator": md5(4), "type": "HASH_VIDEO_MD5", "should_delete": False, "tags": {"data": [{"text": "baseline"}]}},
        ],
        "paging": {"next": "https://graph.example.test/?access_token=secret"},
    }  # fmt: skip
    done = brought_in(known, json.dumps(updates), tmp_path)
    assert (done.form, done.added, done.revoked) == (Form.THREAT_UPDATES, 1, 1)
    assert listed(known)["md5", md5(4)].category == "baseline"


def test_only_one_import_of_a_list_runs_and_one_that_was_killed_is_said_to_have_failed(
    known: KnownList, tmp_path: Path
) -> None:
    left = importing.begin(known, "left.txt", 10, How(kind="md5"), ACTOR)
    ListImport.objects.filter(pk=left.pk).update(state=ImportState.READING)
    brought_in(known, md5(1), tmp_path, kind="md5")
    left.refresh_from_db()
    assert left.state == ImportState.FAILED and "stopped" in left.error


def test_a_second_import_of_a_list_at_the_same_time_is_refused_and_one_of_another_is_not(
    known: KnownList, tmp_path: Path, owner_url: str
) -> None:
    with psycopg.connect(owner_url) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [importing._LOCK, known.pk])
        with pytest.raises(ConflictError, match="another import"):
            brought_in(known, md5(1), tmp_path, kind="md5")
        another = services.add("another", Terms(), None, ACTOR)
        assert brought_in(another, md5(1), tmp_path, kind="md5").added == 1
    assert brought_in(known, md5(1), tmp_path, kind="md5").added == 1


def test_what_breaks_off_in_the_middle_leaves_the_list_as_it_was(
    known: KnownList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in(known, md5(1), tmp_path, kind="md5")

    def breaks(*_: object) -> None:
        raise RuntimeError("power")

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(importing, "record", breaks)
        brought_in(known, md5(2), tmp_path, kind="md5", replaces=True, confirmed=True)
    known.refresh_from_db()
    assert set(listed(known)) == {("md5", md5(1))} and known.revision == 1 and ListCount.objects.get().live == 1
    last = ListImport.objects.latest("id")
    assert last.state == ImportState.FAILED and "RuntimeError" in last.error
    assert brought_in(known, md5(2), tmp_path, kind="md5", replaces=True, confirmed=True).revision == 2
    assert set(listed(known)) == {("md5", md5(2))}


def test_an_upload_is_kept_imported_by_a_worker_and_gone(known: KnownList) -> None:
    row = services.put(known.pk, "list.txt", [md5(1).encode() + b"\n", md5(2).encode()], How(kind="md5"), ACTOR)
    assert [job["import_id"] for job in procured("matching.import_list")] == [row.pk]
    import_list(row.pk)
    row.refresh_from_db()
    assert (row.state, row.added) == (ImportState.DONE, 2) and not ImportPart.objects.exists()
    import_list(row.pk)
    assert ListImport.objects.count() == 1


def test_one_hash_is_revoked_with_a_reason_and_an_ended_list_takes_nothing(known: KnownList, tmp_path: Path) -> None:
    brought_in(known, "\n".join([md5(1), md5(2)]), tmp_path, kind="md5")
    with pytest.raises(InvalidInputError, match="reason"):
        services.revoke(known.pk, "md5", md5(1), " ", ACTOR)
    with pytest.raises(NotFoundError):
        services.revoke(known.pk, "md5", md5(7), "Mistaken", ACTOR)
    with pytest.raises(InvalidInputError, match="hash"):
        services.revoke(known.pk, "md5", "x", "Mistaken", ACTOR)
    assert services.revoke(known.pk, "MD5", md5(1).upper(), "Mistaken", ACTOR).revision == 2
    with pytest.raises(NotFoundError):
        services.revoke(known.pk, "md5", md5(1), "Mistaken", ACTOR)
    assert ListCount.objects.get().live == 1 and ListCount.objects.get().revoked == 1
    services.end(known.pk, ACTOR)
    for act in (
        lambda: services.end(known.pk, ACTOR), lambda: services.put(known.pk, "x", [b"x"], How(), ACTOR),
        lambda: services.change(known.pk, Terms(title="X"), ACTOR), lambda: importing.begin(KnownList.objects.get(), "x", 1, How(), ACTOR),
    ):  # fmt: skip
        with pytest.raises(ConflictError):
            act()
    assert list(MatchingRun.objects.order_by("id").values_list("revision", flat=True)) == [1, 2, 3]
    actions = LogEntry.objects.filter(object_type="known_list").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["known_list.added", "known_list.imported", "known_hash.revoked", "known_list.ended"]


@pytest.mark.parametrize(
    ("name", "terms", "field"),
    [
        ("Example!", Terms(), "name"), ("x" * 61, Terms(), "name"), ("fine", Terms(title=" "), "title"), ("fine", Terms(category="not"), "category"),
        ("fine", Terms(confidence=1.5), "confidence"), ("fine", Terms(publisher="a\x07"), "publisher"),
    ],
)  # fmt: skip
def test_terms_that_are_none_are_refused_by_name(name: str, terms: Terms, field: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{field}"):
        services.add(name, terms, None, ACTOR)
    factories.standard_tree()
    made = services.add("fine", Terms(), agency("IN-NCRB"), ACTOR)
    with pytest.raises(ConflictError, match="name: there is"):
        services.add("fine", Terms(), None, ACTOR)
    assert services.change(made.pk, Terms(title="New", confidence=0.25), ACTOR).confidence == 0.25


def test_a_list_that_comes_later_raises_the_old_reports_with_its_files_and_no_other(
    known: KnownList, tmp_path: Path
) -> None:
    factories.standard_tree()
    provider = factories.provider()
    reports = [
        factories.filed(provider, factories.synthetic(f"kite_{n}", email=f"kite_{n}@mail.example")) for n in range(3)
    ]
    factories.drain()
    files = {file.report_id: file for file in ReportedFile.objects.filter(report__in=reports).order_by("-id")}
    wanted = files[reports[1].pk]
    same = {file.report_id for file in ReportedFile.objects.filter(md5=wanted.md5)}
    brought_in(known, f"{wanted.md5.upper()}\n{md5(1)}", tmp_path, kind="md5")
    assert settle_and_rematch()
    found = Match.objects.filter(known__known_list=known, ended_at=None)
    assert {one.report_id for one in found} == same and all(one.distance == 0 for one in found)
    run = MatchingRun.objects.get()
    assert (run.state, run.entries_done, run.revision) == ("done", 2, 1)
    services.revoke(known.pk, "md5", wanted.md5, "Mistaken", ACTOR)
    assert settle_and_rematch()
    assert not found.all().exists() and Match.objects.count() == len(same)
    brought_in(known, wanted.md5, tmp_path, kind="md5")
    assert settle_and_rematch() and {one.report_id for one in found.all()} == same


def test_the_commands_import_tell_revoke_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import contextmanager

    from typer.testing import CliRunner

    from tipline.cli import app, runtime
    from tipline.core.config import load_config

    @contextmanager
    def here(*, current: bool) -> Iterator[Config]:
        yield load_config({"TIPLINE_DATA_DIR": str(tmp_path / "commands")})

    monkeypatch.setattr(runtime, "_installation", here)

    def ran(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["hashes", *words])
        assert done.exit_code == code or (code and done.exception), (done.output, done.exception)
        return done.output

    path = tmp_path / "list.txt"
    path.write_text("\n".join([*(md5(n) for n in range(30)), "wrong"]))
    said = ran(
        "import", str(path), "--list", "police-list", "--kind", "md5", "--title", "A list", "--category", "baseline"
    )
    assert "31 entries" not in said and "30 new" in said and "line 31" in said
    assert json.loads(ran("import", str(path), "--list", "police-list", "--kind", "md5", "--json"))["same"] == 30
    for words in (
        ("import", str(tmp_path / "no"), "--list", "x", "--kind", "md5"), ("import", str(path), "--list", "x", "--kind", "crc"),
        ("import", str(path), "--list", "x", "--kind", "sha256"), ("import", str(path), "--list", "X y", "--kind", "md5"),
        ("import", str(path), "--list", "x", "--kind", "md5", "--checkpoint", str(path)), ("fetch", "police-list"),
        ("known-end", "no-such"), ("revoke", "police-list", "md5", md5(99), "--reason", "x"),
    ):  # fmt: skip
        ran(*words, code=1)
    ran("revoke", "police-list", "md5", md5(1), "--reason", "Mistaken")
    ran("known-change", "police-list", "--confidence", "0.5")
    (row, *_) = [one for one in json.loads(ran("known", "--json")) if one["name"] == "police-list"]
    assert (row["entries"], row["counts"], row["confidence"]) == (29, {"md5": {"live": 29, "revoked": 1}}, 0.5)
    assert row["last_import"]["same"] == 30 and row["agency"] is None and "police-list" in ran("known")
    assert [one["state"] for one in json.loads(ran("import-status", "police-list", "--json"))] == ["done", "done"]
    ran("known-add", "another"), ran("known-end", "another")
    assert "ended" in ran("known") and "done" in ran("import-status")
