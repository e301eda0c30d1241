"""What the record of a case says, gathered once for all its letters. A child's identity is no part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tipline.core.sql import together
from tipline.investigation.cases.models import Case, CaseHandle, CaseOffence
from tipline.investigation.exhibits.queries import exhibits_asked, kept_of
from tipline.investigation.legal.catalogue import Catalogue, Section, catalogue
from tipline.investigation.legal.letters.hashes import CertifiedHash, documents_asked, hashes_among, reported
from tipline.investigation.operations.models import Membership
from tipline.investigation.process.directory import platforms_in_force
from tipline.investigation.process.holders import (
    Holder,
    HolderKind,
    Sought,
    holders_among,
    traced_clocks,
    traced_handles,
)
from tipline.investigation.process.platforms import PlatformFile
from tipline.reports.models import Person, Report, ReportedFile
from tipline.trust.accounts.models import Rank
from tipline.trust.agencies.models import Agency, AgencyLetterhead, Jurisdiction


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that a field of a letter can be."""

    case: Case
    agency: Agency
    country: str
    place: tuple[str, str]  # state, district
    letterhead: AgencyLetterhead | None
    today: date
    law: Catalogue
    offences: tuple[tuple[CaseOffence, Section | None], ...]
    reports: tuple[Report, ...]
    operations: tuple[str, ...]  # that everybody at its desk knows of: a letter is kept where all of them read it
    handles: tuple[CaseHandle, ...]
    files: tuple[ReportedFile, ...]
    hashes: tuple[CertifiedHash, ...]
    children: tuple[tuple[int, int], ...]  # report, which child of it
    holders: tuple[Holder, ...]
    platforms: PlatformFile

    @property
    def zone(self) -> ZoneInfo:
        """The desk's zone."""
        return ZoneInfo(self.agency.timezone)

    @property
    def addresses(self) -> tuple[tuple[Holder, Sought], ...]:
        """Every use of an address, with who holds its log, in the order of time."""
        found = [(h, one) for h in self.holders if h.kind == HolderKind.NETWORK for one in h.sought]
        return tuple(sorted(found, key=lambda pair: (pair[1].at is None, pair[1].at, pair[1].sighting_id or 0)))

    @property
    def times(self) -> tuple[datetime, ...]:
        """When something happened by the reports: of the incident, else of the uses of addresses."""
        stated = [report.incident_at for report in self.reports if report.incident_at]
        return tuple(sorted(stated or [one.at for _, one in self.addresses if one.at]))

    def holder(self, key: str) -> Holder | None:
        """Who holds records, by key."""
        return next((holder for holder in self.holders if holder.key == key), None)


def gather(case: Case, today: date) -> Record:
    """Read the record of a case: a fixed number of queries, however large it is."""
    of_case = reported(case).values("report_id")
    children = Person.objects.filter(report_id__in=of_case, child__isnull=False).order_by("report_id", "child")
    (case,), places, letterheads, offences, reports, operations, handles, files, documents, named, clocks, *exhibits = (
        together(
            Case.objects.select_related("agency", "investigating_officer").filter(pk=case.pk),
            Jurisdiction.objects.filter(agency=case.agency_id)
            .order_by("id")
            .values_list("country", "state", "district")[:1],
            AgencyLetterhead.objects.filter(agency_id=case.agency_id),
            CaseOffence.objects.filter(case=case).order_by("id"),
            Report.objects.filter(pk__in=of_case).select_related("reporter").order_by("pk"),
            Membership.objects.filter(
                case=case,
                taken_out_at__isnull=True,
                operation__members__agency=case.agency_id,
                operation__members__ended_at__isnull=True,
            )
            .order_by("id")
            .values_list("operation__name", flat=True),
            traced_handles(case),
            ReportedFile.objects.filter(report_id__in=of_case).order_by("report_id", "id"),
            documents_asked(of_case),
            children.values_list("report_id", "child").distinct(),
            traced_clocks(case),
            *exhibits_asked(case),
        )
    )
    country, *place = places[0] if places else ("", "", "")
    law = catalogue(country)
    sections = {section.id: section for section in law.sections}
    return Record(
        case=case,
        agency=case.agency,
        country=country,
        place=(place[0], place[1]),
        letterhead=letterheads[0] if letterheads else None,
        today=today,
        law=law,
        offences=tuple((offence, sections.get(offence.section_id)) for offence in offences),
        reports=tuple(reports),
        operations=tuple(operations),
        handles=tuple(handles),
        files=tuple(files),
        hashes=hashes_among(documents, files, kept_of(*exhibits)),
        children=tuple(named),
        holders=holders_among(clocks, handles),
        platforms=platforms_in_force(),
    )


def _pocso(record: Record, _: Holder | None) -> bool:
    return any(offence.section_id.startswith("IN-POCSO-") for offence, _ in record.offences)


def _below_inspector(record: Record, _: Holder | None) -> bool:
    officer = record.case.investigating_officer
    return officer is not None and not Rank(officer.rank).at_least(Rank.INSPECTOR)


def _seven_years(record: Record, _: Holder | None) -> bool:
    """An offence that may be out of reach of a preliminary enquiry: seven years or more, or no upper end stated here."""
    stated = [section for _, section in record.offences if section is not None and section.offence]
    return any((s.most_years or 0) >= 7 or (s.least_years is not None and s.most_years is None) for s in stated)


# What the conditions of blocks mean (`forms.When`).
CONDITIONS: dict[str, Callable[[Record, Holder | None], bool]] = {
    "always": lambda record, holder: True,
    "pocso": _pocso,
    "no_pocso": lambda record, holder: not _pocso(record, holder),
    "fir": lambda record, holder: bool(record.case.fir_number),
    "no_fir": lambda record, holder: not record.case.fir_number,
    "zero_fir": lambda record, holder: record.case.zero_fir,
    "accounts": lambda record, holder: holder is not None and holder.kind == HolderKind.PLATFORM,
    "addresses": lambda record, holder: holder is not None and holder.kind == HolderKind.NETWORK,
    "ports": lambda record, holder: holder is not None and holder.port_needed,
    "abroad": lambda record, holder: holder is not None and holder.country not in {"", record.country},
    "children": lambda record, holder: bool(record.children),
    "below_inspector": _below_inspector,
    "seven_years": _seven_years,
}
