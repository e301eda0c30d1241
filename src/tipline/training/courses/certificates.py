"""Certificates of a course: a statement, signed with the range's Ed25519 key, printed, and verifiable without Tipline.

The PDF carries the statement and its signature in a line of comment behind its end, where readers of PDF look for nothing;
`tools/verify_audit.py` reads it with Python's standard library alone (docs/reference/training.md).
"""

from __future__ import annotations

import base64
import io
import json
import re
import secrets
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.core.keys import VerifyingKey, listed_keys, read_verifying_key, signing_key
from tipline.core.printing.model import Document, Facts, Paragraph, Remark, Run, SignHere, Style, Text
from tipline.core.printing.pdf import to_pdf
from tipline.training.attempts.words import LANGUAGES, Words
from tipline.training.courses.models import Certificate, Course
from tipline.training.courses.results import Result, results_of
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

FORMAT = "tipline-training-certificate/1"
_LINE = b"%tipline-training-certificate "
_LARGEST_FILE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement (RFC 8785 JSON), the key that signed it, and the signature over `FORMAT`, a line feed and the statement."""

    statement: str
    key: str
    signature: str

    @property
    def content(self) -> dict[str, Any]:
        """The statement's values."""
        found = json.loads(self.statement)
        return found if isinstance(found, dict) else {}

    @property
    def message(self) -> bytes:
        """What the signature covers."""
        return f"{FORMAT}\n{self.statement}".encode()


def _statement(number: str, course: Course, result: Result, at: str) -> str:
    trainee = result.enrolment.trainee
    return rfc8785.dumps(
        {
            "certificate": number,
            "course": course.name,
            "course_code": course.code,
            "name": trainee.user.name,
            "rank": trainee.rank,
            "district": trainee.district,
            "held": [day.isoformat() if day else None for day in (course.starts_on, course.ends_on)],
            "issued_at": at,
            "points": str(result.points) if result.points.most else None,
            "attendance_percent": result.attendance,
            "test_percent": result.after,
            "asked": {
                "points": course.pass_points,
                "attendance": course.pass_attendance,
                "test": course.pass_test,
            },
        }
    ).decode()


@transaction.atomic
def issue(course: Course, actor: Actor, person: User | None = None, *, batch: str = "") -> list[Certificate]:
    """Certificates for all of a course who passed and have none; how the criteria stand at this moment is in the statement."""
    Course.objects.select_for_update().get(pk=course.pk)  # of two who issue at once the second finds them made
    passed = [one for one in results_of(course, batch=batch) if one.passed and not one.certificate]
    key, at = signing_key(config()), now()
    made = []
    for one in passed:
        number = f"TR-{secrets.token_hex(5).upper()}"
        text = _statement(number, course, one, at.isoformat(timespec="seconds"))
        unsigned = Signed(text, str(key.public), "")
        made.append(
            Certificate(
                number=number, enrolment=one.enrolment, statement=text, key=unsigned.key,
                signature=base64.b64encode(key.sign(unsigned.message)).decode(), issued_at=at, issued_by=person,
            )
        )  # fmt: skip
    Certificate.objects.bulk_create(made, 500)
    if made:
        numbers = [one.number for one in made]
        record(actor, [Act("training.certificates_issued", "course", course.pk, {"numbers": numbers[:1000]})])
    return made


@transaction.atomic
def revoke(number: str, why: str, actor: Actor, person: User | None = None) -> None:
    """Take a certificate back, with a reason. What was printed stays printed: `verify` against the range says that it no longer stands.

    Raises
    ------
    NotFoundError, ConflictError, InvalidInputError
        for an unknown number, one that was revoked, and a missing reason.
    """
    why = " ".join(why.split())
    if not why or len(why) > 200:
        raise InvalidInputError("why: say in 1 to 200 characters why the certificate is revoked")
    found = Certificate.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFoundError(f"there is no certificate {number[:40]!r}")
    if found.revoked_at is not None:
        raise ConflictError(f"{number} was revoked already, on {found.revoked_at:%Y-%m-%d}")
    Certificate.objects.filter(pk=found.pk).update(revoked_at=now(), revoked_by=person, revoked_why=why)
    record(actor, [Act("training.certificate_revoked", "certificate", found.pk, {"number": number})])


def signed(certificate: Certificate) -> Signed:
    """A certificate as it goes out."""
    return Signed(certificate.statement, certificate.key, certificate.signature)


