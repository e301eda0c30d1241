"""Editions of sources: a swap is one moment, what was replaced can be gone back to, and any machine makes its own compiled copy."""

from __future__ import annotations

import shutil
import threading
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connections

from tests import factories, mmdb
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, TransientError
from tipline.pipeline.attribution.looking_up import look_up, read_time
from tipline.pipeline.attribution.models import AddressRange, Source, SourcePart
from tipline.pipeline.attribution.queries import credit_lines, editions
from tipline.pipeline.attribution.services import Credit, import_source, roll_back
from tipline.pipeline.attribution.sources import ask, store
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, assume

HEAD = "network,country,state,district,owner,flags\n"
STATES = ("Gujarat", "Kerala", "Maharashtra", "Punjab", "Goa")


def edition(folder: Path, state: str, name: str = "ranges.csv") -> Path:
    path = folder / name
    path.write_text(f"{HEAD}192.0.2.0/24,IN,{state},,Net of {state},\n", encoding="utf-8")
    return path


def state() -> str:
    """Where 192.0.2.1 is."""
    said = ask([("192.0.2.1", None)])
    (claims,) = {said.combos[i] for i in said.which}
    return claims[0].state


@pytest.mark.django_db
def test_a_report_can_remember_which_edition_spoke(tmp_path: Path) -> None:
    done = import_source(edition(tmp_path, "Gujarat"), tmp_path, factories.TESTS, as_of=date(2026, 3, 1))
    (said,) = ask([("192.0.2.1", None)]).statements(0)
    digest = Source.objects.get().sha256
    assert said.claim.version == done.version == f"{digest[:12]} of 2026-03-01"
    assert said.claim.as_of == date(2026, 3, 1)


@pytest.mark.django_db
def test_going_back_lets_the_edition_before_speak_and_is_logged(tmp_path: Path) -> None:
    for one in ("Gujarat", "Kerala"):
        import_source(edition(tmp_path, one), tmp_path, factories.TESTS)
    assert state() == "Kerala"
    roll_back("ranges.csv", factories.TESTS)
    assert state() == "Gujarat"
    assert Entry.objects.filter(action="geo.rolled_back").count() == 1
    with pytest.raises(ConflictError, match="no edition before"):
        roll_back("ranges.csv", factories.TESTS)
    with pytest.raises(NotFoundError, match=r"no source 'x\.csv'"):
        roll_back("x.csv", factories.TESTS)
    import_source(edition(tmp_path, "Kerala"), tmp_path, factories.TESTS)  # by hand it comes again
    assert state() == "Kerala"


@pytest.mark.django_db
def test_a_start_does_not_bring_back_what_was_gone_back_from(tmp_path: Path) -> None:
    for one in ("Gujarat", "Kerala"):
        import_source(edition(tmp_path, one), tmp_path, factories.TESTS, at_start=True)
    roll_back("ranges.csv", factories.TESTS)
    assert import_source(edition(tmp_path, "Kerala"), tmp_path, factories.TESTS, at_start=True).unchanged
    assert state() == "Gujarat"


@pytest.mark.django_db
def test_the_newest_editions_keep_their_files_and_all_stay_on_record(tmp_path: Path) -> None:
    for one in STATES:
        import_source(edition(tmp_path, one), tmp_path, factories.TESTS)
    assert [e["kept"] for e in editions()] == [True] * config().geo_versions + [False] * 2
    assert [e["active"] for e in editions()] == [True, False, False, False, False]
    assert set(AddressRange.objects.values_list("state", flat=True)) == set(STATES[-3:])
    for _ in range(config().geo_versions - 1):
        roll_back("ranges.csv", factories.TESTS)
    assert state() == "Maharashtra"
    with pytest.raises(ConflictError, match="not kept any more"):
        roll_back("ranges.csv", factories.TESTS)


