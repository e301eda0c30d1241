"""`tipline import`: a backlog of reports from files (docs/how-to/import-a-backlog.md)."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json
from tipline.core.config import config
from tipline.core.errors import InvalidInputError
from tipline.core.text import visible

if TYPE_CHECKING:
    from tipline.intake.bulk.inputs import Reading
    from tipline.intake.bulk.items import Draft, Item, Refused
    from tipline.intake.bulk.running import Tally

LINE_EVERY_SECONDS = 5.0
MOST_TOLD = 20
EXAMPLES = 3
INTERRUPTED = 130


def import_(
    paths: Annotated[list[Path], typer.Argument(help="files, directories and ZIPs")],
    reporter: Annotated[str, typer.Option(help="username of the provider whose reports these are")],
    mapping: Annotated[
        Path | None, typer.Option(help="how the columns of a CSV go to a report (docs/reference/import-mapping.md)")
    ] = None,
    form: Annotated[str, typer.Option(help="auto (by name), xml, json, csv, or a form that has a converter")] = "auto",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="check everything, write nothing, show the first three reports")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="write what was refused to this file, one JSON a line")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="only the result, as JSON")] = False,
    lot: Annotated[int, typer.Option(min=1, max=5_000, help="reports in one transaction")] = 500,
) -> None:
    """Take in a backlog of reports. Run again after a stop or a kill, it goes on; nothing is written twice."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise typer.BadParameter(f"there is no {visible(missing[0])}")
    with installation():
        from tipline.intake.bulk.inputs import read_paths, size_of
        from tipline.intake.bulk.running import Run, run
        from tipline.trust.accounts.models import Reporter

        try:
            reading = _reading(form, mapping)
        except InvalidInputError as error:
            raise typer.BadParameter(str(error)) from error
        provider = Reporter.objects.filter(username=reporter, active=True).select_related("agency").first()
        if provider is None:
            raise typer.BadParameter(f"there is no active provider {visible(reporter)!r}: `tipline reporter list`")
        told = _Told(report, quiet=as_json, examples=EXAMPLES if dry_run else 0)
        started = time.monotonic()
        with _progress(size_of(paths), quiet=as_json) as progress, _stopping() as stop, told:
            done = run(
                Run(provider, dry_run, told.refused, told.drafted, progress, stop, lot), read_paths(paths, reading)
            )
    _finish(done, told, time.monotonic() - started, dry=dry_run, as_json=as_json)


def _reading(form: str, mapping_file: Path | None) -> Reading:
    """How files are told apart."""
    from tipline.intake.bulk.converted import lines_of, whole_of
    from tipline.intake.bulk.inputs import Reading
    from tipline.intake.bulk.mapping import load_mapping
    from tipline.intake.bulk.tables import read_table
    from tipline.intake.forms import form_named

    limit = config().max_document_bytes
    mapping = load_mapping(mapping_file) if mapping_file else None
    if form == "csv" and mapping is None:
        raise InvalidInputError("a CSV needs --mapping: which column goes where")
    csv: dict[str, Any] = {}
    if mapping is not None:
        if form not in {"auto", "csv"}:
            raise InvalidInputError("--mapping goes with CSV alone")
        csv = {suffix: lambda path: read_table(path, mapping) for suffix in (".csv", ".tsv", ".txt")}
    if form == "xml":
        return Reading(limit, xml=True, whole={}, tables={})
    if form == "csv":
        return Reading(limit, xml=False, whole={}, tables=csv)
    lines = {suffix: lines_of(None, limit) for suffix in (".ndjson", ".jsonl")}
    if form == "auto":
        return Reading(limit, xml=True, whole={".json": whole_of(None)}, tables={**csv, **lines})
    named = form_named("tipline-json" if form == "json" else form)
    return Reading(
        limit,
        xml=False,
        whole={"*": whole_of(named)},
        tables={suffix: lines_of(named, limit) for suffix in (".ndjson", ".jsonl")},
    )


# -- what is told --------------------------------------------------------------------------------------------------------


