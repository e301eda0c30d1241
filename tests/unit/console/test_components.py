"""What a reader can rely on in the components: exact values stay whole, hostile text stays text, no state by colour alone."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tipline.console import errors
from tipline.console.templatetags import components, log_expiry

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "now", lambda: NOW)
    monkeypatch.setattr(log_expiry, "now", lambda: NOW)


def desk_request(timezone: str = "Asia/Kolkata") -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(agency=SimpleNamespace(timezone=timezone))  # type: ignore[assignment]
    return request


def drawn(tag: str, timezone: str = "Asia/Kolkata", **given: Any) -> str:
    return Template("{% load components log_expiry %}" + tag).render(
        Context({"request": desk_request(timezone), **given})
    )


def text_of(markup: str) -> str:
    """What a screen reader gets."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def test_a_time_is_in_the_desks_zone_with_utc_behind_it() -> None:
    markup = drawn("{% moment at %}", at=NOW)
    assert text_of(markup) == "24 Nov 2026 20:00 IST"
    assert 'datetime="2026-11-24T14:30:00+00:00"' in markup
    assert 'title="2026-11-24 14:30:00 UTC"' in markup


def test_a_time_as_iso_text_is_read_with_its_offset() -> None:
    assert text_of(drawn("{% moment at %}", at="2026-11-24T14:30:00+05:30")) == "24 Nov 2026 14:30 IST"


def test_a_missing_time_is_said_and_an_unknown_zone_falls_back_to_utc() -> None:
    assert text_of(drawn('{% moment at missing="not yet" %}', at=None)) == "not yet"
    assert text_of(drawn("{% moment at %}", "Nowhere/Atall", at=NOW)) == "24 Nov 2026 14:30 UTC"


@pytest.mark.parametrize(
    ("left", "words", "state"),
    [
        (timedelta(days=120), "120 days left", "ok"),
        (timedelta(days=7, seconds=1), "7 days left", "ok"),
        (timedelta(days=7), "7 days left", "soon"),
        (timedelta(days=1), "1 day left", "soon"),
        (timedelta(hours=23, minutes=59), "23 hours left", "soon"),
        (timedelta(minutes=1), "1 minute left", "soon"),
        (timedelta(seconds=59), "moments left", "soon"),
        (timedelta(0), "gone for moments", "late"),
        (-timedelta(days=2), "gone for 2 days", "late"),
    ],
)
def test_a_clock_says_in_words_how_it_stands(left: timedelta, words: str, state: str) -> None:
    markup = drawn("{% clock at %}", at=NOW + left)
    assert text_of(markup) == words
    assert f"clock-{state}" in markup


@given(st.text("0123456789abcdef", min_size=8, max_size=128))
def test_a_hash_is_whole_for_eye_copy_and_screen_reader(value: str) -> None:
    markup = drawn('{% digest "SHA-256" value %}', value=value)
    inner = markup[markup.index("<code>") : markup.index("</code>")]
    assert re.sub(r"<[^>]*>", "", inner) == value


@given(st.text(max_size=40))
def test_an_identifier_never_carries_markup_or_hidden_characters(value: str) -> None:
    entry = {"kind": "handle", "value": value, "scope": value, "sightings": [{"original": value}]}
    markup = drawn("{% identifier entry %}", entry=entry)
    tags = set(re.findall(r"<\s*/?\s*([^\s>/]*)", markup))
    assert tags <= {"span", "q"}
    assert not set(markup) & {"\u202e", "\u200b", "\x00", "\u2066"}


def test_an_identifier_shows_what_was_written_when_it_was_normalised() -> None:
    entry = {"kind": "handle", "value": "kite", "scope": "pictogram", "sightings": [{"original": "@Kite"}] * 2}
    assert (
        text_of(drawn("{% identifier entry %}", entry=entry)) == "Handle kite on pictogram written @Kite seen 2 times"
    )


