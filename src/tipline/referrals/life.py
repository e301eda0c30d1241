"""The life of a referral: every transition that there is, and the one place that makes them.

`TRANSITIONS` is the whole state machine. `begin` writes new hops and `take` moves hops on: each is one statement that changes the rows and adds
to their history; what `TRANSITIONS` does not allow changes nothing and is refused with a sentence that says what happened meanwhile.
docs/explanation/referrals.md draws it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from django.db import connection

from tipline.core.errors import ConflictError
from tipline.referrals.models import LIVE, OPEN, Referral, ReferralEvent, ReferralState
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.audit.services import Act, record


class Step(StrEnum):
    """What is done with a hop."""

    DRAFT = "draft"
    DISCARD = "discard"
    SEND = "send"
    PASS = "pass"  # noqa: S105 - sent and at once handed on by a standing rule
    RECEIVE = "receive"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    FORWARD = "forward"
    SPLIT = "split"
    RETURN = "return"
    REROUTE = "reroute"
    RECALL = "recall"
    MERGE = "merge"
    UNMERGE = "unmerge"
    COME_BACK = "come_back"
    TRANSFER = "transfer"  # with its case, to another agency that accepted the case
    LATE = "late"  # a recall that another installation could not grant: it stands there after all
    APART = "apart"  # the same, where the report went on from here meanwhile: two desks have it
    TAKE_OVER = "take_over"  # the desk that took part now owns the report: its part ends


class Who(StrEnum):
    """Who may take a step. That they work a desk of that agency is asked before."""

    SENDER = "sender"  # the desk that sends, or sent, it
    RECEIVER = "receiver"  # the desk on which it lies
    DECIDER = "decider"  # the owner, or a desk above it that had the report
    SOFTWARE = "software"  # a standing rule, or what follows of itself from somebody's act


@dataclass(frozen=True, slots=True)
class Transition:
    """One step that may be taken: from which state, to which, by whom, and whether with lead hops, joint ones or both."""

    step: Step
    before: str  # empty: there is no referral yet
    after: ReferralState
    who: frozenset[Who]
    lead: frozenset[bool]


_S = ReferralState
_NOTHING = ""
_BOTH, _LEAD, _JOINT = frozenset({True, False}), frozenset({True}), frozenset({False})


def _from(
    step: Step, before: Iterable[str], after: ReferralState, who: Collection[Who], lead: frozenset[bool] = _BOTH
) -> tuple[Transition, ...]:
    return tuple(Transition(step, str(state), after, frozenset(who), lead) for state in before)


TRANSITIONS: tuple[Transition, ...] = (
    *_from(Step.DRAFT, [_NOTHING], _S.DRAFTED, {Who.SENDER}, _LEAD),
    *_from(Step.DISCARD, [_S.DRAFTED], _S.DISCARDED, {Who.SENDER, Who.SOFTWARE}, _LEAD),
    *_from(Step.SEND, [_NOTHING], _S.SENT, {Who.SENDER, Who.DECIDER, Who.SOFTWARE}),
    *_from(Step.SEND, [_S.DRAFTED], _S.SENT, {Who.SENDER}, _LEAD),
    *_from(Step.PASS, [_NOTHING], _S.FORWARDED, {Who.DECIDER, Who.SOFTWARE}),
    *_from(Step.RECEIVE, [_S.SENT], _S.RECEIVED, {Who.RECEIVER}),
    *_from(Step.ACKNOWLEDGE, [_S.SENT, _S.RECEIVED], _S.ACKNOWLEDGED, {Who.RECEIVER}),
    *_from(Step.ACCEPT, OPEN, _S.ACCEPTED, {Who.RECEIVER}),
    # together with the report that it is with, and never alone
    *_from(Step.ACCEPT, [_S.MERGED], _S.ACCEPTED, {Who.RECEIVER}, _LEAD),
    *_from(Step.FORWARD, OPEN, _S.FORWARDED, {Who.RECEIVER, Who.DECIDER, Who.SOFTWARE}),
    *_from(Step.FORWARD, [_S.MERGED], _S.FORWARDED, {Who.RECEIVER}, _LEAD),
    *_from(Step.SPLIT, OPEN, _S.FORWARDED, {Who.RECEIVER}, _LEAD),
    # what is accepted belongs to its case, and goes on with it only
    *_from(Step.TRANSFER, [_S.ACCEPTED], _S.FORWARDED, {Who.RECEIVER}, _LEAD),
    *_from(Step.RETURN, OPEN, _S.RETURNED, {Who.RECEIVER}),
    *_from(Step.RETURN, [_S.MERGED], _S.RETURNED, {Who.RECEIVER}, _LEAD),
    # a desk that takes part may leave at any time: the report has its owner
    *_from(Step.RETURN, [_S.ACCEPTED], _S.RETURNED, {Who.RECEIVER}, _JOINT),
    *_from(Step.REROUTE, OPEN, _S.RETURNED, {Who.DECIDER}, _LEAD),
    *_from(Step.RECALL, OPEN, _S.RECALLED, {Who.SENDER}),
    *_from(Step.MERGE, OPEN, _S.MERGED, {Who.RECEIVER}, _LEAD),
    *_from(Step.UNMERGE, [_S.MERGED], _S.ACKNOWLEDGED, {Who.RECEIVER, Who.SOFTWARE}, _LEAD),
    # what was handed on from a desk lies there again
    *_from(Step.COME_BACK, [_S.FORWARDED], _S.SENT, {Who.RECEIVER, Who.SENDER, Who.DECIDER}, _LEAD),
    *_from(Step.LATE, [_S.RECALLED], _S.SENT, {Who.SOFTWARE}),
    *_from(Step.APART, [_S.RECALLED, _S.RETURNED], _S.RECALLED, {Who.SOFTWARE}),
    *_from(Step.TAKE_OVER, LIVE, _S.FORWARDED, {Who.SENDER, Who.RECEIVER, Who.DECIDER, Who.SOFTWARE}, _JOINT),
)  # fmt: skip
# (step, state before, lead or joint) → state after
_LEGAL = {(t.step, t.before, lead): t.after for t in TRANSITIONS for lead in t.lead}

# every step leads to one state, from wherever it is taken
_LEADS_TO = {t.step: t.after for t in TRANSITIONS if t.before != _NOTHING}

_TAKE = """
WITH legal AS (
    SELECT * FROM unnest(%(before)s::text[], %(lead)s::bool[]) AS l (before, lead)
), was AS MATERIALIZED (
    SELECT r.id, r.report_id, r.state FROM referrals_referral r JOIN legal l ON l.before = r.state AND l.lead = r.lead
    WHERE r.id = ANY (%(ids)s::bigint[]) ORDER BY r.id FOR UPDATE OF r
), moved AS (
    UPDATE referrals_referral r SET state = %(after)s::text,
        state_at = CASE WHEN %(step)s::text = 'receive' THEN r.state_at ELSE %(at)s::timestamptz END,
        return_reason = CASE WHEN %(after)s::text = 'returned' THEN %(reason)s::text ELSE '' END,
        answer = coalesce(%(answer)s::text, r.answer),
        merged_into_id = CASE WHEN %(step)s::text = 'merge' THEN %(merged_into)s::bigint WHEN %(step)s::text = 'accept' THEN r.merged_into_id END
    FROM was WHERE r.id = was.id
)
INSERT INTO referrals_referralevent (referral_id, report_id, act, before, after, at, agency_id, person_id, label, reason)
SELECT was.id, was.report_id, %(step)s::text, was.state, %(after)s::text, %(at)s::timestamptz, %(agency)s::bigint, %(person)s::bigint, %(label)s::text, %(reason)s::text
FROM was ORDER BY was.id
RETURNING referral_id
"""
# A due time is over when somebody has decided.
_SETTLE = "UPDATE referrals_duenotice SET ended_at = %(at)s::timestamptz WHERE referral_id = ANY (%(ids)s::bigint[]) AND ended_at IS NULL"
_DECIDES = frozenset(
    {
        Step.ACCEPT,
        Step.FORWARD,
        Step.SPLIT,
        Step.RETURN,
        Step.REROUTE,
        Step.RECALL,
        Step.MERGE,
        Step.TRANSFER,
        Step.TAKE_OVER,
    }
)


def leads_to(step: Step) -> ReferralState:
    """The state to which a step leads."""
    return _LEADS_TO[step]


def legal(step: str, before: str, after: str, *, lead: bool) -> bool:
    """Whether `TRANSITIONS` has this step."""
    return _LEGAL.get((Step(step), before, lead)) == after


def begin(referrals: Sequence[Referral], by: Actor) -> list[Referral]:
    """Write new hops with the first entry of their history: drafted, sent, or passed on at once. Two statements."""
    made = Referral.objects.bulk_create(referrals)
    first = {_S.DRAFTED: Step.DRAFT, _S.SENT: Step.SEND, _S.FORWARDED: Step.PASS}
    ReferralEvent.objects.bulk_create(
        ReferralEvent(
            referral=one, report_id=one.report_id, act=first[ReferralState(one.state)], before=_NOTHING,
            after=one.state, at=one.state_at, **_doer(by),
        )
        for one in made
    )  # fmt: skip
    return made


def take(
    step: Step,
    referral_ids: Iterable[int],
    by: Actor,
    at: datetime,
    *,
    reason: str = "",
    answer: str | None = None,
    merged_into: int | None = None,
    strict: bool = True,
) -> list[int]:
    """Move hops on by one step. One statement, whatever their number; one more ends what desks were told of their due times.

    Parameters
    ----------
    strict
        False: one that is no longer in a state from which the step leads is passed over.

    Returns
    -------
    list[int]
        the ids of those that took the step.

    Raises
    ------
    ConflictError
        when one of them is not in a state from which the step leads. Nothing stays changed: the caller's transaction ends.
    """
    ids = sorted(set(referral_ids))
    if not ids:
        return []
    ways = [(before, lead) for (one, before, lead) in _LEGAL if one == step and before != _NOTHING]
    doer = _doer(by)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "ids": ids, "before": [before for before, _ in ways], "lead": [lead for _, lead in ways], "step": step.value,
                "after": leads_to(step).value, "at": at, "reason": reason, "answer": answer, "merged_into": merged_into,
                "agency": doer["agency_id"], "person": doer["person_id"], "label": doer["label"],
            },
        )  # fmt: skip
        taken = {pk for (pk,) in cursor.fetchall()}
        if step in _DECIDES:
            cursor.execute(_SETTLE, {"ids": ids, "at": at})
    left = [pk for pk in ids if pk not in taken]
    if left and strict:
        raise ConflictError(meanwhile(Referral.objects.get(pk=left[0])))
    return sorted(taken)


def discard_drafts(report_ids: Iterable[int], by: Actor, at: datetime) -> None:
    """Discard what was drafted for reports that are now dealt with in another way, at whatever desk. One statement.

    A function of the owner does it: a desk that recalls or moves a report does not see what another one drafts.
    """
    wanted, doer = list(report_ids), _doer(by)
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT referral_id, report_id FROM tipline_discard_drafts(%(reports)s::bigint[], %(at)s::timestamptz, %(agency)s::bigint, %(person)s::bigint, %(label)s::text)",
            {
                "reports": wanted, "at": at, "agency": doer["agency_id"], "person": doer["person_id"], "label": doer["label"],
            },
        )  # fmt: skip
        gone = cursor.fetchall()
    record(by, [Act("referral.draft_discarded", "report", report, {"referral": pk}) for pk, report in gone])


class _Doer(TypedDict):
    agency_id: int | None
    person_id: int | None
    label: str


def _doer(by: Actor) -> _Doer:
    return {"agency_id": by.agency_id, "person_id": by.id if by.kind == ActorKind.PERSON else None, "label": by.label}


_WORDS = {
    Step.SEND: "was sent", Step.PASS: "was passed on", Step.RECEIVE: "was received",
    Step.ACKNOWLEDGE: "was acknowledged", Step.ACCEPT: "is already accepted", Step.FORWARD: "was forwarded",
    Step.SPLIT: "was forwarded", Step.RETURN: "was returned", Step.REROUTE: "was moved to another desk",
    Step.RECALL: "was recalled", Step.MERGE: "was put together with another report",
    Step.UNMERGE: "was parted from the other report", Step.COME_BACK: "came back",
    Step.LATE: "was recalled too late, as was told", Step.APART: "was not given back, as was told",
    Step.TRANSFER: "was transferred with its case", Step.TAKE_OVER: "went over to the desk that took part", Step.DRAFT: "was drafted", Step.DISCARD: "had its draft discarded",
}  # fmt: skip


def meanwhile(referral: Referral) -> str:
    """What happened last to a hop, as a sentence without its stop: `report 7 is already accepted by Asha Pawar, on 3 Nov 2026 at 10:15 UTC`."""
    done = ReferralEvent.objects.filter(referral=referral).exclude(act=Step.RECEIVE)
    last = done.select_related("person").order_by("-id").first()
    if last is None:  # a hop of before there was a history
        word = "already accepted" if referral.state == _S.ACCEPTED else ReferralState(referral.state).label.lower()
        return f"report {referral.report_id} is {word}"
    who = last.person.name if last.person else f"the software ({last.label})"
    return f"report {referral.report_id} {_WORDS[Step(last.act)]} by {who}, on {moment(last.at)}"


def moment(at: datetime) -> str:
    """A time in a sentence, in UTC."""
    return f"{at.day} {at:%b %Y} at {at:%H:%M} UTC"
