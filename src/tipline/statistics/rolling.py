"""Cells: what facts count to by agency, month and key, kept with every refresh, so that a question of today adds up cells and not facts.

What a figure means stands in its query alone. A refresh runs the queries themselves over the facts of the reports that it touched, as of the
refresh before and as of its own moment, and adds the difference to the cells. So a number must be one of four things, and a test holds every
figure to it:

- a count that adds up over reports;
- a count of what several reports have in common, a case (`once`): it adds up over cases, and not over months. For each case and each
  stretch between two months in which it has reports, the query says what the stretch counts to; the cell of the stretch's first and
  last month has that less what lies in the shorter stretches. The sum of the cells between two months is then what the query says of them;
- a share of two of these;
- a percentile, of values of which the figure's own rounding leaves few: how often each one stands is kept (`Tally`).

Where the mere passing of time changes a number, the figure says when (`turns`), and the facts whose time came are touched as well.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tipline.statistics.catalogue import Figure, newest
from tipline.statistics.columns import REPORTS
from tipline.statistics.facts import KEYS, MOMENT, MOST_DIMENSIONS, for_postgresql, grouped, rows
from tipline.statistics.figures import Dimension, Over, Unit

# The dimensions beside the month that cells have keys of, none to two: a sum over one is read where that one has no key, since a case
# counts once in it. Percentiles are kept where there is at most one, since finer they would be as many as the facts.
KEYED = (Dimension.DISTRICT, Dimension.PLATFORM, Dimension.CATEGORY, Dimension.DESK)
CUTS = tuple(cut for size in range(MOST_DIMENSIONS + 1) for cut in itertools.combinations(KEYED, size))
TALLIED = sum(len(cut) < MOST_DIMENSIONS for cut in CUTS)  # so many of them, the first, have percentiles
FACTS = "facts"  # the first of the counts: where it is nought, no row is told


def _additive(figure: Figure, *, once: bool) -> list[str]:
    return [
        f"{figure.name}.{measure.key}"
        for measure in figure.definition.measures
        if measure.once is once and measure.unit != Unit.PER_CENT and measure.key not in figure.percentiles
    ]


FIGURES = tuple(figure for figure in newest() if figure.definition.over == Over.REPORTS)
COUNTS = (FACTS, *(name for figure in FIGURES for name in _additive(figure, once=False)))
ONCE = tuple(name for figure in FIGURES for name in _additive(figure, once=True))
# what a percentile is made of, by the first measure that is made of it
VALUES = {
    (figure.name, of): f"{figure.name}.{key}"
    for figure in FIGURES
    for key, (_, of) in reversed(figure.percentiles.items())
}
TALLIES = tuple(VALUES.values())
DIGEST = hashlib.sha256(
    repr([(f.name, f.sql, [(m.key, m.once) for m in f.definition.measures], f.definition.turns) for f in FIGURES] + [CUTS]).encode()
).hexdigest()  # fmt: skip

_OF = KEYS[Over.REPORTS]
# A line of a figure's query is of the finest cell ('' for the cut) and goes into the cells of every cut, or of one cut alone.
_FINEST = f"ARRAY['', agency_id::text, {', '.join(_OF[one] for one in KEYED)}]::text[]"
_CUTS = (
    "(VALUES "
    + ", ".join(f"({place}, {', '.join(str(one in cut) for one in KEYED)})" for place, cut in enumerate(CUTS))
    + f") AS cut (cut, {', '.join(f'by_{one}' for one in KEYED)})"
)
_UNIQUE = "agency_id, cut, first, last, district, platform, category, desk"
_KEYS = ", ".join(f"CASE WHEN by_{one} THEN d1[{place + 3}] ELSE '' END AS {one}" for place, one in enumerate(KEYED))
_COUNTING = "SELECT d1, d2, count(*) AS facts FROM facts GROUP BY GROUPING SETS (:sums)"
# as of the refresh before and as of this one, a fact of a touched report is one that stands or one that this refresh closed
_TOUCHED = "((known_until IS NULL AND report_id = ANY (:reports::bigint[])) OR known_until = :at)"
_TOUCHED_CASES = "((known_until IS NULL AND (report_id = ANY (:reports::bigint[]) OR case_id = ANY (:cases::bigint[]))) OR known_until = :at)"
_ALL = "agency_id = :agency"


def _of_figure(text: str, names: Sequence[str], of: str, sign: str) -> str:
    """The columns of one figure's lines among those of all, with their sign."""

    def column(name: str, otherwise: str) -> str:
        owner, _, key = name.rpartition(".")
        return f"l.{key}" if (owner or FACTS) == of else otherwise

    numbers = [f"({sign}) * {column(name, 'NULL::numeric')}" for name in names]
    values = [column(name, "NULL::double precision[]") for name in (TALLIES if names is COUNTS else ())]
    sums = grouped(text, ("d1, d2",))
    return f"SELECT l.d1, l.d2, {', '.join([*numbers, *values])} FROM (WITH begun AS (SELECT 1) {sums}) l"  # noqa: S608 - figures' own text