@pytest.mark.django_db
def test_a_machine_without_the_compiled_copy_makes_it_from_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "city.mmdb"
    records = {f"{n}.0.0.0/8": {"country_code": "IN", "state1": "Kerala", "city": f"City {n}"} for n in range(1, 9)}
    path.write_bytes(mmdb.write(records))
    import_source(path, tmp_path / "one", factories.TESTS)
    here = ask([("8.1.1.1", None)]).statements(0)
    shutil.rmtree(tmp_path / "one")
    path.unlink()
    store._open.clear()
    other = tmp_path / "other"
    monkeypatch.setattr(store, "folder", lambda _data_dir: other)
    assert ask([("8.1.1.1", None)]).statements(0) == here
    assert [p.name for p in other.iterdir() if p.is_dir()] == [store.compiled_name(Source.objects.get().sha256)]
    SourcePart.objects.all().delete()
    shutil.rmtree(other)
    store._open.clear()
    with pytest.raises(TransientError, match=r"city\.mmdb is not kept any more: import it again"):
        ask([("8.1.1.1", None)])


@pytest.mark.django_db
def test_what_was_imported_before_there_were_editions_becomes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "folder", lambda _data_dir: tmp_path / "compiled")
    old = tmp_path / "old.mmdb"
    old.write_bytes(mmdb.write({"1.0.0.0/8": {"country_code": "IN"}}))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    city = Source.objects.create(name="old.mmdb", kind="mmdb", sha256="a" * 64, path=str(old), imported_at=at, rank=2)
    table = Source.objects.create(name="old.csv", kind="ranges", sha256="b" * 64, imported_at=at, rank=1)
    for network, where in (("192.0.2.0/24", "Kerala"), ("10.0.0.0/8", "Goa")):
        AddressRange.objects.create(
            source=table, network=network, country="IN", state=where, owner="A, Net", flags=["cgnat"]
        )
    import_module("tipline.pipeline.attribution.migrations.0003_editions").keep_files(
        apps, SimpleNamespace(connection=connections["default"])
    )
    old.unlink()
    (said,) = ask([("192.0.2.1", None)]).statements(0)
    assert (said.claim.state, said.owner, said.claim.flags, said.claim.as_of) == (
        "Kerala",
        "A, Net",
        ("cgnat",),
        at.date(),
    )
    assert [s.claim.country for s in ask([("1.2.3.4", None)]).statements(0)] == ["IN"]
    assert SourcePart.objects.filter(source=city).count() == 1


@pytest.mark.django_db
def test_another_gazetteer_makes_another_compiled_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_source(edition(tmp_path, "Gujarat"), tmp_path, factories.TESTS)
    monkeypatch.setattr(store, "places_version", lambda: "feedbeef")
    monkeypatch.setattr(store, "folder", lambda _data_dir: tmp_path / "again")
    assert state() == "Gujarat"
    (made,) = (p.name for p in (tmp_path / "again").iterdir() if p.is_dir())
    assert "-feedbeef-" in made


def test_who_asks_during_a_swap_gets_one_edition_or_the_other(committed_db: None, tmp_path: Path) -> None:
    import_source(edition(tmp_path, "Gujarat"), tmp_path, factories.TESTS)
    seen: set[str] = set()
    faults: list[BaseException] = []
    done = threading.Event()

    def reading() -> None:
        try:
            assume(OPERATOR)
            while not done.is_set():
                said = ask([("192.0.2.1", None), ("192.0.2.2", None)])
                assert len({int(i) for i in said.which}) == 1  # both questions by one edition
                seen.add(said.combos[said.which[0]][0].state)
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    reader = threading.Thread(target=reading)
    reader.start()
    for one in ("Kerala", "Gujarat", "Kerala", "Gujarat", "Kerala"):
        import_source(edition(tmp_path, one), tmp_path, factories.TESTS)
    done.set()
    reader.join(60)
    assert not faults and seen <= {"Gujarat", "Kerala"} and seen
    assert state() == "Kerala"


@pytest.mark.django_db
def test_a_file_is_recognised_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    city, owners = tmp_path / "a.csv", tmp_path / "b.mmdb"
    city.write_bytes(mmdb.write({"1.0.0.0/8": {"country_code": "IN", "city": "", "state1": "Kerala"}}))
    owners.write_text("1.0.0.0,1.0.0.255,64500,Example Net\n", encoding="utf-8")
    assert import_source(city, tmp_path, factories.TESTS).kind == "mmdb"
    assert (
        import_source(owners, tmp_path, factories.TESTS, credit=Credit("Example", "https://x.example")).kind == "owners"
    )
    first, second = ask([("1.0.0.1", None)]).statements(0)
    assert (first.claim.state, second.owner, second.asn, second.found_by) == (
        "Kerala", "Example Net", 64500, "1.0.0.0/24",
    )  # fmt: skip
    assert credit_lines() == [
        ("IP geolocation by DB-IP, https://db-ip.com, CC BY 4.0", "https://db-ip.com"), ("Example", "https://x.example"),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"hello\n", b"1,2,3\n", b'{"json": 1}', b"\xff\xfe\x00"])
