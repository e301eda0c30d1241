"""Taking packages in: everything is checked before anything is written, and what is refused is noted with its reason."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import connection, transaction

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import NotPermittedError, TiplineError
from tipline.core.keys import SigningKey, signing_key
from tipline.exchange.package.format import (
    AddresseeError,
    AgreementError,
    AlteredError,
    ContradictionError,
    Meta,
    PackageError,
    RecordError,
    ReplayedError,
    RevokedKeyError,
    SignatureError,
    UnknownSignerError,
)
from tipline.exchange.package.history import Continued, continues, head_of
from tipline.exchange.package.keeping import check_custodians, kept
from tipline.exchange.package.models import RefusedPackage, TakenPackage
from tipline.exchange.package.reading import (
    Opened,
    Verified,
    check_files,
    check_time,
    open_package,
    refused_file,
    trusted,
)
from tipline.exchange.package.receipts import write_receipt
from tipline.exchange.parties.alerts import raise_alerts
from tipline.exchange.parties.models import LinkAlertKind, PeerKey
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.parties.queries import believed_keys, exchanges_with, key_named, peer_of
from tipline.exchange.record.model import Party
from tipline.exchange.record.models import ReportOrigin
from tipline.exchange.record.taking import TakenIn, states, take_in
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.agreements import terms_in_force
from tipline.trust.agencies.models import Agency
from tipline.trust.audit import notes
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, acting, may_work_the_desk

# Refusals that no slip explains: somebody altered a package, or signed one who should not.
LOUD = frozenset(
    {
        AlteredError.code,
        SignatureError.code,
        ContradictionError.code,
        UnknownSignerError.code,
        RevokedKeyError.code,
        ReplayedError.code,
    }
)
_LOCK = 0x7061636B  # advisory: one package at a time


@dataclass(frozen=True, slots=True)
class Taken:
    """A package that is taken. `again`: it was taken before, and the receipt is the one of then; `warning`: what somebody has to ask about."""

    uid: str
    digest: str
    from_agency: str
    to_agency: str
    reports: int
    new_reports: int
    receipt: bytes
    again: bool
    warning: str = ""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A package that may be taken, and between whom."""

    opened: Opened
    sender: Agency
    addressee: Agency


