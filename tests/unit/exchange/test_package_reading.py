"""A package that a stranger wrote: whatever its bytes, it is refused by name or is the one that was signed."""

from __future__ import annotations

import hashlib
import io
import json
import random
import socket
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.core.keys import ListedKey, SigningKey
from tipline.exchange.package import format as wire
from tipline.exchange.package import writing
from tipline.exchange.package.format import Limits, PackageError
from tipline.exchange.package.reading import verify
from tipline.exchange.record.model import HopMade, Party, Record, ReportRecord, Terms

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
KEY = SigningKey("tipline-test", b"\x01" * 32)
LISTED = ListedKey("tipline-test", str(KEY.public), AT.isoformat())
UID = "00000000-0000-4000-8000-000000000001"


def record(**changed: object) -> Record:
    hop = HopMade(uid="urn:tipline:there:hop:1", from_agency="IN-NCRB", to_agency="IN-MH-CYBER", state="sent", at=AT)
    report = ReportRecord(
        uid="urn:tipline:there:report:1", reporter="Pictogram", receiving_agency="US-NCMEC", channel="door", state="finished", version=1,
        received_at=AT, incident_type="Online Enticement", hops=(hop,),
    )  # fmt: skip
    whole = Record(
        uid=UID, made_at=AT, expires_at=AT + timedelta(days=30), sender=Party(agency="IN-NCRB", name="National desk", installation="there"),
        receiver=Party(agency="IN-MH-CYBER", name="State desk"), terms=Terms(reference="MHA/1"), hops=(hop.uid,), reports=(report,),
    )  # fmt: skip
    return whole.model_copy(update=changed)


@lru_cache(maxsize=1)
def package() -> bytes:
    out = io.BytesIO()
    writing.write(record(), [], [LISTED], KEY, out, nonce="0" * 32)
    return out.getvalue()


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package())) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def zipped(
    files: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None, base: str = wire.base_of(UID)
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            info = zipfile.ZipInfo(f"{base}/{name}" if base else name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            if change and name == "data/record.json":
                change(info)
            archive.writestr(info, body)
    return out.getvalue()


def sealed(files: dict[str, bytes]) -> dict[str, bytes]:
    """Manifests and signature made anew by the sender's own key: only what they say is wrong."""
    payload = {name: body for name, body in files.items() if name.startswith("data/")}
    for kind, path in wire.MANIFESTS.items():
        files[path] = "".join(
            f"{hashlib.new(kind, body).hexdigest()}  {name}\n" for name, body in sorted(payload.items())
        ).encode()
    files[wire.TAG_MANIFEST] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(wire.TAG_FILES)
    ).encode()
    files[wire.SIGNATURE] = KEY.sign(files[wire.TAG_MANIFEST])
    return files


def check(body: bytes, limits: Limits = wire.LIMITS) -> str:
    """The code of the refusal; empty: it is accepted."""
    try:
        verify(io.BytesIO(body), [KEY.public], AT, limits)
    except PackageError as error:
        return error.code if str(error) else "no message"
    return ""


def test_a_package_is_accepted() -> None:
    assert check(package()) == "" and check(zipped(members())) == ""


class TestTheZip:
    def test_is_one(self) -> None:
        assert check(b"") == check(b"PK") == check(b"x" * 5000) == "not-a-package"

    def test_has_nothing_beside_its_members(self) -> None:
        assert check(package() + b"x") == "trailing-data"
        assert check(b"x" + package()) == "trailing-data"
        with_comment = io.BytesIO(package())
        with zipfile.ZipFile(with_comment, "a") as archive:
            archive.comment = b"hello"
        assert check(with_comment.getvalue()) == "trailing-data"

    @pytest.mark.parametrize(
        "name", ["../x", "/etc/x", "a\\..\\x", "C:x", "data/../x", "data//x", "-rf", "a\nb", "ünde", "data/\x00x"]
    )
    def test_has_no_name_that_leads_elsewhere(self, name: str) -> None:
        assert check(zipped({**members(), name: b"x"})) == "unsafe-name"
        if "\x00" not in name:
            assert check(zipped({name: b"x"}, base="")) == "unsafe-name"

    def test_has_no_links_or_folders(self) -> None:
        def link(info: zipfile.ZipInfo) -> None:
            info.external_attr = (stat.S_IFLNK | 0o777) << 16

        assert check(zipped(members(), link)) == "link"

    def test_has_no_two_of_a_name(self) -> None:
        files = members()
        twice = io.BytesIO(zipped(files))
        with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr(f"{wire.base_of(UID)}/data/record.json", b"{}")
        assert check(twice.getvalue()) == "duplicate-name"
        assert check(zipped({**files, "data/RECORD.json": b"{}"})) == "duplicate-name"

    def test_is_not_encrypted_by_a_password(self) -> None:
        body = bytearray(package())
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            body[body.index(mark) + at] |= 1
        assert check(bytes(body)) == "encrypted-member"

    def test_is_no_bomb(self) -> None:
        files = members()
        assert check(zipped({**files, "data/documents/a-1-1.xml": b"\0" * 10_000_000})) == "too-large"
        assert check(package(), Limits(members=3)) == "too-large"
        assert check(package(), Limits(member_bytes=100)) == "too-large"
        assert check(package(), Limits(total_bytes=1000)) == "too-large"
        assert check(package(), Limits(file_bytes=1000)) == "too-large"
        assert check(package(), Limits(manifest_bytes=10)) == "too-large"
        assert check(package(), Limits(tag_bytes=10)) == "too-large"

    def test_says_the_same_in_both_places(self) -> None:
        body = bytearray(package())
        at = body.index(b"PK\x01\x02") + 24
        body[at : at + 4] = struct.pack("<L", 7)  # another size in the directory
        assert check(bytes(body)) == "not-a-package"

    def test_members_do_not_share_their_bytes(self) -> None:
        body = bytearray(package())
        first = body.index(b"PK\x01\x02")
        second = body.index(b"PK\x01\x02", first + 4)
        body[second + 42 : second + 46] = body[first + 42 : first + 46]  # the second begins where the first does
        assert check(bytes(body)) in {"trailing-data", "not-a-package"}


class TestTheBag:
    def test_lists_all_that_it_holds(self) -> None:
        files = members()
        assert check(zipped({**files, "data/tables/more.csv": b"x"})) == "manifest"
        assert (
            check(zipped({name: body for name, body in files.items() if name != "data/tables/history.csv"}))
            == "manifest"
        )
        assert check(zipped({**files, "more.txt": b"x"})) == "manifest"

    def test_is_altered_nowhere(self) -> None:
        for name in members():
            files = members()
            files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])
            assert check(zipped(files)) in {"altered", "signature", "not-a-package"}, name

    def test_holds_nothing_that_could_be_media(self) -> None:
        assert check(zipped(sealed({**members(), "data/picture.png": b"x"}))) == "manifest"
        assert check(zipped(sealed({**members(), "data/documents/picture.jpg": b"x"}))) == "manifest"

    def test_is_signed_by_a_key_that_is_known(self) -> None:
        stranger = SigningKey("tipline-test", b"\x02" * 32)
        with pytest.raises(wire.UnknownSignerError):
            verify(io.BytesIO(package()), [stranger.public], AT)
        assert not verify(io.BytesIO(package())).known

    def test_is_in_time(self) -> None:
        for at in (AT + timedelta(days=31), AT - timedelta(hours=1)):
            with pytest.raises(wire.ExpiredError):
                verify(io.BytesIO(package()), [KEY.public], at)


