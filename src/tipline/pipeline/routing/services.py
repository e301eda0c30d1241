"""Writes to the routing rules: drafts, samples, previews, releases. A released body never changes; a draft may.

Each function takes who asks: a person, who must be allowed to (`may_manage_routing`), or the operator at the machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager

from django.db import IntegrityError, transaction
from django.db.models import Max

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.text import visible
from tipline.pipeline.routing.models import RulePreview, RuleSample, RuleSet, RuleSetState
from tipline.pipeline.routing.previewing import compare
from tipline.pipeline.routing.rules import STANDARD, Problem, parse, problems
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import OPERATOR, Scope, acting, may_manage_routing, scope_of

By = User | Actor
MAX_SAMPLE = 5000


def _asker(by: By) -> Actor:
    if isinstance(by, User):
        if not may_manage_routing(by):
            raise NotPermittedError("your role does not manage routing rules")
        return by.actor
    return by


def check(body: str) -> list[Problem]:
    """What is wrong with a rule file, each with its line, rule and sentence; faults first seen, or else warnings."""
    return problems(body)


def released() -> RuleSet:
    """The rule set in force. On first use that is the standard set, installed as number 1."""
    found = RuleSet.objects.filter(state=RuleSetState.RELEASED).first()
    return found or _install()


def _install() -> RuleSet:
    body = STANDARD.read_text(encoding="utf-8")
    at = now()
    try:
        with transaction.atomic():
            made = RuleSet.objects.create(
                number=1, title=parse(body).about.title, body=body, sha256=_digest(body), state=RuleSetState.RELEASED,
                created_by="routing", created_at=at, changed_at=at, released_by="routing", released_at=at,
                note="The set that comes with Tipline",
            )  # fmt: skip
            record(system("routing"), [Act("routing.rules_released", "ruleset", 1, {"sha256": made.sha256})])
    except IntegrityError:  # another worker was first
        return RuleSet.objects.get(state=RuleSetState.RELEASED)
    return made


def draft(
    body: str, title: str, by: By, *, note: str = "", based_on: RuleSet | None = None, number: int | None = None
) -> RuleSet:
    """Keep a rule file as a draft: a new one, or (`number`) the changed body of one that is still a draft.

    Raises
    ------
    InvalidInputError
        with line and reason, for a file that cannot be used.
    ConflictError
        when the numbered set was released: its body never changes again; draft a new one.
    """
    actor = _asker(by)
    if not title.strip() or len(title) > 200:
        raise InvalidInputError("the title must have 1 to 200 characters")
    parse(body)
    released()
    at = now()
    with transaction.atomic():
        if number is None:
            list(RuleSet.objects.select_for_update().order_by("number")[:1])  # one numbering at a time
            top: int = RuleSet.objects.aggregate(top=Max("number"))["top"]
            made = RuleSet.objects.create(
                number=top + 1, title=title.strip(), body=body, sha256=_digest(body), created_by=actor.label,
                created_at=at, changed_at=at, note=note, based_on=based_on,
            )  # fmt: skip
            act = "routing.rules_drafted"
        else:
            made = _locked(number)
            if made.state != RuleSetState.DRAFT:
                raise ConflictError(f"rule set {number} was released and does not change any more: draft a new one")
            act = "routing.rules_changed"
            made.title, made.note = title.strip(), note
            if made.sha256 != _digest(body):
                made.body, made.sha256, made.changed_at = body, _digest(body), at
            made.save()
        record(actor, [Act(act, "ruleset", made.number, {"sha256": made.sha256})])
    return made


def make_sample(name: str, by: By, *, last: int | None = None, report_ids: Iterable[int] = ()) -> RuleSample:
    """Keep reports to try rules on: the `last` so many that were processed, or those named; of what the asker may see.

    A sample of the same name and agency is replaced.

    Raises
    ------
    InvalidInputError
        for no name, no or too many reports.
    NotFoundError
        for a report that does not exist or is not the asker's to see.
    """
    actor = _asker(by)
    if not name.strip() or len(name) > 80:
        raise InvalidInputError("a sample's name has 1 to 80 characters")
    wanted = sorted(set(report_ids))
    if (last is None) == (not wanted):
        raise InvalidInputError("say how many of the last reports, or which")
    if not 0 < (last if last is not None else len(wanted)) <= MAX_SAMPLE:
        raise InvalidInputError(f"a sample has 1 to {MAX_SAMPLE} reports")
    with _as(by):
        seen = visible_reports(scope_of(by) if isinstance(by, User) else OPERATOR).filter(
            destroyed_at__isnull=True, routing__isnull=False
        )
        if last is not None:
            ids = sorted(seen.order_by("-id").values_list("id", flat=True)[:last])
        else:
            ids = sorted(seen.filter(id__in=wanted).values_list("id", flat=True))
            if ids != wanted:
                raise NotFoundError(
                    f"report {next(i for i in wanted if i not in set(ids))} does not exist, or was not routed"
                )
        if not ids:
            raise InvalidInputError("there is no report yet to make a sample of")
        made, _ = RuleSample.objects.update_or_create(
            name=name.strip(), agency=_agency(by),
            defaults={"report_ids": ids, "made_by": actor.label, "made_at": now()},
        )  # fmt: skip
        record(actor, [Act("routing.sample_made", "rulesample", made.pk, {"reports": len(ids)})])
    return made


def preview(rule_set: RuleSet, sample: RuleSample, by: By) -> RulePreview:
    """Try a rule set on a sample, beside the one in force. Moves nothing.

    The result is described in docs/reference/routing-rules.md: `reports`, `changed`, `changes` (per report from → to with rules),
    `desks` (before, after by desk), `rules` (how often each fired, was shadowed), `warnings`.

    Raises
    ------
    InvalidInputError
        when no report of the sample is left to see.
    """
    actor = _asker(by)
    against = released()
    with _as(by):
        result = compare(parse(against.body), parse(rule_set.body), sample.report_ids)
        if not result["reports"]:
            raise InvalidInputError(f"no report of the sample {visible(sample.name)} is left to see: make another")
        made = RulePreview.objects.create(
            rule_set=rule_set, against=against, sample=sample, agency=_agency(by), sha256=rule_set.sha256,
            at=now(), by=actor.label, result=result,
        )  # fmt: skip
        detail = {
            "sample": sample.pk,
            "sha256": rule_set.sha256,
            "reports": result["reports"],
            "changed": result["changed"],
        }
        record(actor, [Act("routing.rules_previewed", "ruleset", rule_set.number, detail)])
    return made


def release(rule_set: RuleSet, by: By, note: str = "") -> RuleSet:
    """Put a draft in force; the one before is retired. What is decided from then on is decided by it.

    Raises
    ------
    ConflictError
        when it is no draft, or nobody of the asker's agency previewed exactly this body since its last change and against the
        set in force.
    """
    actor = _asker(by)
    with _as(by):
        current = _locked(released().number)
        wanted = _locked(rule_set.number)
        if current.state != RuleSetState.RELEASED:
            raise ConflictError(f"another rule set was released meanwhile: preview rule set {wanted.number} again")
        if wanted.state != RuleSetState.DRAFT:
            raise ConflictError(f"rule set {wanted.number} is no draft; to go back to it, roll back")
        tried = RulePreview.objects.filter(
            rule_set=wanted, sha256=wanted.sha256, at__gte=wanted.changed_at, against=current, agency=_agency(by)
        )
        if not tried.exists():
            raise ConflictError(
                f"rule set {wanted.number} was not previewed as it stands, against rule set {current.number}: preview it first"
            )
        return _put_in_force(current, wanted, actor, note, "routing.rules_released")


def roll_back(number: int, by: By, note: str = "") -> RuleSet:
    """Put a rule set that was in force before in force again.

    Raises
    ------
    ConflictError
        when it never was, or is now.
    """
    actor = _asker(by)
    with _as(by):
        current = _locked(released().number)
        wanted = _locked(number)
        if current.state != RuleSetState.RELEASED:
            raise ConflictError("another rule set was released meanwhile: look again")
        if wanted.state != RuleSetState.RETIRED:
            raise ConflictError(
                f"rule set {number} is in force" if wanted.pk == current.pk else f"rule set {number} never was in force"
            )
        parse(wanted.body)  # an older Tipline may have allowed what this one does not
        return _put_in_force(current, wanted, actor, note, "routing.rules_rolled_back")


def _put_in_force(current: RuleSet, wanted: RuleSet, actor: Actor, note: str, act: str) -> RuleSet:
    current.state = RuleSetState.RETIRED
    current.save(update_fields=["state"])
    wanted.state, wanted.released_by, wanted.released_at = RuleSetState.RELEASED, actor.label, now()
    if note.strip():
        wanted.note = note.strip()
    wanted.save(update_fields=["state", "released_by", "released_at", "note"])
    record(actor, [Act(act, "ruleset", wanted.number, {"before": current.number, "sha256": wanted.sha256})])
    return wanted


def _locked(number: int) -> RuleSet:
    found = RuleSet.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFoundError(f"there is no rule set {number}; `tipline route rules list` shows them")
    return found


def _as(by: By) -> AbstractContextManager[Scope]:
    """One transaction, in which the asker sees what they may."""
    return acting(scope_of(by) if isinstance(by, User) else OPERATOR)


def _agency(by: By) -> Agency | None:
    return by.agency if isinstance(by, User) else None


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
