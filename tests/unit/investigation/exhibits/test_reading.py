"""Files of forensic tools: what is read of them, and that what is hostile is refused with its line and reason."""

from __future__ import annotations

import contextlib
import io
import json
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.investigation.exhibits import case_uco, tables
from tipline.investigation.exhibits.case_uco import read_case
from tipline.investigation.exhibits.hashes import Algorithm, algorithm_named, read_hash
from tipline.investigation.exhibits.layouts import fit, layouts
from tipline.investigation.exhibits.models import HashLayout
from tipline.investigation.exhibits.tables import Hashed, Refused, UnknownLayoutError, read_table

MD5, SHA1, SHA256 = "0123456789abcdef" * 2, "ab" * 20, "cd" * 32


def rows(text: str | bytes, **more: Any) -> list[Hashed | Refused]:
    body = text if isinstance(text, bytes) else text.encode()
    return list(read_table(io.BytesIO(body), **more).rows)


@pytest.mark.parametrize(
    ("algorithm", "text", "says"),
    [(Algorithm.SHA256, MD5, "this looks like an MD5"), (Algorithm.MD5, SHA1, "this looks like a SHA-1"),
     (Algorithm.SHA1, "xyz", "hex digits only"), (Algorithm.SHA256, "ab", "this has 2"), (Algorithm.MD5, "=1+1", "hex digits only")],
)  # fmt: skip
def test_a_hash_of_another_length_is_refused_by_name(algorithm: Algorithm, text: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read_hash(algorithm, text)


def test_hashes_are_read_however_they_are_grouped() -> None:
    assert read_hash(Algorithm.MD5, "01:23:45:67 89AB-CDEF 0123456789abcdef") == MD5
    assert algorithm_named("SHA-256") == algorithm_named("sha256") == Algorithm.SHA256
    assert algorithm_named("SSDEEP") is None


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("autopsy", f'"Name","Location","Size","MD5 Hash","SHA-256 Hash"\n"a.bin","/img/a.bin","1,204","{MD5}","{SHA256}"\n'),
        ("x-ways", f"Name\tPath\tSize\tHash1\tHash2\na.bin\t\\img\\a.bin\t1204\t{MD5}\t{SHA1}\n"),
        ("cellebrite", f"Report of a case\n\n#,Name,Path,Size (bytes),MD5,SHA256\n1,a.bin,/img/a.bin,1204,{MD5},{SHA256}\n"),
        ("ftk", f'MD5,SHA1,FileNames\n"{MD5}","{SHA1}","img\\a.bin"\n'),
        ("generic", f"sep=;\nFile Path;Size;md5\n/img/a.bin;1204;{MD5.upper()}\n"),
    ],
)  # fmt: skip
def test_each_layout_reads_its_tool(layout: str, text: str) -> None:
    read = read_table(io.BytesIO(text.encode()))
    assert read.layout == f"{layout} 1"
    (row,) = read.rows
    assert isinstance(row, Hashed)
    assert row.hashes[Algorithm.MD5] == MD5
    assert row.name.endswith("a.bin")
    assert row.size_bytes == (None if layout == "ftk" else 1204)


def test_layouts_come_with_their_source() -> None:
    assert [layout.name for layout in layouts()][-1] == "generic"
    assert all(layout.about.source and layout.about.as_of for layout in layouts())


def test_rows_that_cannot_be_read_are_named_and_the_others_are_taken() -> None:
    found = rows(
        f"path,size,md5,sha256,category\n/a,12 KB,{MD5},,  Vehicle  PICTURES\n/b,1,{SHA1},,\n\n/c,2,,,\n/d,3,{MD5},xyz,\n"
    )
    assert found == [
        Hashed(2, {Algorithm.MD5: MD5}, "/a", None, "vehicle pictures"),
        Refused(3, "an MD5 has 32 hex digits; this looks like a SHA-1"),
        Refused(5, "no hash stands in this row"),
        Refused(6, "a SHA-256 has hex digits only, 0 to 9 and a to f"),
    ]


def test_formulas_are_text_and_a_cell_may_break_over_lines() -> None:
    found = rows(f'path,md5\n"=cmd|\' /C calc\'!A0",{MD5}\n"a\nb",{MD5}\n/c,x\n')
    assert [row.name for row in found if isinstance(row, Hashed)] == ["=cmd|' /C calc'!A0", "a\nb"]
    assert found[-1] == Refused(5, "an MD5 has hex digits only, 0 to 9 and a to f")


def test_encodings_are_told_by_the_first_mark_or_by_a_person() -> None:
    text = f"path,md5\n/é,{MD5}\n"
    for body, encoding in (
        (text.encode("utf-8-sig"), ""), (text.encode("utf-16"), ""), (text.encode("utf-16-le"), "utf-16-le"),
        (text.encode("cp1252"), "cp1252"),
    ):  # fmt: skip
        (row,) = rows(body, encoding=encoding)
        assert isinstance(row, Hashed) and row.name == "/é"
    with pytest.raises(InvalidInputError, match="not UTF-8: choose the encoding"):
        rows(text.encode("cp1252"))
    with pytest.raises(InvalidInputError, match="has a NUL"):
        rows(f"path,md5\n/e,{MD5}\n".encode("utf-16-le"))
    with pytest.raises(InvalidInputError, match="choose one of the encodings"):
        rows(text, encoding="utf-7")


def test_what_is_no_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInputError, match="longer than 100,000 characters"):
        rows("a" * 200_001)
    with pytest.raises(InvalidInputError, match=r"line \d+: the table cannot be read"):
        rows('path,md5\n"' + ("x" * 70_000 + "\n") * 3)
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(InvalidInputError, match="more than 2 rows"):
        rows("path,md5\n" + f"/a,{MD5}\n" * 3)
    assert rows(f"path,md5\n{'x' * 5000},{MD5}\n") == [Refused(2, "the name has more than 4,096 characters")]


