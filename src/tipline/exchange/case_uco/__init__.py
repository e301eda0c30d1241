"""CASE/UCO: the record as a graph of what was reported, by whom, and through which hands it went (caseontology.org).

One JSON-LD document with its context in it: no address is to be fetched to read it. Names of things are made of what they are (UUID
version 5), so that the same account in two files is the same node. What is a child's stands as an object without facets.
"""

from __future__ import annotations

from collections.abc import Iterator

from tipline.exchange.case_uco.graph import Graph
from tipline.exchange.forms import NO_BODIES, Bodies, Described, as_json, description
from tipline.exchange.record.model import Record


class CaseUco:
    """The form `case-uco`."""

    described: Described = description(__file__)

    def write(self, record: Record, bodies: Bodies = NO_BODIES) -> Iterator[bytes]:
        """One JSON-LD document."""
        yield as_json(Graph(record).document())


FORMS = (CaseUco(),)
