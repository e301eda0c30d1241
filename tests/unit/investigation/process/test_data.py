"""The directory of platforms and the reminders, as data."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from tipline.investigation.legal.catalogue import catalogue
from tipline.investigation.process.models import RequestKind
from tipline.investigation.process.platforms import Accepts, OwnPlatformFile, platforms, together
from tipline.investigation.process.reminders import REMINDERS, TERMS, KindTerms, Reminders

ABOUT = {"title": "Own", "version": "7", "source": "A letter", "licence": "-", "as_of": "2026-11-28"}


def entry(key: str, name: str, **more: object) -> dict[str, object]:
    contact = {"role": "Nodal officer", "email": f"{key}@placeholder.example", "placeholder": True}
    return {
        "key": key,
        "name": name,
        "country": "IN",
        "contact": contact,
        "source": "A letter",
        "as_of": "2026-11-28",
    } | more


def test_no_contact_that_comes_with_tipline_is_anybodys() -> None:
    for platform in platforms().platforms:
        assert platform.contact.placeholder and platform.contact.email.endswith(".example"), platform.key
        assert platform.source and platform.as_of and platform.company, platform.key


def test_nothing_in_it_is_a_contact_or_an_address() -> None:
    for platform in platforms().platforms:
        for text in (*(f.text for f in platform.facts), *(f"{a.form} {a.note}" for a in platform.accepts)):
            assert not re.search(r"@|https?:|\+\d{5}|www\.|\.com\b", text), (platform.key, text)


def test_what_real_companies_say_is_told_with_care() -> None:
    """Every claim of a real company's says that it is public, or to be checked, or who says it."""
    for platform in platforms().platforms:
        if platform.source.startswith("fictional"):
            continue
        for one in platform.accepts:
            if one.asking == "preservation":
                assert re.search(r"check|publicly stated", one.note, re.IGNORECASE), platform.key
        for fact in platform.facts:
            if fact.about == "preservation":
                assert fact.text.startswith("Says"), platform.key


@pytest.mark.parametrize(
    ("name", "key"),
    [("YouTube", "google"), ("x", "x"), ("TWITTER", "x"), ("Snapchat", "snapchat"), ("facebook messenger", "facebook"), ("Moj", "sharechat"),
     ("Pictogram", "pictogram")],
)  # fmt: skip
def test_names_of_reports_lead_to_entries(name: str, key: str) -> None:
    found = platforms().find(name)
    assert found is not None and found.key == key


def test_an_unknown_name_leads_nowhere() -> None:
    assert platforms().find("Somewhere else") is None
    assert platforms().find("") is None


def test_own_entries_stand_before_ours() -> None:
    own = OwnPlatformFile.model_validate(
        {"about": ABOUT, "platforms": [entry("new", "Twitter"), entry("google", "Google")]}
    )
    both = together(own)
    taken = both.find("Twitter")
    assert taken is not None and taken.key == "new"
    mine = both.by_key("google")
    assert mine is not None and mine.company == ""
    assert both.find("YouTube") is None  # the whole entry counts, with its own names
    assert both.about.version.startswith("own 7 + ")
    assert together(None) is platforms()


@pytest.mark.parametrize(
    "wrong",
    [
        [entry("a", "One"), entry("a", "Two")],
        [entry("a", "One"), entry("b", "ONE")],
        [entry("a", "…")],
        [entry("a", "One", accepts=[{"asking": "mlat", "form": "x"}, {"asking": "mlat", "form": "y"}])],
        [entry("a", "One", accepts=[{"asking": "mlat", "form": "x", "days": 3}])],
        [entry("a", "One", country="India")],
        [entry("a", "One", surprise=1)],
    ],
)
def test_a_wrong_directory_is_refused(wrong: list[dict[str, object]]) -> None:
    with pytest.raises(ValidationError):
        OwnPlatformFile.model_validate({"about": ABOUT, "platforms": wrong})


def test_each_kind_has_its_terms_and_rests_on_a_section_that_there_is() -> None:
    assert set(TERMS) == set(RequestKind)
    for terms in TERMS.values():
        if terms.basis:
            assert catalogue("IN").section(terms.basis)
    assert TERMS[RequestKind.ASSISTANCE].term_hours == 72  # IT Rules 2021 r.3(1)(j)
    assert round(REMINDERS.comparison.percent) == 25


@pytest.mark.parametrize(
    "change",
    [
        {"days": None},
        {"warn_days": (1, 7)},
        {"escalate_after_hours": 1},
        {"kind": "production"},
        {"remind_after_hours": 0},
    ],
)
def test_terms_that_contradict_themselves_are_refused(change: dict[str, object]) -> None:
    whole = TERMS[RequestKind.PRESERVATION].model_dump()
    with pytest.raises(ValidationError):
        KindTerms.model_validate(whole | change)


def test_every_kind_stands_once() -> None:
    whole = REMINDERS.model_dump()
    with pytest.raises(ValidationError, match="stands once"):
        Reminders.model_validate(whole | {"kinds": whole["kinds"][1:]})
    assert Accepts(asking="preservation", form="x").days is None
