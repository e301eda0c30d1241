"""Another clock for the processes of a demo: Python imports this of itself in a process whose PYTHONPATH names this folder.

Nothing of an installation reads it otherwise, so that no setting of the product can make its clock wrong. All of Tipline asks
`tipline.core.clock` what time it is; the database and the machine keep theirs.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import tipline.core.clock

_AGAIN_SECONDS = 0.5
_real = tipline.core.clock.now
_read_at, _ahead = 0.0, timedelta()


def now() -> datetime:
    """The present moment by the demo's clock, so far ahead as the file says."""
    global _read_at, _ahead
    at = time.monotonic()
    if at - _read_at > _AGAIN_SECONDS:
        _read_at = at
        _ahead = timedelta(seconds=int(Path(os.environ["DEMO_CLOCK_FILE"]).read_text(encoding="ascii")))
    return _real() + _ahead


tipline.core.clock.now = now
