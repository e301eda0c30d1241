"""A course for a first look: 320 fictional officers over the districts of Maharashtra."""

from __future__ import annotations

from pathlib import Path

from tipline.core.errors import NotFoundError
from tipline.training.courses.batches import assign
from tipline.training.courses.rosters import read_roster
from tipline.training.courses.services import Imported, course_named, import_roster, make_course
from tipline.trust.actors import Actor

ROSTER = Path(__file__).parent / "data" / "roster_maharashtra.csv"
NAME = "Cyber investigation, first course"
BATCH = 40


def make(actor: Actor) -> Imported:
    """The course with its officers in batches; again, nothing more."""
    try:
        course = course_named(NAME)
    except NotFoundError:
        course = make_course(NAME, actor)
    done = import_roster(read_roster(ROSTER.read_bytes()), course, actor)
    assign(course, BATCH, actor)
    return done
