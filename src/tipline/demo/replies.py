"""A synthetic reply of the demo's network, for whoever plays the district officer: it traces two of the sixteen handles to one subscriber.

Made of what stands in the record, so that its times fit the demo of this hour. Everybody in it is fictional.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tipline.reports.models import IdentifierKind, Report, Sighting

ZONE = ZoneInfo("Asia/Kolkata")
NETWORK = "Example Khandesh Broadband"
TRACED = ("monsoon_kite_07", "tapi_river_22")
SUBSCRIBER = ("KB-1042", "Example Subscriber One", "12 Example Lane, Jalgaon", "+91 257 000 1042")
OTHER = ("KB-2077", "Example Subscriber Two", "7 Example Road, Jalgaon", "+91 257 000 2077")
COLUMNS = (
    "public_ip", "public_port", "start_time", "end_time", "subscriber_id", "name", "address", "msisdn",
)  # fmt: skip
_SESSION = timedelta(minutes=20)


def write_reply(folder: Path, report_ids: list[int]) -> Path | None:
    """Write the reply to a folder. None when the reports have no uses of addresses that it could answer."""
    uses = list(
        Sighting.objects.filter(
            report_id__in=report_ids, identifier__kind=IdentifierKind.IP, at__isnull=False, port__isnull=False,
            ip__startswith="192.0.2.",
        ).order_by("at", "pk").values_list("report_id", "ip", "port", "at")
    )  # fmt: skip
    traced = set(
        Report.objects.filter(
            pk__in=report_ids,
            sightings__identifier__kind=IdentifierKind.HANDLE,
            sightings__identifier__value__in=TRACED,
        ).values_list("pk", flat=True)
    )
    if not uses:
        return None
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(COLUMNS)
    for report_id, ip, port, at in uses:
        if at is None or port is None:
            continue
        start, end = (moment.astimezone(ZONE) for moment in (at - _SESSION, at + _SESSION))
        times = [f"{moment:%d/%m/%Y %H:%M:%S}" for moment in (start, end)]
        if report_id in traced:
            out.writerow([ip, port, *times, *SUBSCRIBER])
        # behind the same address at the same time: without the port one could not tell them apart
        out.writerow([ip, port + 1, *times, *OTHER])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "reply-of-example-khandesh-broadband.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path
