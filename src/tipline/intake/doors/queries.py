"""Reading what a provider asked, for its conformance page and the command. In the caller's scope: a provider sees its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Greatest

from tipline.core.clock import now
from tipline.intake.doors.models import DoorCall
from tipline.reports.models import Report, ReportState
from tipline.reports.services import OPEN_AFTER_CHANGE, OPEN_FOR
from tipline.trust.accounts.models import Reporter

SHOWN = 100
EXPIRED_FOR = timedelta(days=30)
# What the wire contract has a client do, in the order of a report's life.
CALLS = ("status", "xsd", "submit", "upload", "fileinfo", "finish", "retract")
# The codes a client has to cope with.
CODES = (1000, 1100, 1110, 1111, 1210, 1300, 3000, 3100, 3300, 4000, 4100, 4110, 4200, 5001, 5002, 5101, 5102)


def calls_of(reporter: Reporter, *, sandbox: bool | None = None, faulty: bool = False) -> QuerySet[DoorCall]:
    """A provider's calls, the newest first. `sandbox`: of the sandbox alone, or of the live door alone."""
    found = DoorCall.objects.filter(reporter=reporter).order_by("-id")
    if sandbox is not None:
        found = found.filter(sandbox=sandbox)
    return found.exclude(code=0) if faulty else found


def call_json(call: DoorCall) -> dict[str, Any]:
    """A call as the JSON faces write it."""
    return {
        "at": call.at.isoformat(),
        "sandbox": call.sandbox,
        "run": call.run,
        "call": call.call,
        "status": call.status,
        "code": call.code,
        "description": call.description,
        "request_id": call.request_id,
        "report_id": call.report_id,
        "size_bytes": call.size_bytes,
        "milliseconds": call.milliseconds,
        "completeness": call.completeness,
        "faults": call.faults,
        "advice": call.advice,
    }


def runs_of(reporter: Reporter, *, sandbox: bool | None = None) -> list[dict[str, Any]]:
    """A provider's runs, the newest first: name, first, last, calls, refused."""
    return list(
        calls_of(reporter, sandbox=sandbox)
        .exclude(run="")
        .values("run", "sandbox")
        .annotate(first=Min("at"), last=Max("at"), calls=Count("id"), refused=Count("id", filter=~Q(code=0)))
        .order_by("-last")[:SHOWN]
    )


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A report that is open, or expired. `at`: when it was opened; `ends`: when it expires, or did."""

    report_id: int
    state: str
    at: datetime
    changed_at: datetime
    ends: datetime


def unfinished(reporter: Reporter) -> list[Unfinished]:
    """The provider's live reports that will expire if nothing comes, the next one first, and then those that did in the last month."""
    ends = Greatest(F("received_at") + OPEN_FOR, F("changed_at") + OPEN_AFTER_CHANGE)
    rows = (
        Report.objects.filter(reporter=reporter)
        .annotate(ends=ends)
        .values_list("id", "state", "received_at", "changed_at", "ends")
    )
    still_open = rows.filter(state=ReportState.OPEN).order_by("ends")[:SHOWN]
    expired = rows.filter(state=ReportState.EXPIRED, received_at__gte=now() - EXPIRED_FOR).order_by("-ends")[:SHOWN]
    return [Unfinished(*row) for row in (*still_open, *expired)]


def run_json(name: str, calls: Sequence[DoorCall]) -> dict[str, Any]:
    """What a run did, and what is to be said of it. `calls`: the oldest first.

    A refusal counts as handled when the same call was answered with success later in the run.
    """
    succeeded = {call.call: call.id for call in calls if call.code == 0}  # the last time
    met: dict[int, dict[str, Any]] = {}
    for call in calls:
        if call.code or call.status >= 400:
            code = met.setdefault(call.code, {"code": call.code, "times": 0, "handled": 0, "calls": []})
            code["times"] += 1
            code["handled"] += succeeded.get(call.call, -1) > call.id
            if call.call not in code["calls"]:
                code["calls"].append(call.call)
    scores = [call.completeness for call in calls if call.completeness is not None]
    tried = {call.call for call in calls}
    verdicts = [
        {"call": name, "verdict": "success" if name in succeeded else "refused" if name in tried else "never tried"}
        for name in (*CALLS, *sorted(tried - set(CALLS)))
    ]
    whole: dict[int | None, set[str]] = {}
    for call in calls:
        if call.code == 0:
            whole.setdefault(call.report_id, set()).add(call.call)
    return {
        "run": name,
        "first": calls[0].at.isoformat() if calls else None,
        "last": calls[-1].at.isoformat() if calls else None,
        "sandbox": all(call.sandbox for call in calls),
        "calls": len(calls),
        "refused": sum(code["times"] for code in met.values()),
        "completeness": round(sum(scores) / len(scores)) if scores else None,
        "capabilities": verdicts,
        "whole_reports": sum({"submit", "upload", "fileinfo", "finish"} <= names for names in whole.values()),
        "codes": sorted(met.values(), key=lambda code: int(code["code"])),
        "codes_never_met": [code for code in CODES if code not in met],
        "details": [call_json(call) for call in calls],
    }
