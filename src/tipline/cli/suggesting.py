"""Asking a program of the operator's, such as a local model, what it would look at in a report. It suggests; nothing is stored or scored.

Off unless `TIPLINE_SUGGEST` names a program. The program runs apart with no environment, gets the report as one JSON document on standard
input, masked as on its page, and answers with one JSON document on standard output. What it says is data, bounded and shown as a suggestion.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tipline.core.errors import InvalidInputError

SECONDS = 60
MOST_BYTES = 64 * 1024


class Suggestion(BaseModel):
    """One thing to look at: a word for it, and a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: Annotated[str, Field(min_length=1, max_length=60)]
    text: Annotated[str, Field(min_length=1, max_length=300)]


class Answer(BaseModel):
    """What the program writes: `{"suggestions": [{"about", "text"}, ...]}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suggestions: Annotated[tuple[Suggestion, ...], Field(max_length=20)]


def suggested(program: Path, report: dict[str, Any], seconds: float = SECONDS) -> tuple[Suggestion, ...]:
    """What the program would look at.

    Raises
    ------
    InvalidInputError
        saying what was wrong: it does not start, takes too long, says too much, or something else than the form.
    """
    with tempfile.TemporaryFile() as given:
        given.write(json.dumps({"form": "tipline-suggest/1", "report": report}, ensure_ascii=False).encode())
        given.seek(0)
        try:
            child = subprocess.Popen(
                [str(program)],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise InvalidInputError(f"the program of TIPLINE_SUGGEST does not start: {error.strerror}") from error
        late = threading.Event()

        def too_late() -> None:
            late.set()
            _end(child)

        timer = threading.Timer(seconds, too_late)
        timer.start()
        try:
            assert child.stdout is not None  # noqa: S101 - PIPE
            said = child.stdout.read(MOST_BYTES + 1)
        finally:
            timer.cancel()
            _end(child)
            child.wait()
            if child.stdout is not None:
                child.stdout.close()
    if late.is_set():
        raise InvalidInputError(f"the program of TIPLINE_SUGGEST took longer than {seconds:g} seconds")
    if len(said) > MOST_BYTES:
        raise InvalidInputError(f"the program of TIPLINE_SUGGEST wrote more than {MOST_BYTES // 1024} KiB")
    try:
        return Answer.model_validate_json(said).suggestions
    except ValidationError as error:
        raise InvalidInputError(
            f"the program of TIPLINE_SUGGEST did not answer in the form: {error.errors()[0]['msg']}"
        ) from error


def _end(child: subprocess.Popen[bytes]) -> None:
    """End it with everything that it started itself: that would else hold its output open."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
