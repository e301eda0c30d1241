#!/usr/bin/env python3
"""Check a hash list that came as a file, without Tipline: this file and verify_audit.py beside it, Python's standard library, no network.

    python3 verify_hash_list.py LIST.ndjson [--checkpoint FILE] [--key KEY]

FILE is the checkpoint, LIST.ndjson.checkpoint if it is left out. KEY is the agency's public key as NAME+HASH+KEY, or a file that holds such
lines; get it from somewhere else than the stick. Without --key it is shown that list and checkpoint agree, and not who signed.

Exit code 0: proven. 1: not proven, with the reason. 2: it cannot be read.

Sources: RFC 6962 (the root), RFC 8032 (Ed25519), C2SP signed-note. Nothing here comes from Tipline's own code.
"""

import argparse
import base64
import hashlib
import json
import sys

from verify_audit import Unproven, ed25519_valid, read_keys


def root(leaves):
    """How many leaves, and the root over them."""
    stack, size = [], 0
    for leaf in leaves:
        carry, rest = hashlib.sha256(b"\0" + leaf).digest(), size
        while rest & 1:
            carry = hashlib.sha256(b"\1" + stack.pop() + carry).digest()
            rest >>= 1
        stack.append(carry)
        size += 1
    found = stack.pop() if stack else hashlib.sha256(b"").digest()
    while stack:
        found = hashlib.sha256(b"\1" + stack.pop() + found).digest()
    return size, found


def leaves(lines):
    """The leaf of each line. The order is part of what is signed, and no entry stands twice."""
    before = ("", "")
    for number, line in enumerate(lines, 1):
        entry = json.loads(line)
        here = entry["type"], entry["indicator"]
        if here <= before:
            raise Unproven(f"line {number} does not stand in order of type and indicator")
        before = here
        text = f"{entry['type']} {entry['indicator']} {entry['category']}"
        if text.count(" ") != 2:
            raise Unproven(f"line {number} has a blank within a value")
        yield text.encode("ascii")


def signed(note, keys):
    """Whether one of the keys signed the note."""
    text, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        name, _, blob = line.removeprefix("\N{EM DASH} ").rpartition(" ")
        raw = base64.b64decode(blob, validate=True)
        for key in keys:
            if key[0] == name and key[1] == raw[:4] and ed25519_valid(key[2], f"{text}\n".encode(), raw[4:]):
                return True
    return False


def check(path, beside, key):
    """What is proven, in a sentence."""
    with open(beside, encoding="utf-8") as file:
        note = file.read()
    first, origin, *lines = note.partition("\n\n")[0].split("\n")
    if first != "tipline hash list 1":
        raise Unproven("the checkpoint is of another form")
    said = dict(line.split(" ", 1) for line in lines)
    if key is not None and not signed(note, read_keys(key)):
        raise Unproven("the checkpoint is signed by none of the given keys")
    with open(path, encoding="ascii") as file:
        size, found = root(leaves(file))
    if (size, base64.b64encode(found).decode()) != (int(said["entries"]), said["root"]):
        raise Unproven(f"the file has {size} entries with another root than the checkpoint's {said['entries']}")
    return f"{origin}, edition {said['edition']} of {said['published']}: {size} entries"


def main():
    parser = argparse.ArgumentParser(description="Check a hash list that came as a file.")
    parser.add_argument("list")
    parser.add_argument("--checkpoint", default="")
    parser.add_argument("--key")
    given = parser.parse_args()
    try:
        said = check(given.list, given.checkpoint or f"{given.list}.checkpoint", given.key)
    except Unproven as reason:
        print(f"NOT PROVEN: {reason}", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    print(f"{'PROVEN' if given.key else 'CONSISTENT WITH ITSELF'}: {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
