"""Taking messages of a peer: each has its effect once, and its answer with it; the same message again gets the same answer.

What a desk did on the other side is done to the hop here too, in the name of that desk's agency, by the one place that moves hops
(`referrals.life`). What comes late, or twice, or out of its order changes nothing and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic

import structlog
from django.db import transaction

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, TiplineError
from tipline.exchange.federation.filing import BY, NoAgreementError, take_in
from tipline.exchange.federation.hearing import HEARS, judge_progress
from tipline.exchange.federation.models import Below, Incoming, Kind, Outgoing
from tipline.exchange.federation.order import Opened, Subject, in_lots, open_packages, our_hops, package_of, subjects_of
from tipline.exchange.federation.wire import Batch, Message, Status
from tipline.exchange.parties.models import Peer, RemoteDesk
from tipline.exchange.record.models import HopOrigin
from tipline.referrals.life import Step, leads_to, meanwhile, take
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


class TooLateError(ConflictError):
    """Somebody here decided on what the peer would take back: it stands as `state` says."""

    def __init__(self, why: str, state: str) -> None:
        super().__init__(why)
        self.state = state


def take_batch(peer: Peer, batch: Batch, *, seconds: float = MOST_SECONDS) -> list[Status]:
    """Take messages, those of one sort together; about one report in their order. After one that has to come again, those about its report have to as well.

    Parameters
    ----------
    seconds
        after which the rest is to come again, so that a busy installation answers before its peer stops listening.
    """
    until = monotonic() + seconds
    opened = open_packages(batch)
    subjects = subjects_of(batch, opened)
    answers: dict[int, Status] = {}
    waiting: set[Subject] = set()
    for lot in in_lots(batch.messages, subjects):
        held = [one for one in lot if subjects[one.number] in waiting]
        found = [_later(one, "order", "what came before it waits") for one in held]
        able = [one for one in lot if subjects[one.number] not in waiting]
        found += _take_lot(peer, opened, able, until)
        answers |= {status.number: status for status in found}
        waiting |= {subjects[status.number] for status in found if status.status == "later"}
    return [answers[message.number] for message in batch.messages]


def _take_lot(peer: Peer, opened: Opened, lot: Sequence[Message], until: float) -> list[Status]:
    """Messages of one sort, about as many reports, in one transaction. Where one is at fault, halves are tried: it alone pays for it."""
    if not lot:
        return []
    if monotonic() >= until:
        return [_later(one, "busy", "this installation is busy") for one in lot]
    try:
        with transaction.atomic():
            known = _begin(peer, lot)
            fresh = [message for message in lot if message.number not in known]
            if fresh:
                reports = _effect(peer, opened, fresh)
                _end(peer, fresh, reports)
    except (NoAgreementError, NotPermittedError) as error:
        return [
            _later(message, "agreement" if isinstance(error, NoAgreementError) else "party", str(error))
            for message in lot
        ]
    except Exception as error:  # whatever one message breaks must not hold up the others
        if len(lot) > 1:
            half = len(lot) // 2
            return [*_take_lot(peer, opened, lot[:half], until), *_take_lot(peer, opened, lot[half:], until)]
        if isinstance(error, InvalidInputError | NotFoundError | ConflictError):
            return [_refuse(peer, lot[0], error)]
        log.exception("a message of a peer cannot be taken", peer=peer.name, kind=lot[0].kind, number=lot[0].number)
        return [_later(lot[0], "broken", "something broke on this side; it is looked at")]
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


def _later(message: Message, code: str, text: str) -> Status:
    return Status(number=message.number, status="later", code=code, text=text[:300])


@transaction.atomic
def _refuse(peer: Peer, message: Message, error: TiplineError) -> Status:
    """Refused for good: kept, and told the same whenever it comes again."""
    known = _begin(peer, [message]).get(message.number)
    if known:
        return _same(known)
    code = "late" if isinstance(error, ConflictError) else "unknown" if isinstance(error, NotFoundError) else "invalid"
    stands = error.state if isinstance(error, TooLateError) else ""
    status = Status(number=message.number, status="refused", code=code, text=str(error)[:300], state=stands)
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


def _effect(peer: Peer, opened: Opened, lot: Sequence[Message]) -> dict[int, int | None]:
    """Do what messages of one sort tell, set-wise; number → report."""
    kind = lot[0].kind
    if kind == "referral":
        return _referrals(peer, opened, lot)
    if kind == "recall":
        return _recalls(peer, lot)
    hops = _ours(peer, {message.hop for message in lot})
    told = [(hops[message.hop], message) for message in lot]
    if kind == "state":
        _states(told)
    elif kind == "progress":
        _progress(told)
    else:
        for referral, message in told:
            HEARS[kind](referral, message)
    return {message.number: referral.report_id for referral, message in told}


def _referrals(peer: Peer, opened: Opened, lot: Sequence[Message]) -> dict[int, int | None]:
    payload = package_of(opened, lot[0])
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


def _theirs(peer: Peer, hops: Collection[str]) -> dict[str, Referral]:
    """Hops here that the peer made, locked; only those that came from one of the peer's agencies."""
    elsewhere = RemoteDesk.objects.filter(peer=peer).values("agency_id")
    names = HopOrigin.objects.filter(uid__in=hops, referral__from_agency__in=elsewhere)
    of = dict(names.values_list("referral_id", "uid"))
    locked = Referral.objects.select_for_update(of=("self",)).filter(pk__in=of).order_by("pk")
    return {of[one.pk]: one for one in locked}


