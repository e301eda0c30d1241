"""Taking referrals in that came by wire: who may send, what the agreement here lets through, and then as a package is taken in."""

from __future__ import annotations

import secrets
from dataclasses import replace

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotPermittedError, TiplineError
from tipline.exchange.federation.payload import Payload
from tipline.exchange.parties.models import Peer, RemoteDesk
from tipline.exchange.record.model import DataKind, uid_start
from tipline.exchange.record.taking import take_in as take_record_in
from tipline.trust.actors import system
from tipline.trust.agencies.agreements import AgreementTerms, terms_in_force
from tipline.trust.agencies.models import Agency

BY = system("federation")


class NoAgreementError(TiplineError):
    """The agreement between the two agencies does not let this through. It may yet: nothing was written."""


def parties_of(payload: Payload, peer: Peer) -> tuple[Agency, Agency]:
    """The two agencies, if this peer may send in the name of the one and the other works here.

    Raises
    ------
    NotPermittedError
        when it may not.
    """
    names = payload.record.sender.agency, payload.record.receiver.agency
    known = {one.code: one for one in Agency.objects.filter(code__in=names, active=True)}
    where = dict(RemoteDesk.objects.filter(agency__code__in=names).values_list("agency__code", "peer_id"))
    sender, receiver = (known.get(name) for name in names)
    if sender is None or where.get(sender.code) != peer.pk:
        raise NotPermittedError(f"{names[0]} is not known here as an agency of {peer.name}")
    if receiver is None or receiver.code in where:
        raise NotPermittedError(f"{names[1]} does not work in this installation")
    return sender, receiver


def in_force(sender: Agency, receiver: Agency, payload: Payload) -> AgreementTerms:
    """The agreement as this side has it, if it lets through what came.

    Raises
    ------
    NoAgreementError
        when there is none, or it does not let this kind of data through.
    """
    terms = terms_in_force(sender.pk, receiver.pk, now().date())
    if terms is None:
        raise NoAgreementError(f"no agreement is in force here by which {sender.code} hands to {receiver.code}")
    came = {DataKind.METADATA} | ({DataKind.DOCUMENT} if payload.documents else set())
    if beyond := sorted(kind.value for kind in came if kind.value not in terms.data):
        raise NoAgreementError(f"the agreement {terms.reference[:80]!r} does not let {beyond[0]} through on this side")
    return terms


def take_in(payload: Payload, peer: Peer) -> dict[str, int]:
    """Take in what is not here yet; returns hop → report, of all that the payload carries. In the caller's transaction.

    Raises
    ------
    NotPermittedError, NoAgreementError
        as `parties_of` and `in_force` do.
    InvalidInputError, ConflictError
        when a hop is not the peer's, and as `record.taking.take_in` does.
    """
    sender, receiver = parties_of(payload, peer)
    in_force(sender, receiver, payload)
    if stray := [hop for hop in payload.record.hops if not hop.startswith(uid_start(peer.name, "hop"))]:
        raise InvalidInputError(f"{stray[0][:80]} is no hop of {peer.name}")
    by = replace(BY, agency_id=sender.pk)
    request_id = secrets.token_hex(16)
    taken = take_record_in(payload.record, sender, receiver, payload.documents.__getitem__, by, request_id)
    return {one.hop_uid: one.report_id for one in taken}
