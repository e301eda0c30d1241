#!/usr/bin/env python3
"""Check a lead package without Tipline: this file and verify_audit.py beside it, Python's standard library, no network.

    python3 verify_package.py FILE [--key KEY]

FILE is a package as a ZIP (docs/reference/package-format.md); nothing of it is unpacked to disk. KEY is the sender's public key as
NAME+HASH+KEY, or a file that holds such lines or a published key list; get it from somewhere else than FILE. A key of the package's own
list is believed if the key before it, which is believed, vouched for it. Without --key the signature is checked against the key in FILE,
which proves no more than that FILE agrees with itself.

Exit code 0: proven. 1: not proven, with the reason. 2: it cannot be read.

Sources: RFC 8493 (BagIt), RFC 8032 (Ed25519). Nothing here comes from Tipline's own code.
"""

import base64
import hashlib
import itertools
import json
import sys
import zipfile
import zlib

from verify_audit import Unproven, ed25519_valid, read_key, read_keys

TAGS = {
    "bagit.txt", "bag-info.txt", "package.json", "README.txt", "signer.pem", "manifest-sha256.txt", "manifest-sha512.txt",
}  # fmt: skip
MOST = 4 * 1024**3


def manifest(body):
    sums = {}
    for line in body.decode("ascii").splitlines():
        digest, name = line.split("  ", 1)
        if name in sums:
            raise Unproven(f"{name} stands twice in a manifest")
        sums[name] = digest
    return sums


def digests(archive, name):
    """SHA-256 and SHA-512 of a member, read in pieces, never more than the directory says."""
    first, second, left = hashlib.sha256(), hashlib.sha512(), archive.getinfo(name).file_size
    with archive.open(name) as body:
        while piece := body.read(min(1024**2, left + 1)):
            left -= len(piece)
            if left < 0:
                raise Unproven(f"{name} is longer than it says")
            first.update(piece)
            second.update(piece)
    return first.hexdigest(), second.hexdigest()


def believed(keys, listed):
    found = list(keys)
    for before, after in itertools.pairwise(listed):
        try:
            signature = base64.b64decode(after["endorsement"], validate=True)
            old = read_key(before["key"])
        except ValueError:
            continue
        text = f"tipline key\n{after['key']}\n{after['valid_from']}\n".encode()
        if old in found and ed25519_valid(old[2], text, signature):
            found.append(read_key(after["key"]))
    return found


def check(file, key):
    """What is proven, in a sentence."""
    archive = zipfile.ZipFile(file)
    names = archive.namelist()
    base = names[0].partition("/")[0] + "/"
    if len(set(names)) != len(names) or not all(name.startswith(base) for name in names):
        raise Unproven("its members do not lie in one folder, or two have one name")
    if sum(info.file_size for info in archive.infolist()) > MOST:
        raise Unproven("it would unpack to more than a package may have")
    inside = {name[len(base) :] for name in names}

    def read(name, most=64 * 1024**2):
        if archive.getinfo(base + name).file_size > most:
            raise Unproven(f"{name} is too large")
        return archive.read(base + name)

    signed = read("tagmanifest-sha256.txt")
    said = json.loads(read("package.json"))
    signer = read_key(said["signed_by"])
    if not ed25519_valid(signer[2], signed, read("signature.ed25519")):
        raise Unproven("the signature is not over this tag manifest")
    keys = None if key is None else read_keys(key)
    if keys is not None and signer not in believed(keys, said["keys"]):
        raise Unproven(
            f"it is signed by {said['signed_by']}, which is none of the given keys and follows from none of them"
        )
    tags = manifest(signed)
    if set(tags) != TAGS:
        raise Unproven("the tag manifest does not name the tag files of a package")
    sums = {one: manifest(read(f"manifest-{one}.txt")) for one in ("sha256", "sha512")}
    payload = inside - TAGS - {"tagmanifest-sha256.txt", "signature.ed25519"}
    if not set(sums["sha256"]) == set(sums["sha512"]) == payload:
        raise Unproven("the manifests do not name the files that are there")
    for name in sorted(inside & (TAGS | payload)):
        first, second = digests(archive, base + name)
        wanted = (tags[name], None) if name in TAGS else (sums["sha256"][name], sums["sha512"][name])
        if first != wanted[0] or wanted[1] not in (None, second):
            raise Unproven(f"{name} is not the one that was packed")
    record = json.loads(read("data/record.json", 512 * 1024**2))
    if hashlib.sha256(read("data/record.json", 512 * 1024**2)).hexdigest() != said["record_sha256"]:
        raise Unproven("the record is another than the package says")
    if base != f"tipline-{said['uid']}/" or record["uid"] != said["uid"] or record["receiver"] != said["receiver"]:
        raise Unproven("the record is of another hand-over than the bag")
    return (
        f"package {said['uid']}, digest {hashlib.sha256(signed).hexdigest()}: {said['reports']} reports from"
        f" {said['sender']['agency']!r} to {said['receiver']['agency']!r}, good until {said['expires_at']}, signed by {said['signed_by']}"
    )


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
        said = check(arguments[0], key)
    except (Unproven, zipfile.BadZipFile, zlib.error, EOFError) as reason:
        print(f"NOT PROVEN: {reason}", file=sys.stderr)
        return 1
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    print(f"PROVEN: {said}" if key is not None else f"CONSISTENT WITH ITSELF: {said}")
    if key is None:
        print("The key is the file's own. Give the sender's key with --key to prove who signed.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
