"""The tables of a package: what the record says, as CSV that a spreadsheet opens (docs/reference/package-format.md has the columns)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from tipline.core.spreadsheets import as_csv
from tipline.exchange.record.model import Record

Row = tuple[object, ...]


def tables(record: Record) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each table. The first column is always the report's uid."""
    for name, head, rows in (
        ("reports", _REPORTS, _reports(record)),
        ("identifiers", _IDENTIFIERS, _identifiers(record)),
        ("addresses", _ADDRESSES, _addresses(record)),
        ("files", _FILES, _files(record)),
        ("way", _WAY, _way(record)),
    ):
        yield f"data/tables/{name}.csv", as_csv([head, *rows]).encode("utf-8", "replace")


_REPORTS = (
    "report", "provider", "incident_type", "incident_at", "incident_at_text", "received_at", "urgent", "children",
    "completeness", "priority", "legal_relevance",
)  # fmt: skip
_IDENTIFIERS = (
    "report", "kind", "value", "platform", "role", "masked", "at", "at_text", "zone_stated", "port", "event", "possible_proxy",
)  # fmt: skip
_ADDRESSES = (
    "report", "address", "port", "at", "country", "state", "district", "owner", "confidence", "abstained", "log_likely_gone_at", "masked",
)  # fmt: skip
_FILES = ("report", "file", "size_bytes", "md5", "sha1", "sha256", "pdq", "viewed_by_provider", "classification")
_WAY = ("report", "hop", "from", "to", "act", "at", "by", "agency", "reason")


def _at(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _said(value: bool | None) -> str:
    """Yes, no, not said are three values."""
    return "not said" if value is None else "yes" if value else "no"


def _reports(record: Record) -> Iterable[Row]:
    for one in record.reports:
        scores: dict[str, int] = {score.kind: score.score for score in one.scores}
        yield (
            one.uid, one.reporter, one.incident_type, _at(one.incident_at), one.incident_at_text, _at(one.received_at),
            _said(one.escalated), one.children, *(scores.get(kind) for kind in ("completeness", "priority", "legal_relevance")),
        )  # fmt: skip


def _identifiers(record: Record) -> Iterable[Row]:
    for report in record.reports:
        for one in report.identifiers:
            for seen in one.seen:
                yield (
                    report.uid, one.kind, one.value, one.scope, one.role, _said(one.masked), _at(seen.at), seen.at_text,
                    _said(seen.zone_stated), seen.port, seen.event, _said(seen.possible_proxy),
                )  # fmt: skip


def _addresses(record: Record) -> Iterable[Row]:
    for report in record.reports:
        for one in report.places:
            yield (
                report.uid, one.ip, one.port, _at(one.at), one.country, one.state, one.district, one.owner, one.confidence,
                _said(one.abstained), _at(one.log_likely_gone_at), _said(one.masked),
            )  # fmt: skip


def _files(record: Record) -> Iterable[Row]:
    for report in record.reports:
        for one in report.files:
            yield (
                report.uid, one.uid, one.size_bytes, one.md5, one.sha1, one.sha256, one.pdq, _said(one.viewed_by_provider), one.classification,
            )  # fmt: skip


def _way(record: Record) -> Iterable[Row]:
    for report in record.reports:
        for hop in report.hops:
            for one in hop.history:
                yield (
                    report.uid,
                    hop.uid,
                    hop.from_agency,
                    hop.to_agency,
                    one.act,
                    _at(one.at),
                    one.by,
                    one.agency,
                    one.reason,
                )
