"""Whether what an officer writes names a child of the reports: asked before any text of a case is kept.

A child's identity stays in the report, masked (docs/explanation/masking.md). A text that repeats it would carry it to lists,
letters and the desks above, where nothing masks it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.reports.masking import Terms, terms_of
from tipline.reports.models import Person, Sighting


def childs_words(report_ids: Iterable[int]) -> Terms:
    """What is a child's in these reports. Two statements, whatever the number; a report that names no child costs no more."""
    ids = list(report_ids)
    persons = Person.objects.filter(report_id__in=ids, child__isnull=False)
    sightings = Sighting.objects.filter(report_id__in=ids).filter(Q(child__isnull=False) | Q(identifier__of_child=True))
    return terms_of(
        ((p.child, (p.first_name, p.last_name, *p.display_names), p.details) for p in persons),
        # an identifier that another report says is a child's is one here too
        (
            (child or 0, kind, value, original)
            for child, kind, value, original in sightings.values_list(
                "child", "identifier__kind", "identifier__value", "original"
            )
        ),
    )


def clean(field: str, text: str, most: int, words: Terms | None = None, *, needed: bool = False) -> str:
    """A text as it is kept: spaces around it gone, nothing hidden in it, nobody's child named.

    Parameters
    ----------
    field
        what the text is, as the sentence of a refusal begins.
    words
        what is a child's, from `childs_words`.

    Raises
    ------
    InvalidInputError
        when it is too long, missing though `needed`, has hidden characters, or names a child.
    """
    kept = text.strip().replace("\r\n", "\n")
    if needed and not kept:
        raise InvalidInputError(f"{field} is missing")
    if len(kept) > most:
        raise InvalidInputError(f"{field} has {len(kept)} characters; at most {most} are kept")
    if visible(kept, lines=True) != kept:
        raise InvalidInputError(f"{field} has hidden characters: write it with plain ones")
    if words is not None and kept in words:
        raise InvalidInputError(
            f"{field} repeats a child's name, account or particular out of the report. Write “the child” or “child 1”: who it is stays in the report, masked"
        )
    return kept
