"""Reading what a desk asked, and what it was told."""

from __future__ import annotations

from dataclasses import dataclass

from tipline.investigation.deconfliction.models import Check, ContactPolicy, Notice, Share
from tipline.investigation.deconfliction.services import ToCall, calls, sentence
from tipline.reports.masking import outside
from tipline.reports.models import Identifier, IdentifierKind
from tipline.trust.agencies.models import Agency

MOST = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A notice: who asked, how to call them, and the identifiers, each one that this desk has itself, masked as everywhere."""

    notice: Notice
    call: str
    identifiers: tuple[str, ...]

    @property
    def share(self) -> str:
        """How many, as a step."""
        return Share(self.notice.share).label


def notices(agency: Agency, *, unseen: bool = False) -> list[Told]:
    """What a desk was told, the latest first, at most `MOST`. Four queries."""
    rows = Notice.objects.filter(agency=agency).select_related("desk", "seen_by").order_by("-at", "-pk")
    found = list((rows.filter(seen_at__isnull=True) if unseen else rows)[:MOST])
    numbers = calls([one.desk_id for one in found])
    wanted = {pk for one in found for pk in one.identifiers}
    # row security shows of these what the desk has itself, still
    values = {
        one.pk: outside(IdentifierKind(one.kind), one.value, of_child=one.of_child, names_child=one.names_child)
        for one in Identifier.objects.filter(pk__in=wanted)
    }
    return [
        Told(one, numbers.get(one.desk_id, ""), tuple(values[pk] for pk in one.identifiers if pk in values))
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A check, whom to call, and the sentence of its result."""

    check: Check
    contacts: tuple[ToCall, ...]
    found: str


def checks(agency: Agency, most: int = 20) -> list[Asked]:
    """What a desk asked, the latest first. Four queries."""
    rows = list(
        Check.objects.filter(agency=agency)
        .select_related("by", "case")
        .prefetch_related("contacts__agency")
        .order_by("-at", "-pk")[:most]
    )
    numbers = calls([contact.agency_id for one in rows for contact in one.contacts.all()])
    found = []
    for one in rows:
        contacts = tuple(
            ToCall(c.agency.name, c.agency.code, numbers.get(c.agency_id, ""), Share(c.share).label)
            for c in one.contacts.all()
        )
        found.append(Asked(one, contacts, sentence(one, contacts)))
    return found


def policy(agency: Agency) -> ContactPolicy | None:
    """How an agency is named to others; None: as by default."""
    return ContactPolicy.objects.filter(agency=agency).first()