def test_what_is_no_source_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(body)
    with pytest.raises(InvalidInputError, match=r"x\.csv"):
        import_source(path, tmp_path, factories.TESTS)
    assert not Source.objects.exists() and not SourcePart.objects.exists()


@pytest.mark.django_db
def test_special_addresses_are_named_and_never_placed(tmp_path: Path) -> None:
    everything = tmp_path / "all.mmdb"
    everything.write_bytes(mmdb.write({"0.0.0.0/0": {"country_code": "IN"}, "2000::/3": {"country_code": "IN"}}, 6))
    import_source(everything, tmp_path, factories.TESTS)
    table = tmp_path / "wide.csv"
    table.write_text(f"{HEAD}192.0.2.0/25,IN,Kerala,,Doc,\n192.0.0.0/8,IN,Goa,,Wide,\n", encoding="utf-8")
    import_source(table, tmp_path, factories.TESTS)
    found = look_up(
        ["10.0.0.1", "2002:c000:201::1", "192.0.2.200", "192.0.2.1", "::ffff:192.0.2.1", "010.0.0.1", "1.2.3.4"]
    )
    private, six, undocumented, documented, mapped, malformed, plain = found
    assert (private["country"], private["abstained"]) == ("", True)
    assert "is a private address (RFC 1918)" in private["explanation"]
    assert "with 192.0.2.1 embedded" in six["explanation"] and six["country"] == ""
    assert (undocumented["country"], undocumented["flags"]) == ("", ["documentation"])
    assert (documented["state"], mapped["state"], mapped["ip"]) == ("Kerala", "Kerala", "::ffff:192.0.2.1")
    assert "the table names it" in ask([("192.0.2.1", None)]).statements(0)[0].claim.how
    assert set(malformed) == {"ip", "error"} and "leading zeros" in malformed["error"]
    assert plain["country"] == "IN" and plain["credit"] == ["IP geolocation by DB-IP, https://db-ip.com, CC BY 4.0"]
    unread = ask([("not an address", None)])
    assert [c.flags for c in unread.combos[unread.which[0]]] == [("malformed",)]
    assert unread.statements(0)[0].found_by == "not an address"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-01-31T18:30:00", "has no zone"),
        ("1989-12-31T23:59:59Z", "is before 1990"),
        ("2999-01-01T00:00:00Z", "is in the future"),
        ("yesterday", "is not a time"),
        ("0001-01-01T00:00:00+14:00", "is not a time"),
    ],
)
def test_a_time_that_cannot_be_meant_is_named(text: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read_time(text)


def test_a_time_with_its_zone_is_read() -> None:
    assert read_time("2026-01-31T18:30:00+05:30") == datetime(2026, 1, 31, 13, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_combinations_are_made_once_and_agree_with_the_statements(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(HEAD + "".join(f"192.0.2.{n * 8}/29,IN,{STATES[n % 3]},,,\n" for n in range(32)), encoding="utf-8")
    import_source(path, tmp_path, factories.TESTS)
    addresses = [f"192.0.2.{n}" for n in range(256)] + ["10.0.0.1", "junk", "2001:db8::1", "8.8.8.8"]
    said = ask([(ip, None) for ip in reversed(addresses)])
    assert len(set(said.combos)) == len(said.combos) == 3 + 4
    for number, ip in enumerate(reversed(addresses)):
        statements = said.statements(number)
        assert said.combos[said.which[number]] == tuple(s.claim for s in statements)
        if ip.startswith("192.0.2."):
            assert statements[0].claim.state == STATES[int(ip.rsplit(".", 1)[1]) // 8 % 3]
    assert ask([]).which.tolist() == []
