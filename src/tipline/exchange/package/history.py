"""Whether a sender's log still is the one of which an earlier package told: checkpoints that the receiver holds, and proofs between them.

A log with proofs alone keeps a sender honest only before somebody who remembers. Each package tells the head of the sender's log, and
proofs that it continues the heads that packages to the same agency told before; the receiver keeps them. So a sender who rewrote its
history is found by the next package (RFC 6962 section 2.1.2). Needs no database and no network.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tipline.core.errors import InvalidInputError
from tipline.core.keys import VerifyingKey
from tipline.exchange.package.format import HistoryError
from tipline.exchange.package.reading import Verified, trusted
from tipline.trust.audit import merkle, notes

INDEX, BETWEEN = "data/custody/index.json", "data/custody/consistency-"
_LARGEST = 1024**2


@dataclass(frozen=True, slots=True)
class Continued:
    """What became of the comparison. `proven`: the log at the one checkpoint begins with the log at the other; `missing`: a proof was due."""

    proven: bool
    text: str
    missing: bool = False


def head_of(whole: Verified) -> str:
    """The checkpoint of the sender's log that a package tells; empty when it tells none.

    Raises
    ------
    HistoryError
        when it is none, or is not signed by the sender.
    """
    note = _read(whole, INDEX).get("checkpoint", "")
    if not note:
        return ""
    try:
        notes.read(note)
        signed = any(notes.signed_by(note, key) for key in trusted(whole.meta, [whole.key]) | set(_listed(whole)))
    except (InvalidInputError, AttributeError) as error:
        raise HistoryError(f"the checkpoint in it cannot be read: {error}") from error
    if not signed:
        raise HistoryError("the checkpoint in it is signed by no key of the sender")
    return str(note)


def continues(whole: Verified, held: str) -> Continued:
    """Hold what a package tells of the sender's log against a checkpoint that was kept of an earlier one.

    Raises
    ------
    HistoryError
        when they are of two histories: what was in the log then is not in it now as it was.
    """
    told = head_of(whole)
    if not held:
        return Continued(proven=False, text="no checkpoint is held")
    if not told:
        return Continued(
            proven=False, text="it tells no checkpoint of the sender's log, as an earlier one did", missing=True
        )
    (now, _), (then, _) = notes.read(told), notes.read(held)
    if now.origin != then.origin:
        raise HistoryError(f"its log calls itself {now.origin[:80]!r}, and called itself {then.origin[:80]!r}")
    old, new = sorted((then, now), key=lambda one: one.size)
    if old.size == new.size:
        if old.root != new.root:
            raise HistoryError(
                f"the sender's log of {old.size:,} entries is another than the one of which it told before"
            )
        return Continued(proven=True, text=f"the same {old.size:,} entries")
    path = f"{BETWEEN}{old.size}-{new.size}.json"
    if f"{whole.base}/{path}" not in whole.archive.members:
        text = f"it has no proof that the sender's log of {now.size:,} entries continues the {then.size:,} of which it told before"
        return Continued(proven=False, text=text, missing=True)
    if not merkle.verify_consistency(old.size, new.size, old.root, new.root, _path(_read(whole, path))):
        raise HistoryError(
            f"the sender's log of {new.size:,} entries does not begin with the {old.size:,} of which it told before: it was rewritten"
        )
    return Continued(proven=True, text=f"{new.size:,} entries, which begin with the {old.size:,} of before")


def proofs(told: Iterable[tuple[int, int, Mapping[str, Any]]]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each proof of a package, of (old size, new size, proof)."""
    for old, new, proof in told:
        yield f"{BETWEEN}{old}-{new}.json", (json.dumps(proof, indent=2, ensure_ascii=False) + "\n").encode()


def _listed(whole: Verified) -> Iterator[VerifyingKey]:
    """Keys of the sender's list that are before the one that signed: those vouched for it, and signed older checkpoints."""
    from tipline.core.keys import read_verifying_key

    for line in whole.meta.keys:
        key = read_verifying_key(line.key)
        if whole.key in trusted(whole.meta, [key]):
            yield key


def _read(whole: Verified, path: str) -> dict[str, Any]:
    if f"{whole.base}/{path}" not in whole.archive.members:
        return {}
    try:
        found = json.loads(whole.archive.read(f"{whole.base}/{path}", _LARGEST))
    except (ValueError, RecursionError) as error:
        raise HistoryError(f"{path} is no JSON") from error
    if not isinstance(found, dict):
        raise HistoryError(f"{path} is no object")
    return found


def _path(proof: Mapping[str, Any]) -> list[bytes]:
    try:
        return [base64.b64decode(one, validate=True) for one in proof["path"]]
    except (KeyError, TypeError, ValueError) as error:
        raise HistoryError("a proof between two checkpoints cannot be read") from error
