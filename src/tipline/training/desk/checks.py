"""What was done on a trainee's desk, looked at as it stands in the record: each check says how much of a task is there, and why.

Checks run with the eyes of the desk's agency (`training.attempts.services`). Models are imported inside: a scenario is linted without Django.
Nothing here counts clicks: whoever gets there by another way of Tipline's screens gets the same points.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from tipline.training.blocks.common import text_of, texts_of
from tipline.training.scenarios.checks import Reason, Shown, because, check
from tipline.training.scenarios.worlds import World

NO_CASE = because(0, "no_case")
# Words that judge, in the languages of the range. A record says account holder or person of interest.
_JUDGING = re.compile(
    r"\b(?:suspects?|accused|culprits?|guilty|offenders?|perpetrators?|criminals?)\b"
    r"|संदिग्ध|आरोपी|अभियुक्त|दोषी|अपराधी|मुजरिम|संशयित|गुन्हेगार",
    re.IGNORECASE,
)


def part(right: Collection[object], given: Iterable[object], *, wrong_costs: float = 0.5) -> float:
    """How much of what is right is given: each wrong one takes a part of a right one away."""
    told = set(given)
    good = len(told & set(right))
    return max(0.0, good - wrong_costs * (len(told) - good)) / len(right) if right else float(not told)


def case_of(agency_id: int, world: World) -> tuple[int | None, set[str]]:
    """The desk's case that has most handles of the matter, and the handles in it. None: no case has any."""
    from tipline.investigation.cases.models import CaseHandle

    rows = CaseHandle.objects.filter(case__agency_id=agency_id).values_list("case_id", "identifier__value")
    handles: dict[int, set[str]] = defaultdict(set)
    for case_id, value in rows:
        handles[case_id].add(value)
    matter = set(texts_of(world, "matter"))
    best = max(handles, key=lambda case_id: (len(handles[case_id] & matter), -case_id), default=None)
    return (best, handles[best]) if best is not None and handles[best] & matter else (None, set())


@check("desk_case")
def desk_case(agency_id: int, world: World) -> Shown:
    """A case with all leads of the matter, and no other."""
    case_id, handles = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    matter = set(texts_of(world, "matter"))
    there, strange = len(handles & matter), len(handles - matter)
    return because(part(matter, handles), "case", there=there, wanted=len(matter), strange=strange)


@check("desk_section")
def desk_section(agency_id: int, world: World) -> Shown:
    """IT Act s.67B and nothing that the record does not carry; investigated by an Inspector or above (s.78)."""
    from tipline.investigation.cases.models import Case, CaseOffence
    from tipline.trust.accounts.models import Rank

    case_id, _ = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    sections = set(CaseOffence.objects.filter(case_id=case_id).values_list("section_id", flat=True))
    rank = Case.objects.filter(pk=case_id).values_list("investigating_officer__rank", flat=True).first()
    chosen = "IN-ITA-67B" in sections
    extra = len(sections - {"IN-ITA-67B"})
    officer = Rank(rank or "").at_least(Rank.INSPECTOR)
    reasons: list[Reason] = [
        ("section" if chosen else "section_not", {}),
        ("officer" if officer else "officer_not", {}),
        *([("section_extra", {"extra": extra})] if extra else []),
    ]
    return Shown(max(0.0, 0.5 * chosen + 0.5 * officer - 0.25 * extra), tuple(reasons))


def _asked(case_id: int, kind: str, wanted: set[str]) -> Shown:
    """How many of these holders were really written to: a draft that nobody sent keeps no log and brings no record."""
    from tipline.investigation.process.models import Request, RequestState

    requests = Request.objects.filter(case_id=case_id, kind=kind, holder_key__in=wanted)
    drafts: set[str] = set()
    sent: set[str] = set()
    for holder, state in requests.exclude(state=RequestState.WITHDRAWN).values_list("holder_key", "state"):
        (drafts if state == RequestState.DRAFTED else sent).add(holder)
    reasons: list[Reason] = [(kind, {"sent": len(sent), "wanted": len(wanted)})]
    if waiting := len(drafts - sent):
        reasons.append(("drafts", {"drafts": waiting}))
    return Shown(len(sent) / len(wanted), tuple(reasons))


