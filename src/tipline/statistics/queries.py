"""Asking a figure: deny by default, as of a moment, and with small numbers hidden where they must be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import connection

from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.process.models import RequestKind
from tipline.investigation.process.rates import UNLISTED
from tipline.referrals.counts import countable
from tipline.reports.incidents import in_words
from tipline.statistics import facts
from tipline.statistics.catalogue import Figure, figure_of
from tipline.statistics.cells import ask_cells, cut_of, still_of
from tipline.statistics.facts import Line, Question
from tipline.statistics.figures import Answer, Asked, Cell, Definition, Dimension, Measure, Over, Row, Unit
from tipline.statistics.models import RequestFact
from tipline.statistics.rolling import DIGEST
from tipline.statistics.suppression import Place, Told, hide_in_list, hide_in_table
from tipline.trust.accounts.models import Reporter
from tipline.trust.agencies.models import Agency
from tipline.trust.visibility import Scope

MOST_MONTHS = 240
PATIENCE = 3
MOST_NUMBERS = 5_000
NOT_KNOWN = "Not known"
_SHOWN = Told.SHOWN


def answer(scope: Scope, asked: Asked) -> Answer:
    """A figure of one agency, inside `acting(scope)`: PostgreSQL reads facts of the agencies whose counts are in the scope and of no other.

    Raises
    ------
    NotFoundError
        when there is no such figure or agency, or the agency's counts are not in scope.
    InvalidInputError
        when the question makes no sense: it names what is wrong.
    NotPermittedError
        when small numbers are asked for by who does not see the agency's reports.
    ConflictError
        when the facts are being made for the first time.
    """
    return answers(scope, (asked,))[0]


def answers(scope: Scope, questions: Sequence[Asked], agencies: Sequence[Agency] | None = None) -> tuple[Answer, ...]:
    """Several questions of one agency, for a page that shows more than one figure: who may ask, and how fresh facts are, is read once.

    Parameters
    ----------
    agencies
        those that are countable in the scope, where the page has asked for them already.
    """
    if len({asked.agency for asked in questions}) != 1:
        raise ValueError("the questions of one page are of one agency")
    agency = agency_of(scope, questions[0].agency, agencies)
    small = may_see_small(scope, agency)
    for _ in range(PATIENCE):
        kept_at, cells = _kept()
        found = [_answered(asked, agency, kept_at, small=small, cells=cells) for asked in questions]
        # a refresh may have ended meanwhile: then cells of the moment before it had nothing to tell
        if all(sure for _, sure in found) or still_of(kept_at):
            return tuple(answer for answer, _ in found)
    return tuple(_answered(asked, agency, kept_at, small=small, cells=False)[0] for asked in questions)


def _answered(asked: Asked, agency: Agency, kept_at: datetime, *, small: bool, cells: bool) -> tuple[Answer, bool]:
    """The answer, and whether it is of its moment for sure."""
    figure = figure_of(asked.figure)
    if not asked.suppressed and not small:
        raise NotPermittedError(f"small numbers are for who sees the reports of {agency.code}")
    _check(figure.definition, asked)
    as_of = asked.as_of or kept_at
    if as_of > kept_at:
        raise InvalidInputError(f"numbers are kept up to {kept_at:%Y-%m-%d %H:%M:%S} UTC: ask as of that or before")
    if asked.suppressed:
        # every question of these dimensions is a part of one table, so that parts of it cannot be put together to more than the whole
        wanted = tuple(dict.fromkeys((*asked.by, *(dimension for dimension, _ in asked.only))))
        question = Question(agency.pk, asked.since, asked.until, tuple(sorted(wanted)), as_of)
    else:
        question = Question(agency.pk, asked.since, asked.until, asked.by, as_of, asked.only, sums=False)
    row_by_row = not cells or asked.as_of is not None or cut_of(figure, question) is None
    found, sure = (ask_postgresql(figure, question), True) if row_by_row else ask_cells(figure, question)
    rows = rows_of(figure.definition, asked, question, found)
    answer = Answer(figure.definition, asked, _labelled(figure.definition, asked.by, rows), kept_at, row_by_row)
    return answer, sure


def agency_of(scope: Scope, code: str, agencies: Sequence[Agency] | None = None) -> Agency:
    """An agency of which somebody may see counts; `agencies` as in `answers`.

    Raises
    ------
    NotFoundError
        when there is none, or they may not.
    """
    found = next((one for one in (countable(scope) if agencies is None else agencies) if one.code == code), None)
    if found is None:
        raise NotFoundError(f"there are no counts of {code[:40]!r}")
    return found


def may_see_small(scope: Scope, agency: Agency) -> bool:
    """Whether somebody sees the agency's reports, and so may be told how few they are."""
    return scope.everything or (agency.pk in scope.agency_ids and scope.assigned_to is None)


