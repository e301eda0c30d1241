"""Writes to the triage rules: drafts, changed weights, simulations asked for, releases. A released body never changes; a draft may.

Each function takes who asks: a person, who must be allowed to (`may_manage_routing`: rules decide for every desk below, whichever stage
they are of), or the operator at the machine.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from procrastinate.contrib.django import app

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.pipeline.triage.facts import FACTS
from tipline.pipeline.triage.in_force import in_force
from tipline.pipeline.triage.models import Rescoring, RunState, Simulation, TriageRuleSet, TriageState
from tipline.pipeline.triage.rules import HIGHEST, RULES, STANDARD, RuleSet, parse
from tipline.reports.models import Processing, Report
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Scope, acting, may_manage_routing, scope_of

By = User | Actor
MOST_REPORTS = 10_000
MOST_NOTE = 2000
LOST_AFTER = timedelta(minutes=15)
SIMULATE = "triage.simulate"
RESCORE = "triage.rescore"
_NUMBER_LINE = re.compile(r"^(\s*(?:points|floor)\s*=\s*)[-+]?\d+", re.MULTILINE)


def _asker(by: By) -> Actor:
    if isinstance(by, User):
        if not may_manage_routing(by):
            raise NotPermittedError("your role does not manage triage rules")
        return by.actor
    return by


def text_of(version: str) -> tuple[RuleSet, str, TriageRuleSet | None]:
    """The rules of a version: those of the file that comes with Tipline, or of a set, such as `set-2`.

    Raises
    ------
    NotFoundError
        for a version whose text is not kept: an earlier file.
    """
    if version == RULES.about.version:
        return RULES, STANDARD.read_text(encoding="utf-8"), None
    number = version.removeprefix("set-")
    if version.startswith("set-") and number.isascii() and number.isdigit() and len(number) < 9:
        found = rule_set(int(number))
        return parse(found.body, FACTS), found.body, found
    raise NotFoundError(f"the text of triage rules {version[:20]} is not kept here")


def rule_set(number: int) -> TriageRuleSet:
    """One set.

    Raises
    ------
    NotFoundError
        naming the number.
    """
    found = TriageRuleSet.objects.filter(number=number).first()
    if found is None:
        raise NotFoundError(f"there is no triage rule set {number}")
    return found


def weighed(body: str, weights: Mapping[str, int]) -> str:
    """A rule file with other points or floors at the rules named; everything else stays as written.

    Raises
    ------
    InvalidInputError
        for a rule that is not there, or a number outside -100 to 100.
    """
    parts = re.split(r"^(?=\[\[rules\]\])", body, flags=re.MULTILINE)
    left = dict(weights)
    for place, part in enumerate(parts):
        name = re.search(r'^\s*id\s*=\s*"([a-z0-9-]+)"', part, re.MULTILINE)
        if name is None or name[1] not in left:
            continue
        number = left.pop(name[1])
        if not -HIGHEST <= number <= HIGHEST:
            raise InvalidInputError(f"rule {name[1]}: a weight lies between -{HIGHEST} and {HIGHEST}")
        parts[place] = _NUMBER_LINE.sub(rf"\g<1>{number}", part, count=1)
    if left:
        raise InvalidInputError(f"there is no rule {min(left)}")
    return "".join(parts)


def draft(body: str, title: str, by: By, *, based_on: str, note: str = "", number: int | None = None) -> TriageRuleSet:
    """Keep a rule file as a draft: a new one, or (`number`) the changed body of one that is still a draft.

    Raises
    ------
    InvalidInputError
        naming the rule, for a file that cannot be used, or that leaves out a floor that no set may leave out.
    ConflictError
        when the numbered set was released: its body never changes again; draft a new one.
    """
    actor = _asker(by)
    if not title.strip() or len(title) > 200:
        raise InvalidInputError("the title must have 1 to 200 characters")
    if len(note) > MOST_NOTE:
        raise InvalidInputError(f"a note has at most {MOST_NOTE} characters")
    body = body.replace("\r\n", "\n")
    parse(body, FACTS)
    at, digest = now(), hashlib.sha256(body.encode()).hexdigest()
    with transaction.atomic():
        if number is None:
            list(TriageRuleSet.objects.select_for_update().order_by("number")[:1])  # one numbering at a time
            top = TriageRuleSet.objects.aggregate(top=Max("number"))["top"] or 0
            made = TriageRuleSet.objects.create(
                number=top + 1, title=title.strip(), body=body, sha256=digest, created_by=actor.label, created_at=at,
                changed_at=at, note=note.strip(), based_on=based_on,
            )  # fmt: skip
            act = "triage.rules_drafted"
        else:
            made = _locked(number)
            if made.state != TriageState.DRAFT:
                raise ConflictError(
                    f"triage rule set {number} was released and does not change any more: draft a new one"
                )
            act = "triage.rules_changed"
            made.title, made.note = title.strip(), note.strip()
            if made.sha256 != digest:
                made.body, made.sha256, made.changed_at = body, digest, at
            made.save()
        record(actor, [Act(act, "triageruleset", made.number, {"sha256": made.sha256})])
    return made


def simulate(found: TriageRuleSet, by: By, reports: int = MOST_REPORTS) -> Simulation:
    """Have a rule set tried on the last reports that the asker sees, beside the one in force; a worker does it.

    Raises
    ------
    InvalidInputError
        for another number than 1 to 10,000.
    ConflictError
        when one of the same agency is under way.
    """
    actor = _asker(by)
    if not 0 < reports <= MOST_REPORTS:
        raise InvalidInputError(f"a simulation looks at 1 to {MOST_REPORTS} reports")
    agency = by.agency if isinstance(by, User) else None
    with _as(by):
        under_way = Simulation.objects.filter(agency=agency, state__in=[RunState.WAITING, RunState.RUNNING])
        # of a worker that was killed
        under_way.filter(at__lt=now() - LOST_AFTER).update(
            state=RunState.FAILED, ended_at=now(), fault="it was begun and never ended: ask for another"
        )
        if under_way.exists():
            raise ConflictError("a simulation of your agency is under way: wait for it")
        made = Simulation.objects.create(
            rule_set=found, agency=agency, person=by if isinstance(by, User) else None, sha256=found.sha256,
            against=in_force().version, reports=reports, by=actor.label, at=now(),
        )  # fmt: skip
        record(
            actor,
            [
                Act(
                    "triage.rules_simulated",
                    "triageruleset",
                    found.number,
                    {"sha256": found.sha256, "reports": reports},
                )
            ],
        )
        app.configure_task(SIMULATE, queue=PIPELINE_QUEUE).defer(simulation=made.pk)
    return made


def simulations(scope: Scope, of: TriageRuleSet | None = None) -> QuerySet[Simulation]:
    """Simulations that the asker's agencies asked for, the newest first."""
    found = Simulation.objects.select_related("rule_set")
    found = found if scope.everything else found.filter(agency_id__in=scope.agency_ids)
    return found if of is None else found.filter(rule_set=of)


