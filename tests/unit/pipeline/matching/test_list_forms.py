"""Forms of lists: what is written is read back, whatever else is in the file, and nothing that is sent breaks the reading."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.core.keys import SigningKey
from tipline.pipeline.matching.lists import documents, opening
from tipline.pipeline.matching.lists.entries import Entry, Faults, UnreadableError
from tipline.pipeline.matching.lists.forms import Form, entries_of, form_of
from tipline.pipeline.matching.lists.opening import Opened
from tipline.pipeline.matching.lists.signed import Verifier, signed
from tipline.pipeline.matching.lists.words import CATEGORIES, kind_called
from tipline.reports.hashes.checkpoints import Checkpoint, entry_leaf, sign
from tipline.trust.audit.merkle import Growing

LENGTHS = {"md5": 16, "sha1": 20, "sha256": 32}
values = st.sampled_from(sorted(LENGTHS)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.binary(min_size=LENGTHS[kind], max_size=LENGTHS[kind]))
)
references = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40).map(str.strip)
rows = st.lists(
    st.tuples(
        values, st.sampled_from(["", *CATEGORIES]), st.none() | st.floats(0, 1), references.filter(str.isprintable), st.booleans()
    ),
    max_size=20,
)  # fmt: skip


def read(body: bytes, kind: str = "", form: Form | None = None) -> tuple[list[Entry], Faults]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(body)
        opened, faults = Opened(path), Faults()
        try:
            found = form or form_of(opened)
            if form:
                opened.head()
            return list(entries_of(opened, found, kind, faults)), faults
        finally:
            opened.close()


@settings(max_examples=60)
@given(rows, st.booleans(), st.booleans())
def test_csv_and_ndjson_say_what_was_written(rows: list[tuple], packed: bool, upper: bool) -> None:  # type: ignore[type-arg]
    lines, objects = ["kind,hash,category,confidence,reference,revoked"], []
    for (kind, value), category, confidence, reference, revoked in rows:
        text = value.hex().upper() if upper else value.hex()
        quoted = '"' + reference.replace('"', '""') + '"'
        lines.append(f"{kind},{text},{category},{'' if confidence is None else repr(confidence)},{quoted},{revoked}")
        objects.append(json.dumps({"kind": kind, "hash": text, "category": category, "confidence": confidence, "reference": reference, "revoked": revoked}))  # fmt: skip
    for text in ("\n".join(lines), "\r\n".join(objects)):
        body = gzip.compress(text.encode()) if packed else text.encode()
        found, faults = read(body)
        assert faults.total == 0
        said = [(one.algorithm, one.value, one.category, one.confidence, one.reference, one.revoked) for one in found]
        assert said == [(*value, *rest) for value, *rest in rows]


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from(["", "md5", "pdq"]), st.none() | st.sampled_from(list(Form)))
def test_whatever_is_sent_is_read_counted_or_refused(body: bytes, kind: str, form: Form | None) -> None:
    try:
        found, faults = read(body, kind, form)
    except UnreadableError:
        return
    assert len(found) + faults.total <= len(body) + 1
    assert all(len(fault["says"]) < 300 for fault in faults.first)


texts = st.text(st.characters(codec="utf-8"), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=80)
@given(st.lists(json_values, max_size=8), st.dictionaries(texts, json_values, max_size=3), st.integers(1, 7), st.booleans())  # fmt: skip
def test_a_document_is_read_in_pieces_of_any_size_as_it_is_whole(
    wanted: list[object], besides: dict[str, object], piece: int, spaced: bool
) -> None:
    besides.pop("data", None)
    whole = {**besides, "data": wanted, "paging": {"next": 12}}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "list"
        path.write_text(
            json.dumps(whole, indent=1 if spaced else None, ensure_ascii=False),
            encoding="utf-8",
            errors="surrogatepass",
        )
        patch.setattr(documents, "_PIECE", piece)
        opened = Opened(path)
        try:
            assert [one for _, one in documents.elements(opened, "data")] == wanted
        finally:
            opened.close()


def test_a_line_is_never_kept_longer_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_PIECE", 64)
    good = "a" * 32
    body = f"{good}\n{'x' * 50_000}\n{good}\n{'y' * 9_000}".encode()
    found, faults = read(body, "md5", Form.LINES)
    assert [one.line for one in found] == [1, 3]
    assert [(fault["line"], fault["fault"]) for fault in faults.first] == [(2, "line_too_long"), (4, "line_too_long")]


def test_a_thousand_faults_are_counted_and_a_hundred_kept() -> None:
    _, faults = read(b"wrong\n" * 1000, "md5", Form.LINES)
    assert faults.total == 1000 and len(faults.first) == 100 and faults.as_json()["counts"] == {"wrong_length": 1000}


@pytest.mark.parametrize(
    ("word", "kind"),
    [("HASH_MD5", "md5"), ("SHA-256", "sha256"), ("Video_MD5", "md5"), ("PDNA", "photodna"), ("TMK_PDQF", "tmk"), ("crc32", ""), ("URI", ""), ("", "")],
)  # fmt: skip
def test_kinds_by_the_words_of_others(word: str, kind: str) -> None:
    assert kind_called(word) == kind


def test_the_file_form_of_threatexchange_names_the_kind_on_each_line() -> None:
    found, faults = read(f"pdq {'ab' * 32}\nvideo_md5 {'cd' * 16}\nraw_text hello\n".encode())
    assert [one.algorithm for one in found] == ["pdq", "md5"] and faults.as_json()["counts"] == {"no_kind": 1}


def test_a_signed_list_is_exactly_what_its_checkpoint_names() -> None:
    from datetime import UTC, datetime

    key, other = SigningKey("desk.example", b"1" * 32), SigningKey("desk.example", b"2" * 32)
    entries = [("HASH_MD5", "aa" * 16, "baseline"), ("HASH_PDQ", "bc" * 32, "national")]
    tree = Growing()
    for one in entries:
        tree.append(entry_leaf(*one))
    checkpoint = Checkpoint("desk/IN/confirmed", 3, 9, 2, tree.root(), datetime(2026, 1, 5, tzinfo=UTC))
    note = sign(checkpoint, key)
    body = "".join(
        json.dumps({"type": kind, "indicator": value, "category": category}) + "\n" for kind, value, category in entries
    )

    def follow(text: str) -> None:
        verifier = Verifier(signed(note, key.public))
        for entry in read(text.encode())[0]:
            verifier.add(entry)
        verifier.finish()

    follow(body)
    assert signed(note, key.public).checkpoint == checkpoint and signed(note, key.public).origin.endswith("edition 3")
    first, second = body.splitlines(keepends=True)
    for wrong in (
        first,
        second + first,
        body.replace("national", "baseline"),
        body + second,
        body.replace("aa", "ab", 1),
    ):
        with pytest.raises(InvalidInputError, match="not what its checkpoint names"):
            follow(wrong)
    for bad in (
        note.replace("edition 3", "edition 4"),
        note.replace("entries 2", "entries 02"),
        "",
        note[:-20],
        "x" * 20_000,
    ):
        with pytest.raises(InvalidInputError):
            signed(bad, key.public)
    with pytest.raises(InvalidInputError, match="not signed by"):
        signed(note, other.public)