def log(**changed: Any) -> dict[str, Any]:
    return {
        "likely_gone_at": (NOW + timedelta(days=14)).isoformat(), "kept_until_by_rule_at": (NOW + timedelta(days=177)).isoformat(),
        "preserved": False, **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words", "state"),
    [
        ({}, "14 days left likely gone 8 Dec 2026", "ok"),
        ({"likely_gone_at": NOW + timedelta(days=2)}, "2 days left likely gone 26 Nov 2026", "soon"),
        # a quarter to four in the morning at the desk, still the day before in UTC
        ({"likely_gone_at": NOW + timedelta(hours=7, minutes=45)}, "7 hours left likely gone 25 Nov 2026", "soon"),
        (
            {"likely_gone_at": NOW - timedelta(days=3)},
            "likely gone for 3 days by rule kept until 20 May 2027: ask at once",
            "late",
        ),
        (
            {"likely_gone_at": NOW - timedelta(days=9), "kept_until_by_rule_at": NOW - timedelta(days=1)},
            "gone for 9 days since 15 Nov 2026",
            "late",
        ),
        (
            {"likely_gone_at": NOW - timedelta(days=9), "kept_until_by_rule_at": None},
            "gone for 9 days since 15 Nov 2026",
            "late",
        ),
        ({"asked": True}, "14 days left likely gone 8 Dec 2026; preservation asked for", "ok"),
        ({"preserved": True}, "Preserved", "badge-good"),
        ({"likely_gone_at": None}, "no time given", "quiet"),
    ],
)
def test_a_log_clock_says_in_words_what_is_likely_and_what_is_the_rule(
    changed: dict[str, Any], words: str, state: str
) -> None:
    markup = drawn("{% log_clock log %}", log=log(**changed))
    assert text_of(markup) == words
    assert state in markup


def test_an_address_says_who_holds_its_log_whom_to_ask_and_what_was_noted() -> None:
    held = log(
        sighting=7, holder="Example Broadband\u202e<b>", explanation="Likely gone on 8 Dec 2026.", counted_from=NOW.isoformat(),
        next={
            "contact": {"role": "Nodal officer", "email": "nodal@placeholder.example", "placeholder": True}, "accepts": ["Letter"],
            "port_needed": True, "advice": None,
        },
        preservation=[
            {"kind": "asked", "on": "2026-11-20", "reference": "L<1>", "by": "Jyoti", "noted_at": NOW.isoformat()}
        ],
    )  # fmt: skip
    markup = drawn("{% address entry %}", entry=address(log=held, port=None))
    text = text_of(markup)
    for words in (
        "14 days left", "preservation asked for on 20 Nov 2026", "Nodal officer, nodal@placeholder.example placeholder: fill in",
        "its source port, which the report does not state", "reference L<1>", "noted by Jyoti", "the clock stops",
    ):  # fmt: skip
        assert words in text, words
    assert "<b>" not in markup and "\u202e" not in markup
    assert "<form" not in markup  # nobody may note here


def address(**changed: Any) -> dict[str, Any]:
    return {
        "ip": "2001:db8::7", "port": 443, "at": NOW - timedelta(days=3), "country": "IN", "state": "Maharashtra",
        "district": "Jalgaon", "owner": "", "flags": [], "confidence": 0.95, "abstained": False, "explanation": "why",
        "sources": [], **changed,
    }  # fmt: skip


def test_an_address_keeps_port_and_time_beside_it_and_says_how_sure() -> None:
    text = text_of(drawn("{% address entry %}", entry=address()))
    assert text.startswith(
        "2001:db8::7 port 443 21 Nov 2026 20:00 IST Jalgaon, Maharashtra, IN high confidence (95 %) no time given"
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"port": None}, "no port"),
        ({"at": None}, "no time given"),
        ({"district": "", "state": "", "country": ""}, "place unknown"),
        ({"confidence": 0.84}, "fair confidence (84 %)"),
        ({"confidence": 0.59}, "low confidence (59 %)"),
        ({"confidence": 0.3, "abstained": True}, "Tipline abstains (30 %)"),
        ({"flags": ["cgnat"]}, "Carrier-grade NAT: many subscribers share it; port and exact time are needed"),
        ({"flags": ["new-flag"]}, "new-flag"),
    ],
)
def test_an_address_says_what_is_missing_or_doubtful(changed: dict[str, Any], words: str) -> None:
    assert words in text_of(drawn("{% address entry %}", entry=address(**changed)))


