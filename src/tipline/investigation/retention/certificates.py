"""Certificates of destruction: a statement in canonical JSON, signed with this installation's key, checked with no database.

A certificate says how much of which kind is gone, and never what was in it: no identifier, no name, no digest.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tipline.core.config import Config
from tipline.core.errors import InvalidInputError
from tipline.core.keys import VerifyingKey, read_verifying_key, signing_key
from tipline.investigation.cases.models import Case
from tipline.investigation.retention.models import Basis, Certificate, Destruction
from tipline.trust.audit.models import Entry, Log

KIND = "tipline certificate of destruction"
VERSION = 1
COVERS = (
    "The rows of this installation's database that held the things named here, and their sealed files in its storage, as one"
    " copy, whichever agencies held them."
)
DOES_NOT_COVER = (
    "Backups made before; copies that people or other installations made; pages of the database and of its log that PostgreSQL"
    " has not reused yet; blocks of a disk or store that keeps old versions. Kept on purpose: the number of each report with its"
    " provider and dates, who held it and when, and the entries of the log, of which those of the receipt name SHA-256 digests."
)
WORDS = {
    "reports": "reports", "cases": "cases", "documents": "documents as received", "reportedfiles": "records of files",
    "sealed_files": "sealed files", "persons": "descriptions of people and accounts", "identifiers": "identifiers that nothing else names",
    "sightings": "sightings", "attributions": "attributions of addresses", "links": "links to other reports", "scores": "scores",
    "decisions": "routing decisions", "decisiondesks": "desks of routing decisions", "reroutes": "suggestions to send it elsewhere",
    "waitings": "what it waited for at a desk", "quarantines": "notes of failed stages", "stageruns": "notes of stages",
    "reminders": "reminders of outcomes", "judgements": "words on the use of reports", "childs": "numbers of children", "steps": "steps for children", "childnotes": "safeguarding notes",
    "preferences": "wishes of survivors", "supportreferrals": "referrals to support", "supportanswers": "answers of support services",
    "casehandles": "handles of cases", "caseoffences": "offences of cases", "letterversions": "versions of letters", "letters": "letters of cases", "notes": "notes on referrals",
    "refused_documents": "documents refused at the door",
    "exhibits": "exhibits", "exhibitdigests": "hashes of exhibits", "custodyevents": "entries of custody",
    "hashimports": "notes of files of forensic tools", "exhibithashs": "hashes of files on exhibits",
}  # fmt: skip


def certify(
    config: Config, made: Destruction, reports: Sequence[int], cases: Sequence[int], counts: Mapping[str, int]
) -> Certificate:
    """Write and sign the certificate, in the transaction that destroyed."""
    entries = Entry.objects.filter(object_type="destruction", object_id=str(made.pk)).order_by("id")
    statement: dict[str, Any] = {
        "kind": KIND,
        "version": VERSION,
        "number": made.pk,
        "installation": Log.objects.values_list("origin", flat=True).first() or "",
        "basis": made.basis,
        "agency": {"code": made.agency.code, "name": made.agency.name},
        "order": _order(made) if made.basis == Basis.ORDER else None,
        "rules": _rules(made),
        "reports": list(reports),
        "cases": list(Case.objects.filter(id__in=cases).order_by("id").values_list("number", flat=True)),
        "destroyed": {name: int(number) for name, number in counts.items() if number},
        "begun_at": made.begun_at.isoformat() if made.begun_at else None,
        "ended_at": made.ended_at.isoformat() if made.ended_at else None,
        "log_entries": list(entries.values_list("id", flat=True)),
        "covers": COVERS,
        "does_not_cover": DOES_NOT_COVER,
    }
    text = rfc8785.dumps(statement)
    key = signing_key(config)
    return Certificate.objects.create(
        pk=made.pk,
        destruction=made,
        agency_id=made.agency_id,
        statement=text.decode(),
        signature=base64.b64encode(key.sign(text)).decode(),
        key=str(key.public),
        at=made.ended_at or made.ordered_at,
    )


def _order(made: Destruction) -> dict[str, Any]:
    return {
        "reference": made.reference, "authority": made.authority, "by_a_court": made.court_order,
        "ordered_by": made.ordered_by, "ordered_at": made.ordered_at.isoformat(),
        "confirmed_by": made.decided_by, "confirmed_at": made.decided_at.isoformat() if made.decided_at else None,
    }  # fmt: skip


def _rules(made: Destruction) -> list[dict[str, Any]]:
    """The rules that applied, each once; when each thing was received is not said."""
    told = ("agency", "rule", "version", "file", "title", "source", "counted_from", "minimum", "maximum")
    found = {
        (line["agency"], line["rule"]): {name: line[name] for name in told}
        for lines in made.items.order_by("id").values_list("rules", flat=True)
        for line in lines
    }
    return [found[key] for key in sorted(found)]


def document(certificate: Certificate) -> dict[str, Any]:
    """The certificate as a file: `statement`, `signed_by` and `signature` (over the statement's RFC 8785 canonical form)."""
    return {
        "statement": json.loads(certificate.statement),
        "signed_by": certificate.key,
        "signature": certificate.signature,
    }


_BROKEN = (ValueError, LookupError, TypeError, AttributeError, binascii.Error, rfc8785.CanonicalizationError)


def verify(content: bytes, key: VerifyingKey | None = None) -> dict[str, Any]:
    """The statement of a certificate whose signature holds. Needs no database.

    Parameters
    ----------
    key
        a key that the reader has from elsewhere. Without one only this is shown: whoever holds the key that the file names signed it.

    Raises
    ------
    InvalidInputError
        when it is no certificate, was signed by another key, or was changed.
    """
    try:
        told = json.loads(content)
        statement, signer = told["statement"], read_verifying_key(told["signed_by"])
        signature = base64.b64decode(told["signature"], validate=True)
        if statement["kind"] != KIND or not isinstance(statement, dict):
            raise ValueError("kind")
        signed = rfc8785.dumps(statement)
    except (*_BROKEN, InvalidInputError) as error:
        raise InvalidInputError(
            "this is not a certificate of destruction: JSON with statement, signed_by and signature"
        ) from error
    if key is not None and (signer.name, signer.raw) != (key.name, key.raw):
        raise InvalidInputError(f"it is signed by {signer.name}, and the key that you gave is {key.name}")
    try:
        Ed25519PublicKey.from_public_bytes(signer.raw).verify(signature, signed)
    except InvalidSignature:
        raise InvalidInputError("the signature does not hold: the certificate was changed, or is not this key's") from None  # fmt: skip
    return statement


def as_text(certificate: Certificate) -> str:
    """The certificate on a page of plain text."""
    s = json.loads(certificate.statement)
    lines = [
        f"CERTIFICATE OF DESTRUCTION No. {s['number']}",
        f"of {s['agency']['name']} ({s['agency']['code']}), installation {s['installation']}",
        "",
    ]
    if s["order"]:
        o = s["order"]
        lines += [
            f"On order {o['reference']}{' of a court' if o['by_a_court'] else ''}: {o['authority']}",
            f"ordered by {o['ordered_by']} at {o['ordered_at']}",
            f"confirmed by {o['confirmed_by']} at {o['confirmed_at']}",
        ]
    else:
        lines.append("By schedule")
    lines += [
        *(f"rule {r['rule']} (version {r['version']}, {r['agency']}): {r['title']}. {r['source']}" for r in s["rules"]),
        "(Rules are a working summary of the law, to be reviewed by a lawyer.)" if s["rules"] else "",
        f"begun {s['begun_at']}, ended {s['ended_at']}",
        "",
        f"Reports: {', '.join(map(str, s['reports'])) or 'none'}",
        *([f"Cases: {', '.join(s['cases'])}"] if s["cases"] else []),
        "Destroyed:",
        *(f"  {number} {WORDS.get(name, name)}" for name, number in s["destroyed"].items()),
        f"Entries of the log: {', '.join(map(str, s['log_entries']))}",
        "",
        f"Covers: {s['covers']}",
        f"Does not cover: {s['does_not_cover']}",
        "",
        f"Signed by {certificate.key}",
        f"Signature {certificate.signature}",
    ]
    return "\n".join(lines) + "\n"
