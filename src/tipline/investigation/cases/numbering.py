"""Numbers of cases: a scheme per agency, and a counter that never gives a number twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import StrIndex

from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.records import CaseTransfer, NumberScheme
from tipline.trust.accounts.models import User
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, agencies_of, may

STANDARD = "{agency}/{year}/{number:04}"
LONGEST = 60
MOST_LOOKED_THROUGH = 100_000  # characters, for numbers that no scheme in force writes
_FIELD = re.compile(r"\{(agency|year|year2|number(?::0([2-6]))?)\}")
_BETWEEN = re.compile(r"[\w /.()&-]*")


def check_pattern(pattern: str, agency: Agency) -> str:
    """The pattern, trimmed, when it can number the cases of this agency.

    Raises
    ------
    InvalidInputError
        saying what it lacks or has too much.
    """
    given = " ".join(pattern.split())
    named = [match.group(1).partition(":")[0] for match in _FIELD.finditer(given)]
    if not _BETWEEN.fullmatch(_FIELD.sub("", given)):
        raise InvalidInputError(
            "a number scheme is letters, digits and - / . ( ) & with the fields {agency}, {year}, {year2}, {number} or {number:04}"
        )
    if named.count("number") != 1:
        raise InvalidInputError("a number scheme needs {number} once, such as {number:04}")
    if not {"year", "year2"} & set(named):
        raise InvalidInputError("a number scheme needs {year} or {year2}: numbers begin anew every year")
    if len(written(given, agency, 2026, 999_999)) > LONGEST:
        raise InvalidInputError(f"numbers of this scheme are longer than {LONGEST} characters")
    return given


def written(pattern: str, agency: Agency, year: int, number: int) -> str:
    """A number as the pattern writes it."""

    def field(match: re.Match[str]) -> str:
        match match.group(1).partition(":")[0]:
            case "agency":
                return agency.code
            case "year":
                return str(year)
            case "year2":
                return f"{year % 100:02}"
            case _:
                return f"{number:0{int(match.group(2) or 1)}}"

    return _FIELD.sub(field, pattern)


def scheme_of(agency: Agency) -> str:
    """The pattern by which an agency numbers its cases."""
    return NumberScheme.objects.filter(agency=agency).values_list("pattern", flat=True).first() or STANDARD


@transaction.atomic
def set_scheme(person: User, agency: Agency, pattern: str) -> str:
    """Say how an agency numbers its cases from now on. Returns an example.

    Raises
    ------
    NotPermittedError
        for whoever is no supervisor of the agency or of one that oversees it.
    InvalidInputError
        as `check_pattern` does.
    """
    if not may(person, Can.MANAGE_ROUTING) or agency.pk not in agencies_of(person):
        raise NotPermittedError(f"a supervisor of {agency.code} says how its cases are numbered")
    checked = check_pattern(pattern, agency)
    NumberScheme.objects.update_or_create(
        agency=agency, defaults={"pattern": checked, "set_by": person.email, "set_at": now()}
    )
    record(person.actor, [Act("case.scheme_set", "agency", agency.pk, {"pattern": checked})])
    return written(checked, agency, year_of(agency, now()), 1)


def year_of(agency: Agency, at: datetime) -> int:
    """The year of a moment on the calendar of the desk."""
    return at.astimezone(ZoneInfo(agency.timezone)).year


# -- reading numbers ----------------------------------------------------------------------------------------------------

# any agency's code: a number is recognised whosever case it is, and whether there is one is nobody's to learn by trying
_CODE = r"[A-Z]{2}(?:-[A-Z0-9]{2,20}){1,4}"


def other_cases_in(case: Case, texts: Sequence[str]) -> list[str]:
    """Numbers of other cases that stand in texts, sorted: by the scheme of any agency, or given by the case's own under an older one.

    A scheme without a letter ({number}/{year}) makes numbers that look like dates and sums. By such a scheme a text counts only when it is
    the number, and nothing else.
    """
    patterns = {STANDARD, *NumberScheme.objects.values_list("pattern", flat=True).distinct()}
    shapes = [_shape(one) for one in sorted(patterns) if _has_letters(one)]
    within, alone = _bounded("|".join(shapes)), re.compile("|".join(map(_shape, sorted(patterns))))
    lines = [" ".join(text.split()) for text in texts]
    found = {match.group() for line in lines for match in within.finditer(line)}
    found |= {line for line in lines if alone.fullmatch(line)}
    for number in _given_before(case, "\n".join(lines)[:MOST_LOOKED_THROUGH]):
        stands = _bounded(re.escape(number)).search if _has_letters(number) else number.__eq__
        if any(stands(line) for line in lines):
            found.add(number)
    mine = CaseTransfer.objects.filter(case=case).values_list("number_before", flat=True)
    own = {number.casefold() for number in (case.number, *mine)}
    return sorted(one for one in found if one.casefold() not in own)


def _bounded(expression: str) -> re.Pattern[str]:
    """As a word of its own: 12/2026 is not in 01/12/2026."""
    return re.compile(rf"(?<![\w/.&-])(?:{expression})(?!\w)")


def _given_before(case: Case, text: str) -> set[str]:
    """Numbers that the case's agency gave to other cases, and that stand somewhere in the text. Two queries, whatever the text."""
    stands = {"at__gt": 0}
    others = Case.objects.filter(agency=case.agency_id).exclude(pk=case.pk).annotate(at=StrIndex(Value(text), "number"))
    gone = CaseTransfer.objects.filter(from_agency=case.agency_id).exclude(case=case.pk)
    gone = gone.annotate(at=StrIndex(Value(text), "number_before"))
    return {
        *others.filter(**stands).values_list("number", flat=True),
        *gone.filter(**stands).values_list("number_before", flat=True),
    }


def _has_letters(pattern: str) -> bool:
    return "{agency}" in pattern or any(sign.isalpha() for sign in _FIELD.sub("", pattern))


def _shape(pattern: str) -> str:
    """The expression of every number that a pattern can write; letters in any case."""
    fields = {"agency": _CODE, "year": r"(?:19|20)\d\d", "year2": r"\d\d"}
    made, end = "", 0
    for match in _FIELD.finditer(pattern):
        name = match.group(1).partition(":")[0]
        made += f"(?i:{re.escape(pattern[end : match.start()])})"
        made += fields.get(name) or rf"\d{{{match.group(2) or 1},6}}"
        end = match.end()
    return f"{made}(?i:{re.escape(pattern[end:])})"


def next_number(agency: Agency, at: datetime) -> tuple[str, int, int]:
    """A new number, its year and its running number; inside the caller's transaction, which others that number wait for."""
    year, pattern = year_of(agency, at), scheme_of(agency)
    running = _count_up(agency, year)
    # a scheme that was changed may come to a number that an older one gave: the next free one is taken
    while _given(agency, number := written(pattern, agency, year, running)):
        running = _count_up(agency, year)
    return number, year, running


def _count_up(agency: Agency, year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numbercounter AS c (agency_id, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (agency_id, year) DO UPDATE SET last = c.last + 1 RETURNING last",
            [agency.pk, year],
        )
        return int((cursor.fetchone() or (1,))[0])


def _given(agency: Agency, number: str) -> bool:
    return (
        Case.objects.filter(agency=agency, number=number).exists()
        or CaseTransfer.objects.filter(from_agency=agency, number_before=number).exists()
    )
