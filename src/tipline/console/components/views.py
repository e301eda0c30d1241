"""The living page: every component in each of its states, with fictional data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.console.desk.marks import RoutingMarks
from tipline.console.routing.differences import differences
from tipline.core.clock import now
from tipline.trust.accounts.models import User
from tipline.trust.visibility import Scope

HOSTILE = "photo\u202egnp.exe \u200b<b>bold</b> \u0007=cmd()"


@require_safe
@signed_in
def components(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """All components on one page."""
    return render(request, "console/components.html", _examples())


def _examples() -> dict[str, Any]:
    at = now()
    ranges = {
        "source": "ranges.csv",
        "kind": "ranges",
        "network": "192.0.2.0/26",
        "as_of": "2026-11-01",
        "country": "IN",
    }
    address = {
        "ip": "192.0.2.11", "port": 50112, "at": at - timedelta(days=3), "country": "IN", "state": "Maharashtra",
        "district": "Jalgaon", "owner": "Example Khandesh Broadband", "flags": [], "confidence": 0.95, "abstained": False,
        "explanation": "192.0.2.11: ranges.csv (192.0.2.0/26) says Jalgaon, Maharashtra, IN; confidence 0.95.",
        "sources": [{**ranges, "state": "Maharashtra", "district": "Jalgaon"}],
    }  # fmt: skip
    log = {
        "sighting": 1, "holder": "Example Khandesh Broadband", "likely_gone_at": at + timedelta(days=27),
        "kept_until_by_rule_at": at + timedelta(days=177), "preserved": False, "counted_from": at - timedelta(days=3),
        "explanation": "Example Khandesh Broadband holds the log, by the owner's name of the range.", "preservation": [],
        "next": {
            "contact": {"role": "Nodal officer", "email": "nodal@placeholder.example", "placeholder": True},
            "accepts": ["Preservation request in writing"], "port_needed": True, "advice": None,
        },
    }  # fmt: skip
    asked = {"kind": "asked", "on": "2026-11-20", "reference": "Letter 12", "by": "Jyoti Patil", "noted_at": at}
    confirmed = {**asked, "kind": "confirmed", "reference": "Answer 7"}
    return {
        "states": [
            "new", "sent", "accepted", "forwarded", "returned", "open", "closed", "finished", "retracted", "expired",
            "waiting", "done", "quarantined",
        ],
        "clocks": [
            ("far away", at + timedelta(days=120)),
            ("a week or less", at + timedelta(days=5)),
            ("hours", at + timedelta(hours=5)),
            ("passed", at - timedelta(days=2)),
            ("unknown", None),
        ],
        "times": [at],
        "confidences": [(0.95, False), (0.76, False), (0.5, False), (0.38, True)],
        "identifiers": [
            {"kind": "handle", "value": "monsoon_kite_07", "scope": "pictogram", "sightings": [{"original": "@Monsoon_Kite_07"}]},
            {"kind": "email", "value": "not an address", "scope": "unreadable", "sightings": [{"original": "not an address"}]},
            {"kind": "url", "value": HOSTILE, "scope": "", "sightings": [{"original": HOSTILE}, {"original": HOSTILE}]},
        ],
        "addresses": [
            {**address, "log": log},
            {**address, "ip": "192.0.2.12", "log": {**log, "preserved": True, "preservation": [asked, confirmed]}},
            {**address, "ip": "192.0.2.13", "port": None, "log": {**log, "likely_gone_at": at - timedelta(days=2), "preservation": [asked]}},
            {**address, "ip": "198.51.100.21", "flags": ["mobile"], "confidence": 0.76, "at": at - timedelta(days=176)},
            {
                **address, "ip": "198.51.100.140", "port": None, "flags": ["hosting"], "confidence": 0.38, "abstained": True,
                "at": at - timedelta(days=200), "district": "Pune",
            },
        ],
        "md5": "d41d8cd98f00b204e9800998ecf8427e",
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "scores": [
            ("priority", {
                "score": 90, "rules_version": "1",
                "reasons": [
                    {"rule": "escalated", "points": 40, "title": "The provider asks for urgency", "source": "domain need 1"},
                    {"rule": "escalated-floor", "points": 0, "title": "Never below 80", "source": "domain need 1"},
                    {"rule": "log-gone", "points": -10, "title": "The logs are likely gone", "source": "domain need 3"},
                ],
            }),
            ("completeness", {
                "score": 85, "rules_version": "1",
                "reasons": [{"rule": "address", "points": 85, "title": "An address with a time", "source": "domain need 5"}],
            }),
            ("legal_relevance", None),
        ],
        "hops": [
            {"from": "US-NCMEC", "to": "IN-NCRB", "to_name": "National desk", "state": "forwarded", "at": at - timedelta(days=2), "rule": "standing-rule"},
            {"from": "IN-NCRB", "to": "IN-MH-CYBER", "to_name": "State desk", "state": "sent", "at": at - timedelta(days=1), "rule": "person"},
        ],
        "lines": differences("[floors]\ndistrict = 0.6\nstate = 0.6", "[floors]\ndistrict = 0.7\nstate = 0.6\n# " + HOSTILE),
        "marks": RoutingMarks(True, True, True, at + timedelta(hours=5), True, 5), "report_id": 1,
        "hostile": HOSTILE,
        "example_errors": [("example-field", "A case needs a title")],
        "page": Paginator(range(120), 50).page(2),
        "tabs": [("New", 12), ("Accepted", 3), ("All", 15)],
    }  # fmt: skip