@dataclass
class _Told:
    """What was refused, into the file and in short for the end; and of a dry run the first reports."""

    path: Path | None
    quiet: bool
    examples: int
    first: list[str] = field(default_factory=list)
    _file: IO[str] | None = None

    def __enter__(self) -> _Told:
        if self.path is not None:
            try:  # it repeats values of reports
                descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            except OSError as error:
                raise typer.BadParameter(f"--report {visible(str(self.path))}: {error.strerror}") from error
            self._file = os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def refused(self, refusal: Refused) -> None:
        from tipline.intake.bulk.running import where

        place = refusal.place
        for fault in refusal.faults:
            if self._file is not None:
                line = {
                    "file": place.file, "member": place.member, "line": place.line or fault.line, "path": fault.path,
                    "rule": fault.rule, "code": refusal.code, "kept": bool(refusal.body),
                }  # fmt: skip
                self._file.write(json.dumps(line) + "\n")
        if len(self.first) < MOST_TOLD:
            fault = refusal.faults[0]
            line_of = f", line {fault.line}" if fault.line and not place.line else ""
            at = f"{fault.path}: " if fault.path else ""
            self.first.append(visible(f"{where(place)}{line_of}: {at}{fault.rule}", 600))

    def drafted(self, item: Item, draft: Draft) -> None:
        from tipline.intake.bulk.running import where

        if self.quiet or self.examples <= 0:
            return
        self.examples -= 1
        typer.echo(visible(where(item.place), 600))
        for line in _values(draft):
            typer.echo(f"  {line}")


def _values(draft: Draft) -> Iterator[str]:
    """Each element and attribute of a report and its files, with its value."""
    from lxml import etree

    from tipline.intake.cybertipline.document import parse_file_details, parse_report

    def walk(root: etree._Element, skip: set[str]) -> Iterator[str]:
        tree = root.getroottree()
        for element in root.iter(etree.Element):
            path = tree.getpath(element)
            if len(element) == 0 and str(element.tag) not in skip:
                yield f"{path} = {visible((element.text or '').strip(), 300)}"
            yield from (f"{path}/@{visible(str(name))} = {visible(str(value), 300)}" for name, value in element.items())

    yield from walk(parse_report(draft.body), set())
    for file in draft.files:
        yield from walk(parse_file_details(file.details(0, "0" * 32)), {"reportId", "fileId"})


def _finish(done: Tally, told: _Told, seconds: float, *, dry: bool, as_json: bool) -> None:
    rate = round((done.taken + done.there) / seconds, 1) if seconds else 0.0
    if as_json:
        write_json(
            {
                "taken": done.taken, "there": done.there, "refused": done.refused, "passed_over": done.passed_over,
                "stopped": done.stopped, "dry_run": dry, "seconds": round(seconds, 2), "per_second": rate,
            }
        )  # fmt: skip
    else:
        would = "would be taken" if dry else "taken"
        typer.echo(
            f"{done.taken} {would}, {done.there} were there already, {done.refused} refused, "
            f"{done.passed_over} files passed over ({seconds:.1f} s, {rate} a second)"
        )
        for line in told.first:
            typer.echo(f"refused: {line}", err=True)
        if done.refused > len(told.first):
            typer.echo(f"and {done.refused - len(told.first)} more: --report FILE writes all of them", err=True)
        if done.stopped:
            typer.echo("stopped after a whole lot: run the same command again, and it goes on from here", err=True)
    if done.stopped:
        raise typer.Exit(INTERRUPTED)
    if done.refused:
        raise typer.Exit(1)


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[Tally], None]]:
    """A bar on a terminal, a line now and then elsewhere; both to standard error."""
    if quiet:
        yield lambda _: None
    elif not sys.stderr.isatty():
        yield _lines(total)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.description}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=max(1, total))
            yield lambda tally: bar.update(task, completed=tally.read_bytes, description=_so_far(tally))


def _lines(total: int) -> Callable[[Tally], None]:
    last = time.monotonic()

    def progress(tally: Tally) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_EVERY_SECONDS:
            last = time.monotonic()
            typer.echo(f"{min(100, 100 * tally.read_bytes // max(1, total))} %: {_so_far(tally)}", err=True)

    return progress


def _so_far(tally: Tally) -> str:
    return f"{tally.taken:,} taken, {tally.there:,} there, {tally.refused:,} refused"


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM end the run after its lot; a second one ends it at once, and loses nothing either."""
    asked = False

    def stop(number: int, _: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
