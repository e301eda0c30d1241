"""Running a script of ours in a process apart from this one: what reads a stranger's file with somebody else's library may die there.

The script sets its own limits, gets the file on standard input, and writes one JSON value a line. It gets no environment, and
Python's isolated mode.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_LONGEST_LINE = 16 * 1024 * 1024


def said_by(
    script: Path, arguments: Sequence[str], body: bytes, timeout_seconds: float, program: Path | None = None
) -> Iterator[Any]:
    """The values that the script writes, as it writes them. It is killed when nobody reads on, and after `timeout_seconds`.

    Of a line that was cut off nothing is told: a script that has something to say last says so (`{"end": true}`).

    Parameters
    ----------
    program
        another Python than this one, which the operator named, with what the script needs.
    """
    child = subprocess.Popen(
        [str(program or sys.executable), "-I", str(script), *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
    )  # fmt: skip
    feeder = threading.Thread(target=_feed, args=(child, body), daemon=True)
    feeder.start()
    timer = threading.Timer(timeout_seconds, child.kill)
    timer.start()
    try:
        assert child.stdout is not None  # noqa: S101 - PIPE
        while (line := child.stdout.readline(_LONGEST_LINE)).endswith(b"\n"):
            yield json.loads(line)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        feeder.join()
        if child.stdout is not None:
            child.stdout.close()


def _feed(child: subprocess.Popen[bytes], body: bytes) -> None:
    try:
        assert child.stdin is not None  # noqa: S101 - PIPE
        child.stdin.write(body)
        child.stdin.close()
    except OSError:  # it ended before it had read everything, and says why on the other side
        pass
