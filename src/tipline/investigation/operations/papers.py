"""The briefing pack and the closing report of an operation, as documents to print. Neither names a case, a lead, an account or a child."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
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
from tipline.investigation.leads.texts import DEFAULT_LANGUAGE, Texts, language_of, load_texts
from tipline.investigation.operations.board import board
from tipline.investigation.operations.figures import FIGURES, Counted, Shown, hidden, shown
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
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.agencies.models import Agency, AgencyLetterhead
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Scope

LANGUAGES = load_texts(Path(__file__).parent / "data")


def language_for(asked: str, person: User | None) -> str:
    """The language asked for, or the first of the person's desk that there are texts in."""
    return asked if asked in LANGUAGES else language_of(person.agency.languages if person else "", LANGUAGES)


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
    return _Briefing(LANGUAGES[code], person, operation, agencies).document(scope)


class _Briefing:
    """One pack being written."""

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

    def document(self, scope: Scope) -> Document:
        """The whole of it."""
        say, operation, person = self.say, self.operation, self.person
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
            *self._head(), *self._goals(goals, figures), Heading(say("rules")), Items(tuple(self.texts.sentences.values()), numbered=True),
            *self._phases(phases), *self._tasks(tasks), *self._days(days, entries), *self._contacts(members, desks),
            Heading(say("belongs")),
            Paragraph(say("belongs_text", cases=figures["cases"].mine.rows, reports=figures["reports"].mine.rows)),
            Remark(say("closing")),
        ]  # fmt: skip
        when = self.time(now())
        desk = person.agency.code if person else operation.agency.code
        who = f"{person.name} ({person.email})" if person else say("operator")
        return Document(
            title=say("title", name=operation.name), language=self.language, blocks=tuple(blocks),
            head=(f"{operation.agency.name} ({operation.agency.code})", say("printed", when=when, who=who)),
            marking=say("marking"), reference=say("reference", code=operation.code, desk=desk, when=when),
            page_word=say("page"),
        )  # fmt: skip

    def _head(self) -> list[Block]:
        say, operation = self.say, self.operation
        officer = operation.lead_officer
        rows: list[tuple[str, Text]] = [
            (say("name"), (Run(operation.name, Style.STRONG),)),
            (say("period"), self.period(operation.since, operation.until)),
            (say("state"), self.word("state", operation.state)),
            (say("run_by"), f"{operation.agency.name} ({operation.agency.code})"),
            (say("lead"), f"{officer.name}, {officer.email}" if officer else say("nobody")),
            (say("agencies"), "\n".join(a.name for a in self.agencies[1:]) or "–"),
        ]
        return [Heading(say("what")), Facts(tuple(rows))]

    def _goals(self, goals: Sequence[Goal], figures: dict[str, Shown]) -> list[Block]:
        say = self.say
        blocks: list[Block] = [Heading(say("goals"))]
        if self.operation.note:
            blocks.append(Paragraph(self.operation.note))
        if goals:
            rows = tuple(
                (self.word("figure", g.figure), f"{g.target:,}", figures[g.figure].text)
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
    scope: Scope, actor: Actor, person: User | None, operation: Operation, agencies: Sequence[Agency]
) -> Document:
    """The closing report as it stands now, and beside it what was kept when the operation was closed. Logged."""
    record(actor, [Act("operation.report_printed", "operation", operation.pk)])
    found = report_of(scope, operation)
    paper = _Briefing(LANGUAGES[DEFAULT_LANGUAGE], person, operation, agencies)
    closing: Closing | None = found["closing"]
    when = paper.time(now())
    who = f"{person.name} ({person.email})" if person else paper.say("operator")
    rows = tuple(
        (
            (Run(row["shown"].figure.label, Style.STRONG), Run(f"\n{row['shown'].figure.counts}")),
            row["then"].text if row["then"] else "–", row["shown"].text,
        )
        for row in found["rows"]
    )  # fmt: skip
    facts: list[tuple[str, Text]] = [
        ("Operation", (Run(operation.name, Style.STRONG), Run(f" ({operation.code})"))),
        ("Run by", f"{operation.agency.name} ({operation.agency.code})"),
        ("Period", paper.period(operation.since, operation.until)),
        ("Agencies that take part", "\n".join(a.name for a in agencies[1:]) or "–"),
        ("State", operation.get_state_display()),
    ]
    if closing:
        facts.append(("Closed", f"{paper.time(closing.at)}{f' by {closing.by.name}' if closing.by else ''}"))
        facts.append(("Reason", closing.reason))
    goals = tuple((one["label"], f"{one['target']:,}", one["text"], one["standing"]) for one in found["goals"])
    head = ("Goal", "Wanted", "Now", "Standing")
    counted: list[Block] = (
        [Heading("Goals"), Table("Goals that are counted", head, goals, (3, 1, 1, 1))] if goals else []
    )
    blocks: list[Block] = [
        Facts(tuple(facts)),
        Heading("Figures"),
        Paragraph(
            "Over the cases and leads that belong to the operation. Children come first."
            " Numbers of one to four that its reader may not see row by row are written as fewer than five."
        ),
        Table("Figures when it was closed, and now", ("Figure and what it counts", "When closed", "Now"), rows, (4, 1, 1)),
        *counted,
        Remark(
            "An arrest, a search or an account that was traced proves nobody guilty. Each figure links to its rows on the page of this report."
        ),
    ]  # fmt: skip
    return Document(
        title=f"Closing report: {operation.name}", language="en", blocks=tuple(blocks),
        head=(f"{operation.agency.name} ({operation.agency.code})", f"Printed {when} by {who}"),
        marking=LANGUAGES["en"].say("marking"),
        reference=f"{operation.code} · {person.agency.code if person else operation.agency.code} · printed {when}",
    )  # fmt: skip


def report_of(scope: Scope, operation: Operation) -> dict[str, Any]:
    """What the closing report says, for its page and its paper: `rows` of {shown, then, changed}, `goals`, and the last `closing`."""
    figures = shown(scope, operation)
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
    """The goals that are counted: `figure`, `label`, `target`, `text` of how far it is, and `standing` in words."""
    return [
        {
            "figure": goal.figure, "label": figures[goal.figure].figure.label, "target": goal.target,
            "text": figures[goal.figure].text, "known": figures[goal.figure].known,
            "standing": _standing(figures[goal.figure].known, goal.target),
        }
        for goal in goals
        if goal.figure in figures
    ]  # fmt: skip


def _standing(known: int | None, target: int) -> str:
    if known is None:
        return "not told"
    return "reached" if known >= target else f"{target - known:,} to go"
