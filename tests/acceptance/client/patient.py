"""The real client against a door that says "too many": once as it is, once with an HTTP client that waits as Retry-After says.

Usage: patient.py URL USERNAME PASSWORD REPORTS
"""

import asyncio
import json
import sys
from datetime import UTC, datetime

import httpx
from ncmec_cybertip import client as api
from ncmec_cybertip import common, enums, exceptions, report


class Patient(httpx.AsyncHTTPTransport):
    """Waits and sends again when the answer carries Retry-After, as HTTP libraries do (RFC 9110 §10.2.3)."""

    def __init__(self):
        super().__init__()
        self.waits = []

    async def handle_async_request(self, request):
        await request.aread()
        while True:
            response = await super().handle_async_request(request)
            seconds = response.headers.get("Retry-After")
            if seconds is None or len(self.waits) > 100:
                return response
            await response.aread()
            self.waits.append([response.status_code, int(seconds)])
            await asyncio.sleep(int(seconds))


def one():
    return report.Report(
        incident_summary=report.IncidentSummary(
            incident_type=enums.IncidentType.MISLEADING_DOMAIN_NAME, incident_date_time=datetime(2026, 1, 5, tzinfo=UTC)
        ),
        reporter=report.Reporter(reporting_person=common.Person()),
    )


async def main(url: str, username: str, password: str, reports: str) -> dict:
    out: dict = {"impatient": None, "done": []}
    async with api.CyberTiplineClient(username=username, password=password, base_url=url) as door:
        for _ in range(20):
            try:
                await door.status()
            except exceptions.ApiError as error:
                out["impatient"] = [error.response_code, error.description]
                break
    transport = Patient()
    http = httpx.AsyncClient(auth=(username, password), transport=transport, timeout=30)
    async with api.CyberTiplineClient(username=username, password=password, base_url=url, client=http) as door:
        for _ in range(int(reports)):
            opened = await door.submit(one())
            await door.upload(opened.report_id, b"noise")
            out["done"].append((await door.finish(opened.report_id)).report_id)
    out["waits"] = transport.waits
    return out


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
