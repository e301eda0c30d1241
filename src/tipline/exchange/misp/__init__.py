"""MISP: an event for the receiver's own organisation alone, of what can be matched: accounts, addresses, URLs, hashes.

After the event format of MISP (misp-standard.org) and the object templates that its library carries. Nothing that is a child's is in it, nor
a person's name; nothing is marked for detection (`to_ids`), and the event is not published. No library of MISP is needed to write it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tipline.exchange.forms import NO_BODIES, Bodies, Described, as_json, description
from tipline.exchange.misp.event import event
from tipline.exchange.record.model import Record


class Misp:
    """The form `misp`."""

    described: Described = description(__file__)

    def write(self, record: Record, bodies: Bodies = NO_BODIES) -> Iterator[bytes]:
        """One event."""
        yield as_json({"Event": event(record)})


FORMS = (Misp(),)
