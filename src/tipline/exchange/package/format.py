"""What a package is made of, how large it may be, and by which name each fault is refused (docs/reference/package-format.md).

Nothing here, nor in `reading`, needs a database or a network: a package is verified on a machine that has neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tipline.core.errors import InvalidInputError
from tipline.exchange.record.model import DataKind, Part, Party, Sha256, Text

FORMAT = "tipline-package/1"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CASE = "data/case.jsonld"
TABLES = "data/tables/"
RECORD, SUMMARY, README, META, SIGNER = (
    "data/record.json",
    "data/summary.pdf",
    "README.txt",
    "package.json",
    "signer.pem",
)
DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFESTS = {"sha256": "manifest-sha256.txt", "sha512": "manifest-sha512.txt"}
TAG_MANIFEST, SIGNATURE = "tagmanifest-sha256.txt", "signature.ed25519"
# in the order in which they are written; the tag manifest names all of them but itself and the signature over it
TAG_FILES = (DECLARATION, INFO, META, README, SIGNER, *MANIFESTS.values())
# What may lie in a package: nothing that could be media, whatever it calls itself. What is sealed has to be an age file.
PAYLOAD = re.compile(
    r"data/(record\.json|summary\.pdf|case\.jsonld|tables/([a-z_]+\.csv|dictionary\.json)|schema/[a-z0-9._-]+\.json|forms/[a-z0-9._-]+\.(json|jsonld|xml|csv)"
    r"|sealed/[0-9a-f]{64}\.age|documents/[a-z0-9-]+\.(xml|source)|custody/[a-z0-9-]+\.json)"
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of a package before it is refused. A ZIP without ZIP64 holds no more members than these."""

    file_bytes: int = 2 * 1024**3
    members: int = 60_000
    member_bytes: int = 512 * 1024**2
    total_bytes: int = 4 * 1024**3 - 1
    # Deflate cannot do more than 1,032; lists of like lines come near to 100
    ratio: int = 300
    manifest_bytes: int = 16 * 1024**2
    tag_bytes: int = 1024**2


LIMITS = Limits()


class KeyLine(Part):
    """A line of the sender's list of signing keys (`core.keys.ListedKey`). Times are texts: as they were written they were signed."""

    name: Text
    key: Text
    valid_from: Text
    valid_until: Text = ""
    endorsement: Text = ""


class Meta(Part):
    """What a package says of itself, in the signed tag file package.json."""

    format: Literal["tipline-package/1"] = "tipline-package/1"
    uid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    made_at: AwareDatetime
    expires_at: AwareDatetime
    sender: Party
    receiver: Party
    agreement: Text
    data: tuple[DataKind, ...]
    reports: int = Field(ge=1)
    record_sha256: Sha256
    signed_by: Text
    keys: tuple[KeyLine, ...] = Field(min_length=1, max_length=1_000)
    software: Text


def base_of(uid: str) -> str:
    """The one folder at the top of a package, as RFC 8493 section 4 wants it."""
    return f"tipline-{uid}"


class PackageError(InvalidInputError):
    """A package that is not taken. Each reason is a class of its own, whose `code` stays the same for ever."""

    code = "package"


class NotAPackageError(PackageError):
    """It is no ZIP, or not built as a package is."""

    code = "not-a-package"


class TooLargeError(PackageError):
    """It holds more than a package may: a bomb, or several packages in one."""

    code = "too-large"


class UnsafeNameError(PackageError):
    """A member's name leads elsewhere, hides, or is no package's."""

    code = "unsafe-name"


class LinkError(PackageError):
    """A member is a link, a folder or a device."""

    code = "link"


class DuplicateNameError(PackageError):
    """Two members have names that some file system takes for one."""

    code = "duplicate-name"


class EncryptedMemberError(PackageError):
    """A member is encrypted by a password. A package is encrypted as a whole, with age."""

    code = "encrypted-member"


class TrailingDataError(PackageError):
    """Something stands before, between or behind the members."""

    code = "trailing-data"


class UnlistedError(PackageError):
    """A file is not in the manifest, or one of the manifest is not there."""

    code = "manifest"


class AlteredError(PackageError):
    """A file is not the one that was packed."""

    code = "altered"


class SignatureError(PackageError):
    """The signature is not over this tag manifest."""

    code = "signature"


class UnknownSignerError(PackageError):
    """It is signed by a key that the receiver does not know for the sender."""

    code = "unknown-signer"


class RevokedKeyError(PackageError):
    """It is signed by a key that was revoked."""

    code = "revoked-key"


class ContradictionError(PackageError):
    """Its parts say different things: the record is of another hand-over than the bag."""

    code = "contradiction"


class RecordError(PackageError):
    """The record does not fit its schema."""

    code = "record"


class SealError(PackageError):
    """Sealed evidence in it is no age file, not sealed to those whom the record names, or not to a custodian of the receiver."""

    code = "sealed"


class ExpiredError(PackageError):
    """It is past its time."""

    code = "expired"


class AddresseeError(PackageError):
    """It is for somebody else."""

    code = "wrong-addressee"


class AgreementError(PackageError):
    """No agreement in force lets it come in."""

    code = "no-agreement"


class HistoryError(PackageError):
    """What it tells of the sender's log contradicts what an earlier package told: the history was rewritten."""

    code = "history"


class ReplayedError(PackageError):
    """A package of this name was taken before, with another content."""

    code = "replayed"