def _lines(of: str, counted: str, names: Sequence[str]) -> str:
    """All lines as of the two moments, those of the one before taken off; without one, as of the moment alone."""
    sign = "d2[3]::integer" if names is ONCE else "1"
    figures = [_of_figure(_COUNTING, names, FACTS, sign)] if names is COUNTS else []
    figures += [
        _of_figure(figure.valued, names, figure.name, sign)
        for figure in FIGURES
        if any(name.startswith(f"{figure.name}.") for name in names)
    ]
    columns = [f"c{place + 1}" for place in range(len(names))]
    columns += [f"t{place + 1}" for place in range(len(TALLIES))] if names is COUNTS else []
    whole = f"(WITH {MOMENT}, {counted} {' UNION ALL '.join(figures)}) AS of_moment (d1, d2, {', '.join(columns)})"
    at = f"SELECT 1 AS sign, * FROM {whole.replace(':as_of', ':at')}"  # noqa: S608 - as above
    return at if of == _ALL else f"{at} UNION ALL SELECT -1, * FROM {whole.replace(':as_of', ':before')}"  # noqa: S608 - as above


def _counted(where: str) -> str:
    return f"facts AS MATERIALIZED ({rows(Over.REPORTS, f'{_FINEST} AS d1, ARRAY[month::text, month::text] AS d2', where)})"


def _counted_once(where: str) -> str:
    """Facts by what counts once: a case that lies in one cell stands as it is, any other in the stretches of each cut."""
    keys = ", ".join(f"CASE WHEN by_{one} THEN n.finest[{place + 3}] ELSE '' END" for place, one in enumerate(KEYED))
    masked = f"ARRAY[cut::text, n.finest[2], {keys}]"
    return f"""base AS MATERIALIZED ({rows(Over.REPORTS, f"{_FINEST} AS finest, month", where)}),
named AS MATERIALIZED (
  SELECT *, min(finest) OVER mine = max(finest) OVER mine AND min(month) OVER mine = max(month) OVER mine AS alone
  FROM (SELECT *, coalesce(case_id, -report_id) AS subject FROM base) AS b WINDOW mine AS (PARTITION BY agency_id, subject)
), spread AS MATERIALIZED (SELECT n.*, {masked} AS d1 FROM named n CROSS JOIN {_CUTS} WHERE NOT alone),
stretches AS MATERIALIZED (
  SELECT d1, subject, array_agg(DISTINCT month ORDER BY month) AS months FROM spread GROUP BY d1, subject
), facts AS MATERIALIZED (
  SELECT n.*, finest AS d1, ARRAY[month::text, month::text, '1'] AS d2 FROM named n WHERE alone
  UNION ALL
  SELECT s.*, ARRAY[t.months[i + a]::text, t.months[j + b]::text, (CASE WHEN (a = 0) = (b = 0) THEN 1 ELSE -1 END)::text, t.months[i]::text, t.months[j]::text]
  FROM spread s JOIN stretches t ON t.d1 = s.d1 AND t.subject = s.subject
  CROSS JOIN LATERAL generate_series(1, cardinality(t.months)) i CROSS JOIN LATERAL generate_series(i, cardinality(t.months)) j
  CROSS JOIN (VALUES (0), (-1)) AS before(a) CROSS JOIN (VALUES (0), (1)) AS after(b)
  WHERE s.month BETWEEN t.months[i] AND t.months[j] AND i + a >= 1 AND j + b <= cardinality(t.months)
)"""  # noqa: S608 - as above


