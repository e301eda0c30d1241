#!/usr/bin/env python3
"""Check a proof from Tipline's log without Tipline: one file, Python's standard library, no network.

    python3 verify_audit.py FILE [--key KEY]

FILE is a proof of an entry, a proof of consistency, or a checkpoint (docs/reference/audit-format.md); or a certificate of a training
range, as PDF (docs/reference/training.md). KEY is the log's public key as
NAME+HASH+KEY, or a file that holds such lines or a published key list; get it from somewhere else than FILE. Without --key
the signature is checked against the key in FILE, which proves no more than that FILE agrees with itself.

Exit code 0: proven. 1: not proven, with the reason. 2: it cannot be read.

Sources: RFC 6962 (tree), RFC 8032 (Ed25519), C2SP signed-note and tlog-checkpoint. Nothing here comes from Tipline's own code.
"""

import base64
import hashlib
import json
import sys

# --- Ed25519, RFC 8032 section 5.1 ---------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def add(a, b):
    t1 = (a[1] - a[0]) * (b[1] - b[0]) % P
    t2 = (a[1] + a[0]) * (b[1] + b[0]) % P
    t3 = 2 * a[3] * b[3] * D % P
    t4 = 2 * a[2] * b[2] % P
    e, f, g, h = t2 - t1, t4 - t3, t4 + t3, t2 + t1
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def ed25519_valid(public, message, signature):
    """Whether the 64-byte signature over the message is by the 32-byte public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- the tree, RFC 6962 section 2.1 --------------------------------------------------------------------------


def leaf(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_inclusion(index, size, hash_, path):
    """The root that a path leads to, or None if the path does not fit such a tree."""
    if not 0 <= index < size:
        return None
    steps = list(path)

    def up(index, size):
        if size == 1:
            return hash_
        if not steps:
            raise IndexError
        k = 1 << ((size - 1).bit_length() - 1)
        last = steps.pop()  # the path goes from the leaf upwards, so its end belongs to the top
        return node(up(index, k), last) if index < k else node(last, up(index - k, size - k))

    try:
        found = up(index, size)
    except IndexError:
        return None
    return None if steps else found


def consistent(old, new, old_root, new_root, path):
    """Whether the path shows that the tree of `new` leaves begins with the tree of `old` leaves."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == hashlib.sha256(b"").digest()
    if not 0 < old < new:
        return False
    steps = list(path)

    def roots(old, new, whole):
        """(root of the first `old`, root of all `new`) of a subtree; `whole`: its old root is the one that is known."""
        if old == new:
            value = old_root if whole else steps.pop()
            return value, value
        k = 1 << ((new - 1).bit_length() - 1)
        last = steps.pop()
        if old <= k:
            first, second = roots(old, k, whole)
            return first, node(second, last)
        first, second = roots(old - k, new - k, False)
        return node(last, first), node(last, second)

    try:
        found = roots(old, new, True)
    except IndexError:
        return False
    return not steps and found == (old_root, new_root)


# --- checkpoints, C2SP ---------------------------------------------------------------------------------------


CERTIFICATE = "tipline-training-certificate/1"


class Unproven(Exception):
    """What was claimed does not hold."""


def read_key(text):
    name, key_hash, blob = text.strip().split("+", 2)
    content = base64.b64decode(blob, validate=True)
    if content[:1] != b"\x01" or len(content) != 33:
        raise ValueError("the key is not Ed25519")
    if hashlib.sha256(name.encode() + b"\n" + content).digest()[:4].hex() != key_hash:
        raise ValueError("the key does not fit its own hash")
    return name, bytes.fromhex(key_hash), content[1:]


def read_keys(argument):
    try:
        with open(argument, encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return [read_key(argument)]
    if text.lstrip().startswith("{"):
        return [read_key(line["key"]) for line in json.loads(text)["keys"]]
    return [read_key(line) for line in text.splitlines() if line.strip()]


def check_note(note, keys):
    """Size and root of a checkpoint that one of the keys signed, and its origin and the key's name."""
    text, separator, tail = note.partition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) != 3 or not (lines[1].isascii() and lines[1].isdigit() and len(lines[1]) < 20):
        raise ValueError("the checkpoint is not origin, size and root, an empty line, and signatures")
    size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise ValueError("the checkpoint's root is not a SHA-256")
    for line in tail.removesuffix("\n").split("\n"):
        name, _, blob = line.removeprefix("\u2014 ").rpartition(" ")
        content = base64.b64decode(blob, validate=True)
        if not line.startswith("\u2014 ") or len(content) != 4 + 64:
            raise ValueError("a signature line is not name, key hash and signature")
        for key_name, key_hash, raw in keys:
            if name == key_name and content[:4] == key_hash:
                if not ed25519_valid(raw, (text + "\n").encode(), content[4:]):
                    raise Unproven(f"the signature of {name} on the checkpoint of size {size} is wrong")
                return lines[0], size, root, name
    raise Unproven(f"the checkpoint of size {size} is signed by none of the given keys")


