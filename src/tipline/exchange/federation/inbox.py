"""Taking messages of a peer: each has its effect once, and its answer with it; the same message again gets the same answer.

What a desk did on the other side is done to the hop here too, in the name of that desk's agency, by the one place that moves hops
(`referrals.life`). What comes late, or twice, or out of its order changes nothing and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic

import structlog
from django.db import transaction
from django.db.models import F

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, TiplineError
from tipline.exchange.federation.filing import BY, NoAgreementError, take_in
from tipline.exchange.federation.hearing import hear_outcome, hear_retention, hear_use, judge_progress
from tipline.exchange.federation.models import Below, Incoming, Kind, Outgoing
from tipline.exchange.federation.payload import open_payload
from tipline.exchange.federation.wire import Batch, Message, Status
from tipline.exchange.parties.models import Peer, RemoteDesk
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.record.models import HopOrigin
from tipline.referrals.life import Step, meanwhile, take
from tipline.referrals.models import OPEN, RecallReason, Referral, ReferralState, ReturnReason
from tipline.referrals.moving import give_back, leave
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

log = structlog.get_logger(__name__)

MOST_SECONDS = 15.0  # half of what a peer waits for an answer
# What a desk there does to its hop, and so to ours. What is merged there is dealt with there: here it goes on as it was.
_MIRRORED = {
    "receive": Step.RECEIVE, "acknowledge": Step.ACKNOWLEDGE, "accept": Step.ACCEPT, "forward": Step.FORWARD,
    "split": Step.FORWARD, "pass": Step.FORWARD, "transfer": Step.TRANSFER, "come_back": Step.COME_BACK, "take_over": Step.TAKE_OVER,
    "return": Step.RETURN,
}  # fmt: skip
_NOT_MIRRORED = frozenset({"merge", "unmerge"})


def take_batch(peer: Peer, batch: Batch, *, seconds: float = MOST_SECONDS) -> list[Status]:
    """Take messages in their order; after one that has to come again, those about the same hop have to as well.

    Parameters
    ----------
    seconds
        after which the rest is to come again, so that a busy installation answers before its peer stops listening.
    """
    until = monotonic() + seconds
    answers: dict[int, Status] = {}
    waiting: set[str] = set()
    lots: dict[int, list[Message]] = {}
    for message in batch.messages:
        if message.kind == "referral" and message.package is not None:
            lots.setdefault(message.package, []).append(message)
    for message in batch.messages:
        if message.number in answers:
            continue
        if monotonic() >= until:
            answers[message.number] = Status(
                number=message.number, status="later", code="busy", text="this installation is busy"
            )
            continue
        if message.hop in waiting:
            answers[message.number] = Status(
                number=message.number, status="later", code="order", text="what came before it waits"
            )
            continue
        lot = lots.get(message.package, []) if message.kind == "referral" and message.package is not None else [message]
        for status in _take_lot(peer, batch, lot or [message]):
            answers[status.number] = status
            if status.status == "later":
                waiting.add(next(one.hop for one in batch.messages if one.number == status.number))
    return [answers[message.number] for message in batch.messages]


def _take_lot(peer: Peer, batch: Batch, lot: Sequence[Message]) -> list[Status]:
    """One message, or the referrals of one package, in one transaction."""
    try:
        with transaction.atomic():
            known = _begin(peer, lot)
            fresh = [message for message in lot if message.number not in known]
            if fresh:
                reports = _effect(peer, batch, fresh)
                _end(peer, fresh, reports)
    except (NoAgreementError, NotPermittedError) as error:
        return [
            _later(message, "agreement" if isinstance(error, NoAgreementError) else "party", error) for message in lot
        ]
    except (InvalidInputError, NotFoundError, ConflictError) as error:
        if len(lot) > 1:  # one of them is at fault: each for itself
            return [status for message in lot for status in _take_lot(peer, batch, [message])]
        return [_refuse(peer, message, error) for message in lot]
    except Exception as error:  # whatever one message breaks must not hold up the others
        log.exception("a message of a peer cannot be taken", peer=peer.name, kind=lot[0].kind, number=lot[0].number)
        return [_later(message, "broken", error, "something broke on this side; it is looked at") for message in lot]
    return [_same(known[m.number]) if m.number in known else Status(number=m.number, status="done") for m in lot]


def _begin(peer: Peer, lot: Sequence[Message]) -> dict[int, Incoming]:
    """Those that were taken before. A message that another call takes at this moment is waited for."""
    numbers = [message.number for message in lot]
    Peer.objects.select_for_update(no_key=True).get(pk=peer.pk)  # one call of a peer at a time
    return {one.number: one for one in Incoming.objects.filter(peer=peer, number__in=numbers)}


def _end(peer: Peer, lot: Sequence[Message], reports: Mapping[int, int | None]) -> None:
    at = now()
    Incoming.objects.bulk_create(
        Incoming(
            peer=peer, number=message.number, kind=message.kind, report_id=reports.get(message.number), taken_at=at,
            answer=Status(number=message.number, status="done").model_dump(),
        )
        for message in lot
    )  # fmt: skip


def _same(known: Incoming) -> Status:
    return Status.model_validate(known.answer)


def _later(message: Message, code: str, error: Exception, text: str = "") -> Status:
    return Status(number=message.number, status="later", code=code, text=text or str(error)[:300])


@transaction.atomic
def _refuse(peer: Peer, message: Message, error: TiplineError) -> Status:
    """Refused for good: kept, and told the same whenever it comes again."""
    known = _begin(peer, [message]).get(message.number)
    if known:
        return _same(known)
    code = "late" if isinstance(error, ConflictError) else "unknown" if isinstance(error, NotFoundError) else "invalid"
    status = Status(number=message.number, status="refused", code=code, text=str(error)[:300])
    Incoming.objects.create(
        peer=peer, number=message.number, kind=message.kind, report=None, taken_at=now(), answer=status.model_dump()
    )
    record(
        BY,
        [
            Act(
                "peer.message_refused",
                "peer",
                peer.name,
                {"number": message.number, "kind": message.kind, "why": str(error)[:200]},
            )
        ],
    )
    return status


def _effect(peer: Peer, batch: Batch, lot: Sequence[Message]) -> dict[int, int | None]:
    """Do what messages tell; number → report."""
    first = lot[0]
    if first.kind == "referral":
        return _referrals(peer, batch, lot)
    if first.kind == "recall":
        return {first.number: _recall(peer, first)}
    referral = _ours(peer, first.hop)
    if first.kind == "state":
        _state(referral, first)
    elif first.kind == "progress":
        _progress(referral, first)
    elif first.kind == "outcome":
        hear_outcome(referral, first)
    elif first.kind == "feedback":
        hear_use(referral, first)
    else:
        hear_retention(referral, first)
    return {first.number: referral.report_id}


def _referrals(peer: Peer, batch: Batch, lot: Sequence[Message]) -> dict[int, int | None]:
    place = lot[0].package
    if place is None or place >= len(batch.packages):
        raise InvalidInputError("the call lacks the package that this message names")
    payload = open_payload(batch.packages[place])
    wanted = {message.hop for message in lot}
    keep = [at for at, hop in enumerate(payload.record.hops) if hop in wanted]
    if {payload.record.hops[at] for at in keep} != wanted:
        raise InvalidInputError("the package does not carry the hop of this message")
    record_ = payload.record.model_copy(
        update={
            "hops": tuple(payload.record.hops[at] for at in keep),
            "reports": tuple(payload.record.reports[at] for at in keep),
        }
    )
    reports = take_in(replace(payload, record=record_), peer)
    return {message.number: reports[message.hop] for message in lot}


def _as(referral_agency_id: int) -> Actor:
    return replace(BY, agency_id=referral_agency_id)


def _theirs(peer: Peer, hop: str) -> Referral | None:
    """The hop here that the peer made, locked; only if it came from one of the peer's agencies."""
    elsewhere = RemoteDesk.objects.filter(peer=peer).values("agency_id")
    found = HopOrigin.objects.filter(uid=hop, referral__from_agency__in=elsewhere).values("referral_id")
    return Referral.objects.select_for_update(of=("self",)).filter(pk__in=found).first()


