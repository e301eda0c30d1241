"""The named fields and tables of letters: what of the record each of them is. Their readable names stand in `data/COUNTRY/fields.toml`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tipline.core.text import visible
from tipline.investigation.legal.letters.forms import Form, Vocabulary
from tipline.investigation.legal.letters.hashes import CertifiedHash
from tipline.investigation.legal.letters.record import Record
from tipline.investigation.process.holders import Holder, Sought
from tipline.trust.accounts.models import Rank
from tipline.trust.places import local_place


@dataclass(frozen=True, slots=True)
class Source:
    """Whatever a field may be read from: the record, the form and its language, and to whom it goes."""

    record: Record
    form: Form
    language: str
    words: Vocabulary
    reference: str
    holder: Holder | None = None

    def word(self, name: str, /, **given: str) -> str:
        """A word of the letter's language."""
        return self.words.word(name, self.language, **given)


def day(value: date | None) -> str:
    """A day as Indian offices write it."""
    return f"{value:%d-%m-%Y}" if value else ""


def _local_day(s: Source, at: datetime | None) -> str:
    return day(at.astimezone(s.record.zone).date()) if at else ""


def _utc(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%d-%m-%Y %H:%M:%S}" if at else ""


def _local(s: Source, at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(s.record.zone)
    return f"{local:%d-%m-%Y %H:%M:%S} {local.tzname()}"


def _letterhead(name: str) -> Callable[[Source], str]:
    return lambda s: getattr(s.record.letterhead, name, "") if s.record.letterhead else ""


def _officer_rank(s: Source) -> str:
    officer = s.record.case.investigating_officer
    return s.word(f"rank_{officer.rank}") if officer and officer.rank != Rank.NONE else ""


def _offences(s: Source) -> str:
    return "; ".join(
        f"{names.act}, {names.section}" if (names := section.names(s.language) if section else None) else offence.label
        for offence, section in s.record.offences
    )


def _holder(read: Callable[[Holder], str]) -> Callable[[Source], str]:
    return lambda s: read(s.holder) if s.holder else ""


def _holder_name(holder: Holder) -> str:
    """Its name; empty where the record has only a word that there is none."""
    nameless = not holder.known and (holder.key.endswith("/unknown") or holder.name == "a platform that is not named")
    return "" if nameless else holder.name


def _accepted(s: Source) -> str:
    accepts = s.holder.accepts if s.holder else ()
    return next((one.form for one in accepts if one.asking == s.form.addressee), "")


def _fir_kind(s: Source) -> str:
    return s.word("zero_fir" if s.record.case.zero_fir else "fir") if s.record.case.fir_number else ""


def _place(s: Source) -> tuple[str, str]:
    return local_place(s.record.country, *s.record.place, s.language)


def _names(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


# name → what it is; the empty string when the record does not say
FIELDS: dict[str, Callable[[Source], str]] = {
    "agency.name": lambda s: s.record.agency.name,
    "agency.state": lambda s: _place(s)[0],
    "agency.district": lambda s: _place(s)[1],
    "agency.station": _letterhead("station"),
    "agency.address": _letterhead("address"),
    "agency.telephone": _letterhead("telephone"),
    "agency.email": _letterhead("email"),
    "committee.address": _letterhead("committee"),
    "court.address": _letterhead("special_court"),
    "case.number": lambda s: s.record.case.number,
    "case.opened": lambda s: _local_day(s, s.record.case.opened_at),
    "case.operation": lambda s: ", ".join(s.record.operations),
    "case.offences": _offences,
    "fir.number": lambda s: s.record.case.fir_number,
    "fir.date": lambda s: _local_day(s, s.record.case.fir_registered_at),
    "fir.kind": _fir_kind,
    "officer.name": lambda s: officer.name if (officer := s.record.case.investigating_officer) else "",
    "officer.rank": _officer_rank,
    "reports.numbers": lambda s: ", ".join(str(report.pk) for report in s.record.reports),
    "reports.providers": lambda s: _names(report.reporter.name for report in s.record.reports),
    "reports.first_received": lambda s: _local(s, min((r.received_at for r in s.record.reports), default=None)),
    "reports.last_received": lambda s: _local(s, max((r.received_at for r in s.record.reports), default=None)),
    "incident.from": lambda s: _local(s, s.record.times[0] if s.record.times else None),
    "incident.to": lambda s: _local(s, s.record.times[-1] if s.record.times else None),
    "count.reports": lambda s: str(len(s.record.reports)),
    "count.accounts": lambda s: str(len(s.record.handles)),
    "count.addresses": lambda s: str(len(s.record.addresses)),
    "count.files": lambda s: str(len(s.record.files)),
    "count.children": lambda s: str(len(s.record.children)),
    "holder.name": _holder(_holder_name),
    "holder.addressee": _holder(lambda h: f"{h.company} ({h.name})" if h.company else _holder_name(h)),
    "holder.company": _holder(lambda h: h.company),
    "holder.contact": _holder(lambda h: h.contact_role),
    "holder.email": _holder(lambda h: "" if h.placeholder else h.contact_email),
    "holder.country": _holder(lambda h: h.country),
    "holder.accepts": _accepted,
    "holder.soonest": lambda s: _local(s, s.holder.soonest if s.holder else None),
    "law.date": lambda s: day(date.fromisoformat(s.record.law.about.as_of)),
    "law.version": lambda s: s.record.law.about.version,
    "letter.reference": lambda s: s.reference,
    "letter.date": lambda s: day(s.record.today),
}

Row = dict[str, str]


def _offence_rows(s: Source) -> list[Row]:
    rows = []
    for offence, section in s.record.offences:
        names = section.names(s.language) if section else None
        rows.append(
            {
                "act": names.act if names else offence.label,
                "section": names.section if names else offence.section_id,
                "title": names.title if names else "",
                "as_of": s.word("catalogue", version=s.record.law.about.version, date=FIELDS["law.date"](s)),
            }
        )
    return rows


def _basis_rows(s: Source) -> list[Row]:
    found = [s.record.law.section(section_id).names(s.language) for section_id in s.form.basis]
    as_of = s.word("catalogue", version=s.record.law.about.version, date=FIELDS["law.date"](s))
    return [{"act": n.act, "section": n.section, "title": n.title, "as_of": as_of} for n in found]


def _platform(s: Source, scope: str) -> str:
    known = s.record.platforms.find(scope)
    return known.name if known else scope


def _account_rows(s: Source) -> list[Row]:
    return [
        {
            "number": str(number), "account": handle.identifier.value, "platform": _platform(s, handle.identifier.scope),
            "report": str(handle.report_id),
        }
        for number, handle in enumerate(s.record.handles, 1)
    ]  # fmt: skip


def _address_row(s: Source, number: int, one: Sought, network: str) -> Row:
    return {
        "number": str(number),
        "address": one.text,
        "port": str(one.port) if one.port else s.word("not_stated"),
        "utc": _utc(one.at) or s.word("not_stated"),
        "local": _local(s, one.at) or s.word("not_stated"),
        "original": one.at_text or s.word("not_stated"),
        "event": one.event or s.word("not_stated"),
        "network": network,
        "gone": _local(s, one.gone_at) or s.word("not_known"),
        "report": str(one.report_id),
    }


def _address_rows(s: Source) -> list[Row]:
    return [_address_row(s, number, one, h.name) for number, (h, one) in enumerate(s.record.addresses, 1)]


def _sought_address_rows(s: Source) -> list[Row]:
    sought = s.holder.sought if s.holder else ()
    name = s.holder.name if s.holder else ""
    return [_address_row(s, number, one, name) for number, one in enumerate(sought, 1)]


def _sought_account_rows(s: Source) -> list[Row]:
    sought = s.holder.sought if s.holder else ()
    return [
        {"number": str(number), "account": one.text, "report": str(one.report_id)}
        for number, one in enumerate(sought, 1)
    ]


_HASH_OF = {"report": "report_document", "file": "file_of", "exhibit": "exhibit"}
_STATED_BY = {"file": "stated_by_provider", "exhibit": "stated_by_examiner"}


def _hash_row(s: Source, one: CertifiedHash) -> Row:
    return {
        "what": s.word(_HASH_OF[one.what], report=str(one.report_id), exhibit=one.name),
        "file": one.name or "–",
        "report": "–" if one.report_id is None else str(one.report_id),
        "algorithm": one.algorithm,
        "value": one.value,
        "by": s.word("computed_here" if one.own else _STATED_BY[one.what]),
    }


def _file_rows(s: Source) -> list[Row]:
    said = {True: "yes", False: "no", None: "not_stated"}
    return [
        {
            "number": str(number), "file": file.wire_id, "report": str(file.report_id),
            "size": str(file.size_bytes) if file.size_bytes else s.word("not_stated"),
            "viewed": s.word(said[file.viewed_by_provider]),
        }
        for number, file in enumerate(s.record.files, 1)
    ]  # fmt: skip


def _report_rows(s: Source) -> list[Row]:
    return [
        {
            "report": str(report.pk), "provider": report.reporter.name, "utc": _utc(report.received_at),
            "local": _local(s, report.received_at),
        }
        for report in s.record.reports
    ]  # fmt: skip


def _child_rows(s: Source) -> list[Row]:
    return [
        {"child": s.word("child_of", child=str(child), report=str(report)), "report": str(report)}
        for report, child in s.record.children
    ]


TABLES: dict[str, Callable[[Source], list[Row]]] = {
    "offences": _offence_rows,
    "basis": _basis_rows,
    "reports": _report_rows,
    "accounts": _account_rows,
    "addresses": _address_rows,
    "sought_accounts": _sought_account_rows,
    "sought_addresses": _sought_address_rows,
    "hashes": lambda s: [_hash_row(s, one) for one in s.record.hashes],
    "files": _file_rows,
    "children": _child_rows,
}


def value_of(source: Source, field: str) -> str:
    """A field's text as the record has it, made visible; empty when the record lacks it, and for a blank."""
    return "" if field.startswith("blank.") else visible(FIELDS[field](source).strip(), lines=True)


def rows_of(source: Source, table: str) -> list[Row]:
    """A table's rows, made visible."""
    return [{name: visible(text) for name, text in row.items()} for row in TABLES[table](source)]
