"""The bundle of a world as documents: reports to be filed, and the reply of the network that is asked. Pure."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

from tipline.intake.forms import form_named
from tipline.intake.json_door.filing import prepare
from tipline.reports.filing import Filing
from tipline.training.blocks.common import IST, text_of, utc
from tipline.training.blocks.csam_referral import PLATFORMS, Lead, Use, leads_of
from tipline.training.scenarios.worlds import World

_TYPE = "Child Pornography (possession, manufacture, and distribution)"  # the wire value
_SESSION = timedelta(minutes=20)
COLUMNS = ("public_ip", "public_port", "start_time", "end_time", "subscriber_id", "name", "address", "msisdn")


def filings(world: World, made_at: datetime, prefix: str) -> list[Filing]:
    """The reports of the bundle. `prefix` makes their idempotency keys: of one desk, none is filed twice."""
    return [_filing(lead, made_at, f"{prefix}/{number}") for number, lead in enumerate(leads_of(world), 1)]


def _filing(lead: Lead, made_at: datetime, key: str) -> Filing:
    body = json.dumps(_report(lead, made_at)).encode()
    return prepare(form_named("tipline-json"), body, "application/json", "", key).filing


def _report(lead: Lead, made_at: datetime) -> dict[str, Any]:
    """A lead as Tipline's JSON report (docs/reference/json-report.md)."""
    domain = PLATFORMS[lead.platform]
    times = [_time(use, made_at) for use in lead.uses]
    return {
        "incidentSummary": {
            "incidentType": _TYPE,
            "platform": lead.platform,
            "incidentDateTime": max(times, default=utc(made_at - timedelta(days=4))),
        },
        "internetDetails": [{"webPageIncident": {"url": [f"https://{domain}/{lead.handle}/post/1"]}}],
        "reporter": {"reportingPerson": {"firstName": "Trust and Safety", "email": [f"safety@{domain}"]}},
        "personOrUserReported": {
            "personOrUserReportedPerson": {"email": lead.emails},
            "espIdentifier": lead.account,
            "espService": lead.platform,
            "screenName": lead.handle,
            "profileUrl": [f"https://{domain}/{lead.handle}"],
            "ipCaptureEvent": [
                {"ipAddress": use.ip, "eventName": use.event, "dateTime": time, "port": use.port}
                for use, time in zip(lead.uses, times, strict=True)
            ],
            "deviceId": [{"idType": "Installation", "idValue": lead.device, "eventName": "Login"}],
        },
        **({"victim": [{"victimPerson": {}, "screenName": lead.child}]} if lead.child else {}),
        "files": [{"originalFileName": "file-1", "originalFileHash": [{"hashType": "SHA256", "value": lead.sha256}]}],
    }


def _time(use: Use, made_at: datetime) -> str:
    return utc(made_at - timedelta(days=use.days))


def reply_file(world: World, made_at: datetime) -> tuple[str, bytes]:
    """What the network answers: its name, and a table of sessions in Indian time. Two subscribers stand behind one address.

    Only the port tells them apart, as behind carrier-grade NAT.
    """
    network = text_of(world, "reply_key")
    asked = [
        use for lead in leads_of(world) if lead.matter for use in lead.uses if use.network == network and use.left > 0
    ]
    handle = text_of(world, "reply_handle")
    (mine,) = (lead.uses[0] for lead in leads_of(world) if lead.handle == handle)
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(COLUMNS)
    for use in asked:
        at = (made_at - timedelta(days=use.days)).astimezone(IST)
        times = [f"{moment:%d/%m/%Y %H:%M:%S}" for moment in (at - _SESSION, at + _SESSION)]
        if use == mine:
            out.writerow([use.ip, use.port, *times, *_subscriber(world, "subscriber", "subscriber_name", 1)])
        out.writerow([use.ip, use.port + 1, *times, *_subscriber(world, "other_subscriber", "other_name", 2)])
    return f"reply-of-{network}.csv", text.getvalue().encode()


def _subscriber(world: World, number: str, name: str, house: int) -> tuple[str, ...]:
    told = text_of(world, number)
    return told, text_of(world, name), f"{house} Example Lane, Jalgaon", f"+91 00{house}{told[-2:]} {told[-5:]}"