def _adding(column: str, names: Sequence[str]) -> str:
    """Add the differences to the cells: the column that has them, in the order of `names`."""
    columns = [f"c{place + 1}" for place in range(len(names))]
    new = ", ".join(f"coalesce({one}, 0)" for one in columns)
    added = ", ".join(
        f"coalesce(cell.{column}[{place + 1}], 0) + excluded.{column}[{place + 1}]" for place in range(len(names))
    )
    return f"""
  INSERT INTO statistics_cell AS cell ({_UNIQUE}, {column})
  SELECT {_UNIQUE}, ARRAY[{new}]::bigint[] FROM (
    SELECT d1[2]::bigint AS agency_id, cut, d2[1]::date AS first, d2[2]::date AS last, {_KEYS}, {", ".join(f"sum({one}) AS {one}" for one in columns)}
    FROM (SELECT d1, d2[1:2] AS d2, {", ".join(f"sum(sign * {one}) AS {one}" for one in columns)} FROM lines GROUP BY d1, d2[1:2]) AS net
    JOIN {_CUTS} ON d1[1] IN ('', cut::text)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING {" OR ".join(f"sum({one}) <> 0" for one in columns)}
  ) AS differing
  ON CONFLICT ({_UNIQUE}) DO UPDATE SET {column} = ARRAY[{added}]"""  # noqa: S608 - as above


def _statement(of: str) -> str:
    values = ", ".join(f"('{name}', t{place + 1})" for place, name in enumerate(TALLIES))
    return for_postgresql(f"""
WITH lines AS MATERIALIZED ({_lines(of, _counted(of), COUNTS)}),
added AS ({_adding("counts", COUNTS)}),
finest AS MATERIALIZED (
  SELECT d1, d2[1]::date AS month, name, value, sum(sign) AS n
  FROM lines CROSS JOIN LATERAL (VALUES {values}) AS v(name, made) CROSS JOIN LATERAL unnest(made) AS value
  GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0
), valued AS MATERIALIZED (
  SELECT agency_id, cut, month, district || platform || category || desk AS key, name, value, sum(n) AS n
  FROM (SELECT d1[2]::bigint AS agency_id, cut::smallint AS cut, month, {_KEYS}, name, value, n FROM finest CROSS JOIN {_CUTS} WHERE cut < {TALLIED}) AS f
  GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0
), stood AS (
  SELECT k.agency_id, k.cut, k.month, k.key, k.name, o.value, o.n
  FROM (SELECT DISTINCT agency_id, cut, month, key, name FROM valued) t
  JOIN statistics_tally k USING (agency_id, cut, month, key, name) CROSS JOIN LATERAL unnest(k.values, k.counts) AS o(value, n)
)
INSERT INTO statistics_tally AS tally (agency_id, cut, month, key, name, values, counts)
SELECT agency_id, cut, month, key, name,
  coalesce(array_agg(value ORDER BY value) FILTER (WHERE n <> 0), '{{}}'), coalesce(array_agg(n ORDER BY value) FILTER (WHERE n <> 0), '{{}}')
FROM (
  SELECT agency_id, cut, month, key, name, value, sum(n)::integer AS n
  FROM (SELECT * FROM valued UNION ALL SELECT * FROM stood) AS both_ GROUP BY 1, 2, 3, 4, 5, 6
) AS merged
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (agency_id, cut, month, key, name) DO UPDATE SET values = excluded.values, counts = excluded.counts
""")  # noqa: S608 - as above


def _statement_once(of: str) -> str:
    return for_postgresql(f"WITH lines AS MATERIALIZED ({_lines(of, _counted_once(of), ONCE)}) {_adding('once', ONCE)}")


