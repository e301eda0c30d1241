"""Checkpoints as signed notes: C2SP tlog-checkpoint and signed-note."""

from __future__ import annotations

import base64
import contextlib
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import InvalidInputError
from tipline.core.keys import SigningKey, VerifyingKey
from tipline.trust.audit.notes import Checkpoint, read, sign, signed_by

KEY = SigningKey("tipline-0a1b2c3d", hashlib.sha256(b"a key of a test").digest())
OTHER = SigningKey("tipline-0a1b2c3d", hashlib.sha256(b"another").digest())
HEAD = Checkpoint("tipline/audit/of-a-test", 1832, hashlib.sha256(b"root").digest())


def test_what_is_signed_is_read_and_verified() -> None:
    note = sign(HEAD, KEY)
    checkpoint, lines = read(note)
    assert checkpoint == HEAD
    assert [(line.name, line.key_hash) for line in lines] == [(KEY.public.name, KEY.public.key_hash)]
    assert signed_by(note, KEY.public)
    assert not signed_by(note, OTHER.public), "another key of the same name"
    assert not signed_by(note, VerifyingKey("tipline-else", KEY.public.raw))


def test_the_note_is_written_as_c2sp_says() -> None:
    """Body, empty line, em dash, name, base64 of four bytes of key hash and the signature over the body with its line end."""
    body, _, tail = sign(HEAD, KEY).partition("\n\n")
    assert body == f"tipline/audit/of-a-test\n1832\n{base64.b64encode(HEAD.root).decode()}"
    assert tail.startswith("\u2014 tipline-0a1b2c3d ")
    assert tail.endswith("\n")
    blob = base64.b64decode(tail.split(" ")[2])
    assert blob[:4] == hashlib.sha256(b"tipline-0a1b2c3d\n\x01" + KEY.public.raw).digest()[:4]
    Ed25519PublicKey.from_public_bytes(KEY.public.raw).verify(blob[4:], f"{body}\n".encode())


def test_a_note_with_signatures_of_several_keys_is_signed_by_each() -> None:
    both = sign(HEAD, KEY) + sign(HEAD, SigningKey("witness", b"w" * 32)).partition("\n\n")[2]
    assert signed_by(both, KEY.public)
    assert signed_by(both, SigningKey("witness", b"w" * 32).public)


GOOD = sign(HEAD, KEY)
BODY, TAIL = GOOD.split("\n\n")


@pytest.mark.parametrize(
    "note",
    [
        "", "x", "\n\n", BODY, f"{BODY}\n", f"{BODY}\n\nnot a signature\n",
        GOOD.replace("1832", "01832"), GOOD.replace("1832", "-1"), GOOD.replace("1832", "1_832"), GOOD.replace("1832", " 1832"),
        GOOD.replace("1832", "\u0967"), GOOD.replace("1832", ""), GOOD.replace("1832", "1" * 5000), "\n" + GOOD,
        GOOD.replace(BODY.split("\n")[2], "AAAA"), GOOD.replace(BODY.split("\n")[2], "not base64!"),
        f"{BODY}\n\n\u2014 name\n", f"{BODY}\n\n\u2014  AAAA\n", f"{BODY}\n\n\u2014 name AAAA\n", f"{BODY}\n\n- {TAIL[2:]}",
        f"{BODY}\n\n{TAIL.rstrip()[:-8]}\n", f"{BODY}\n\n{TAIL}\u2028garbage\n", GOOD.rstrip("\n"),
        f"{BODY}\nan unsigned line\n\n{TAIL}", GOOD.replace("\n", "\r\n"), f"{GOOD}\n", GOOD.replace("1832", "18320" * 4),
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(InvalidInputError, match="not a checkpoint"):
        read(note)


@given(st.integers(0, len(GOOD.encode()) * 8 - 1))
def test_no_bit_can_be_changed(bit: int) -> None:
    changed = (int.from_bytes(GOOD.encode()) ^ 1 << bit).to_bytes(len(GOOD.encode())).decode("utf-8", "replace")
    with contextlib.suppress(InvalidInputError):
        assert not signed_by(changed, KEY.public)


@given(st.text(max_size=200))
def test_any_text_is_a_checkpoint_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidInputError):
        read(text)
