#!/usr/bin/env python3
"""Keep a copy of a hash list of Tipline, proven to be exactly the list, and compare a table of hashes with it.

    hash_list_consumer.py URL LIST --state FILE --signer KEY [--match TABLE.csv]

URL is the address of the list's hashes, such as https://desk.example/api/v1/hashes; LIST is its number. The subscriber's key is read from
the environment variable HASH_LIST_KEY. KEY is the public key that signs, NAME+HASH+KEY, which the agency gives by another way. FILE holds
the copy between runs (SQLite). TABLE.csv has the columns `kind` (HASH_MD5, HASH_SHA256, HASH_PDQ, ...) and `hash`; rows that are on
the list are printed with their category. PDQ is compared within 31 bits, the others exactly.

The copy changes only when all of this holds: the checkpoint is signed, it is of no earlier edition than the last, and the entries have its
count and its root. When they do not, the whole list is read once more; if that does not help, nothing is changed and the exit code is 1.

Needs Python 3.11 and `cryptography`. Nothing here comes from Tipline's own code: docs/reference/hash-lists.md describes the form.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PDQ_BITS = 31
LIMIT = 5_000


class Unproven(Exception):
    """The copy is not the list that was signed."""


class TooOld(Exception):
    """The copy is older than the withdrawals that are kept."""


def answer(address: str, key: str) -> dict[str, Any]:
    """A page. Waits when it is asked to."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})
    for _ in range(10):
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            if error.code == 410:
                raise TooOld from error
            if error.code not in {429, 503}:
                raise
            time.sleep(float(error.headers.get("Retry-After", "1")))
    raise OSError("still told to wait after ten times")


def pages(base: str, number: int, key: str, position: int) -> Iterator[dict[str, Any]]:
    """Pages after a position; the last one has `tipline`."""
    address = f"{base}/{number}/threat_updates?after={position}&limit={LIMIT}"
    while address:
        page = answer(address, key)
        yield page
        following = page.get("paging", {}).get("next", "")
        # what the server calls itself may differ from how it is reached: only the question is taken over
        address = f"{base}/{number}/threat_updates?{following.partition('?')[2]}" if following else ""


def read_checkpoint(note: str, signer: str) -> dict[str, str]:
    """The lines of a checkpoint, if `signer` signed it."""
    text, _, signatures = note.partition("\n\n")
    name, key_hash, blob = signer.split("+", 2)
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(blob)[1:])
    for line in signatures.splitlines():
        who, _, content = line.removeprefix("\N{EM DASH} ").rpartition(" ")
        raw = base64.b64decode(content)
        if who == name and raw[:4].hex() == key_hash:
            try:
                public.verify(raw[4:], f"{text}\n".encode())
            except InvalidSignature:
                break
            first, origin, *lines = text.split("\n")
            if first != "tipline hash list 1":
                raise Unproven(f"this checkpoint is of another form: {first[:60]!r}")
            return {"origin": origin, **dict(one.split(" ", 1) for one in lines)}
    raise Unproven("the checkpoint is not signed by the given key")


def root(leaves: Iterator[bytes]) -> tuple[int, bytes]:
    """How many leaves, and the root over them (RFC 6962, 2.1)."""
    stack: list[bytes] = []
    size = 0
    for leaf in leaves:
        carry, rest = hashlib.sha256(b"\0" + leaf).digest(), size
        while rest & 1:
            carry = hashlib.sha256(b"\1" + stack.pop() + carry).digest()
            rest >>= 1
        stack.append(carry)
        size += 1
    if not stack:
        return 0, hashlib.sha256(b"").digest()
    found = stack.pop()
    while stack:
        found = hashlib.sha256(b"\1" + stack.pop() + found).digest()
    return size, found