def standing(found: TriageRuleSet, by: By) -> Simulation | None:
    """The last simulation of exactly this body against what is in force, by the asker's agency; without one it is not released."""
    agency = by.agency if isinstance(by, User) else None
    return Simulation.objects.filter(
        rule_set=found, sha256=found.sha256, against=in_force().version, agency=agency, state=RunState.DONE
    ).first()


def release(found: TriageRuleSet, by: By, note: str = "") -> TriageRuleSet:
    """Put a draft in force; the one before is retired, and the open reports are scored anew in the background.

    Raises
    ------
    ConflictError
        when it is no draft, or nobody of the asker's agency simulated exactly this body against the rules in force.
    """
    actor = _asker(by)
    with _as(by):
        wanted = _locked(found.number)
        if wanted.state != TriageState.DRAFT:
            raise ConflictError(f"triage rule set {wanted.number} is no draft; to go back to it, roll back")
        if standing(wanted, by) is None:
            raise ConflictError(
                f"triage rule set {wanted.number} was not simulated as it stands, against {in_force().version}: simulate it first"
            )
        return _put_in_force(wanted, actor, note, "triage.rules_released")


def roll_back(number: int | None, by: By, note: str) -> TriageRuleSet | None:
    """Go back to a set that was in force before, or (None) to the file that comes with Tipline. Needs a reason.

    Raises
    ------
    InvalidInputError
        without a reason.
    ConflictError
        when it never was in force, or is now.
    """
    actor = _asker(by)
    if not note.strip() or len(note) > MOST_NOTE:
        raise InvalidInputError(f"say in 1 to {MOST_NOTE} letters why")
    with _as(by):
        if number is not None:
            wanted = _locked(number)
            if wanted.state != TriageState.RETIRED:
                raise ConflictError(
                    f"triage rule set {number} {'is' if wanted.state == TriageState.RELEASED else 'never was'} in force"
                )
            parse(wanted.body, FACTS)  # an older Tipline may have allowed what this one does not
            return _put_in_force(wanted, actor, note, "triage.rules_rolled_back")
        current = _retire()
        if current is None:
            raise ConflictError("the rules that come with Tipline are in force")
        record(actor, [Act("triage.rules_rolled_back", "triageruleset", 0, {"before": current.version})])
        _begin_rescoring(RULES.about.version, actor)
        return None


def _put_in_force(wanted: TriageRuleSet, actor: Actor, note: str, act: str) -> TriageRuleSet:
    before = in_force().version
    _retire()
    wanted.state, wanted.released_by, wanted.released_at = TriageState.RELEASED, actor.label, now()
    if note.strip():
        wanted.note = note.strip()[:MOST_NOTE]
    wanted.save(update_fields=["state", "released_by", "released_at", "note"])
    record(actor, [Act(act, "triageruleset", wanted.number, {"before": before, "sha256": wanted.sha256})])
    _begin_rescoring(wanted.version, actor)
    return wanted


def _retire() -> TriageRuleSet | None:
    current = TriageRuleSet.objects.select_for_update().filter(state=TriageState.RELEASED).first()
    if current is not None:
        current.state = TriageState.RETIRED
        current.save(update_fields=["state"])
    return current


def _begin_rescoring(version: str, actor: Actor) -> None:
    """Score the open reports anew in the background; what was under way for older rules ends."""
    Rescoring.objects.filter(state__in=[RunState.WAITING, RunState.RUNNING]).update(state=RunState.DONE, ended_at=now())
    with acting(OPERATOR):
        total = Report.objects.filter(processing=Processing.DONE, destroyed_at__isnull=True).count()
    Rescoring.objects.create(version=version, total=total, by=actor.label, at=now())
    app.configure_task(RESCORE, queue=PIPELINE_QUEUE).defer()


def _locked(number: int) -> TriageRuleSet:
    found = TriageRuleSet.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFoundError(f"there is no triage rule set {number}")
    return found


def _as(by: By) -> AbstractContextManager[Scope]:
    """One transaction, in which the asker sees what they may."""
    return acting(scope_of(by) if isinstance(by, User) else OPERATOR)
