"""What a peer tells of outcomes, of the use of reports and of their retention: laid where the same of this installation lies.

So that every page, figure and feedback that looks there has it too. What is laid there is told further up by the same triggers as what
was said here. Whose word it is stands beside it, with the desk over the border that told it: that desk answers for it.
"""

from __future__ import annotations

from dataclasses import replace

from tipline.core.errors import InvalidInputError
from tipline.exchange.federation.filing import BY
from tipline.exchange.federation.models import Below
from tipline.exchange.federation.wire import Message
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.record.model import uid_start
from tipline.intake.doors.outcomes import WORDS, hear_judgement, withdraw_heard
from tipline.investigation.outcomes.hearing import Told, hear
from tipline.investigation.retention.models import Kept
from tipline.referrals.models import Referral
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record

# Steps by which a desk has a report no longer, which it may have accepted before.
_LEAVES = frozenset({"return", "recall", "reroute", "transfer"})
_RETENTION = {"destroy": "destroyed", "keep": "kept"}


def _as(referral: Referral) -> Actor:
    return replace(BY, agency_id=referral.to_agency_id)


def _not_ours(uid: str) -> None:
    if uid.startswith(uid_start(our_name())):
        raise InvalidInputError(f"{uid} was written here: a peer does not tell it")


def hear_outcome(referral: Referral, message: Message) -> None:
    """Keep what came of a report, or that it was withdrawn.

    Raises
    ------
    InvalidInputError
        when the message tells of none, or of one that was written here.
    """
    told = message.outcome
    if told is None:
        raise InvalidInputError("the message tells of no outcome")
    _not_ours(told.uid)
    said = Told(
        told.uid, told.agency, told.kind, told.number, told.on, told.for_senders, told.recorded_at, told.withdrawn_at is not None
    )  # fmt: skip
    if left_out := hear(referral.report_id, referral.to_agency_id, said):
        act = "outcome.heard_withdrawn" if said.withdrawn else "outcome.heard"
        detail = {"uid": told.uid, "what": told.kind, "agency": told.agency, **left_out.detail}
        record(_as(referral), [Act(act, "report", referral.report_id, detail)])


def hear_use(referral: Referral, message: Message) -> None:
    """Keep of what use a report was below. Its provider is told when the day is over, by the rules for what is said here.

    Raises
    ------
    InvalidInputError
        when the message tells of none, by a word that is none, or of what was said here.
    """
    told = message.feedback
    if told is None:
        raise InvalidInputError("the message tells of no use")
    if told.word not in WORDS.told:
        raise InvalidInputError(f"{told.word!r} is no word for providers")
    _not_ours(told.uid)
    withdrawn = told.withdrawn_at is not None
    if hear_judgement(referral.report_id, referral.to_agency_id, told.uid, told.word, told.weight, withdrawn=withdrawn):
        act = "feedback.heard_withdrawn" if withdrawn else "feedback.heard"
        record(_as(referral), [Act(act, "report", referral.report_id, {"uid": told.uid, "word": told.word})])


def judge_progress(referral: Referral, message: Message) -> None:
    """Read off how it went further down of what use it is: an acceptance counts as one here would, a return as one here would."""
    report, teller, uid = referral.report_id, referral.to_agency_id, f"progress:{message.agency}"
    if message.act == "accept":
        hear_judgement(report, teller, f"{uid}:accept", "accepted", 1)
    elif message.act in _LEAVES:
        withdraw_heard(report, teller, f"{uid}:accept")
        if message.act == "return" and message.reason in WORDS.told:
            hear_judgement(report, teller, f"{uid}:return", message.reason, 0)


def hear_retention(referral: Referral, message: Message) -> None:
    """Note that the other side destroyed its copy, or why it keeps it for longer than was agreed. Nothing here follows from it.

    Raises
    ------
    InvalidInputError
        for another act or reason.
    """
    act = _RETENTION.get(message.act)
    if act is None or (act == "kept" and message.reason not in Kept.values):
        raise InvalidInputError(f"{message.act[:20]!r}, {message.reason[:20]!r} is nothing that retention does")
    Below.objects.update_or_create(
        referral=referral, agency=referral.to_agency.code,
        defaults={"report_id": referral.report_id, "act": act, "at": message.at},
    )  # fmt: skip
    detail = {"referral": referral.pk, "why": message.reason} if act == "kept" else {"referral": referral.pk}
    record(_as(referral), [Act(f"retention.told_{act}", "report", referral.report_id, detail)])


HEARS = {"outcome": hear_outcome, "feedback": hear_use, "retention": hear_retention}
