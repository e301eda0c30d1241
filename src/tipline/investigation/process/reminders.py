"""data/reminders.toml: when somebody is told of a request that is out, and what its kind rests on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tipline.core.datafile import About, Strict, load_toml
from tipline.investigation.process.models import RequestKind
from tipline.investigation.process.platforms import Asking

Hours = Annotated[int, Field(ge=1, le=87_660)]


class KindTerms(Strict):
    """What goes for one kind of request.

    Parameters
    ----------
    basis
        id in the law catalogue of what it usually rests on; empty: nothing that the catalogue has.
    term_hours
        what the law allows the holder, counted from sending; None: nothing fixed.
    remind_after_hours, again_after_hours, most_reminders
        from sending to the first reminder, from each to the next, and how many there are.
    escalate_to
        who is told when reminders did not help: whoever works on the case, or the desk's supervisors besides.
    days
        of a preservation: how long it is kept where the holder's entry does not say.
    warn_days
        of a preservation: how many days before its end somebody is told, the widest first.
    """

    kind: Asking
    basis: str = ""
    term_hours: Hours | None = None
    remind_after_hours: Hours
    again_after_hours: Hours
    most_reminders: Annotated[int, Field(ge=0, le=20)]
    escalate_after_hours: Hours
    escalate_to: Literal["officer", "supervisor"]
    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    warn_days: Annotated[tuple[Annotated[int, Field(ge=1, le=365)], ...], Field(max_length=10)] = ()
    source: Annotated[str, Field(min_length=1, max_length=300)]

    @model_validator(mode="after")
    def _holds_together(self) -> KindTerms:
        if (self.kind == "preservation") != (self.days is not None):
            raise ValueError("days are of a preservation, and a preservation has them")
        if list(self.warn_days) != sorted(set(self.warn_days), reverse=True):
            raise ValueError("warn_days must fall from one to the next")
        if self.escalate_after_hours < self.remind_after_hours:
            raise ValueError("nothing is escalated before the first reminder")
        return self

    def term_of(self, sent_at: datetime) -> datetime | None:
        """When the time is over that the law allows."""
        return None if self.term_hours is None else sent_at + timedelta(hours=self.term_hours)


class Comparison(Strict):
    """A figure to hold one's own against, with where it is from."""

    text: str
    asked: Annotated[int, Field(ge=1)]
    answered: Annotated[int, Field(ge=0)]
    source: str

    @property
    def percent(self) -> float:
        """Answered of asked."""
        return 100 * self.answered / self.asked


class Reminders(Strict):
    """The whole file: each kind once."""

    about: About
    kinds: tuple[KindTerms, ...]
    comparison: Comparison

    @model_validator(mode="after")
    def _each_once(self) -> Reminders:
        if sorted(terms.kind for terms in self.kinds) != sorted(RequestKind.values):
            raise ValueError(f"each of {', '.join(RequestKind.values)} stands once")
        return self


# Read when the code is loaded: a wrong file stops the start.
REMINDERS = load_toml(Path(__file__).parent / "data" / "reminders.toml", Reminders)
TERMS = {RequestKind(terms.kind): terms for terms in REMINDERS.kinds}
