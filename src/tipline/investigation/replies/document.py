"""From what was ticked of a reply to a `report` document like a provider's, so that extraction and all stages after it read it.

Accounts are *associated accounts* (docs/explanation/replies.md): that a company names somebody as a subscriber reports nobody.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from lxml.builder import E  # type: ignore[import-not-found]  # the stubs lack it

from tipline.investigation.replies.fitting import phone
from tipline.investigation.replies.layouts import Meaning
from tipline.investigation.replies.models import Reply, ReplyRow
from tipline.reports.received import ReceivedDocument, ReportHeader, Source

FORMAT = "reply/1"
INCIDENT = "Reply of a provider"
MOST_EVENTS = 1_000  # of one account; the others stay in the reply
# what XML 1.0 cannot hold (§2.2)
_UNHOLDABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Part:
    """One ticked entry: what is said of it, and the uses of addresses that belong to it."""

    said: dict[str, str]
    events: tuple[ReplyRow, ...] = ()


def header_of(platform: str) -> ReportHeader:
    """What the list of reports needs."""
    return ReportHeader(INCIDENT, None, "", platform, False, "")


def document_of(reply: Reply, platform: str, parts: Sequence[Part]) -> ReceivedDocument:
    """The document, with the rows as JSON beside it. The same rows make the same bytes."""
    rows = [{"said": p.said, "events": [{"line": e.line, "said": e.said} for e in p.events]} for p in parts]
    source = json.dumps(
        {"reply": reply.number, "sha256": reply.sha256, "layout": reply.layout, "rows": rows},
        ensure_ascii=False,
        sort_keys=True,
    )
    root = E.report(E.incidentSummary(E.incidentType(INCIDENT)), E.reporter(E.reportingPerson()))
    if platform:
        root[0].append(E.platform(_held(platform)))
    for part in parts:
        root.append(_account(part, platform))
    root.append(
        E.additionalInfo(_held(f"From reply {reply.number} of case {reply.case.number}: {reply.company or reply.name}"))
    )
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return ReceivedDocument(
        body,
        hashlib.sha256(body).hexdigest(),
        "text/xml; charset=utf-8",
        secrets.token_hex(16),
        Source(source.encode(), FORMAT),
    )


def _account(part: Part, platform: str) -> etree._Element:
    said = part.said
    account: etree._Element = E.associatedAccount()
    for meaning, name in ((Meaning.NAME, "firstName"), (Meaning.EMAIL, "email"), (Meaning.ACCOUNT, "espIdentifier"), (Meaning.HANDLE, "screenName")):  # fmt: skip
        if text := said.get(meaning):
            etree.SubElement(account, name).text = _held(text)
    if text := said.get(Meaning.MSISDN):
        etree.SubElement(account, "phone").text = _held(phone(text))
    if platform:
        etree.SubElement(account, "platform").text = _held(platform)
    for meaning, kind in ((Meaning.IMEI, "IMEI"), (Meaning.DEVICE, "Device")):
        if text := said.get(meaning):
            account.append(E.deviceId(E.idType(kind), E.idValue(_held(text))))
    for row in part.events:
        event = E.ipCaptureEvent(
            E.ipAddress(str(row.ip)), E.eventName(_held(str(row.said.get(Meaning.EVENT) or "Login"))[:20])
        )
        if row.started_at is not None:
            event.append(E.dateTime(f"{row.started_at:%Y-%m-%dT%H:%M:%S}Z"))
        if row.port_from is not None and row.port_to == row.port_from:
            event.append(E.port(str(row.port_from)))
        account.append(event)
    return account


def _held(text: str) -> str:
    """The text as XML can hold it."""
    return _UNHOLDABLE.sub("\ufffd", text)