def _check(definition: Definition, asked: Asked) -> None:
    if asked.since.day != 1 or asked.until.day != 1 or asked.since >= asked.until:
        raise InvalidInputError("ask from the first day of a month to before the first day of a later one")
    if (asked.until.year - asked.since.year) * 12 + asked.until.month - asked.since.month > MOST_MONTHS:
        raise InvalidInputError(f"ask for at most {MOST_MONTHS} months at once")
    wanted = [*asked.by, *(dimension for dimension, _ in asked.only)]
    for dimension in wanted:
        if dimension not in definition.by:
            raise InvalidInputError(f"{definition.name} cannot be cut by {dimension}")
    if len(set(asked.by)) != len(asked.by) or len(asked.by) > facts.MOST_DIMENSIONS:
        raise InvalidInputError(f"cut by at most {facts.MOST_DIMENSIONS} dimensions, each once")
    if len({dimension for dimension, _ in asked.only}) != len(asked.only):
        raise InvalidInputError("ask for one key of a dimension")
    if any("\x00" in key for _, key in asked.only):
        raise InvalidInputError("a key has a character that no text can have")
    if asked.suppressed and len(set(wanted)) > facts.MOST_DIMENSIONS:
        raise InvalidInputError(
            f"where small numbers are hidden, ask for at most {facts.MOST_DIMENSIONS} dimensions in all: finer tables would give them away"
        )
    if asked.as_of is not None and asked.as_of.tzinfo is None:
        raise InvalidInputError("give the moment with its time zone")


def fresh_at() -> datetime:
    """How far the facts are kept.

    Raises
    ------
    ConflictError
        when they are being made for the first time.
    """
    return _kept()[0]


def _kept() -> tuple[datetime, bool]:
    """How far the facts are kept, and whether cells are, by the figures as they are now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, cells = %s FROM statistics_kept WHERE at IS NOT NULL", [DIGEST])
        found = cursor.fetchone()
    if found is None:
        raise ConflictError("the numbers are being counted for the first time: ask again in a minute")
    return found[0], found[1]


def ask_postgresql(figure: Figure, question: Question) -> list[Line]:
    """The lines of a figure's query, sums among them."""
    text, values = facts.statement(figure, question)
    with connection.cursor() as cursor:
        cursor.execute(facts.for_postgresql(text), values)
        names = [column.name for column in cursor.description or ()]
        return facts.lines(names, cursor.fetchall(), len(question.by))


def rows_of(definition: Definition, asked: Asked, question: Question, found: Sequence[Line]) -> list[Row]:
    """The rows that were asked for, out of a table that may have more dimensions, with what must be hidden hidden. No labels yet."""
    told = {
        measure.key: _told(measure, question.by, found) if asked.suppressed else {}
        for measure in definition.measures
        if _counts(measure)
    }
    by_place = {_place(line): line for line in found}
    only = dict(asked.only)
    kept: dict[tuple[str, ...], Place] = {}
    for line in found:
        keys = dict(zip(question.by, line.keys, strict=True))
        summed = {dimension for dimension, over in zip(question.by, line.summed, strict=True) if over}
        wanted = set(asked.by) | (set(only) if asked.suppressed else set())
        if summed != set(question.by) - wanted:
            continue
        if asked.suppressed and any(keys[dimension] != key for dimension, key in only.items()):
            continue
        kept[tuple(keys[dimension] for dimension in asked.by)] = _place(line)
    rows = [
        Row(keys, keys, tuple(_cell(measure, by_place[place], told, place) for measure in definition.measures))
        for keys, place in sorted(kept.items())
    ]
    return _filled(definition, asked, rows)