def pdf(one: Signed, language: str = "en") -> bytes:
    """The certificate on paper in a language, with the statement and signature behind its end.

    The same statement gives the same bytes in each language; what is signed is the statement, and no words around it.
    """
    page = to_pdf(_document(one, LANGUAGES[language]))
    start = re.findall(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", page)
    carried = base64.b64encode(
        json.dumps(
            {"format": FORMAT, "statement": one.statement, "key": one.key, "signature": one.signature}, sort_keys=True
        ).encode()
    )
    # a second end that points to the same table, since readers look for the last one
    tail = b"startxref\n" + start[0] + b"\n%%EOF\n" if start else b"%%EOF\n"
    return page.rstrip() + b"\n" + _LINE + carried + b"\n" + tail


def archive(certificates: Sequence[Certificate], language: str = "en") -> bytes:
    """Their PDFs in one ZIP, in a language."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as file:
        for one in certificates:
            file.writestr(zipfile.ZipInfo(f"{one.number}.pdf", (1980, 1, 1, 0, 0, 0)), pdf(signed(one), language))
    return whole.getvalue()


def read_certificate(body: bytes) -> Signed:
    """The statement and signature that a PDF or a JSON file carries.

    Raises
    ------
    InvalidInputError
        when it carries none.
    """
    if len(body) > _LARGEST_FILE:
        raise InvalidInputError("the file is too large to be a certificate")
    try:
        if body.startswith(b"%PDF"):
            lines = [line for line in body.splitlines() if line.startswith(_LINE)]
            body = base64.b64decode(lines[-1].removeprefix(_LINE), validate=True)
        content = json.loads(body)
        found = Signed(*(content[name] for name in ("statement", "key", "signature")))
        if content["format"] != FORMAT or not all(
            isinstance(v, str) for v in (found.statement, found.key, found.signature)
        ):
            raise ValueError("format")
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise InvalidInputError("the file is no certificate of a training range") from error
    return found


def check(one: Signed, keys: Sequence[VerifyingKey]) -> VerifyingKey:
    """The key, of these, that signed it.

    Raises
    ------
    InvalidInputError
        when none did.
    """
    for key in keys:
        if str(key) == one.key:
            try:
                signature = base64.b64decode(one.signature, validate=True)
                Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, one.message)
            except (InvalidSignature, ValueError) as error:
                raise InvalidInputError(
                    "the signature does not fit the statement: something in it was changed"
                ) from error
            return key
    raise InvalidInputError("it was signed by a key that is not this range's")


def own_keys() -> list[VerifyingKey]:
    """The keys with which this range signs and signed."""
    return [listed.public for listed in listed_keys(config())]


def given_key(text: str) -> list[VerifyingKey]:
    """A key that somebody was given, NAME+HASH+KEY."""
    return [read_verifying_key(text)]


def same_page(one: Signed, body: bytes) -> bool:
    """Whether a PDF shows what its statement says: it is made again in each language and compared."""
    return any(pdf(one, language) == body for language in LANGUAGES)


def _document(one: Signed, words: Words) -> Document:
    said, asked = one.content, one.content.get("asked") or {}

    def word(name: str, **values: object) -> str:
        return words.say(f"certificate_{name}", **values)

    def measured(value: str | None, criterion: str) -> str:
        """A value with what was asked; nothing where it was neither measured nor asked."""
        if value is None or not asked.get(criterion):
            return value or ""
        return word("asked", value=value, percent=asked[criterion])

    def percent(name: str) -> str | None:
        return None if said.get(name) is None else f"{said[name]} %"

    days = [str(day) for day in said.get("held") or [] if day]
    got, _, most = str(said.get("points") or "").partition(" of ")
    rows: list[tuple[str, Text]] = [
        ("name", (Run(str(said.get("name", "")), Style.STRONG),)),
        ("rank", str(said.get("rank", ""))),
        ("district", str(said.get("district", ""))),
        ("course", str(said.get("course", ""))),
        ("held", word("to", start=days[0], end=days[1]) if len(days) > 1 else "".join(days)),
        ("points", measured(word("points_of", got=got, most=most) if most else None, "points")),
        ("attendance", measured(percent("attendance_percent"), "attendance")),
        ("test", measured(percent("test_percent"), "test")),
        ("issued", str(said.get("issued_at", ""))[:10]),
        ("number", (Run(str(said.get("certificate", "")), Style.CODE),)),
    ]
    return Document(
        title=word("title"),
        language=words.language.code,
        blocks=(
            Paragraph(word("says")),
            Facts(tuple((word(name), value) for name, value in rows if value)),
            Remark(word("synthetic")),
            SignHere((word("sign"),)),
            Paragraph(word("check")),
            Paragraph((Run(one.key, Style.CODE),)),
            Paragraph((Run(one.signature, Style.CODE),)),
        ),
        reference=str(said.get("certificate", "")),
    )