class TestTheRecord:
    def refused(self, body: bytes) -> str:
        files = members()
        files["data/record.json"] = body
        return check(zipped(sealed(files)))

    def test_fits_its_schema(self) -> None:
        whole = members()["data/record.json"]
        assert self.refused(b"{}") == self.refused(b"nothing") == self.refused(b"[" * 500) == "record"
        assert self.refused(whole.replace(b'"note":', b'"nota":')) == "record"
        assert self.refused(whole.replace(b'{"expires_at"', b' {"expires_at"')) == "record"  # not canonical

    def test_is_of_this_hand_over(self) -> None:
        from tipline.exchange.record.model import canonical

        other = record(uid="00000000-0000-4000-8000-000000000002")
        assert self.refused(canonical(other)) == "contradiction"
        elsewhere = record(receiver=Party(agency="IN-GJ-CYBER", name="State desk"))
        assert self.refused(canonical(elsewhere)) == "contradiction"

    def test_names_the_documents_that_are_there(self) -> None:
        files = {**members(), "data/documents/there-1-1.xml": b"<report/>"}
        assert check(zipped(sealed(files))) == "contradiction"


@settings(max_examples=150)
@given(st.data())
def test_flipped_bytes_are_never_taken_for_another_content(data: st.DataObject) -> None:
    body = bytearray(package())
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = verify(io.BytesIO(bytes(body)), [KEY.public], AT)
    except PackageError:
        return
    # a byte that says nothing, such as a member's date
    assert found.record == record() and found.digest == hashlib.sha256(members()[wire.TAG_MANIFEST]).hexdigest()


@settings(max_examples=60)
@given(st.integers(0, 4000), st.integers(0, 4000))
def test_cut_files_are_refused(front: int, back: int) -> None:
    cut = package()[front : len(package()) - back]
    assert bool(check(cut)) == (front + back > 0)


def test_a_deflate_stream_with_more_than_it_says_is_refused() -> None:
    body = bytearray(package())
    start = body.index(b"PK\x03\x04")
    crc = struct.unpack_from("<L", body, start + 14)[0]
    assert crc == zlib.crc32(members()["data/record.json"])
    struct.pack_into("<L", body, start + 14, crc ^ 1)
    directory = body.index(b"PK\x01\x02")
    struct.pack_into("<L", body, directory + 16, crc ^ 1)
    assert check(bytes(body)) == "altered"