def _counts(measure: Measure) -> bool:
    return not measure.of and measure.unit not in {Unit.DAYS, Unit.PER_CENT, Unit.POINTS}


def _place(line: Line) -> Place:
    places = [None if over else key for key, over in zip(line.keys, line.summed, strict=True)]
    return (places[0] if places else None, places[1] if len(places) > 1 else "")


def _told(measure: Measure, by: tuple[Dimension, ...], found: Sequence[Line]) -> dict[Place, Told]:
    """What is told of each number of a measure."""
    values = {_place(line): int(line.values[measure.key] or 0) for line in found}
    total = values.get((None, None if len(by) > 1 else ""), 0)
    if len(by) < 2:
        listed = hide_in_list({row: n for (row, _), n in values.items() if row is not None}, total)
        return {(row, ""): what for row, what in listed.items()}
    rows = {row: n for (row, column), n in values.items() if row is not None and column is None}
    columns = {column: n for (row, column), n in values.items() if row is None and column is not None}
    if len(rows) * len(columns) > MOST_NUMBERS:
        raise InvalidInputError(
            f"that table has more than {MOST_NUMBERS:,} numbers: ask for fewer months, or one dimension"
        )
    body = {(row, column): n for (row, column), n in values.items() if row is not None and column is not None}
    return hide_in_table(body, rows, columns, total)


def _cell(measure: Measure, line: Line, told: dict[str, dict[Place, Told]], place: Place) -> Cell:
    value = line.values[measure.key]
    hidden = [told[key].get(place, _SHOWN) for key in (measure.of, measure.part) if key]
    if measure.key in told:
        what = told[measure.key].get(place, _SHOWN)
        if what != _SHOWN:
            return Cell(None, small=what == Told.SMALL, hidden=True)
    elif value is not None and any(what != _SHOWN for what in hidden):
        return Cell(None, hidden=True)
    return Cell(value)


def _filled(definition: Definition, asked: Asked, rows: list[Row]) -> list[Row]:
    """With the months that have nothing, and with one row where nothing was cut."""
    if asked.by == (Dimension.MONTH,):
        wanted: list[tuple[str, ...]] = [(month,) for month in _months(asked.since, asked.until)]
    elif not asked.by:
        wanted = [()]
    else:
        return rows
    empty = tuple(Cell(0.0 if _counts(measure) else None) for measure in definition.measures)
    found = {row.keys: row for row in rows}
    return [found.get(keys, Row(keys, keys, empty)) for keys in wanted]


def _months(since: date, until: date) -> Iterable[str]:
    for place in range(since.year * 12 + since.month - 1, until.year * 12 + until.month - 1):
        yield f"{place // 12:04d}-{place % 12 + 1:02d}"


def _labelled(definition: Definition, by: tuple[Dimension, ...], rows: list[Row]) -> tuple[Row, ...]:
    names = [
        _names(definition.over, dimension, {row.keys[place] for row in rows}) for place, dimension in enumerate(by)
    ]
    return tuple(
        replace(row, labels=tuple(names[place].get(key, key) or NOT_KNOWN for place, key in enumerate(row.keys)))
        for row in rows
    )


def _names(over: Over, dimension: Dimension, keys: set[str]) -> dict[str, str]:
    """What people read for keys; a key that is not in it is read as it stands."""
    if over == Over.REQUESTS and dimension == Dimension.CATEGORY:
        return dict(RequestKind.choices)
    if over == Over.REQUESTS and dimension == Dimension.PLATFORM:
        held = RequestFact.objects.filter(holder__in=keys, known_until__isnull=True).values_list(
            "holder", "holder_name"
        )
        return {**dict(held), UNLISTED: "Platforms in no directory"}
    if dimension == Dimension.CATEGORY:
        return {key: in_words(key) for key in keys}
    if dimension == Dimension.DISTRICT:
        return {key: key.rsplit("/", 1)[-1] for key in keys}
    if dimension == Dimension.PLATFORM:
        return {str(pk): name for pk, name in Reporter.objects.filter(pk__in=_numbers(keys)).values_list("pk", "name")}
    if dimension == Dimension.DESK:
        return {str(pk): name for pk, name in Agency.objects.filter(pk__in=_numbers(keys)).values_list("pk", "name")}
    return {}


def _numbers(keys: set[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal()]
