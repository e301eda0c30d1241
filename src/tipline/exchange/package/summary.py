"""The summary of a package to print, in the receiving desk's language: what the record says and nothing else."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from tipline.core.clock import zone_of
from tipline.core.printing.model import Block, Document, Facts, Heading, Paragraph, Remark, Run, Style, Table, Text
from tipline.exchange.record.model import Named, Record, ReportRecord
from tipline.investigation.leads.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts
from tipline.reports.models import IdentifierKind
from tipline.trust.places import local_place

MOST_REPORTS = 200  # printed one by one; the tables have all


def summary(record: Record, timezone: str) -> Document:
    """What a package holds, report by report.

    Parameters
    ----------
    timezone
        of the receiving desk.
    """
    texts = LANGUAGES.get(record.language) or LANGUAGES[DEFAULT_LANGUAGE]
    zone = zone_of(timezone)
    blocks: list[Block] = [Facts(_head(record, texts))]
    if any(one.children for one in record.reports):
        blocks.append(Remark(texts.say("child")))
    for report in record.reports[:MOST_REPORTS]:
        blocks += _report(report, texts, zone)
    if len(record.reports) > MOST_REPORTS:
        blocks.append(Paragraph(f"… {len(record.reports) - MOST_REPORTS:,}: tables/reports.csv"))
    return Document(
        title=f"{record.sender.agency} → {record.receiver.agency}",
        language=texts.language.code,
        head=(
            f"{record.receiver.name} ({record.receiver.agency})",
            record.terms.reference,
            _time(record.made_at, texts, zone).partition("\n")[0],
        ),
        marking=texts.say("marking"),
        reference=record.uid,
        page_word=texts.say("page"),
        blocks=(*blocks, Remark(texts.say("closing"))),
    )


def _time(at: datetime | None, texts: Texts, zone: ZoneInfo) -> str:
    if at is None:
        return texts.say("not_stated")
    local = at.astimezone(zone)
    told = f"{format_datetime(local, 'd MMMM y, HH:mm:ss', locale=texts.language.code)} {local.tzname()}"
    return f"{told}\n{texts.say('utc', when=f'{at:%Y-%m-%d %H:%M:%S}')}"


def _head(record: Record, texts: Texts) -> tuple[tuple[str, Text], ...]:
    rows: list[tuple[str, Text]] = [
        (f"{record.sender.agency} → {record.receiver.agency}", f"{record.sender.name} → {record.receiver.name}"),
        (texts.say("number"), (Run(str(len(record.reports)), Style.STRONG),)),
        ("UID", (Run(record.uid, Style.CODE),)),
    ]
    return tuple(rows)


def _report(report: ReportRecord, texts: Texts, zone: ZoneInfo) -> list[Block]:
    say = texts.say
    number = report.uid.rpartition(":")[2]
    urgent = f" ({say('urgent')})" if report.escalated or any(hop.urgent for hop in report.hops) else ""
    facts: list[tuple[str, Text]] = [
        (say("number"), (Run(report.uid, Style.CODE),)),
        (say("provider"), report.reporter),
        (say("incident"), texts.word("incident", report.incident_type)),
        (say("incident_at"), _time(report.incident_at, texts, zone)),
        (say("received"), _time(report.received_at, texts, zone)),
    ]
    return [
        Heading(f"{say('number')} {number}{urgent}"),
        Facts(tuple(facts)),
        *_identifiers(report, texts),
        *_addresses(report, texts, zone),
    ]


def _identifiers(report: ReportRecord, texts: Texts) -> list[Block]:
    say = texts.say
    rows = tuple(
        (texts.word("kind", one.kind), _value(one), one.scope or "–", texts.word("role", one.role), str(len(one.seen)))
        for one in report.identifiers
        if one.kind != IdentifierKind.IP
    )
    if not rows:
        return [Paragraph(say("no_identifiers"))]
    head = (say("kind"), say("value"), say("on"), say("role"), say("seen"))
    return [Table(say("identifiers_caption"), head, rows, (1.3, 3.2, 1.5, 1.6, 0.8))]


def _value(one: Named) -> Text:
    return one.value if one.masked else (Run(one.value, Style.CODE),)


def _addresses(report: ReportRecord, texts: Texts, zone: ZoneInfo) -> list[Block]:
    say = texts.say
    shown = [one for one in report.places if not one.masked]
    withheld = len(report.places) - len(shown)
    blocks: list[Block] = []
    if shown:
        rows: list[tuple[Text, ...]] = []
        for one in shown:
            state, district = local_place(one.country, one.state, one.district, texts.language.code)
            place = ", ".join(part for part in (district, state, one.country) if part) or say("place_unknown")
            port = f":{one.port}" if one.port else f"\n{say('no_port')}"
            ip = f"[{one.ip}]" if ":" in one.ip and one.port else one.ip
            lines = (place, one.owner, ", ".join(one.flags))
            rows.append(
                (
                    (Run(ip, Style.CODE), Run(port)),
                    _time(one.at, texts, zone),
                    "\n".join(line for line in lines if line),
                )
            )
        blocks.append(
            Table(say("addresses_caption"), (say("address"), say("time"), say("place")), tuple(rows), (1.7, 2, 2))
        )
    if withheld:
        blocks.append(Paragraph(say("withheld_addresses", count=withheld)))
    elif not shown:
        blocks.append(Paragraph(say("no_address")))
    return blocks
