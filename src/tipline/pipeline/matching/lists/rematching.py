"""Jobs that follow a change of a list, put down with the change itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tipline.core.jobs import PIPELINE_QUEUE

REMATCH = "matching.rematch"
IMPORT = "matching.import_list"


def rematch_later(list_id: int, revision: int) -> None:
    """History is matched again with a list as it is now, so that old reports are raised, and matches end that rest on nothing."""
    app.configure_task(REMATCH, queue=PIPELINE_QUEUE).defer(known_list_id=list_id, revision=revision)


def import_later(import_id: int) -> None:
    """A worker imports the file that was sent."""
    app.configure_task(IMPORT, queue=PIPELINE_QUEUE).defer(import_id=import_id)