ODD = (
    None, True, -1, 0, 2**63, 10**400, 1.5, "", "x", "9" * 400, "\u202e", "../../x", "2026-13-45", [], {}, [[]], {"a": 1}, ["x"] * 50, [None],
)  # fmt: skip


def mutated(value: object, rng: random.Random) -> object:
    """Something else in one place of it, wherever that is."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        name = rng.choice(sorted(value))
        rest = {key: one for key, one in value.items() if key != name}
        return rng.choice((rest, value | {f"{name}2": 1}, *[value | {name: mutated(value[name], rng)}] * 6))
    if isinstance(value, list) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        return [*value[:at], mutated(value[at], rng), *value[at + rng.randrange(2) :]]
    return rng.choice(ODD)


def hurt(body: bytes, name: str, rng: random.Random) -> bytes:
    """A member of another content: bytes put in, cut, doubled, or, of JSON, another value somewhere."""
    if name.endswith(".json") and rng.random() < 0.6:
        changed = mutated(json.loads(body), rng)
        return rfc8785.dumps(changed) if rng.random() < 0.5 and "e+" not in str(changed) and _exact(changed) else json.dumps(changed).encode()  # type: ignore[arg-type]  # fmt: skip
    at = rng.randrange(len(body) + 1)
    return rng.choice((
        body[:at], body[at:], body * 2, body[:at] + b"\xff" + body[at:], body[:at] + b"[" * 100_000, b"", b"\0" * 1000,
        body.replace(b"  ", b" "), body.replace(b"\n", b"\r\n"), package(), bytes(reversed(body)),
    ))  # fmt: skip


def _exact(value: object) -> bool:
    """Whether RFC 8785 can say it: no number beyond 53 bits."""
    if isinstance(value, dict):
        return all(map(_exact, value.values()))
    return all(map(_exact, value)) if isinstance(value, list) else not isinstance(value, int) or abs(value) < 2**53


NAMES = (
    "data/x.png",
    "x",
    f"data/sealed/{'0' * 64}.age",
    "data/documents/a.source",
    "DATA/record.json",
    "data/custody/a.json",
)


@settings(max_examples=400)
@given(st.integers(0, 2**40))
def test_a_package_that_is_hurt_anywhere_is_refused_by_name(seed: int) -> None:
    """Also one that its own sender signed anew: no member, whatever is in it, makes another error than a refusal."""
    rng, files = random.Random(seed), dict(members())
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(sorted(files))
        act = rng.choice(("hurt", "hurt", "hurt", "gone", "renamed", "swapped"))
        if act == "gone":
            del files[name]
        elif act == "renamed":
            files[rng.choice(NAMES)] = files.pop(name)
        elif act == "swapped":
            other = rng.choice(sorted(files))
            files[name], files[other] = files[other], files[name]
        else:
            files[name] = hurt(files[name], name, rng)
    if rng.random() < 0.5 and set(wire.TAG_FILES) <= set(files):
        files = sealed(files)
    code = check(zipped(files))
    assert code != "no message"
    if not code:  # what is not looked into may be anything that its sender signed
        assert files["data/record.json"] == members()["data/record.json"]


def test_nothing_in_it_is_fetched_or_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A remote context of JSON-LD, a ZIP within: neither is looked into, so neither leads anywhere."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the reader went to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    remote = json.dumps({"@context": "https://context.example/x.jsonld", "@graph": []}).encode()
    assert check(zipped(sealed({**members(), "data/case.jsonld": remote}))) == ""
    inner = zipped({"x": b"\0" * 100_000}, base="")
    assert check(zipped(sealed({**members(), "data/forms/inner.json": inner}))) == ""


def test_names_that_are_one_to_some_file_system_are_refused() -> None:
    """By case; and by normalisation, since no name has a letter that could be written in two ways."""
    files = members()
    assert check(zipped({**files, "data/Record.json": b"{}"})) == "duplicate-name"
    for name in (
        "data/tables/re\u0301.csv",
        "data/tables/r\u00e9.csv",
        "data/tables/\ufb01les.csv",
        "data/tables/files.csv.",
    ):
        assert check(zipped({**files, name: b"x"})) in {"unsafe-name", "manifest"}


def test_a_huge_package_takes_little_memory_and_time() -> None:
    """Sixty thousand members are refused by the directory; a document of half the limit goes by in pieces."""
    many = zipped({f"data/documents/a-{n}.xml": b"" for n in range(3_000)})
    assert check(many, Limits(members=2_000)) == "too-large"
    whole = {**members(), "data/documents/there-1-1.xml": random.Random(1).randbytes(4_000_000) * 4}
    body = zipped(sealed(whole))
    tracemalloc.start()
    try:
        assert check(body) == "contradiction"  # no record names it
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
