"""The same figures without PostgreSQL: facts exported to Parquet, and every figure's same query run over them by DuckDB.

Numbers that two databases get out of one text are numbers that somebody else can get too. An export streams: neither side holds more
of it than a buffer, and DuckDB is told how much memory it may use.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from django.db import connection, transaction

from tipline.core.errors import InvalidInputError
from tipline.statistics import facts
from tipline.statistics.catalogue import FIGURES, Figure
from tipline.statistics.columns import REPORTS, REQUESTS, Names
from tipline.statistics.facts import Line, Question
from tipline.statistics.figures import Dimension
from tipline.statistics.queries import ask_postgresql, fresh_at
from tipline.trust.agencies.models import Agency

MEMORY = "512MB"
_NULL = r"\N"
ABOUT = "about.json"
# Of a Parquet file: types by PostgreSQL's; what is not here is text.
_TYPES = {
    "int8": "BIGINT", "int4": "INTEGER", "int2": "SMALLINT", "bool": "BOOLEAN", "date": "DATE", "timestamptz": "TIMESTAMPTZ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """What was written: how far the facts are kept in it, and each file with its rows and digest."""

    at: datetime
    files: dict[str, dict[str, int | str]]


def export(folder: Path) -> Export:
    """Write all facts to `folder` as Parquet, a file a table, and what they are to about.json. It holds a row a report: the operator's.

    Raises
    ------
    InvalidInputError
        when the folder cannot be written to.
    """
    at = fresh_at()
    files: dict[str, dict[str, int | str]] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for names in (REPORTS, REQUESTS):
            path = folder / f"{names.table}.parquet"
            rows = _write(names, path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files[path.name] = {"rows": rows, "sha256": digest}
        about = {"at": at.isoformat(), "files": files, "figures": sorted(FIGURES)}
        (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{folder} cannot be written to: {error.strerror}") from error
    return Export(at, files)


def _write(names: Names, path: Path) -> int:
    """One table to one file, by way of a text file beside it: PostgreSQL sends, DuckDB reads, neither keeps it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".csv") as between:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL timezone = 'UTC'")
            cursor.execute(
                "SELECT attname, typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                [names.table],
            )
            columns = {name: _TYPES.get(kind, "VARCHAR") for name, kind in cursor.fetchall()}
            given = f"SELECT {', '.join(columns)} FROM {names.table} ORDER BY id"  # noqa: S608 - names of columns
            # of psycopg's own cursor: Django's has no COPY
            with connection.connection.cursor().copy(rf"COPY ({given}) TO STDOUT (FORMAT csv, NULL '{_NULL}')") as sent:
                for block in sent:
                    between.write(block)
            between.flush()
        with _duckdb(path.parent) as duck:
            read = duck.read_csv(
                between.name, header=False, columns=columns, na_values=_NULL, allow_quoted_nulls=False, quotechar='"', escapechar='"'
            )  # fmt: skip
            read.write_parquet(str(path), compression="zstd")
            (rows,) = duck.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone() or (0,)
    return int(rows)


@contextmanager
def _duckdb(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that keeps to its memory and to what is built into it: it fetches nothing."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".duckdb-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY, "threads": 2, "temp_directory": spill, "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }  # fmt: skip
        duck = duckdb.connect(":memory:", config=settings)
        try:
            yield duck
        finally:
            duck.close()


@contextmanager
def opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB with the exported facts under the names that they have in PostgreSQL.

    Raises
    ------
    InvalidInputError
        when a file is missing.
    """
    with _duckdb(folder) as duck:
        for names in (REPORTS, REQUESTS):
            path = folder / f"{names.table}.parquet"
            if not path.is_file():
                raise InvalidInputError(f"{path} is missing: export the facts first")
            duck.read_parquet(str(path)).create_view(names.table)
        yield duck


def ask_duckdb(duck: duckdb.DuckDBPyConnection, figure: Figure, question: Question) -> list[Line]:
    """The lines of a figure's query, as `queries.ask_postgresql` has them."""
    text, values = facts.statement(figure, question)
    text = facts.for_duckdb(text)
    duck.execute(text, {name: value for name, value in values.items() if f"${name}" in text})
    names = [column[0] for column in duck.description or ()]
    return facts.lines(names, duck.fetchall(), len(question.by))


@dataclass(frozen=True, slots=True)
class Difference:
    """A number on which the two do not agree."""

    figure: str
    agency: str
    by: str
    keys: str
    measure: str
    postgresql: float | None
    duckdb: float | None


def differences(
    folder: Path, by: Iterable[Sequence[Dimension]] = (), figures: Sequence[Figure] = ()
) -> Iterator[Difference]:
    """Where PostgreSQL and the export part, over all agencies and months: every figure whole, by each of its dimensions, and by `by`."""
    at = datetime.fromisoformat(json.loads((folder / ABOUT).read_text(encoding="utf-8"))["at"])
    since, until = date(1970, 1, 1), date(at.year + 1, 1, 1)
    with opened(folder) as duck:
        agencies = _counted(duck)
        for figure in figures or FIGURES.values():
            of = figure.definition.by
            wanted = [(), *((one,) for one in of), *(tuple(some) for some in by if set(some) <= set(of))]
            for agency in agencies:
                for cut in wanted:
                    question = Question(agency.pk, since, until, cut, at)
                    yield from _parted(
                        figure, agency.code, cut, ask_postgresql(figure, question), ask_duckdb(duck, figure, question)
                    )


def _counted(duck: duckdb.DuckDBPyConnection) -> list[Agency]:
    found = duck.execute(
        f"SELECT agency_id FROM {REPORTS.table} UNION SELECT agency_id FROM {REQUESTS.table}"  # noqa: S608 - names of tables
    ).fetchall()
    return list(Agency.objects.filter(pk__in=[pk for (pk,) in found]).order_by("code"))


def _parted(
    figure: Figure, agency: str, cut: Sequence[Dimension], ours: Sequence[Line], theirs: Sequence[Line]
) -> Iterator[Difference]:
    one = {(line.keys, line.summed): line.values for line in ours}
    other = {(line.keys, line.summed): line.values for line in theirs}
    for place in sorted(one.keys() | other.keys()):
        for measure in figure.definition.measures:
            left, right = one.get(place, {}).get(measure.key), other.get(place, {}).get(measure.key)
            if not same(left, right):
                yield Difference(figure.name, agency, " ".join(cut), " ".join(place[0]), measure.key, left, right)


def same(one: float | None, other: float | None) -> bool:
    """Whether two values are one number: sums in another order may part in the last of their digits."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def plain(found: Difference) -> dict[str, str | float | None]:
    """For JSON."""
    return asdict(found)