def _ours(peer: Peer, hop: str) -> Referral:
    """The hop that we made to one of the peer's agencies, locked.

    Raises
    ------
    NotFoundError
        when there is none: a peer speaks of what was sent to it, and of nothing else.
    """
    place, _, number = hop.rpartition(":")
    found = None
    if place == f"urn:tipline:{our_name()}:hop" and number.isdigit() and len(number) < 19:
        elsewhere = RemoteDesk.objects.filter(peer=peer).values("agency_id")
        found = Referral.objects.select_for_update(of=("self",)).filter(pk=int(number), to_agency__in=elsewhere).first()
    if found is None:
        raise NotFoundError(f"no hop {hop[:80]} was made from here to {peer.name}")
    return found


def _recall(peer: Peer, message: Message) -> int | None:
    referral = _theirs(peer, message.hop)
    if referral is None:
        return None  # it never came here: there is nothing to take back
    if referral.state in {ReferralState.RECALLED, ReferralState.RETURNED}:
        return referral.report_id
    if referral.state not in {*OPEN, ReferralState.MERGED}:
        raise ConflictError(f"{meanwhile(referral)}: it can no longer be recalled")
    by, at = _as(referral.from_agency_id), now()
    if referral.state == ReferralState.MERGED:
        take(Step.UNMERGE, [referral.pk], by, at)
    reason = message.reason if message.reason in RecallReason.values else RecallReason.OTHER.value
    take(Step.RECALL, [referral.pk], by, at, reason=reason, answer=message.text)
    if referral.lead:
        give_back([referral], by, at)
    else:
        leave([referral.report_id], referral.to_agency_id, at)
    record(by, [Act("referral.recalled", "report", referral.report_id, {"referral": referral.pk, "reason": reason})])
    return referral.report_id