def _ours(peer: Peer, hops: Collection[str]) -> dict[str, Referral]:
    """Hops that we made to agencies of the peer, locked.

    Raises
    ------
    NotFoundError
        when there is none of a name: a peer speaks of what was sent to it, and of nothing else.
    """
    wanted = our_hops(hops)
    elsewhere = RemoteDesk.objects.filter(peer=peer).values("agency_id")
    rows = Referral.objects.select_for_update(of=("self",)).filter(pk__in=wanted, to_agency__in=elsewhere)
    found = {wanted[one.pk]: one for one in rows.order_by("pk")}
    if strange := sorted(set(hops) - set(found)):
        raise NotFoundError(f"no hop {strange[0][:80]} was made from here to {peer.name}")
    return found


def _recalls(peer: Peer, lot: Sequence[Message]) -> dict[int, int | None]:
    """Take back what nobody decided on here. What never came, came back or was taken back before is let be."""
    first, at = lot[0], now()
    here = _theirs(peer, {message.hop for message in lot})
    open_ = [one for one in here.values() if one.state not in {ReferralState.RECALLED, ReferralState.RETURNED}]
    if late := next((one for one in open_ if one.state not in {*OPEN, ReferralState.MERGED}), None):
        raise TooLateError(f"{meanwhile(late)}: it can no longer be recalled", late.state)
    reason = first.reason if first.reason in RecallReason.values else RecallReason.OTHER.value
    for agency_id, mine in _by(open_, lambda one: one.from_agency_id).items():
        by = _as(agency_id)
        take(Step.UNMERGE, [one.pk for one in mine if one.state == ReferralState.MERGED], by, at)
        take(Step.RECALL, [one.pk for one in mine], by, at, reason=reason, answer=first.text)
        _leave_desks(mine, by, at)
        record(
            by,
            [Act("referral.recalled", "report", one.report_id, {"referral": one.pk, "reason": reason}) for one in mine],
        )
    return {message.number: here[message.hop].report_id if message.hop in here else None for message in lot}


def _leave_desks(hops: Sequence[Referral], by: Actor, at: datetime) -> None:
    """What was returned or recalled lies with its sender again; a desk that took part does so no longer."""
    give_back([one for one in hops if one.lead], by, at)
    for agency_id, joint in _by([one for one in hops if not one.lead], lambda one: one.to_agency_id).items():
        leave([one.report_id for one in joint], agency_id, at)


def _by(hops: Iterable[Referral], key: Callable[[Referral], int]) -> dict[int, list[Referral]]:
    found: dict[int, list[Referral]] = {}
    for one in hops:
        found.setdefault(key(one), []).append(one)
    return found


def _states(told: Sequence[tuple[Referral, Message]]) -> None:
    """Do to hops what the desk there did. What stands so already is let be."""
    first, at = told[0][1], now()
    if first.act in _NOT_MIRRORED:
        return
    step = _MIRRORED.get(first.act)
    if step is None:
        raise InvalidInputError(f"{first.act!r} is nothing that a desk does")
    reason = ""
    if step == Step.RETURN:
        reason = first.reason if first.reason in ReturnReason.values else ReturnReason.OTHER.value
    hops = [one for one, _ in told if one.state != leads_to(step)]
    for agency_id, theirs in _by(hops, lambda one: one.to_agency_id).items():
        by = _as(agency_id)
        ids = [one.pk for one in theirs]
        taken = take(step, ids, by, at, reason=reason, answer=first.text or None, strict=False)
        if left := next((one for one in theirs if one.pk not in taken), None):
            raise ConflictError(f"{meanwhile(left)}: what {first.act} tells no longer holds here")
        if step == Step.RETURN:
            _leave_desks(theirs, by, at)
        record(
            by,
            [Act(f"referral.told_{first.act}", "report", one.report_id, {"referral": one.pk}) for one in theirs],
        )


def _progress(told: Sequence[tuple[Referral, Message]]) -> None:
    if any(message.agency is None for _, message in told):
        raise InvalidInputError("progress names the desk that made it")
    Below.objects.bulk_create(
        (
            Below(
                referral=referral, agency=message.agency or "", report_id=referral.report_id, act=message.act[:12], at=message.at
            )
            for referral, message in told
        ),
        update_conflicts=True, unique_fields=["referral", "agency"], update_fields=["report", "act", "at"],
    )  # fmt: skip
    for referral, message in told:
        judge_progress(referral, message)
    _pass_up(told)


def _pass_up(told: Sequence[tuple[Referral, Message]]) -> None:
    """Tell the installations from which reports came; hop by hop, until there is none above. Two statements."""
    came = (
        HopOrigin.objects.filter(report_id__in={referral.report_id for referral, _ in told})
        .order_by("id")
        .values_list("report_id", "referral_id", "referral__from_agency__remote__peer_id")
    )
    above: dict[int, list[tuple[int, int | None]]] = {}
    for report_id, referral_id, peer_id in came:
        above.setdefault(report_id, []).append((referral_id, peer_id))
    at = now()
    rows = []
    for referral, message in told:
        ups = [one for one in above.get(referral.report_id, []) if one[0] != referral.pk]
        up, above_at = ups[-1] if ups else (0, None)
        if above_at is None:
            continue
        rows.append(
            Outgoing(
                peer_id=above_at, kind=Kind.PROGRESS, referral_id=up, report_id=referral.report_id, agency=message.agency or "",
                act=message.act[:12], reason=message.reason[:20], at=message.at, next_at=at,
            )
        )  # fmt: skip
    Outgoing.objects.bulk_create(rows)
