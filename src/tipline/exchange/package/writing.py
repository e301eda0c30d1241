"""Writing a package: a BagIt bag (RFC 8493) in a ZIP, from front to back, the same bytes for the same parts."""

from __future__ import annotations

import hashlib
import json
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from typing import IO, Any, BinaryIO

import rfc8785

from tipline import __version__
from tipline.core.errors import InvalidInputError
from tipline.core.keys import ListedKey, SigningKey
from tipline.core.printing.pdf import to_pdf
from tipline.exchange.bulk import csv_files
from tipline.exchange.forms import form_named
from tipline.exchange.package.format import (
    BAGIT,
    CASE,
    DECLARATION,
    INFO,
    LIMITS,
    MANIFESTS,
    META,
    README,
    RECORD,
    SIGNATURE,
    SIGNER,
    SUMMARY,
    TABLES,
    TAG_FILES,
    TAG_MANIFEST,
    KeyLine,
    Meta,
    base_of,
)
from tipline.exchange.package.reading import signer_pem
from tipline.exchange.package.sealing import sealed_of
from tipline.exchange.package.summary import summary
from tipline.exchange.record.model import Record, canonical, schema

# in ZIP the calendar begins here; when it was made stands in package.json
_NO_TIME = (1980, 1, 1, 0, 0, 0)
File = tuple[str, bytes]
# writes the sealed copy of that name into a file
Carry = Callable[[str, BinaryIO], None]


def _case(record: Record) -> Iterable[File]:
    """CASE/UCO, for tools of forensic laboratories."""
    yield CASE, b"".join(form_named("case-uco").write(record))


def _tables(record: Record) -> Iterable[File]:
    """The tables of the record with their dictionary, for spreadsheets."""
    return ((f"{TABLES}{name}", body) for name, body in csv_files(record))