def test_an_unknown_layout_tells_its_heads_and_is_mapped() -> None:
    text = f"Fingerprint,Where,Bytes\n{SHA256},/a,5\n"
    with pytest.raises(UnknownLayoutError) as caught:
        rows(text)
    assert caught.value.heads == ("Fingerprint", "Where", "Bytes")
    columns = {"sha256": "fingerprint", "name": "Where", "size": ""}
    assert rows(text, columns=columns) == [Hashed(2, {Algorithm.SHA256: SHA256}, "/a")]
    with pytest.raises(InvalidInputError, match="no row with these heads"):
        rows(text, columns={"sha256": "Hash"})
    own = HashLayout(name="Ours", columns={"sha256": "Fingerprint", "name": "Where"})
    assert read_table(io.BytesIO(text.encode()), own=[own]).layout == "own: Ours"
    assert fit(["Name", "Size"]) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for prefix in (b"", b"path,md5\n"):
        try:
            found = rows(prefix + body)
        except InvalidInputError:
            continue
        assert all(isinstance(row, Hashed | Refused) for row in found)


# -- CASE/UCO -----------------------------------------------------------------------------------------------------------------

CONTEXT = {
    "kb": "http://example.test/kb/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def stated(method: str, value: str) -> dict[str, Any]:
    return {
        "@type": "types:Hash", "types:hashMethod": {"@type": "vocab", "@value": method},
        "types:hashValue": {"@type": "xsd:hexBinary", "@value": value},
    }  # fmt: skip


def observable(*hashes: dict[str, Any], name: str = "a.bin") -> dict[str, Any]:
    return {
        "@id": "kb:file-1", "@type": "observable:ObservableObject",
        "core:hasFacet": [
            {"@type": "observable:FileFacet", "observable:fileName": name, "observable:sizeInBytes": {"@value": "12"}},
            {"@type": "observable:ContentDataFacet", "observable:hash": list(hashes)},
        ],
    }  # fmt: skip


def case(document: object) -> list[Hashed | Refused]:
    return list(read_case(io.BytesIO(json.dumps(document).encode())).rows)


def test_case_objects_are_read() -> None:
    found = case({"@context": CONTEXT, "@graph": [observable(stated("MD5", MD5), stated("SHA256", SHA256))]})
    assert found == [Hashed(1, {Algorithm.MD5: MD5, Algorithm.SHA256: SHA256}, "a.bin", 12)]


def test_a_bundle_references_and_the_older_draft_are_read() -> None:
    graph = [
        {"@type": "uco-core:Bundle", "uco-core:object": [observable(stated("SHA-1", SHA1))]},
        {"@id": "kb:2", "uco-core:hasFacet": {"@id": "kb:facet"}},
        {"@id": "kb:facet", "uco-observable:hash": {"@id": "kb:hash"}, "uco-observable:filePath": "/b"},
        {"@id": "kb:hash", "uco-types:hashMethod": "MD5", "uco-types:hashValue": MD5},
        {"@type": "Trace", "propertyBundle": [{"@type": "ContentData", "hash": [{"hashMethod": "SHA256", "hashValue": SHA256}]}]},
        {"@id": "kb:3", "uco-core:hasFacet": {"@id": "kb:3"}},  # leads to itself
    ]  # fmt: skip
    found = case({"@context": CONTEXT, "@graph": graph})
    assert {a for row in found if isinstance(row, Hashed) for a in row.hashes} == {
        Algorithm.SHA1,
        Algorithm.MD5,
        Algorithm.SHA256,
    }


def test_a_wrong_hash_in_a_case_file_is_named_by_its_object() -> None:
    graph = [observable(stated("MD5", MD5)), observable(stated("SHA256", MD5)), observable(stated("SSDEEP", "3:abc"))]
    assert case({"@context": CONTEXT, "@graph": graph})[1:] == [
        Refused(2, "a SHA-256 has 64 hex digits; this looks like an MD5"), Refused(3, "no hash stands in this row")
    ]  # fmt: skip


def test_no_context_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something connects")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    node = {
        "uco-core:hasFacet": [{"uco-observable:hash": {"uco-types:hashMethod": "MD5", "uco-types:hashValue": MD5}}],
        "owl:imports": "http://192.0.2.1/ontology",
    }
    found = case({"@context": ["http://192.0.2.1/context.jsonld", {"x": "http://192.0.2.1/"}], "@graph": [node]})
    assert found == [Hashed(1, {Algorithm.MD5: MD5})]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("[" * 200_000, "deeper than|not JSON"), ('{"a":' * 80 + "1" + "}" * 80, "deeper than 60"),
        ('{"@graph": [], "@graph": []}', "'@graph' stands twice"), ('{"a": NaN}', "NaN is no JSON"), ("{", "not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON"), ('{"a": "\x00"}', "NUL"), ("12", "JSON object"),
    ],
)  # fmt: skip
def test_hostile_json_is_refused(body: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        list(read_case(io.BytesIO(body.encode())).rows)


def test_a_case_file_has_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_uco, "MOST_BYTES", 10)
    with pytest.raises(InvalidInputError, match="at most"):
        case({"@graph": []})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("@id", "hasFacet", "hash", "hashMethod", "hashValue", "fileName", "@context", "@value", "x:y")), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_any_json_is_read_or_refused(document: object) -> None:
    with contextlib.suppress(InvalidInputError):
        assert all(isinstance(row, Hashed | Refused) for row in case(document))
