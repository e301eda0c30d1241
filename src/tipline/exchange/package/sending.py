"""Handing out packages, and taking back their receipts."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import BinaryIO
from uuid import UUID

import pyrage
from django.db import transaction
from pyrage.x25519 import Recipient

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.keys import listed_keys, signing_key
from tipline.exchange.federation.models import Delivery, Kind, Outgoing
from tipline.exchange.package import history
from tipline.exchange.package.models import SentHop, SentPackage
from tipline.exchange.package.receipts import read_receipt
from tipline.exchange.package.releases import approved, carried, carrying, may_hand_over, with_seals
from tipline.exchange.package.writing import File, write
from tipline.exchange.parties.queries import believed_keys, exchanges_with, peer_of
from tipline.exchange.record.collecting import collect
from tipline.exchange.record.model import DataKind, Record, Terms
from tipline.investigation.leads.texts import LANGUAGES, language_of
from tipline.referrals.life import Step, take
from tipline.referrals.models import Referral
from tipline.reports.models import Document
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.agreements import terms_in_force
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.models import Entry, StoredCheckpoint
from tipline.trust.audit.proofs import consistency, standing_proofs
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

MOST_PROOFS, MOST_HEADS = 300, 20
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Handed:
    """A package that was made."""

    uid: str
    digest: str
    to_agency: str
    reports: int
    bytes: int
    encrypted: bool


@transaction.atomic
def hand_over(
    settings: Config,
    scope: Scope,
    person: User | None,
    referral_ids: Sequence[int],
    out: BinaryIO,
    *,
    encrypt_to: str | None = None,
    note: str = "",
    language: str = "",
    sealed: bool = False,
) -> Handed:
    """Write referrals as one package, note that it went out, and log it.

    Parameters
    ----------
    person
        of the desk that sent the referrals; None: the operator at the machine.
    encrypt_to
        an age public key; empty: that of the installation where the receiver works; None: not encrypted.
    language
        of the summary; empty: the first of the receiver's that there are texts in.
    sealed
        carry the sealed evidence of these referrals that two persons released (`releases`), as ciphertext; it is carried once.

    Raises
    ------
    NotPermittedError, NotFoundError
        for a role that hands nothing over, and for referrals of another desk: these look as if there were none.
    ConflictError
        when no agreement is in force between the two agencies, a referral is no longer with the other, or no sealed evidence is released.
    InvalidInputError
        when they go to different agencies, or there is no key to encrypt to.
    """
    if person is not None and not may_hand_over(person):
        raise NotPermittedError("your role hands no reports over")
    sender, receiver = _ends(scope, person, referral_ids)
    peer = peer_of(receiver.pk)
    terms = _terms(sender, receiver, sealed=sealed)
    made = collect(
        scope,
        referral_ids,
        terms,
        receiver_installation=peer.name if peer else "",
        language=language if language in LANGUAGES else language_of(receiver.languages),
        note=note,
    )
    # only now: that each of them is the desk's own was asked above
    released = approved(referral_ids) if sealed else []
    if released:
        made = with_seals(made, _in_order(referral_ids), released)
    recipient = _recipient(encrypt_to, peer.age_recipient if peer else "")
    # encrypted it is made in memory, and only ciphertext is written
    plain: BinaryIO = out if recipient is None else io.BytesIO()
    key = signing_key(settings)
    head = StoredCheckpoint.objects.order_by("-size", "-id").first()
    written = write(
        made, _files(settings, scope, made, referral_ids, head), listed_keys(settings), key, plain,
        timezone=receiver.timezone, carry=carrying(settings, released),
    )  # fmt: skip
    if recipient is not None:
        plain.seek(0)
        pyrage.encrypt_io(plain, out, [recipient])
    by = person.actor if person else system("cli")
    sent = _note(
        made,
        written.digest,
        written.bytes,
        sender,
        receiver,
        by,
        referral_ids,
        encrypted=recipient is not None,
        log_size=head.size if head else 0,
    )
    if released:
        record(by, carried(released, sent))
    return Handed(made.uid, written.digest, receiver.code, len(made.reports), written.bytes, recipient is not None)


def _ends(scope: Scope, person: User | None, referral_ids: Sequence[int]) -> tuple[Agency, Agency]:
    found = Referral.objects.filter(pk__in=referral_ids, report__in=visible_reports(scope))
    one = found.select_related("from_agency", "to_agency").first()
    if one is None or (person is not None and one.from_agency_id != person.agency_id):
        raise NotFoundError(f"your desk sent no referral {min(referral_ids, default=0)}")
    return one.from_agency, one.to_agency


def _terms(sender: Agency, receiver: Agency, *, sealed: bool) -> Terms:
    found = terms_in_force(sender.pk, receiver.pk, now().date())
    if found is None:
        raise ConflictError(
            f"no agreement is in force by which {sender.code} hands to {receiver.code}: nothing goes there"
        )
    return Terms(
        reference=found.reference,
        law=found.law,
        purposes=found.purposes,
        # sealed evidence travels only where two persons said so
        data=tuple(kind for kind in DataKind if kind.value in found.data and (sealed or kind != DataKind.EVIDENCE)),
        retention_days=found.retention_days,
        until=datetime.combine(found.until, time(), UTC) if found.until else None,
    )


def _in_order(referral_ids: Sequence[int]) -> list[int]:
    """The numbers of their reports, as a record has them."""
    return list(Referral.objects.filter(pk__in=referral_ids).order_by("report_id").values_list("report_id", flat=True))


def _recipient(wanted: str | None, of_peer: str) -> Recipient | None:
    if wanted is None:
        return None
    text = wanted or of_peer
    if not text:
        raise InvalidInputError(
            "the receiver's installation gave no key to encrypt to: name one, or hand it over by hand, unencrypted"
        )
    try:
        return Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise InvalidInputError(f"{text[:70]!r} is no age public key: it begins with age1") from error


def _files(
    settings: Config, scope: Scope, made: Record, referral_ids: Sequence[int], head: StoredCheckpoint | None
) -> Iterator[File]:
    """Documents as received, a few at a time, and the custody history with its proofs."""
    reports = dict(Referral.objects.filter(pk__in=referral_ids).order_by("report_id").values_list("report_id", "pk"))
    numbers = list(reports)
    if DataKind.DOCUMENT in made.terms.data:
        for start in range(0, len(numbers), _AT_ONCE):
            some = dict(zip(numbers[start : start + _AT_ONCE], made.reports[start : start + _AT_ONCE], strict=True))
            bodies: dict[int, list[Document]] = {}
            rows = Document.objects.filter(report__in=visible_reports(scope).filter(pk__in=list(some)))
            for row in rows.order_by("report_id", "id"):
                bodies.setdefault(row.report_id, []).append(row)
            for number, report in some.items():
                for said, row in zip(report.documents, bodies[number], strict=True):
                    yield said.path, bytes(row.body)
                    if said.source_path:
                        yield said.source_path, bytes(row.source or b"")
    yield from _custody(settings, made, numbers, head)


def _custody(settings: Config, made: Record, numbers: Sequence[int], head: StoredCheckpoint | None) -> Iterator[File]:
    """What the sender's log says of the hops, each entry with its proof, which `tools/verify_audit.py` checks."""
    entries = Entry.objects.filter(
        object_type="report", object_id__in=[str(number) for number in numbers], action__startswith="referral."
    )
    ids = list(entries.order_by("-id").values_list("id", flat=True)[:MOST_PROOFS])
    proofs = standing_proofs(settings, sorted(ids))
    names = {str(number): report.uid for number, report in zip(numbers, made.reports, strict=True)}
    index = {
        "format": "tipline-custody/1",
        "checkpoint": head.note if head else "",
        "reports": names,
        "proofs": sorted(proofs),
        "without_proof": sorted(set(ids) - set(proofs)),
    }
    for number, proof in sorted(proofs.items()):
        yield f"data/custody/entry-{number}.json", (json.dumps(proof, indent=2, ensure_ascii=False) + "\n").encode()
    if head is not None:
        yield from history.proofs(
            (old, head.size, consistency(settings, old, head.size))
            for old in _told_before(made.receiver.agency, head.size)
        )
    yield "data/custody/index.json", (json.dumps(index, indent=2) + "\n").encode()