# What is checked, in this order; what comes after the first that fails is not looked at.
CHECKS = (
    "It is built as a package is, and what it says of itself is signed",
    "A key that is known here for the sender signed it",
    "It is for this desk",
    "It is not past its time",
    "An agreement in force lets it in",
    "Every file is the one that was packed, and the record fits its schema",
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a package says, as far as it was checked. `passed`: how many of CHECKS it stood; `refusal`: why not the next."""

    meta: Meta | None
    digest: str
    key: str
    passed: int
    refusal: PackageError | None
    known: int = 0  # of its reports, here already
    taken_at: datetime | None = None  # the same package, before
    manifest: str = ""  # SHA-256 of its tag manifest, which names a package that passed


def look(person: User, file: BinaryIO) -> Looked:
    """Check a package as `receive` does, and take nothing in. A refusal is noted as there.

    Raises
    ------
    NotPermittedError
        for a role that does not work a desk.
    """
    if not may_work_the_desk(person):
        raise NotPermittedError("your role takes no packages in")
    passed: list[Opened] = []
    try:
        with acting(OPERATOR):
            checked = _check(person, file, now(), passed)
            whole = check_files(checked.opened, known=True)
            before = TakenPackage.objects.filter(uid=whole.meta.uid).values_list("taken_at", "digest").first()
            if before and before[1] != whole.digest:
                raise ReplayedError(f"a package of this name was taken on {before[0]:%Y-%m-%d} with another content")
            _history(whole, checked)
            known = ReportOrigin.objects.filter(uid__in=[one.uid for one in whole.record.reports]).count()
    except PackageError as error:
        digest = _refuse(person, file, person.actor, error)
        opened = passed[0] if passed else None
        return Looked(opened.meta if opened else None, digest, str(opened.key) if opened else "", len(passed), error)
    return Looked(
        whole.meta,
        refused_file(file),
        str(whole.key),
        len(CHECKS),
        None,
        known,
        before[0] if before else None,
        whole.digest,
    )


def receive(settings: Config, person: User | None, file: BinaryIO) -> Taken:
    """Take a package in and give its receipt; the same package again gives the same receipt.

    A refusal is noted, with an entry of the log, in a transaction of its own; of the package itself nothing is kept then.

    Parameters
    ----------
    person
        of the addressed desk; None: the operator at the machine.

    Raises
    ------
    NotPermittedError
        for a role that does not work a desk.
    PackageError
        one of its classes, with its `code`.
    """
    by = person.actor if person else system("cli")
    if person is not None and not may_work_the_desk(person):
        raise NotPermittedError("your role takes no packages in")
    try:
        # what is here already may be any desk's, so the software asks for itself
        with acting(OPERATOR):
            return _take(settings, person, file, by)
    except PackageError as error:
        _refuse(person, file, by, error)
        raise


def _take(settings: Config, person: User | None, file: BinaryIO, by: Actor) -> Taken:
    at = now()
    with connection.cursor() as cursor:  # the same package brought twice at once is taken once
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    # before its time and terms: what was taken once keeps its receipt
    opened = open_package(file)
    if found := TakenPackage.objects.select_related("from_agency", "to_agency").filter(uid=opened.meta.uid).first():
        return _again(found, opened, person)
    checked = _check(person, file, at)
    whole = check_files(checked.opened, known=True)
    check_custodians(settings, whole.record)
    head, history = _history(whole, checked)
    key = signing_key(settings)
    try:
        with transaction.atomic():
            taken = take_in(whole.record, checked.sender, checked.addressee, whole.document, by, secrets.token_hex(16))
    except PackageError:
        raise
    except TiplineError as error:
        raise RecordError(str(error)) from error
    with kept(settings, whole, taken, by):
        return _noted(whole, checked, taken, at, key, by, head, history)


def _noted(
    whole: Verified, checked: _Checked, taken: Sequence[TakenIn], at: datetime, key: SigningKey, by: Actor, head: str, history: Continued
) -> Taken:  # fmt: skip
    """The receipt, and that the package was taken."""
    here = Party(agency=checked.addressee.code, name=checked.addressee.name, installation=our_name())
    receipt = write_receipt(whole.meta.uid, whole.digest, at, here, states(taken), key)
    made = TakenPackage.objects.create(
        uid=UUID(whole.meta.uid), digest=whole.digest, installation=whole.meta.sender.installation[:80], key=str(whole.key),
        from_agency=checked.sender, to_agency=checked.addressee, made_at=whole.meta.made_at, taken_at=at, taken_by=by.label,
        agreement=whole.meta.agreement[:300], reports=len(taken), new_reports=sum(one.new for one in taken), receipt=receipt.decode(),
        checkpoint=head, log_size=notes.read(head)[0].size if head else 0,
    )  # fmt: skip
    detail = {
        "digest": whole.digest,
        "from": checked.sender.code,
        "to": checked.addressee.code,
        "key": whole.key.name,
        "log_continues": history.proven,
    }
    record(
        by,
        [
            Act(
                "package.taken", "package", whole.meta.uid, {**detail, "reports": made.reports, "new": made.new_reports}
            ),
            *(
                [Act("package.log_unproven", "package", whole.meta.uid, {"why": history.text})]
                if history.missing
                else []
            ),
        ],
    )
    return replace(_told(made, again=False), warning=history.text if history.missing else "")


def _history(whole: Verified, checked: _Checked) -> tuple[str, Continued]:
    """The checkpoint that it tells, held against the newest that this sender told this desk before. Raises HistoryError."""
    installation = whole.meta.sender.installation[:80]
    before = TakenPackage.objects.filter(installation=installation, to_agency=checked.addressee).exclude(checkpoint="")
    held = before.order_by("-log_size", "-id").values_list("checkpoint", flat=True).first()
    return head_of(whole), continues(whole, held or "")


def _told(one: TakenPackage, *, again: bool) -> Taken:
    return Taken(
        str(one.uid), one.digest, one.from_agency.code, one.to_agency.code, one.reports, one.new_reports, one.receipt.encode(), again
    )  # fmt: skip


def _again(found: TakenPackage, opened: Opened, person: User | None) -> Taken:
    if person is not None and found.to_agency_id != person.agency_id:
        raise AddresseeError(f"it is for {opened.meta.receiver.agency}, not for your desk")
    if found.digest != opened.digest:
        raise ReplayedError(
            f"package {found.uid} was taken on {found.taken_at:%Y-%m-%d %H:%M} UTC with another content: this one is not it"
        )
    return _told(found, again=True)


def _check(person: User | None, file: BinaryIO, at: datetime, passed: list[Opened] | None = None) -> _Checked:
    """Who signed, for whom it is, whether its time and an agreement let it in. In this order, so that a stranger learns little.

    `passed` gets one more for each of CHECKS that the package stood.
    """
    stood = passed if passed is not None else []
    opened = open_package(file)
    stood.append(opened)
    meta = opened.meta
    sender = Agency.objects.filter(code=meta.sender.agency).first()
    peer = peer_of(sender.pk) if sender else None
    if sender is None or peer is None or peer.name != meta.sender.installation or not exchanges_with(peer):
        raise UnknownSignerError(
            f"no active peer {meta.sender.installation[:80]!r} is known here that sends for {meta.sender.agency}"
        )
    key = key_named(str(opened.key))
    if key is not None and key.revoked_at is not None:
        raise RevokedKeyError(
            f"it is signed by {opened.key.name}, which was revoked on {key.revoked_at:%Y-%m-%d}: {key.revoked_why}"
        )
    believed = believed_keys(peer, meta.made_at)
    revoked = {one.key for one in PeerKey.objects.filter(peer=peer, revoked_at__isnull=False)}
    # a key that followed is believed if the way to it leads over no revoked one
    if opened.key not in trusted(meta, believed) or str(opened.key) in revoked:
        raise UnknownSignerError(f"it is signed by {opened.key.name}, which is no key of {peer.name} at that time")
    stood.append(opened)
    addressee = Agency.objects.filter(code=meta.receiver.agency, active=True).first()
    if addressee is None or peer_of(addressee.pk) is not None or meta.receiver.installation not in {"", our_name()}:
        raise AddresseeError(f"it is for {meta.receiver.agency}, which is no desk of this installation")
    if person is not None and person.agency_id != addressee.pk:
        raise AddresseeError(f"it is for {meta.receiver.agency}, not for your desk")
    stood.append(opened)
    check_time(meta, at)
    stood.append(opened)
    terms = terms_in_force(sender.pk, addressee.pk, at.date())
    if terms is None:
        raise AgreementError(f"no agreement is in force by which {sender.code} hands to {addressee.code}")
    if more := next((kind for kind in meta.data if kind.value not in terms.data), None):
        raise AgreementError(f"it carries data of the kind {more.value!r}, which the agreement does not let travel")
    stood.append(opened)
    return _Checked(opened, sender, addressee)


def _refuse(person: User | None, file: BinaryIO, by: Actor, error: PackageError) -> str:
    """Note that a package was not taken. Returns the digest of its file."""
    claimed, sender, installation = "", "", ""
    with suppress(PackageError):
        meta = open_package(file).meta
        claimed, sender, installation = meta.uid, meta.sender.agency, meta.sender.installation
    digest, message = refused_file(file), str(error)[:500]
    with acting(OPERATOR):
        RefusedPackage.objects.create(
            digest=digest, code=error.code, message=message, uid=claimed, at=now(), by=by.label, claimed_sender=sender,
            claimed_installation=installation[:80],
            agency_id=person.agency_id if person else None,
        )  # fmt: skip
        record(by, [Act("package.refused", "package", claimed or digest[:36], {"code": error.code, "sha256": digest})])
        if error.code in LOUD:
            desk = person.agency.code if person else "the operator"
            kind = LinkAlertKind.REVOKED_KEY if error.code == RevokedKeyError.code else LinkAlertKind.PACKAGE
            raise_alerts({(kind, f"{error.code}, brought by {desk}"): message})
    return digest