def _state(referral: Referral, message: Message) -> None:
    if message.act in _NOT_MIRRORED:
        return
    step = _MIRRORED.get(message.act)
    if step is None:
        raise InvalidInputError(f"{message.act!r} is nothing that a desk does")
    by, at = _as(referral.to_agency_id), now()
    reason = ""
    if step == Step.RETURN:
        reason = message.reason if message.reason in ReturnReason.values else ReturnReason.OTHER.value
    taken = take(step, [referral.pk], by, at, reason=reason, answer=message.text or None, strict=False)
    if not taken:
        raise ConflictError(f"{meanwhile(referral)}: what {message.act} tells no longer holds here")
    if step == Step.RETURN and referral.lead:
        give_back([referral], by, at)
    elif step == Step.RETURN:
        leave([referral.report_id], referral.to_agency_id, at)
    record(by, [Act(f"referral.told_{message.act}", "report", referral.report_id, {"referral": referral.pk})])


def _progress(referral: Referral, message: Message) -> None:
    if message.agency is None:
        raise InvalidInputError("progress names the desk that made it")
    Below.objects.update_or_create(
        referral=referral, agency=message.agency,
        defaults={"report_id": referral.report_id, "act": message.act[:12], "at": message.at},
    )  # fmt: skip
    judge_progress(referral, message)
    _pass_up(referral, message)


def _pass_up(referral: Referral, message: Message) -> None:
    """Tell the installation from which the report came; hop by hop, until there is none above."""
    above = (
        HopOrigin.objects.filter(report_id=referral.report_id)
        .exclude(referral_id=referral.pk)
        .order_by("-id")
        .values_list("referral_id", "referral__from_agency__remote__peer_id")
        .annotate(state=F("referral__state"))
        .first()
    )
    if above is None or above[1] is None:
        return
    Outgoing.objects.create(
        peer_id=above[1],
        referral_id=above[0],
        report_id=referral.report_id,
        act=message.act[:12],
        reason=message.reason[:20],
        kind=Kind.PROGRESS,
        agency=message.agency or "",
        at=message.at,
        next_at=now(),
    )
