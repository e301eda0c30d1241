"""STIX 2.1: a bundle of what was reported, after the profile of docs/reference/forms-out/stix.md.

Observables have the names that the standard gives them (section 2.9); everything else is named after what it is, so that the same thing has
the same name in every bundle. Nothing that is a child's is in it. Nothing in it is an indicator: a report accuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from tipline.exchange.forms import NO_BODIES, Bodies, Described, as_json, description
from tipline.exchange.record.model import Record
from tipline.exchange.stix.bundle import Bundle


class Stix:
    """The form `stix`."""

    described: Described = description(__file__)

    def write(self, record: Record, bodies: Bodies = NO_BODIES) -> Iterator[bytes]:
        """One bundle."""
        yield as_json(Bundle(record).document())


FORMS = (Stix(),)
