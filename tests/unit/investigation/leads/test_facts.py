"""Facts of a report: what each of them counts, on chains made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tipline.investigation.leads.facts import FACTS, facts_of, held_by, next_log

AT = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
DESK = "IN-MH-JALGAON"


def log(days: float = 10, **more: Any) -> dict[str, Any]:
    return {
        "likely_gone_at": (AT + timedelta(days=days)).isoformat(), "kept_until_by_rule_at": None, "preserved": False, "preservation": [],
        "holder": "Monsoon Net", "holder_known": True, "next": {"port_needed": False},
    } | more  # fmt: skip


def address(**more: Any) -> dict[str, Any]:
    return {
        "ip": "192.0.2.11", "port": 50112, "at": AT.isoformat(), "at_text": "2026-11-28T06:00:00Z", "at_zone_stated": True,
        "flags": [], "masked": False, "log": None,
    } | more  # fmt: skip


def identifier(kind: str = "handle", value: str = "kite", **more: Any) -> dict[str, Any]:
    seen = {"original": value, "verified": more.pop("verified", None)}
    return {
        "kind": kind,
        "value": value,
        "scope": "Pictogram",
        "role": "reported",
        "masked": False,
        "sightings": [seen],
    } | more


def file(**more: Any) -> dict[str, Any]:
    return {"viewed_by_provider": None, "sha256": "ab" * 32} | more


def link(report: int | None, *, visible: bool = True) -> dict[str, Any]:
    return {"report": report, "visible": visible}


def found(**more: Any) -> dict[str, Any]:
    return {
        "state": "finished", "receiving_agency": "US-NCMEC", "channel": "provider", "probable_repeat_of": None,
        "incident": {"at": AT.isoformat(), "escalated": False}, "routing": None, "children": 0, "texts": [],
        "persons": [], "identifiers": [], "files": [], "attributions": [], "whereabouts": None, "links": [],
        "referrals": [{"to": DESK, "state": "sent"}], "case": None,
    } | more  # fmt: skip


def numbers(**more: Any) -> dict[str, int]:
    return dict(facts_of(found(**more), AT, DESK, "district").numbers)


def test_every_fact_has_a_number() -> None:
    assert set(numbers()) == set(FACTS)
    assert all(isinstance(value, int) for value in numbers().values())


@pytest.mark.parametrize(
    ("given", "name", "number"),
    [
        ({"attributions": [address(), address(port=None)]}, "addresses", 2),
        ({"attributions": [address(), address(port=None), address(at=None)]}, "addresses_whole", 1),
        ({"attributions": [address(port=None, flags=["cgnat"]), address(port=None)]}, "addresses_port_missing", 1),
        ({"attributions": [address(port=None, log=log(next={"port_needed": True}))]}, "addresses_port_missing", 1),
        ({"attributions": [address(port=None, flags=["cgnat"], masked=True)]}, "addresses_port_missing", 0),
        ({"attributions": [address(flags=["mobile"])]}, "addresses_shared_whole", 1),
        ({"attributions": [address(at=None, at_text=None)]}, "addresses_time_missing", 1),
        ({"attributions": [address(at_zone_stated=False), address(at_text=None, at_zone_stated=False)]}, "addresses_zone_missing", 1),
        ({"attributions": [address(flags=["vpn"]), address(flags=["tor", "hosting"])]}, "addresses_hidden", 2),
        ({"attributions": [address(masked=True)]}, "addresses_withheld", 1),
        ({"attributions": [address(masked=True)]}, "addresses_none", 0),
        ({}, "addresses_none", 1),
        ({"attributions": [address(log=log()), address(log=log(-1)), address(log=log(preserved=True))]}, "logs_running", 1),
        ({"attributions": [address(log=log(6)), address(log=log(8))]}, "logs_soon", 1),
        ({"attributions": [address(log=log()), address(log=log(preservation=[{"kind": "asked"}]))]}, "logs_unasked", 1),
        ({"attributions": [address(log=log(-1)), address(log=log(-2, preserved=True))]}, "logs_gone", 1),
        ({"attributions": [address(log=log(-1, kept_until_by_rule_at=(AT + timedelta(days=1)).isoformat())), address(log=log(-1))]}, "logs_kept_by_rule", 1),
        ({"attributions": [address(log=log(preserved=True))]}, "logs_preserved", 1),
        ({"attributions": [address(log=log(holder_known=False)), address(log=log())]}, "logs_holder_unknown", 1),
        ({"identifiers": [identifier(), identifier(value="b", role="victim", masked=True)]}, "handles", 1),
        ({"identifiers": [identifier(), identifier("account_id", "7"), identifier(scope="Other")]}, "handles_alone", 1),
        ({"identifiers": [identifier("account_id", "7")]}, "account_numbers", 1),
        ({"identifiers": [identifier("email", "a@mail.example", verified=True), identifier("email", "b@mail.example")]}, "emails_verified", 1),
        ({"identifiers": [identifier("email", "b@mail.example", verified=False)]}, "emails_unverified", 1),
        ({"identifiers": [identifier("url", "https://pictogram.example")]}, "identifiers_none", 1),
        ({"identifiers": [identifier("phone", "+910000000000")]}, "identifiers_none", 0),
        ({"incident": {"at": None, "escalated": True}}, "incident_time_missing", 1),
        ({"incident": {"at": None, "escalated": True}}, "urgent", 1),
        ({"routing": {"urgent": True}}, "urgent", 1),
        ({"files": [file(), file(viewed_by_provider=True), file(viewed_by_provider=False)]}, "files_view_unknown", 1),
        ({"files": [file(sha256="")]}, "files_unhashed", 1),
        ({}, "files_none", 1),
        ({"whereabouts": {"abstained": False, "level": "state"}}, "place_state", 1),
        ({"whereabouts": {"abstained": True, "level": "district"}}, "place_none", 1),
        ({"whereabouts": {"abstained": False, "level": "district"}}, "place_district", 1),
        ({"links": [link(1), link(1), link(2), link(None, visible=False)]}, "related", 2),
        ({"links": [link(1), link(None, visible=False)]}, "related_elsewhere", 1),
        ({"probable_repeat_of": 3}, "repeat", 1),
        ({"case": {"number": "IN-MH-JALGAON/2026/0001"}}, "in_case", 1),
        ({}, "waiting", 1),
        ({"referrals": [{"to": DESK, "state": "received"}]}, "waiting", 1),
        ({"referrals": [{"to": DESK, "state": "acknowledged"}]}, "acknowledged", 1),
        ({"referrals": [{"to": DESK, "state": "accepted"}]}, "acknowledged", 1),
        ({"referrals": [{"to": DESK, "state": "forwarded"}, {"to": "IN-MH-PUNE", "state": "sent"}]}, "held", 0),
        ({"referrals": [], "receiving_agency": DESK}, "held", 1),
        ({"referrals": [], "receiving_agency": DESK}, "waiting", 0),
        ({"state": "retracted"}, "held", 0),
    ],
)  # fmt: skip
def test_what_a_fact_counts(given: dict[str, Any], name: str, number: int) -> None:
    assert numbers(**given)[name] == number


def test_nobody_who_asks_holds_nothing() -> None:
    facts = facts_of(found(), AT)
    assert facts.numbers["held"] == facts.numbers["investigates"] == facts.numbers["hands_down"] == 0
    assert not held_by("IN-MH-PUNE", found()) and held_by(DESK, found())


def test_the_next_log_is_the_soonest_that_still_runs_and_nobody_keeps() -> None:
    logs = [log(9, holder="late"), log(2, holder="soon"), log(-3, holder="gone"), log(1, holder="kept", preserved=True)]
    chain = found(attributions=[address(log=one) for one in logs] + [address(log=log(3, likely_gone_at=None))])
    soonest = next_log(chain, AT)
    assert soonest is not None and soonest["holder"] == "soon"
    assert facts_of(chain, AT).values["holder"] == "soon"
    assert next_log(found(), AT) is None
