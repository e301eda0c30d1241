"""The acts that a desk has: which of them make sense follows from where the agency stands in the tree."""

from __future__ import annotations

from dataclasses import dataclass

from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency, AgencyKind
from tipline.trust.visibility import Can, may


@dataclass(frozen=True, slots=True)
class DeskAct:
    """A button: the verb that the form sends, and its words."""

    verb: str
    label: str


ACCEPT = DeskAct("accept", "Accept into a case")
JOIN = DeskAct("join", "Put into an open case")
FORWARD = DeskAct("forward", "Forward")
RETURN = DeskAct("return", "Return")
ACKNOWLEDGE = DeskAct("acknowledge", "Acknowledge")
DRAFT = DeskAct("draft", "Draft a forward")
SPLIT = DeskAct("split", "Split a bundle")
MERGE = DeskAct("merge", "Put together")
PART = DeskAct("part", "Part again")
INVITE = DeskAct("invite", "Ask a desk to take part")

TAKE = DeskAct("take", "Take it on")
ASSIGN = DeskAct("assign", "Give to somebody")
SNOOZE = DeskAct("snooze", "Let rest")
WAKE = DeskAct("wake", "Take back from rest")
INFORM = DeskAct("inform", "Only informs")
WORK = DeskAct("work", "To be worked on again")


def queue_acts(tab: str) -> tuple[DeskAct, ...]:
    """Who works on it, and what rests."""
    if tab == "resting":
        return (WAKE, TAKE, ASSIGN)
    if tab == "informational":
        return (WORK, TAKE, ASSIGN)
    return (TAKE, ASSIGN, SNOOZE, INFORM)


def acts_of(agency: Agency) -> tuple[DeskAct, ...]:
    """What this desk can do with a new report, the main act first.

    What came by an agency's own door was referred by nobody, so the top of the tree neither accepts nor returns;
    the bottom has nobody to forward to.
    """
    below = agency.kind != AgencyKind.DISTRICT
    above = agency.parent_id is not None
    return (*((ACCEPT, JOIN) if above else ()), *((FORWARD,) if below else ()), *((RETURN,) if above else ()))


def acts_for(person: User) -> tuple[DeskAct, ...]:
    """Of these, what this person's role can do: who writes in no case puts nothing into one."""
    writes = may(person, Can.WORK_CASES)
    return tuple(act for act in acts_of(person.agency) if writes or act != JOIN)


def further_acts_of(agency: Agency) -> tuple[DeskAct, ...]:
    """What it does less often."""
    below = agency.kind != AgencyKind.DISTRICT
    above = agency.parent_id is not None
    return (
        *((ACKNOWLEDGE,) if above else ()),
        *((DRAFT,) if below else ()),
        *((SPLIT,) if below and above else ()),
        *((MERGE, PART) if above else ()),
        INVITE,
    )
