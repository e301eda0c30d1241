"""The briefing pack and the closing report of an operation, as documents to print. Neither names a case, a lead, an account or a child."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime

from tipline.core.clock import now, zone_of
from tipline.core.printing.model import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Remark,
    Run,
    Style,
    Table,
    Text,
)
from tipline.core.sql import together
from tipline.investigation.operations.board import board
from tipline.investigation.operations.figures import FIGURES, Counted, Shown, hidden, shown, whole
from tipline.investigation.operations.laying import tasks_of
from tipline.investigation.operations.models import (
    ActionDay,
    BoardEntry,
    BoardKind,
    Closing,
    DistrictTask,
    Goal,
    Operation,
    OperationMember,
    Phase,
)
from tipline.investigation.operations.queries import members_of
from tipline.investigation.operations.texts import LANGUAGES, Texts, language_for
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgencyLetterhead
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope


def briefing(
    scope: Scope,
    actor: Actor,
    person: User | None,
    operation: Operation,
    agencies: Sequence[Agency],
    language: str = "",
) -> Document:
    """The briefing pack, in a language of `LANGUAGES`; that it was printed is an entry of the log."""
    code = language_for(language, person)
    record(actor, [Act("operation.briefing_printed", "operation", operation.pk, {"language": code})])
    return _Paper(LANGUAGES[code], person, operation, agencies).briefing(scope)


class _Paper:
    """One paper being written."""

    def __init__(self, texts: Texts, person: User | None, operation: Operation, agencies: Sequence[Agency]) -> None:
        self.texts, self.person, self.operation, self.agencies = texts, person, operation, agencies
        self.say, self.word, self.language = texts.say, texts.word, texts.language.code
        self.zone = zone_of(person.agency.timezone if person else operation.agency.timezone)

    def day(self, day: date | None) -> str:
        return str(format_date(day, "d MMMM y", locale=self.language)) if day else "–"

    def time(self, at: datetime | None) -> str:
        if at is None:
            return "–"
        local = at.astimezone(self.zone)
        return f"{format_datetime(local, 'd MMMM y, HH:mm', locale=self.language)} {local.tzname()}"

    def period(self, since: date, until: date | None) -> str:
        if until is None:
            return self.say("open_end", since=self.day(since))
        return self.say("from_until", since=self.day(since), until=self.day(until))

    def number(self, figure: Shown) -> str:
        """A figure as its reader may know it."""
        if figure.known is not None:
            return f"{figure.known:,}"
        few = figure.rest is not None and figure.rest.small
        return self.say("few" if few else "withheld", mine=f"{figure.mine.value:,}")

    def standing(self, known: int | None, target: int) -> str:
        """How far a goal is, in words."""
        if known is None:
            return self.say("not_told")
        return self.say("reached") if known >= target else self.say("to_go", number=f"{target - known:,}")

    def bound(self, title: str, blocks: Sequence[Block]) -> Document:
        """The paper around what it says: who printed it and when, and for whom it is."""
        say, operation, person = self.say, self.operation, self.person
        when = self.time(now())
        desk = person.agency.code if person else operation.agency.code
        who = f"{person.name} ({person.email})" if person else say("operator")
        return Document(
            title=title, language=self.language, blocks=tuple(blocks),
            head=(f"{operation.agency.name} ({operation.agency.code})", say("printed", when=when, who=who)),
            marking=say("marking"), reference=say("reference", code=operation.code, desk=desk, when=when),
            page_word=say("page"),
        )  # fmt: skip

    def briefing(self, scope: Scope) -> Document:
        """The whole of the briefing pack."""
        say, operation = self.say, self.operation
        figures = shown(scope, operation)
        goals, phases, tasks, days, entries, members, desks = together(
            Goal.objects.filter(operation=operation).order_by("id"),
            Phase.objects.filter(operation=operation).order_by("since", "id"),
            tasks_of(operation),
            ActionDay.objects.filter(operation=operation).order_by("day"),
            BoardEntry.objects.filter(operation=operation, kind=BoardKind.SEARCHES_PLANNED)
            .select_related("agency", "corrected_by")
            .order_by("id"),
            members_of(operation),
            AgencyLetterhead.objects.filter(agency__in=[agency.pk for agency in self.agencies]),
        )
        blocks: list[Block] = [
            Heading(say("what")), Facts(tuple(self._facts())), *self._goals(goals, figures), Heading(say("rules")), Items(tuple(self.texts.sentences.values()), numbered=True),
            *self._phases(phases), *self._tasks(tasks), *self._days(days, entries), *self._contacts(members, desks),
            Heading(say("belongs")),
            Paragraph(say("belongs_text", cases=figures["cases"].mine.rows, reports=figures["reports"].mine.rows)),
            Remark(say("closing")),
        ]  # fmt: skip
        return self.bound(say("title", name=operation.name), blocks)

    def _facts(self) -> list[tuple[str, Text]]:
        say, operation = self.say, self.operation
        officer = operation.lead_officer
        return [
            (say("name"), (Run(operation.name, Style.STRONG), Run(f" ({operation.code})"))),
            (say("period"), self.period(operation.since, operation.until)),
            (say("state"), self.word("state", operation.state)),
            (say("run_by"), f"{operation.agency.name} ({operation.agency.code})"),
            (say("lead"), f"{officer.name}, {officer.email}" if officer else say("nobody")),
            (say("agencies"), "\n".join(a.name for a in self.agencies[1:]) or "–"),
        ]

    def _goals(self, goals: Sequence[Goal], figures: dict[str, Shown]) -> list[Block]:
        say = self.say
        blocks: list[Block] = [Heading(say("goals"))]
        if self.operation.note:
            blocks.append(Paragraph(self.operation.note))
        if goals:
            rows = tuple(
                (self.word("figure", g.figure), f"{g.target:,}", self.number(figures[g.figure]))
                for g in goals
                if g.figure in figures
            )
            blocks.append(Table(say("goals_caption"), (say("goal"), say("target"), say("so_far")), rows, (3, 1, 1)))
        return blocks if len(blocks) > 1 else [*blocks, Paragraph(say("no_goals"))]

    def _phases(self, phases: Sequence[Phase]) -> list[Block]:
        say = self.say
        rows = tuple((phase.name, self.period(phase.since, phase.until)) for phase in phases)
        table = Table(say("phases_caption"), (say("phase"), say("period")), rows, (1, 2))
        return [Heading(say("phases")), table if rows else Paragraph(say("no_phases"))]

    def _tasks(self, tasks: Sequence[DistrictTask]) -> list[Block]:
        say = self.say
        rows = sorted(tasks, key=lambda row: (row.agency.name, row.task_id))
        told = tuple(
            (
                row.agency.name, row.task.text, row.officer.name if row.officer else "–", self.time(row.due_at),
                self.word("task", row.state) + (f"\n{row.note}" if row.note else ""),
            )
            for row in rows
        )  # fmt: skip
        head = (say("district"), say("task"), say("officer"), say("due"), say("how_far"))
        table = Table(say("tasks_caption"), head, told, (1.4, 2.6, 1.2, 1.3, 1.2))
        return [Heading(say("tasks")), table if told else Paragraph(say("no_tasks"))]

    def _days(self, days: Sequence[ActionDay], entries: Sequence[BoardEntry]) -> list[Block]:
        say = self.say
        place = list(BoardKind).index(BoardKind.SEARCHES_PLANNED)
        rows = tuple(
            (self.day(day.day) + (f"\n{day.name}" if day.name else ""), line.agency.name, str(line.numbers[place]))
            for day in days
            for line in board(self.agencies, [entry for entry in entries if entry.day_id == day.pk]).lines
            if line.numbers[place]
        )
        blocks: list[Block] = [Heading(say("days"))]
        if not days:
            return [*blocks, Paragraph(say("no_days"))]
        blocks.append(Items(tuple(f"{self.day(day.day)}{f': {day.name}' if day.name else ''}" for day in days)))
        if rows:
            head = (say("day"), say("district"), say("planned"))
            blocks.append(Table(say("days_caption"), head, rows, (1.4, 2, 1)))
        return blocks

    def _contacts(self, members: Sequence[OperationMember], desks: Sequence[AgencyLetterhead]) -> list[Block]:
        say = self.say
        phones = {desk.agency_id: "\n".join(filter(None, (desk.telephone, desk.email))) for desk in desks}
        rows: list[tuple[Text, ...]] = []
        for one in members:
            if one.person:
                rows.append((one.person.name, one.part or "–", f"{one.person.agency.name}\n{one.person.email}"))
            elif one.agency:
                rows.append((one.agency.name, say("whole_desk"), phones.get(one.agency.pk) or "–"))
        head = (say("contact"), say("part"), say("reach"))
        return [Heading(say("contacts")), Table(say("contacts_caption"), head, tuple(rows), (1.4, 1.6, 2))]

    def closing(self, found: dict[str, Any]) -> Document:
        """The whole of the closing report."""
        say, closing = self.say, found["closing"]
        facts = list(self._facts())
        if closing:
            when = self.time(closing.at)
            facts.append((say("closed_at"), say("closed_by", when=when, who=closing.by.name) if closing.by else when))
            facts.append((say("reason"), closing.reason))
        rows = tuple(
            (
                (Run(self.word("figure", name), Style.STRONG), Run(f"\n{self.word('counts', name)}")),
                self.number(row["then"]) if row["then"] else "–", self.number(row["shown"]),
            )
            for row in found["rows"]
            for name in [row["shown"].figure.name]
        )  # fmt: skip
        goals = tuple(
            (
                self.word("figure", one["figure"]), f"{one['target']:,}", self.number(one["shown"]),
                self.standing(one["known"], one["target"]),
            )
            for one in found["goals"]
        )  # fmt: skip
        blocks: list[Block] = [
            Facts(tuple(facts)), Heading(say("figures")), Paragraph(say("figures_text")),
            Table(say("figures_caption"), (say("figure"), say("when_closed"), say("now")), rows, (4, 1.2, 1.2)),
        ]  # fmt: skip
        if goals:
            head = (say("goal"), say("target"), say("now"), say("standing"))
            blocks += [Heading(say("goals")), Table(say("goals_caption"), head, goals, (3, 1, 1, 1))]
        return self.bound(say("report_title", name=self.operation.name), [*blocks, Remark(say("report_closing"))])


def frozen(scope: Scope, operation: Operation, mine: dict[str, Counted]) -> tuple[Closing | None, dict[str, Shown]]:
    """The last closing of an operation and its figures as whoever looks may read them; None and nothing when it never was closed."""
    last = Closing.objects.filter(operation=operation).select_related("by").order_by("-id").first()
    if last is None:
        return None, {}
    then = {name: int(one["value"]) for name, one in last.figures.items() if name in FIGURES}
    if scope.everything:
        return last, {name: Shown(FIGURES[name], Counted(0, value), None) for name, value in then.items()}
    # what somebody does not see now stays hidden in what it was then
    return last, {
        name: Shown(one.figure, Counted(one.mine.rows, min(one.mine.value, then[name])), one.rest)
        for name, one in hidden(mine, then).items()
        if name in then
    }


def closing_report(
    scope: Scope,
    actor: Actor,
    person: User | None,
    operation: Operation,
    agencies: Sequence[Agency],
    language: str = "",
) -> Document:
    """The closing report, in a language of `LANGUAGES`: what was kept when the operation was closed, and the figures as they are
    at this moment; that it was printed is an entry of the log."""
    code = language_for(language, person)
    record(actor, [Act("operation.report_printed", "operation", operation.pk, {"language": code})])
    return _Paper(LANGUAGES[code], person, operation, agencies).closing(report_of(scope, operation, exact=True))


def report_of(scope: Scope, operation: Operation, *, exact: bool = False) -> dict[str, Any]:
    """What the closing report says: `rows` of {shown, then, changed}, `goals`, and the last `closing`. `exact`: as of `figures.whole`."""
    figures = shown(scope, operation, whole(operation, exact=exact))
    closing, then = frozen(scope, operation, {name: one.mine for name, one in figures.items()})
    return {
        "closing": closing,
        "rows": [
            {
                "shown": one, "then": then.get(name),
                "changed": name in then and (one.known, one.text) != (then[name].known, then[name].text),
            }
            for name, one in figures.items()
        ],
        "goals": goals_of(Goal.objects.filter(operation=operation).order_by("id"), figures),
    }  # fmt: skip


def goals_of(goals: Iterable[Goal], figures: dict[str, Shown]) -> list[dict[str, Any]]:
    """The goals that are counted: `figure`, `label`, `target`, `text` of how far it is, what of it is `known`, and whether it is `reached`."""
    return [
        {
            "figure": goal.figure, "label": figures[goal.figure].figure.label, "target": goal.target,
            "shown": figures[goal.figure], "known": (known := figures[goal.figure].known),
            "reached": None if known is None else known >= goal.target, "to_go": max(0, goal.target - (known or 0)),
        }
        for goal in goals
        if goal.figure in figures
    ]  # fmt: skip