def test_every_point_of_a_score_names_its_rule_and_source() -> None:
    reasons = [
        {"rule": "escalated", "points": 40, "title": "Asked for", "source": "need 1"},
        {"rule": "log-gone", "points": -10, "title": "Logs gone", "source": "need 3"},
        {"rule": "floor", "points": 0, "title": "Never below", "source": "need 1"},
    ]
    text = text_of(drawn('{% score "priority" value %}', value={"score": 80, "reasons": reasons, "rules_version": "7"}))
    for words in ("80 of 100", "3 reasons", "+40 Asked for rule escalated · need 1", "−10 Logs gone rule log-gone",
                  "floor Never below", "Rules version 7"):  # fmt: skip
        assert words in text


def test_only_a_high_priority_alarms_and_nothing_is_said_as_such() -> None:
    high = {"score": 100, "reasons": []}
    assert "score-alarm" in drawn('{% score "priority" value %}', value=high)
    assert "score-alarm" not in drawn('{% score "completeness" value %}', value=high)
    nothing = text_of(drawn('{% score "priority" value %}', value={"score": 0, "reasons": [], "rules_version": "7"}))
    assert nothing == "Priority 0 of 100 No rule applies (rules version 7)."
    assert "Not scored yet" in drawn('{% score "priority" value %}', value=None)


def test_the_way_names_agencies_and_how_the_report_came_there() -> None:
    hops = [
        {
            "from": "US-NCMEC",
            "to": "IN-NCRB",
            "to_name": "Nation",
            "state": "forwarded",
            "at": NOW,
            "rule": "standing-rule",
        },
        {"from": "IN-NCRB", "to": "IN-MH-CYBER", "to_name": "State", "state": "sent", "at": NOW, "rule": "person"},
    ]
    assert text_of(drawn('{% way "US-NCMEC" hops "Top" %}', hops=hops)) == (
        "Top US-NCMEC received by its door"
        " Nation IN-NCRB Forwarded 24 Nov 2026 20:00 IST · by the standing rule of US-NCMEC"
        " State IN-MH-CYBER On the desk 24 Nov 2026 20:00 IST · by a person at IN-NCRB"
    )


def test_an_unknown_state_and_an_unknown_incident_stay_readable() -> None:
    assert text_of(drawn('{% badge "waiting_for_court" %}')) == "Waiting for court"
    assert drawn("{{ kind|incident }}", kind="New <kind>\u202e") == "New &lt;kind&gt;⟨U+202E⟩"
    assert drawn("{{ kind|incident }}", kind="Online Enticement of Children for Sexual Acts") == "Online enticement"


def test_the_error_summary_leads_to_the_field_which_says_it_again() -> None:
    faults = [("title", "A case needs a <title>")]
    summary = drawn("{% error_summary faults %}", faults=faults)
    assert '<a href="#title">A case needs a &lt;title&gt;</a>' in summary
    assert 'role="alert"' in summary and "autofocus" in summary
    assert 'id="title-error"' in drawn('{% field_error faults "title" %}', faults=faults)
    assert drawn('{% field_error faults "note" %}', faults=faults).strip() == ""
    assert drawn("{% error_summary faults %}", faults=[]).strip() == ""


def test_pages_keep_the_pile_that_one_is_in() -> None:
    page = Paginator(range(120), 50).page(2)
    markup = drawn("{% pagination page query %}", page=page, query="tab=all&")
    assert 'href="?tab=all&amp;page=1"' in markup and 'href="?tab=all&amp;page=3"' in markup
    assert drawn("{% pagination page %}", page=Paginator(range(3), 50).page(1)).strip() == ""


def test_the_page_of_a_server_error_needs_no_database() -> None:
    # pytest-django refuses every query here, as a database that is away would
    response = errors.server_error(desk_request())
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
