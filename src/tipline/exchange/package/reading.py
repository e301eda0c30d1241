"""Verifying a package: no database, no network, nothing unpacked to disk."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from tipline.core.errors import InvalidInputError
from tipline.core.keys import VerifyingKey, read_verifying_key
from tipline.exchange.package.format import (
    BAGIT,
    DECLARATION,
    LIMITS,
    MANIFESTS,
    META,
    PAYLOAD,
    RECORD,
    SIGNATURE,
    SIGNER,
    TAG_FILES,
    TAG_MANIFEST,
    AlteredError,
    ContradictionError,
    ExpiredError,
    Limits,
    Meta,
    NotAPackageError,
    PackageError,
    RecordError,
    SealError,
    SignatureError,
    UnknownSignerError,
    UnlistedError,
    base_of,
)
from tipline.exchange.package.sealing import FOLDER, HEAD_BYTES, check_head, sealed_of, sealed_path
from tipline.exchange.package.zips import Archive
from tipline.exchange.record.model import DataKind, Record, canonical
from tipline.exchange.record.model import read as read_record

_LINE = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128})  ([A-Za-z0-9][A-Za-z0-9._/-]*)")
# clocks differ, and a stick is carried across a time zone set wrongly
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Verified:
    """A package that is whole. `digest`: SHA-256 of its tag manifest, which names it; `known`: signed by a key that was given."""

    meta: Meta
    record: Record
    digest: str
    key: VerifyingKey
    known: bool
    archive: Archive
    base: str

    def document(self, path: str) -> bytes:
        """The bytes of a document that the record names; checked when the package was."""
        return b"".join(self.pieces(path))

    def pieces(self, path: str) -> Iterator[bytes]:
        """The same, piece by piece."""
        return self.archive.pieces(f"{self.base}/{path}")


@dataclass(frozen=True, slots=True)
class Opened:
    """A package whose signature holds, of whoever made it: its files are not looked at yet."""

    meta: Meta
    digest: str
    key: VerifyingKey
    archive: Archive
    base: str
    tags: Mapping[str, bytes]


def open_package(file: BinaryIO, limits: Limits = LIMITS) -> Opened:
    """Read what a package says of itself, and check that this was signed by the key that it names.

    Whether that key is anybody's is for `verify` and those who know keys. Raises one of the classes of `PackageError`.
    """
    archive = Archive(file, limits)
    names = list(archive.members)
    base = names[0].partition("/")[0] if names else ""
    outside = next((name for name in names if not name.startswith(f"{base}/")), None)
    if not names or outside is not None:
        raise NotAPackageError("its members do not lie in one folder")
    missing = [
        name for name in (*TAG_FILES, TAG_MANIFEST, SIGNATURE, RECORD) if f"{base}/{name}" not in archive.members
    ]
    if missing:
        raise NotAPackageError(f"it has no {missing[0]}")
    signed = archive.read(f"{base}/{TAG_MANIFEST}", limits.manifest_bytes)
    sums = _manifest(signed, TAG_MANIFEST, 64)
    if set(sums) != set(TAG_FILES):
        raise UnlistedError(f"{TAG_MANIFEST} does not name the tag files of a package")
    tags = {
        name: archive.read(f"{base}/{name}", limits.manifest_bytes if name in MANIFESTS.values() else limits.tag_bytes)
        for name in TAG_FILES
    }
    try:
        meta = Meta.model_validate_json(tags[META])
        key = read_verifying_key(meta.signed_by)
    except (ValidationError, InvalidInputError) as error:
        raise NotAPackageError(f"{META} cannot be read: {_first(error)}") from error
    _check_signature(key, archive.read(f"{base}/{SIGNATURE}", limits.tag_bytes), signed)
    for name, body in tags.items():
        if hashlib.sha256(body).hexdigest() != sums[name]:
            raise AlteredError(f"{name} is not the one that was signed")
    if base != base_of(meta.uid):
        raise ContradictionError(f"the folder {base[:80]!r} is not that of the package {meta.uid}")
    if tags[DECLARATION] != BAGIT:
        raise NotAPackageError(f"{DECLARATION} is not that of BagIt 1.0")
    if tags[SIGNER] != signer_pem(key):
        raise ContradictionError(f"{SIGNER} is another key than the one that signed")
    return Opened(meta, hashlib.sha256(signed).hexdigest(), key, archive, base, tags)


def verify(
    file: BinaryIO, keys: Sequence[VerifyingKey] | None = None, at: datetime | None = None, limits: Limits = LIMITS
) -> Verified:
    """Check all of a package.

    Parameters
    ----------
    keys
        of the sender, from somewhere else than the package; a later key for which one of them vouched is believed too. None: no signer is
        known, and what is shown is only that the package agrees with itself.
    at
        when it must not be past its time; None: whenever.

    Raises
    ------
    PackageError
        one of its classes, each with its own `code`; what is altered is never taken for whole.
    """
    opened = open_package(file, limits)
    if keys is not None and opened.key not in trusted(opened.meta, keys):
        raise UnknownSignerError(
            f"it is signed by {opened.key}, which is none of the given keys and follows from none of them"
        )
    if at is not None:
        check_time(opened.meta, at)
    return check_files(opened, known=keys is not None)


def check_time(meta: Meta, at: datetime) -> None:
    """Whether it may be taken at this time. Raises ExpiredError."""
    if at > meta.expires_at:
        raise ExpiredError(
            f"it was good until {meta.expires_at:%Y-%m-%d %H:%M} UTC: ask {meta.sender.agency} for a new one"
        )
    if meta.made_at > at + CLOCKS_DIFFER:
        raise ExpiredError(
            f"it says that it was made on {meta.made_at:%Y-%m-%d %H:%M} UTC, which is yet to come: compare the clocks"
        )


def check_files(opened: Opened, *, known: bool) -> Verified:
    """Check every file of a package whose signature is believed, and its record."""
    archive, base = opened.archive, opened.base
    wanted = {
        name: _manifest(opened.tags[path], path, 64 if name == "sha256" else 128) for name, path in MANIFESTS.items()
    }
    payload = {name.removeprefix(f"{base}/") for name in archive.members} - {*TAG_FILES, TAG_MANIFEST, SIGNATURE}
    for path, sums in zip(MANIFESTS.values(), wanted.values(), strict=True):
        if different := sorted(payload ^ set(sums)):
            raise UnlistedError(
                f"{different[0][:80]} is {'not in' if different[0] in payload else 'missing, though it stands in'} {path}"
            )
    if strange := next((name for name in sorted(payload) if not PAYLOAD.fullmatch(name)), None):
        raise UnlistedError(f"{strange[:80]} is nothing that a package holds")
    record = b""
    heads: dict[str, bytes] = {}
    for name in sorted(payload):
        first, second, kept = hashlib.sha256(), hashlib.sha512(), []
        for piece in archive.pieces(f"{base}/{name}"):
            first.update(piece)
            second.update(piece)
            if name == RECORD:
                kept.append(piece)
            if name.startswith(FOLDER):
                heads.setdefault(name, piece[:HEAD_BYTES])
        if first.hexdigest() != wanted["sha256"][name] or second.hexdigest() != wanted["sha512"][name]:
            raise AlteredError(f"{name} is not the one that was packed")
        record = b"".join(kept) or record
    read = _record(record)
    _agree(opened.meta, read, hashlib.sha256(record).hexdigest(), wanted["sha256"])
    _agree_on_seals(read, wanted["sha256"], heads)
    for one in sealed_of(read):
        if archive.members[f"{base}/{one.path}"].file_size != one.size_bytes:
            raise SealError(f"{one.path} has another size than the record says")
    return Verified(opened.meta, read, opened.digest, opened.key, known, archive, base)


def _record(body: bytes) -> Record:
    try:
        found = read_record(body)
    except ValueError as error:
        raise RecordError(f"{RECORD} does not fit its schema: {_first(error)}") from error
    if canonical(found) != body:
        raise RecordError(f"{RECORD} is not written in its canonical form (RFC 8785)")
    return found


def _agree(meta: Meta, record: Record, digest: str, sums: Mapping[str, str]) -> None:
    """Whether the bag and the record are of one hand-over."""
    pairs: tuple[tuple[str, object, object], ...] = (
        ("uid", meta.uid, record.uid), ("sender", meta.sender, record.sender), ("receiver", meta.receiver, record.receiver),
        ("time", meta.made_at, record.made_at), ("end", meta.expires_at, record.expires_at),
        ("agreement", meta.agreement, record.terms.reference), ("kinds of data", meta.data, record.terms.data),
        ("number of reports", meta.reports, len(record.reports)), ("digest", meta.record_sha256, digest),
        ("number of hops", len(set(record.hops)), len(record.reports)),
        ("number of reports", len({one.uid for one in record.reports}), len(record.reports)),
    )  # fmt: skip
    if wrong := next((name for name, one, other in pairs if one != other), None):
        raise ContradictionError(f"the record has another {wrong} than the bag says")
    named: dict[str, str] = {}
    for report in record.reports:
        if not set(record.hops) & {hop.uid for hop in report.hops}:
            raise ContradictionError(f"none of the hops that are handed over is of {report.uid}")
        for one in report.documents:
            named |= {
                path: sha for path, sha in ((one.path, one.sha256), (one.source_path, one.source_sha256 or "")) if path
            }
    carried = {name: sha for name, sha in sums.items() if name.startswith("data/documents/")}
    if named != carried:
        raise ContradictionError("the documents in the bag are not those that the record names")
    if named and DataKind.DOCUMENT not in record.terms.data:
        raise ContradictionError("it carries documents, which its own terms do not let travel")


def _agree_on_seals(record: Record, sums: Mapping[str, str], heads: Mapping[str, bytes]) -> None:
    """Whether the sealed copies in the bag are those that the record names, each of them sealed."""
    named = {one.path: one.sha256 for one in sealed_of(record)}
    carried = {name: sha for name, sha in sums.items() if name.startswith(FOLDER)}
    if named != carried or any(path != sealed_path(sha) for path, sha in named.items()):
        raise ContradictionError("the sealed copies in the bag are not those that the record names")
    if bool(named) != (DataKind.EVIDENCE in record.terms.data):
        raise ContradictionError("it carries sealed copies and its own terms do not say so, or the other way round")
    for one in sealed_of(record):
        check_head(one.path, heads.get(one.path, b""), one.to)


def trusted(meta: Meta, keys: Iterable[VerifyingKey]) -> set[VerifyingKey]:
    """The given keys, and those of the sender's list for which one of them vouched, directly or over others.

    A key vouches for the next one alone, and not at all from the moment on that it says it ended.
    """
    found = set(keys)
    for before, after in pairwise(meta.keys):
        try:
            old, new = read_verifying_key(before.key), read_verifying_key(after.key)
            endorsement = base64.b64decode(after.endorsement, validate=True)
        except (InvalidInputError, ValueError):
            continue
        if old in found and _signed(old, endorsement, f"tipline key\n{after.key}\n{after.valid_from}\n".encode()):
            found.add(new)
    return found


def signer_pem(key: VerifyingKey) -> bytes:
    """The public key as OpenSSL reads it."""
    return Ed25519PublicKey.from_public_bytes(key.raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _signed(key: VerifyingKey, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_signature(key: VerifyingKey, signature: bytes, message: bytes) -> None:
    if len(signature) != 64 or not _signed(key, signature, message):
        raise SignatureError(f"the signature is not that of {key.name} over {TAG_MANIFEST}")


def _manifest(body: bytes, path: str, digits: int) -> dict[str, str]:
    """Name → digest, of lines `digest  name`."""
    found: dict[str, str] = {}
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError as error:
        raise NotAPackageError(f"{path} is not text") from error
    if not text.endswith("\n"):
        raise NotAPackageError(f"{path} does not end with a line")
    for number, line in enumerate(text[:-1].split("\n"), 1):
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) != digits:
            raise NotAPackageError(f"line {number} of {path} is not a digest and a name")
        if match[2] in found:
            raise UnlistedError(f"{match[2][:80]} stands twice in {path}")
        found[match[2]] = match[1]
    return found


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        one = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}"[:300]
    return str(error)[:300]


def refused_file(file: BinaryIO) -> str:
    """SHA-256 of a file that was brought, by which a refusal names it."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1024**2):
        digest.update(piece)
    return digest.hexdigest()


__all__ = [
    "Opened",
    "PackageError",
    "Verified",
    "check_files",
    "check_time",
    "open_package",
    "refused_file",
    "signer_pem",
    "trusted",
    "verify",
]
