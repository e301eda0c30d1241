"""Asks the child process (`child.py`) to read a workbook or a PDF, and takes its rows as they come."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tipline.investigation.replies.files.forms import Form
from tipline.investigation.replies.files.rows import Reason, RefusedFileError, Row, Sheet

_CHILD = Path(__file__).with_name("child.py")
TIMEOUT_SECONDS = 180.0
_LONGEST_LINE = 16 * 1024 * 1024


def read(sheet: Sheet, form: Form, body: bytes) -> Iterator[Row]:
    """Rows; what the child suspects is noted on the sheet.

    Raises
    ------
    RefusedFileError
        as the child says, or when it died by one of its limits.
    """
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), form.value],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
    )  # fmt: skip
    feeder = threading.Thread(target=_feed, args=(child, body), daemon=True)
    feeder.start()
    timer = threading.Timer(TIMEOUT_SECONDS, child.kill)
    timer.start()
    ended = False
    try:
        assert child.stdout is not None  # noqa: S101 - PIPE
        while line := child.stdout.readline(_LONGEST_LINE):
            if not line.endswith(b"\n"):
                break
            said = json.loads(line)
            if isinstance(said, list):
                yield Row(int(said[0]), tuple(said[1:]))
            elif "refused" in said:
                raise RefusedFileError(said["refused"])
            elif "suspicion" in said:
                sheet.suspect(Reason(said["suspicion"], 0, said["where"]))
            else:
                ended = True
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        feeder.join()
        if child.stdout is not None:
            child.stdout.close()
    if not ended:
        raise RefusedFileError("reading it took more memory or time than a reply may: the reader was stopped")


def _feed(child: subprocess.Popen[bytes], body: bytes) -> None:
    try:
        assert child.stdin is not None  # noqa: S101 - PIPE
        child.stdin.write(body)
        child.stdin.close()
    except OSError:  # it ended before it had read everything, and says why on the other side
        pass
