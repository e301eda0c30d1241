"""Reading what is compared of reports, for many in two statements. What is a child's never comes along, nor what repeats it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from tipline.pipeline.linking.suggesting.features import Likeness, mail_nick, name, nick, number, place
from tipline.reports.masking import terms_of
from tipline.reports.models import IdentifierKind

# The same parts of a report as the stage looks at. Hubs, and what people cut, say nothing of anybody here either.
ROLES = ("reported", "recipient", "associated", "incident", "file")
_MOST_SIGHTINGS = 500  # of a report
_SIGHTINGS = """
SELECT s.report_id, s.child, i.of_child, i.names_child, s.role = ANY (%(roles)s) AND NOT EXISTS (
         SELECT FROM linking_edge e JOIN linking_hub h ON h.identifier_id = e.identifier_id
         WHERE e.report_id = s.report_id AND e.stated_id = i.id
       ) AND NOT EXISTS (
         SELECT FROM linking_edge e JOIN linking_cut c ON c.identifier_id = e.identifier_id AND c.ended_at IS NULL
         WHERE e.report_id = s.report_id AND e.stated_id = i.id AND (c.report_id IS NULL OR c.report_id = s.report_id)
       ) AS counts,
       i.id, i.kind, i.value, s.original, host(s.ip), s.port, s.at
FROM unnest(%(reports)s::bigint[]) AS r(id)
JOIN LATERAL (SELECT * FROM reports_sighting WHERE report_id = r.id ORDER BY position LIMIT %(most)s) s ON true
JOIN reports_identifier i ON i.id = s.identifier_id
ORDER BY s.report_id, s.position
"""
_PERSONS = """
SELECT report_id, role, child, first_name, last_name, display_names, details FROM reports_person
WHERE report_id = ANY (%(reports)s::bigint[]) ORDER BY report_id, position
"""


def likenesses(reports: Sequence[int]) -> dict[int, Likeness]:
    """What is compared of each of the reports; nothing of a report without anything to compare."""
    if not reports:
        return {}
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"reports": list(reports), "roles": list(ROLES), "most": _MOST_SIGHTINGS}
        cursor.execute(_SIGHTINGS, given)
        sightings = defaultdict(list)
        for report_id, *row in cursor.fetchall():
            sightings[report_id].append(row)
        cursor.execute(_PERSONS, given)
        persons = defaultdict(list)
        for report_id, *row in cursor.fetchall():
            persons[report_id].append(row)
    found: dict[int, Likeness] = {}
    for report_id in reports:
        mine, people = sightings[report_id], persons[report_id]
        # a child's name written as the name of somebody else's account is the child's all the same
        terms = terms_of(
            ((child, (first, last, *shown), details) for _, child, first, last, shown, details in people),
            (
                (1 if child is None and of_child else child, kind, value, original)
                for child, of_child, _, _, _, kind, value, original, *_ in mine
            ),
        )
        likeness = Likeness()
        for child, of_child, names_child, counts, identifier_id, kind, value, original, ip, port, at in mine:
            if child is not None or of_child or names_child or not counts or value in terms:
                continue
            match kind:
                case IdentifierKind.HANDLE:
                    likeness.add("nicks", nick(value), identifier_id)
                case IdentifierKind.EMAIL:
                    likeness.add("nicks", mail_nick(value), identifier_id)
                case IdentifierKind.PHONE:
                    likeness.add("numbers", number(original), identifier_id)
                case IdentifierKind.IP if ip:
                    likeness.add("places", place(ip, port, at), identifier_id)
        for role, child, first, last, shown, _ in people:
            if child is None and role in ROLES:
                for text in (f"{first} {last}", *(str(one) for one in shown)):
                    if text.strip() and text not in terms:
                        likeness.add("names", name(text))
                        if name(text) is None:  # one word: a name like that of an account
                            likeness.add("nicks", nick(text))
        if likeness.nicks or likeness.names or likeness.numbers or likeness.places:
            found[report_id] = likeness
    return found