@check("desk_preservation")
def desk_preservation(agency_id: int, world: World) -> Shown:
    """Preservation asked of every network that still has a log of the matter."""
    case_id, _ = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    return _asked(case_id, "preservation", set(texts_of(world, "preserve")))


@check("desk_production")
def desk_production(agency_id: int, world: World) -> Shown:
    """Records demanded of the networks and of the platforms of the matter."""
    case_id, _ = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    return _asked(case_id, "production", set(texts_of(world, "produce")))


@check("desk_reply")
def desk_reply(agency_id: int, world: World) -> Shown:
    """The network's reply imported, read in its own zone, and used for the one subscriber whom the port tells."""
    from tipline.investigation.cases.models import CasePerson
    from tipline.investigation.replies.models import Reply, ReplyFinding, ReplyState, Verdict

    case_id, _ = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    states = set(Reply.objects.filter(case_id=case_id).values_list("state", flat=True))
    if not states:
        return because(0, "reply_not")
    fits = ReplyFinding.objects.filter(
        case_id=case_id, verdict=Verdict.MATCHED, row__subscriber__iexact=text_of(world, "subscriber")
    ).exists()
    if not fits:
        return because(0.25, "reply_fits_not")
    if ReplyState.APPLIED not in states:
        return because(0.6, "reply_unused")
    names = set(CasePerson.objects.filter(case_id=case_id).values_list("name", flat=True))
    right, other = text_of(world, "subscriber_name") in names, text_of(world, "other_name") in names
    if right and not other:
        return because(1, "reply")
    return because(0.6 if right else 0.3, "reply_other")


@check("desk_person")
def desk_person(agency_id: int, world: World) -> Shown:
    """The subscriber proposed as a person of interest, on evidence of different kinds."""
    from tipline.investigation.cases.records import ProposalState, StandingProposal

    case_id, _ = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    live = StandingProposal.objects.filter(case_id=case_id, state__in=[ProposalState.OPEN, ProposalState.CONFIRMED])
    rows = list(live.values_list("person__name", "state"))
    mine = [state for name, state in rows if name == text_of(world, "subscriber_name")]
    strange = len(rows) - len(mine)
    if not mine:
        return because(0, "person_not", strange=strange)
    second = ProposalState.CONFIRMED in mine
    reasons: list[Reason] = [("person" if second else "person_waits", {})]
    if strange:
        reasons.append(("person_strange", {"strange": strange}))
    return Shown(max(0.0, (1.0 if second else 0.7) - 0.5 * strange), tuple(reasons))


@check("desk_outcome")
def desk_outcome(agency_id: int, world: World) -> Shown:
    """The outcome so far: accounts traced to a subscriber, one."""
    from tipline.investigation.outcomes.models import Outcome

    case_id, _ = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    told = list(Outcome.objects.filter(case_id=case_id, withdrawn_at=None).values_list("kind", "number"))
    if ("accounts_traced", 1) in told:
        strange = len(told) - 1
        return because(max(0.5, 1 - 0.25 * strange), "outcome", strange=strange)
    if any(kind == "accounts_traced" for kind, _ in told):
        return because(0.5, "outcome_number")
    return because(0, "outcome_not")


@check("desk_words")
def desk_words(agency_id: int, world: World) -> Shown:
    """What was written about people judges nobody."""
    from tipline.investigation.cases.models import Case, PersonEvidence
    from tipline.investigation.cases.records import DiaryEntry, StandingProposal
    from tipline.investigation.outcomes.models import Outcome

    case_id, _ = case_of(agency_id, world)
    if case_id is None:
        return NO_CASE
    written = [
        *Case.objects.filter(agency_id=agency_id).values_list("title", flat=True),
        *PersonEvidence.objects.filter(case_id=case_id).values_list("text", flat=True),
        *DiaryEntry.objects.filter(case_id=case_id).values_list("text", flat=True),
    ]
    proposed = list(StandingProposal.objects.filter(case_id=case_id).values_list("words", flat=True))
    for row in Outcome.objects.filter(case_id=case_id).values_list("text", "for_senders"):
        written += row
    if not proposed:
        return because(0, "words_none")
    found = sorted({match[0].lower() for text in (*written, *proposed) for match in _JUDGING.finditer(text)})
    return because(0, "words_judge", words=", ".join(found)[:300]) if found else because(1, "words")