def _told_before(agency: str, size: int) -> list[int]:
    """Sizes of this log of which the latest packages to an agency told: one of them the receiver holds, if it took any."""
    told = SentPackage.objects.filter(to_agency__code=agency, log_size__gt=0, log_size__lt=size).order_by("-id")
    sizes = sorted(set(told.values_list("log_size", flat=True)[:MOST_HEADS]))
    return list(
        StoredCheckpoint.objects.filter(size__in=sizes).order_by("size").values_list("size", flat=True).distinct()
    )


def _note(
    made: Record, digest: str, size: int, sender: Agency, receiver: Agency, by: Actor, referral_ids: Sequence[int], *, encrypted: bool,
    log_size: int,
) -> SentPackage:  # fmt: skip
    sent = SentPackage.objects.create(
        uid=UUID(made.uid), digest=digest, from_agency=sender, to_agency=receiver, made_at=made.made_at, made_by=by.label,
        expires_at=made.expires_at, reports=len(made.reports), bytes=size, data=[kind.value for kind in made.terms.data], encrypted=encrypted,
        log_size=log_size,
    )  # fmt: skip
    reports = dict(Referral.objects.filter(pk__in=referral_ids).values_list("pk", "report_id"))
    SentHop.objects.bulk_create(
        SentHop(package=sent, referral_id=pk, report_id=report) for pk, report in reports.items()
    )
    detail = {"uid": made.uid, "digest": digest, "to": receiver.code, "data": sent.data, "encrypted": encrypted}
    record(
        by,
        [
            Act("package.made", "package", made.uid, {**detail, "reports": len(made.reports)}),
            *(
                Act("referral.packed", "report", report, {**detail, "referral": pk})
                for pk, report in sorted(reports.items())
            ),
        ],
    )
    return sent