def certificate_in(body):
    """The statement and signature that a certificate's PDF carries in a line of comment."""
    mark = b"%tipline-training-certificate "
    lines = [line for line in body.splitlines() if line.startswith(mark)]
    if not lines:
        raise ValueError("the PDF carries no statement: it is no certificate of a training range")
    return base64.b64decode(lines[-1][len(mark) :], validate=True).decode()


def check_certificate(content, keys):
    name, key_hash, raw = read_key(content["key"])
    statement = content["statement"]
    if (name, key_hash, raw) not in keys:
        raise Unproven(f"the certificate is signed by {name}, which is none of the given keys")
    if not ed25519_valid(
        raw, f"{CERTIFICATE}\n{statement}".encode(), base64.b64decode(content["signature"], validate=True)
    ):
        raise Unproven(f"the signature of {name} is not over this statement")
    said = "\n".join(f"  {key}: {value!r}" for key, value in json.loads(statement).items())
    return f"{name} signed this; compare it with what the page shows:\n{said}"


def check(content, keys):
    """A sentence that says what is proven."""
    if isinstance(content, str):
        origin, size, root, name = check_note(content, keys)
        return f"the log {origin} had {size} entries with root {root.hex()}, signed by {name}"
    if not isinstance(content, dict):
        raise ValueError("it is neither a proof nor a checkpoint")
    kind = content.get("format")
    path = [base64.b64decode(value, validate=True) for value in content.get("path", ())]
    if kind == "tipline-audit-proof/1":
        origin, size, root, name = check_note(content["checkpoint"], keys)
        if root_of_inclusion(content["index"], size, leaf(content["entry"].encode()), path) != root:
            raise Unproven(
                "the entry does not lead to the root of the checkpoint: it is not in that log as it stands here"
            )
        return f"this entry is number {content['index']} of {size} in the log {origin}, signed by {name}:\n{content['entry']}"
    if kind == "tipline-audit-consistency/1":
        origin, old, old_root, _ = check_note(content["old"], keys)
        new_origin, new, new_root, name = check_note(content["new"], keys)
        if origin != new_origin:
            raise Unproven(f"the checkpoints are of two logs, {origin} and {new_origin}")
        if not consistent(old, new, old_root, new_root, path):
            raise Unproven(
                f"the log of {new} entries does not begin with the log of {old}: something in it was changed"
            )
        return f"the log {origin} of {new} entries begins with that of {old}: nothing was changed or taken out, signed by {name}"
    if kind == CERTIFICATE:
        return check_certificate(content, keys)
    raise ValueError(f"the format {kind!r} is not known here")


def main(arguments):
    key = None
    if "--key" in arguments:
        at = arguments.index("--key")
        key = arguments[at + 1] if at + 1 < len(arguments) else ""
        arguments = arguments[:at] + arguments[at + 2 :]
    if len(arguments) != 1 or arguments[0] in {"-h", "--help"} or key == "":
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            body = file.read()
        text = certificate_in(body) if body.startswith(b"%PDF") else body.decode()
        content = json.loads(text) if text.lstrip().startswith("{") else text
        own = [] if isinstance(content, str) else content.get("keys") or [content["key"]]
        if key is None and not own:
            raise ValueError("a checkpoint alone needs --key")
        keys = read_keys(key) if key is not None else [read_key(line) for line in own]
        said = check(content, keys)
    except Unproven as reason:
        print(f"NOT PROVEN: {reason}", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    print(f"PROVEN: {said}" if key is not None else f"CONSISTENT WITH ITSELF: {said}")
    if key is None:
        print("The key is the file's own. Give the log's key with --key to prove who signed.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
