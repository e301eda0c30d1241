"""A batch: lines of reports, filed in lots, each lot in one transaction. What each line became is written down as it goes."""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import structlog
from django.db import DatabaseError

from tipline.core.errors import InvalidInputError, TiplineError
from tipline.intake.doors.admission import TooManyError
from tipline.intake.doors.bodies import BrokenBodyError, TooLargeError
from tipline.intake.forms import Form, FormError
from tipline.intake.json_door.bodies import Line
from tipline.intake.json_door.filing import Ready, file, prepare
from tipline.intake.json_door.refusals import Refused, code_of, keep, status_of, told
from tipline.intake.json_door.turns import Turn
from tipline.reports.filing import Filed

log = structlog.get_logger(__name__)

MOST_LINES = 10_000
LOT = 200
LOT_BYTES = 16 * 1024 * 1024
# of the faults of one line: a batch can have ten thousand
MOST_FAULTS = 5
IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024


@dataclass(slots=True)
class _Lot:
    lines: list[tuple[Line, Ready | TiplineError]] = field(default_factory=list)
    size_bytes: int = 0


class Batch:
    """One call with a batch. Memory holds one lot; what was answered goes to a file when it grows."""

    def __init__(self, turn: Turn, form: Form, longest: int, *, dry: bool, finish: bool) -> None:
        self._turn = turn
        self._form = form
        self._longest = longest
        self._dry = dry
        self._finish = finish
        self._answers: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by `answers`
        self._lot = _Lot()
        self._lots = 0
        self._stopped: TiplineError | None = None

    def take(self, lines: Iterator[Line]) -> None:
        """File every line. That the body ends early is the answer of the line where it does."""
        taken, last = 0, 0
        try:
            for line in lines:
                last = line.number
                if (taken := taken + 1) > MOST_LINES:
                    self._lot.lines.append(
                        (
                            line,
                            TooLargeError(
                                f"a call takes {MOST_LINES} reports: send this line and all after it with another"
                            ),
                        )
                    )
                    break
                self._add(line)
        except (BrokenBodyError, TooLargeError) as error:
            self._lot.lines.append((Line(last + 1, None), error))
        self._file()

    def answers(self) -> Iterator[bytes]:
        """What was answered, to be sent."""
        with self._answers as written:
            written.seek(0)
            while piece := written.read(_PIECE):
                yield piece

    def _add(self, line: Line) -> None:
        found: Ready | TiplineError
        if line.text is None:
            found = TooLargeError(f"the line is larger than {self._longest} bytes")
        elif self._stopped is not None:
            found = self._stopped
        else:
            try:
                found = prepare(
                    self._form, line.text, "application/x-ndjson", self._turn.request_id, finish=self._finish
                )
            except InvalidInputError as refusal:
                found = refusal
        self._lot.lines.append((line, found))
        self._lot.size_bytes += len(line.text or b"")
        if len(self._lot.lines) >= LOT or self._lot.size_bytes >= LOT_BYTES:
            self._file()

    def _file(self) -> None:
        """File the lot, and write down what became of it."""
        lot, self._lot = self._lot, _Lot()
        started = time.perf_counter()
        ready = [found for _, found in lot.lines if isinstance(found, Ready)]
        results = iter(self._filed(ready))
        refused: list[Refused] = []
        for line, found in lot.lines:
            result = next(results) if isinstance(found, Ready) else found
            if isinstance(result, FormError) and line.text is not None and not self._dry:
                refused.append(Refused(line.text, result))
            self._answer(line, found, result, (time.perf_counter() - started) / len(lot.lines))
        keep(self._turn, refused)

    def _filed(self, ready: list[Ready]) -> list[Filed | TiplineError | None]:
        """One result each; None: it was checked, and not to be filed."""
        if self._dry or not ready:
            return [None] * len(ready)
        try:
            if self._lots:  # the call itself was admitted as the first
                self._turn.admit_again()
            self._lots += 1
            return list(file(self._turn.provider, ready))
        except TooManyError as refusal:
            self._stopped = refusal
            return [refusal] * len(ready)
        except DatabaseError as fault:
            log.exception("json door: database", request_id=self._turn.request_id, error=type(fault).__name__)
            return [_NotStoredError("it could not be stored; send it again")] * len(ready)

    def _answer(
        self, line: Line, found: Ready | TiplineError, result: Filed | TiplineError | None, seconds: float
    ) -> None:
        answer: dict[str, Any] = {"line": line.number}
        lost = list(found.lost) if isinstance(found, Ready) else []
        match result:
            case Filed():
                status = 200 if result.repeated else 201
                answer |= {
                    "status": status, "reportId": result.report_id, "fileIds": list(result.file_ids),
                    "repeated": result.repeated, "lost": lost,
                }  # fmt: skip
            case None:
                answer |= {"status": 200, "lost": lost}
            case error:
                answer |= {"status": _status_of(error), **told(error, MOST_FAULTS)}
                if isinstance(error, TooManyError):
                    answer["retryAfter"] = max(1, math.ceil(error.seconds))
                elif isinstance(error, _NotStoredError):
                    answer["retryAfter"] = 10
        self._answers.write(json.dumps(answer).encode() + b"\n")
        self._note(line, found, result, answer, seconds)

    def _note(
        self,
        line: Line,
        found: Ready | TiplineError,
        result: Filed | TiplineError | None,
        answer: dict[str, Any],
        seconds: float,
    ) -> None:
        """Take an item down as a call of its own: it counts for quotas and scores as one."""
        filed = result if isinstance(result, Filed) else None
        fresh = isinstance(found, Ready) and filed is not None and not filed.repeated
        self._turn.note(
            answer["status"],
            answer.get("detail", "Success"),
            seconds,
            report_id=filed.report_id if filed else None,
            size_bytes=len(line.text or b""),
            root=found.root if fresh and isinstance(found, Ready) else None,
            faults=result.faults if isinstance(result, FormError) else (),
            code=0
            if result is None or filed
            else code_of(result)
            if isinstance(result, FormError)
            else answer["status"],
        )


class _NotStoredError(TiplineError):
    """The database took nothing of a lot."""


def _status_of(error: TiplineError) -> int:
    return 503 if isinstance(error, _NotStoredError) else status_of(error)