_ROLL, _BUILD = _statement(_TOUCHED), _statement(_ALL)
_ROLL_ONCE, _BUILD_ONCE = _statement_once(_TOUCHED_CASES), _statement_once(_ALL)


def build(at: datetime) -> None:
    """All cells anew, as of a moment: the first time, and when a figure counts otherwise than it did."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM statistics_cell")
        cursor.execute("DELETE FROM statistics_tally")
        cursor.execute("SELECT DISTINCT agency_id FROM statistics_fact ORDER BY 1")
        for (agency,) in cursor.fetchall():
            cursor.execute(_BUILD, {"agency": agency, "at": at})
            _once(_BUILD_ONCE, {"agency": agency, "at": at})
        cursor.execute("UPDATE statistics_kept SET cells = %s", [DIGEST])
        _await_what_is_to_come(at, None)


def roll(reports: Sequence[int], before: datetime, at: datetime) -> None:
    """Bring the cells from one refresh to the next: `reports` are those that it made anew."""
    with connection.cursor() as cursor:
        touched = sorted({*reports, *_whose_time_came(before, at)})
        if not touched:
            return
        given: dict[str, Any] = {"reports": touched, "before": before, "at": at}
        cursor.execute(
            "SELECT coalesce(array_agg(DISTINCT case_id), '{}') FROM statistics_fact"
            " WHERE case_id IS NOT NULL AND ((known_until IS NULL AND report_id = ANY (%(reports)s)) OR known_until = %(at)s)",
            given,
        )
        (given["cases"],) = cursor.fetchone() or ([],)
        cursor.execute(_ROLL, given)
        _once(_ROLL_ONCE, given)
        _await_what_is_to_come(at, touched)


def _once(statement: str, given: dict[str, Any]) -> None:
    # the planner takes a case with two months for the only one, and would look for each of its facts among all of them
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(statement, given)
        cursor.execute("SET LOCAL enable_nestloop = on")


def _whose_time_came(before: datetime, at: datetime) -> list[int]:
    """Reports with a fact that counts otherwise than at the refresh before although nothing happened to it."""
    turns: dict[str, set[int]] = {}
    every: dict[str, set[tuple[int, int]]] = {}
    for figure in FIGURES:
        for turn in figure.definition.turns:
            turns.setdefault(turn.after, set()).update(turn.days)
            if turn.then_every:
                every.setdefault(turn.after, set()).add((max(turn.days), turn.then_every))
    found: list[int] = []
    with connection.cursor() as cursor:
        for column, days in turns.items():
            cursor.execute(
                f"SELECT extract(epoch FROM %s - min({column}))::bigint / 86400 FROM statistics_fact WHERE known_until IS NULL",  # noqa: S608 - a name of Turn's
                [at],
            )
            oldest = (cursor.fetchone() or (0,))[0] or 0
            steps = days | {day for last, step in every.get(column, ()) for day in range(last + step, oldest + 1, step)}
            cursor.execute(
                f"SELECT DISTINCT f.report_id FROM unnest(%s::integer[]) AS step(days) JOIN statistics_fact f"  # noqa: S608 - as above
                f" ON f.known_until IS NULL AND f.{column} >= %s - step.days * interval '86400 seconds'"
                f" AND f.{column} <= %s - step.days * interval '86400 seconds'",
                [sorted(steps), before, at],
            )
            found += [report for (report,) in cursor.fetchall()]
    return found


def _await_what_is_to_come(at: datetime, touched: Sequence[int] | None) -> None:
    """Facts with a time after the refresh's moment do not count it yet: they are looked at again when it has come."""
    times = ", ".join((*REPORTS.events, "received_at", "arrived_at"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO statistics_stale (report_id, since)"  # noqa: S608 - names of columns
            f" SELECT report_id, (SELECT min(t) FROM unnest(ARRAY[{times}]) AS t WHERE t > %(at)s) FROM statistics_fact"
            f" WHERE known_until IS NULL AND greatest({times}) > %(at)s AND (%(touched)s::bigint[] IS NULL OR report_id = ANY (%(touched)s))",
            {"at": at, "touched": None if touched is None else list(touched)},
        )
