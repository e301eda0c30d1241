"""Who holds records that a case needs: the platforms of its handles, and the networks of the addresses that its reports name.

What any report names as a child's is left out: letters go to companies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from tipline.core.sql import together
from tipline.core.text import visible
from tipline.investigation.cases.models import Case, CaseHandle, CaseReport
from tipline.investigation.process.directory import platforms_in_force
from tipline.investigation.process.platforms import Accepts
from tipline.pipeline.attribution.log_expiry.in_force import recent_directory
from tipline.pipeline.attribution.log_expiry.models import LogClock
from tipline.reports.models import TRACED_ROLES, IdentifierKind


class HolderKind(StrEnum):
    """What somebody holds: accounts, or the logs that tie an address to a line."""

    PLATFORM = "platform"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Sought:
    """One account or one use of an address, about which a holder has records.

    Parameters
    ----------
    text
        the handle as its report writes it, or the address.
    at
        when the address was used, UTC, with `at_text` as the report states it; None for an account.
    gone_at
        when the log is likely gone, UTC.
    """

    text: str
    report_id: int
    identifier_id: int
    sighting_id: int | None = None
    port: int | None = None
    at: datetime | None = None
    at_text: str = ""
    event: str = ""
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody to write to, and what about. `known`: it is in a directory; otherwise its own name is all there is."""

    key: str
    kind: HolderKind
    name: str
    company: str
    country: str
    known: bool
    contact_role: str
    contact_email: str
    placeholder: bool
    accepts: tuple[Accepts, ...]
    sought: tuple[Sought, ...]
    port_needed: bool = False

    @property
    def soonest(self) -> datetime | None:
        """When the first of its logs that still runs, or ran, is likely gone."""
        return min((one.gone_at for one in self.sought if one.gone_at), default=None)


_NETWORK_ACCEPTS = (
    Accepts(asking="preservation", form="Preservation request in writing"),
    Accepts(asking="production", form="Order to produce, BNSS 2023 s.94"),
)


def holders_of(case: Case) -> tuple[Holder, ...]:
    """Everybody who holds records that this case needs: networks first, those whose logs end soonest, then platforms by name."""
    return holders_among(*together(traced_clocks(case), traced_handles(case)))


def holders_among(clocks: Iterable[LogClock], handles: Iterable[CaseHandle]) -> tuple[Holder, ...]:
    """The holders of logs and of accounts that were read already, as `holders_of` orders them."""
    return (*_networks(clocks), *_platforms(handles))


def traced_handles(case: Case) -> QuerySet[CaseHandle]:
    """The accounts of a case that are not a child's."""
    handles = CaseHandle.objects.filter(case=case, identifier__of_child=False, identifier__names_child=False)
    return handles.select_related("identifier").order_by("id")


def _platforms(handles: Iterable[CaseHandle]) -> list[Holder]:
    known = platforms_in_force()
    by_name: dict[str, list[CaseHandle]] = {}
    for handle in handles:
        by_name.setdefault(handle.identifier.scope, []).append(handle)
    made = []
    for name, mine in sorted(by_name.items()):
        found = known.find(name)
        contact = found.contact if found else known.unknown
        made.append(
            Holder(
                key=found.key if found else _key_of(name),
                kind=HolderKind.PLATFORM,
                name=found.name if found else name or "a platform that is not named",
                company=found.company if found else "",
                country=found.country if found else "",
                known=found is not None,
                contact_role=contact.role,
                contact_email=contact.email,
                placeholder=contact.placeholder,
                accepts=found.accepts if found else known.unknown_accepts,
                sought=tuple(Sought(h.identifier.value, h.report_id, h.identifier_id) for h in mine),
            )
        )
    return made


def _key_of(name: str) -> str:
    """What stands for a platform in no directory: its name as reports write it, with nothing hidden, since keys stand in addresses."""
    return visible(name.casefold())[:80].strip() or "unnamed"


def traced_clocks(case: Case) -> QuerySet[LogClock]:
    """The logs of addresses that people of a case's reports used, none of them a child."""
    return (
        LogClock.objects.filter(
            report_id__in=CaseReport.objects.filter(case=case).values("report_id"),
            sighting__identifier__kind=IdentifierKind.IP,
            sighting__identifier__of_child=False,
            sighting__child__isnull=True,
            sighting__role__in=TRACED_ROLES,
        )
        .select_related("sighting")
        .order_by("sighting__at", "sighting_id")
    )


def _networks(clocks: Iterable[LogClock]) -> list[Holder]:
    directory = recent_directory()
    by_key: dict[tuple[str, str], list[LogClock]] = {}
    for clock in clocks:
        by_key.setdefault((clock.country, clock.holder_key), []).append(clock)
    made = []
    for (country, key), mine in by_key.items():
        found = directory.by_key(country, key)
        sought = []
        for clock in mine:
            seen = clock.sighting
            sought.append(
                Sought(
                    str(seen.ip),
                    seen.report_id,
                    seen.identifier_id,
                    seen.pk,
                    seen.port,
                    seen.at,
                    seen.at_text,
                    seen.event,
                    clock.likely_gone_at,
                )
            )
        made.append(
            Holder(
                key=f"{country}/{key}",
                kind=HolderKind.NETWORK,
                name=mine[0].holder_name,
                company="",
                country=country,
                known=found.kind != "unknown",
                contact_role=found.contact.role if found.contact else "",
                contact_email=found.contact.email if found.contact else "",
                placeholder=found.contact.placeholder if found.contact else True,
                accepts=_NETWORK_ACCEPTS,
                sought=tuple(sought),
                port_needed=found.port_needed,
            )
        )
    return sorted(made, key=lambda h: (h.soonest is None, h.soonest, h.name))
