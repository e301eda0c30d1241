"""The verifier for somebody who trusts nobody: one file, Python alone, nothing of Tipline's."""

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.trust.log import round_of, settings_for, write
from tipline.core.config import Config
from tipline.core.keys import listed_keys, published_keys, rotate_signing_key
from tipline.trust.audit.models import Entry, StoredCheckpoint
from tipline.trust.audit.proofs import consistency, proof, standing_proof

VERIFIER = Path(__file__).parents[3] / "tools" / "verify_audit.py"
SIZES = (1, 2, 5, 256, 257, 300)


def run(*arguments: str | Path, cwd: Path) -> tuple[int, str, str]:
    """-I and -S: no site packages, no environment, nothing of this folder."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=False, cwd=cwd, env={"PYTHONUTF8": "1"},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def written(folder: Path, content: object) -> Path:
    path = folder / "proof.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def log(db: None, tmp_path: Path) -> Config:
    """Checkpoints of many sizes; the key was rotated in between."""
    here = settings_for(tmp_path)
    done = 0
    for size in SIZES:
        write(size - done)
        done = size
        assert round_of(here) == size
        if size == 5:
            rotate_signing_key(here)
    return here


def key_list(settings: Config, folder: Path) -> Path:
    path = folder / "keys.json"
    path.write_text(json.dumps(published_keys(settings)), encoding="utf-8")
    return path


def test_it_is_one_file_that_takes_nothing_from_tipline() -> None:
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert imported <= {"base64", "hashlib", "json", "sys"}


def test_an_entry_is_proven_with_the_published_list_of_keys(log: Config, tmp_path: Path) -> None:
    keys = key_list(log, tmp_path)
    for entry in Entry.objects.order_by("id")[:300:59]:
        code, said, told = run(written(tmp_path, proof(log, entry.pk)), "--key", keys, cwd=tmp_path)
        assert (code, told) == (0, "")
        assert said.startswith("PROVEN: ")
        assert f'"id":{entry.pk},' in said


def test_every_key_that_is_given_on_the_command_line_will_do(log: Config, tmp_path: Path) -> None:
    path = written(tmp_path, proof(log, Entry.objects.latest("id").pk))
    old, new = (key.key for key in listed_keys(log))
    assert run(path, "--key", new, cwd=tmp_path)[0] == 0
    code, _, told = run(path, "--key", old, cwd=tmp_path)
    assert code == 1
    assert "signed by none of the given keys" in told
    lines = tmp_path / "keys.txt"
    lines.write_text(f"{old}\n\n{new}\n", encoding="utf-8")
    assert run(path, "--key", lines, cwd=tmp_path)[0] == 0


def test_without_a_key_it_says_that_it_proves_little(log: Config, tmp_path: Path) -> None:
    code, said, told = run(written(tmp_path, proof(log, Entry.objects.latest("id").pk)), cwd=tmp_path)
    assert code == 0
    assert said.startswith("CONSISTENT WITH ITSELF")
    assert "--key" in told


def test_any_two_checkpoints_are_consistent(log: Config, tmp_path: Path) -> None:
    keys = key_list(log, tmp_path)
    for old in SIZES:
        for new in SIZES:
            if old <= new:
                code, said, told = run(written(tmp_path, consistency(log, old, new)), "--key", keys, cwd=tmp_path)
                assert code == 0, told
                assert f"of {new} entries begins with that of {old}" in said


def test_a_checkpoint_alone_is_checked(log: Config, tmp_path: Path) -> None:
    note = StoredCheckpoint.objects.get(size=300).note
    assert run(written(tmp_path, note), "--key", key_list(log, tmp_path), cwd=tmp_path)[0] == 0
    assert run(written(tmp_path, note), cwd=tmp_path)[0] == 2
    changed = note.replace("\n300\n", "\n301\n")
    assert run(written(tmp_path, changed), "--key", key_list(log, tmp_path), cwd=tmp_path)[0] == 1


def _changed(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    other = base64.b64encode(hashlib.sha256(b"x").digest()).decode()
    path = content["path"]
    yield "path", {**content, "path": [other, *path[1:]]}
    yield "path longer", {**content, "path": [*path, other]}
    yield "path shorter", {**content, "path": path[:-1]}
    if "entry" in content:
        yield "entry", {**content, "entry": content["entry"].replace("report", "rep0rt", 1)}
        yield "index", {**content, "index": content["index"] - 1}
        yield "negative index", {**content, "index": -1}
        yield "checkpoint", {**content, "checkpoint": content["checkpoint"].replace("\n300\n", "\n299\n")}
    else:
        yield "swapped", {**content, "old": content["new"], "new": content["old"]}
        yield "old", {**content, "old": content["old"].replace("\n5\n", "\n4\n")}


@pytest.mark.parametrize("kind", ["proof", "consistency"])
def test_whatever_is_altered_is_not_proven(log: Config, tmp_path: Path, kind: str) -> None:
    keys = key_list(log, tmp_path)
    content = standing_proof(log, Entry.objects.order_by("id")[100].pk) if kind == "proof" else consistency(log, 5, 300)
    assert run(written(tmp_path, content), "--key", keys, cwd=tmp_path)[0] == 0
    for what, changed in _changed(content):
        code, said, told = run(written(tmp_path, changed), "--key", keys, cwd=tmp_path)
        assert (code, said) == (1, ""), what
        assert told.startswith("NOT PROVEN"), what


def test_an_unsigned_line_in_a_checkpoint_is_not_proven(log: Config, tmp_path: Path) -> None:
    content = standing_proof(log, Entry.objects.latest("id").pk)
    content["checkpoint"] = content["checkpoint"].replace("\n\n", "\nadded\n\n")
    assert run(written(tmp_path, content), "--key", key_list(log, tmp_path), cwd=tmp_path)[0] == 2


GARBAGE = [
    "", "{", "{}", "[]", "null", "x" * 100, '{"format": "tipline-audit-proof/1"}', '{"format": "other/1", "path": []}',
    '{"format": "tipline-audit-proof/1", "path": ["!"], "entry": "", "index": 0, "checkpoint": "x", "key": "k"}',
    '{"format": "tipline-audit-proof/1", "path": 7, "entry": 7, "index": "0", "checkpoint": 7, "key": 7}',
    "origin\n1\nAAAA\n\n\u2014 x AAAA\n", "[" * 100_000, '{"a": ' * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_cannot_be_read(db: None, tmp_path: Path, text: str) -> None:
    write(1)
    here = settings_for(tmp_path)
    round_of(here)
    path = written(tmp_path, text)
    for arguments in ([path], [path, "--key", key_list(here, tmp_path)]):
        assert run(*arguments, cwd=tmp_path)[0] == 2


def test_other_things_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "binary"
    path.write_bytes(bytes(range(256)) * 10)
    for arguments in (
        [],
        ["--help"],
        [path],
        [tmp_path / "none"],
        [tmp_path],
        [path, "--key"],
        [path, "--key", "x"],
        [path, path],
    ):
        assert run(*arguments, cwd=tmp_path)[0] == 2


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("verify_audit", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


offline = _load()


@settings(max_examples=25)
@given(
    st.binary(min_size=32, max_size=32),
    st.binary(max_size=200),
    st.integers(0, 511),
    st.binary(min_size=32, max_size=32),
)
def test_its_ed25519_is_that_of_the_library(seed: bytes, message: bytes, bit: int, other: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    signature = private.sign(message)
    assert offline.ed25519_valid(public, message, signature)
    assert not offline.ed25519_valid(public, message + b"x", signature)
    flipped = (int.from_bytes(signature) ^ 1 << bit).to_bytes(64)
    assert not offline.ed25519_valid(public, message, flipped)
    if other != seed:
        assert not offline.ed25519_valid(
            Ed25519PrivateKey.from_private_bytes(other).public_key().public_bytes_raw(), message, signature
        )


def test_its_ed25519_knows_the_vectors_of_rfc_8032_and_no_second_form_of_a_signature() -> None:
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert offline.ed25519_valid(public, b"\x72", signature)
    s = int.from_bytes(signature[32:], "little") + offline.L  # the same modulo the order, refused by section 5.1.7
    assert not offline.ed25519_valid(public, b"\x72", signature[:32] + s.to_bytes(32, "little"))
    assert not offline.ed25519_valid(public[:31], b"\x72", signature)
    assert not offline.ed25519_valid(public, b"\x72", signature[:63])
