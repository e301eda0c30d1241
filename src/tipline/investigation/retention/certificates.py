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
# What is counted, by app and model (`destroying.labels`), and what is no table of its own.
WORDS = {
    "federation.outgoing": "messages to other installations",
    "federation.below": "what desks further down did",
    "reports": "reports", "cases": "cases", "sealed_files": "sealed files", "notes": "notes on referrals",
    "reports.document": "documents as received", "reports.reportedfile": "records of files",
    "reports.person": "descriptions of people and accounts", "reports.identifier": "identifiers that nothing else names",
    "reports.sighting": "sightings", "attribution.attribution": "attributions of addresses",
    "attribution.earlieranswer": "earlier answers of sources", "attribution.whereabouts": "places of accounts",
    "attribution.logclock": "clocks of logs", "attribution.reportclock": "next logs to go",
    "attribution.expirynotice": "notices of logs that end", "linking.edge": "what links it to other reports", "linking.member": "places in clusters", "linking.tie": "joinings with other reports by people", "linking.cut": "cuts of its links by people",
    "linking.suggestion": "suggestions of other reports", "linking.compared": "by what it was compared with others", "triage.score": "scores",
    "triage.lane": "places on the urgent lane", "triage.prioritymark": "what people said of priority",
    "matching.match": "matches with hash lists", "matching.filehash": "hashes of files", "matching.hashvalue": "hashes that nothing else has",
    "routing.decision": "routing decisions", "routing.decisiondesk": "desks of routing decisions",
    "routing.reroute": "suggestions to send it elsewhere", "referrals.waiting": "what it waited for at a desk",
    "queue.handling": "who worked on it at a desk", "queue.closing": "proposals to close it",
    "bundles.bundlemember": "places in bundles",
    "deconfliction.check": "questions to other desks", "deconfliction.contact": "desks that were to be called",
    "referrals.deskrow": "rows of desks", "referrals.duenotice": "notices of what was due",
    "pipeline.quarantine": "notes of failed stages", "pipeline.stagerun": "notes of stages", "clocks.clock": "clocks", "clocks.pause": "times when clocks stood still",
    "outcomes.reminder": "reminders of outcomes", "doors.judgement": "words on the use of reports", "doors.doorcall": "calls at the door",
    "cybertipline.refuseddocument": "documents refused at the door", "public_form.publiccontact": "ways to reach a reporter",
    "public_form.message": "messages with a reporter", "cases.casehandle": "handles of cases", "cases.caseoffence": "offences of cases",
    "cases.caseperson": "persons of cases", "cases.personevidence": "evidence about persons",
    "cases.standingproposal": "proposals of standing", "cases.proposalevidence": "what proposals rely on",
    "cases.standingchange": "changes of standing", "cases.caselink": "links between cases", "cases.casetransfer": "transfers of cases",
    "cases.casetask": "tasks", "cases.diaryentry": "entries of diaries", "cases.officerchange": "changes of the investigating officer",
    "cases.offenceact": "choices of sections", "cases.firentry": "entries of FIRs", "cases.preliminaryenquiry": "preliminary enquiries",
    "cases.caseending": "closings of cases", "process.requestalert": "alerts of requests",
    "process.requestitem": "what requests asked about", "replies.reply": "replies", "replies.replyfile": "files of replies",
    "replies.replyrow": "rows of replies", "replies.replyfinding": "comparisons of replies", "letters.letter": "letters of cases",
    "letters.letterversion": "versions of letters", "exhibits.exhibit": "exhibits", "exhibits.exhibitdigest": "hashes of exhibits",
    "exhibits.custodyevent": "entries of custody", "exhibits.hashimport": "notes of files of forensic tools",
    "exhibits.exhibithash": "hashes of files on exhibits", "safeguarding.child": "numbers of children",
    "safeguarding.step": "steps for children", "safeguarding.childnote": "safeguarding notes",
    "safeguarding.preference": "wishes of survivors", "safeguarding.supportreferral": "referrals to support",
    "safeguarding.supportanswer": "answers of support services",
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
        (line["agency"], line["rule"], line["title"]): {name: line[name] for name in told}
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