# What else goes along, made of the record alone: a standard's form is one line here.
CONTRIBUTORS: tuple[Callable[[Record], Iterable[File]], ...] = (_tables, _case)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. `digest`: SHA-256 of the tag manifest, which names the package."""

    digest: str
    bytes: int
    members: int


@dataclass(slots=True)
class _Summed:
    """A file being written, of which the digests are taken."""

    file: IO[bytes]
    sha256: Any = field(default_factory=hashlib.sha256)
    sha512: Any = field(default_factory=hashlib.sha512)
    size: int = 0

    def write(self, piece: bytes) -> int:
        self.sha256.update(piece)
        self.sha512.update(piece)
        self.size += len(piece)
        return self.file.write(piece)


@dataclass(slots=True)
class _Bag:
    """A ZIP that is written once; of each payload file both digests are taken as it goes in."""

    file: BinaryIO
    base: str
    zip: zipfile.ZipFile = field(init=False)
    sums: dict[str, dict[str, str]] = field(default_factory=lambda: {"sha256": {}, "sha512": {}})
    size: int = 0

    def __post_init__(self) -> None:
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, allowZip64=False)

    def put(self, path: str, body: bytes) -> None:
        info = zipfile.ZipInfo(f"{self.base}/{path}", _NO_TIME)
        info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o100644 << 16, 3
        # what compresses further than a reader believes goes in as it is
        if len(zlib.compress(body)) * LIMITS.ratio < len(body):
            info.compress_type = zipfile.ZIP_STORED
        self.zip.writestr(info, body)

    def sealed(self, path: str, size: int, fill: Callable[[BinaryIO], None]) -> None:
        """Ciphertext, which goes by in pieces and gets no smaller."""
        info = zipfile.ZipInfo(f"{self.base}/{path}", _NO_TIME)
        info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_STORED, 0o100644 << 16, 3
        info.file_size = size
        with self.zip.open(info, "w") as member:
            going = _Summed(member)
            fill(going)  # type: ignore[arg-type]  # all that is done with it is to write
        self.sums["sha256"][path], self.sums["sha512"][path] = going.sha256.hexdigest(), going.sha512.hexdigest()
        self.size += going.size

    def payload(self, path: str, body: bytes) -> None:
        self.sums["sha256"][path] = hashlib.sha256(body).hexdigest()
        self.sums["sha512"][path] = hashlib.sha512(body).hexdigest()
        self.size += len(body)
        self.put(path, body)


def write(
    record: Record,
    files: Iterable[File],
    keys: Sequence[ListedKey],
    key: SigningKey,
    out: BinaryIO,
    *,
    timezone: str = "UTC",
    nonce: str = "",
    carry: Carry | None = None,
) -> Written:
    """Write a package into a file that can be sought in.

    Parameters
    ----------
    files
        documents as received and custody proofs, at their paths; read once, one at a time.
    keys
        the sender's list, the one in use last; `key` is its private side.
    timezone
        of the receiving desk, for the summary.
    carry
        where sealed copies come from, if the record names any.

    Raises
    ------
    InvalidInputError
        when it would be larger than a receiver takes.
    """
    bag = _Bag(out, base_of(record.uid))
    body = canonical(record)
    try:
        bag.payload(RECORD, body)
        bag.payload("data/schema/referral-1.json", _schema())
        for contributor in CONTRIBUTORS:
            for path, made in contributor(record):
                bag.payload(path, made)
        bag.payload(SUMMARY, to_pdf(summary(record, timezone)))
        for path, made in files:
            bag.payload(path, made)
        for one in sealed_of(record):
            if carry is None:
                raise InvalidInputError(f"nothing is given to carry {one.path}")
            bag.sealed(one.path, one.size_bytes, partial(carry, one.sha256))
        digest = _tags(bag, record, _meta(record, body, keys, key, nonce), key)
        members = len(bag.zip.infolist())
        bag.zip.close()
    except zipfile.LargeZipFile as error:
        raise InvalidInputError("the package would be larger than a receiver takes: make several") from error
    size = out.tell()
    if members > LIMITS.members or size > LIMITS.file_bytes:
        raise InvalidInputError(
            f"the package would have {members:,} files and {size:,} bytes, more than a receiver takes: make several"
        )
    return Written(digest, size, members)


@lru_cache(maxsize=1)
def _schema() -> bytes:
    return (json.dumps(schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _meta(record: Record, body: bytes, keys: Sequence[ListedKey], key: SigningKey, nonce: str) -> Meta:
    return Meta(
        uid=record.uid,
        nonce=nonce or secrets.token_hex(16),
        made_at=record.made_at,
        expires_at=record.expires_at,
        sender=record.sender,
        receiver=record.receiver,
        agreement=record.terms.reference,
        data=record.terms.data,
        reports=len(record.reports),
        record_sha256=hashlib.sha256(body).hexdigest(),
        signed_by=str(key.public),
        keys=tuple(KeyLine(**asdict(one)) for one in keys),
        software=f"Tipline {__version__}",
    )


def _tags(bag: _Bag, record: Record, meta: Meta, key: SigningKey) -> str:
    """The tag files, the tag manifest, and the signature over it. Returns its digest."""
    made = {
        DECLARATION: BAGIT,
        INFO: _info(bag, record),
        META: rfc8785.dumps(meta.model_dump(mode="json")),
        README: _readme(meta),
        SIGNER: signer_pem(key.public),
        **{path: _manifest(bag.sums[name]) for name, path in MANIFESTS.items()},
    }
    for path in TAG_FILES:
        bag.put(path, made[path])
    signed = _manifest({path: hashlib.sha256(made[path]).hexdigest() for path in TAG_FILES})
    bag.put(TAG_MANIFEST, signed)
    bag.put(SIGNATURE, key.sign(signed))
    return hashlib.sha256(signed).hexdigest()


def _manifest(sums: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items())).encode("ascii")


def _info(bag: _Bag, record: Record) -> bytes:
    """bag-info.txt: for tools and people. Everything in it that counts stands in package.json."""
    lines = {
        "Source-Organization": record.sender.agency,
        "External-Identifier": record.uid,
        "External-Description": f"Referral of {len(record.reports)} reports to {record.receiver.agency}",
        "Bagging-Date": f"{record.made_at:%Y-%m-%d}",
        "Bag-Software-Agent": f"Tipline {__version__}",
        "Payload-Oxum": f"{bag.size}.{len(bag.sums['sha256'])}",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode()


def _readme(meta: Meta) -> bytes:
    return f"""A referral of {meta.reports} reports, from {meta.sender.agency} to {meta.receiver.agency}.

Made {meta.made_at:%Y-%m-%d %H:%M} UTC, to be taken until {meta.expires_at:%Y-%m-%d %H:%M} UTC, under: {" ".join(meta.agreement.split())}
Package {meta.uid}

It holds no media that can be looked at. What is a child's is masked everywhere but in the documents as received, where the agreement lets those travel.
A handle is a lead, not a person, and nobody whom it names is guilty of anything by being named.

  data/summary.pdf     to read and to print
  data/tables/         the same as tables
  data/record.json     the same for software, after data/schema/referral-1.json
  data/documents/      each document as it was received, where they travel
  data/sealed/         sealed copies, where two persons released them: ciphertext, which the custodian alone opens
  data/custody/        who did what with it, with proofs from the sender's log

To take it in:   tipline package receive FILE
To check it:     tipline package verify FILE --key KEY     or     python3 verify_package.py FILE --key KEY
By other tools:  unpack it, then here
    sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt
    openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in tagmanifest-sha256.txt -sigfile signature.ed25519
and compare signer.pem with the key that you have from the sender, from somewhere else than this package.
""".encode()