@transaction.atomic
def take_receipt(scope: Scope, by: Actor, body: bytes) -> SentPackage:
    """Take the receipt of a package in: its referrals are received. The same receipt twice changes nothing.

    Raises
    ------
    InvalidInputError
        when it is no receipt, or not signed by a key of the installation where the receiver works.
    NotFoundError
        when the package was not made here, or not by a desk in scope.
    ConflictError
        when it is of another content than what was made.
    """
    receipt = read_receipt(body)
    mine = SentPackage.objects.select_for_update(of=("self",)).select_related("to_agency").filter(uid=receipt.uid)
    found = (mine if scope.everything else mine.filter(from_agency__in=scope.agency_ids)).first()
    if found is None:
        raise NotFoundError(f"no package {receipt.uid} was made here")
    if receipt.digest != found.digest:
        raise ConflictError(
            f"the receipt is for another content than package {receipt.uid} had: somebody altered it on its way"
        )
    peer = peer_of(found.to_agency_id)
    if peer is None or not exchanges_with(peer) or receipt.key not in believed_keys(peer, receipt.taken_at):
        raise InvalidInputError(
            f"the receipt is signed by {receipt.key.name}, which is no key of the installation of {found.to_agency.code}"
        )
    if found.received_at is not None:
        return found
    found.received_at, found.receipt = receipt.taken_at, body.decode()
    found.save(update_fields=["received_at", "receipt"])
    hops = list(found.hops.values_list("referral_id", "report_id"))
    # what went as a file is not told by wire as well
    Outgoing.objects.filter(
        kind=Kind.REFERRAL, delivery=Delivery.WAITING, referral__in=[pk for pk, _ in hops], peer=peer
    ).update(delivery=Delivery.DONE, why=f"it went as package {found.uid}", ended_at=now())
    received = take(Step.RECEIVE, [pk for pk, _ in hops], system(f"receipt of {peer.name}"), now(), strict=False)
    reports = dict(hops)
    record(
        by,
        [
            Act("package.receipt_taken", "package", str(found.uid), {"digest": found.digest, "key": receipt.key.name}),
            *(
                Act("referral.received", "report", reports[pk], {"referral": pk, "package": str(found.uid)})
                for pk in received
            ),
        ],
    )
    return found