class Copy:
    """The list on this machine."""

    def __init__(self, path: str) -> None:
        self.rows = sqlite3.connect(path)
        with self.rows:
            self.rows.execute(
                "CREATE TABLE IF NOT EXISTS entry (kind TEXT, hash TEXT, category TEXT, PRIMARY KEY (kind, hash)) WITHOUT ROWID"
            )
            self.rows.execute(
                "CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT, position INTEGER, edition INTEGER)"
            )

    @property
    def state(self) -> tuple[str, int, int]:
        """Origin, position and edition of what is here."""
        found = self.rows.execute("SELECT origin, position, edition FROM state").fetchone()
        return tuple(found) if found else ("", 0, 0)

    def bring_up_to_date(self, base: str, number: int, key: str, signer: str, *, anew: bool = False) -> dict[str, str]:
        """Take over what changed, or the whole list, and prove it; all or nothing."""
        origin, position, edition = self.state
        with self.rows:  # one transaction: what is not proven is rolled back
            if anew:
                self.rows.execute("DELETE FROM entry")
            last: dict[str, Any] = {}
            for page in pages(base, number, key, 0 if anew else position):
                for row in page["data"]:
                    if row["should_delete"]:
                        self.rows.execute(
                            "DELETE FROM entry WHERE kind = ? AND hash = ?", (row["type"], row["indicator"])
                        )
                    else:
                        self.rows.execute(
                            "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)",
                            (row["type"], row["indicator"], row["tags"][0]),
                        )
                last = page.get("tipline", {})
            if not last.get("checkpoint"):
                raise Unproven("nothing of this list is published yet")
            said = read_checkpoint(last["checkpoint"], signer)
            if origin and said["origin"] != origin:
                raise Unproven(f"this is the list {said['origin']}, and the copy is of {origin}")
            if int(said["edition"]) < edition:
                raise Unproven(f"edition {said['edition']} was offered, and {edition} is here already")
            size, found = root(self.leaves())
            if (size, base64.b64encode(found).decode()) != (int(said["entries"]), said["root"]):
                raise Unproven(f"the copy has {size} entries with another root than edition {said['edition']}")
            self.rows.execute(
                "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?)",
                (said["origin"], int(said["position"]), int(said["edition"])),
            )
        return said

    def leaves(self) -> Iterator[bytes]:
        """Every entry as the checkpoint counts it, in order."""
        for row in self.rows.execute("SELECT kind, hash, category FROM entry ORDER BY kind, hash"):
            yield " ".join(row).encode("ascii")

    def category_of(self, kind: str, value: str) -> str | None:
        """What the list says of a hash; None: it is not on it."""
        if kind != "HASH_PDQ":
            row = self.rows.execute("SELECT category FROM entry WHERE kind = ? AND hash = ?", (kind, value)).fetchone()
            return row[0] if row else None
        wanted = int(value, 16)
        near = self.rows.execute(
            "SELECT hash, category FROM entry WHERE kind = 'HASH_PDQ'"
        )  # an index of PDQ is another program's
        return next((category for one, category in near if (int(one, 16) ^ wanted).bit_count() <= PDQ_BITS), None)


def main() -> int:
    """Bring the copy up to date, and compare."""
    parser = argparse.ArgumentParser(description="Keep a proven copy of a hash list, and compare hashes with it.")
    parser.add_argument("url")
    parser.add_argument("list", type=int)
    parser.add_argument("--state", required=True)
    parser.add_argument("--signer", required=True)
    parser.add_argument("--match", default="")
    given = parser.parse_args()
    key, base, copy = os.environ["HASH_LIST_KEY"], given.url.rstrip("/"), Copy(given.state)
    try:
        try:
            said = copy.bring_up_to_date(base, given.list, key, given.signer)
        except (TooOld, Unproven) as reason:
            print(f"reading the whole list: {reason or 'the copy is too old'}", file=sys.stderr)
            said = copy.bring_up_to_date(base, given.list, key, given.signer, anew=True)
    except (Unproven, OSError, ValueError, KeyError) as error:
        print(f"nothing was changed: {error}", file=sys.stderr)
        return 1
    print(f"{said['origin']}: edition {said['edition']}, {said['entries']} entries, proven", file=sys.stderr)
    if given.match:
        with open(given.match, encoding="utf-8-sig", newline="") as table:
            for row in csv.DictReader(table):
                category = copy.category_of(row["kind"].strip(), row["hash"].strip().lower())
                if category:
                    print(f"{row['kind']},{row['hash']},{category}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
