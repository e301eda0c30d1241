"""The lists that cases go by, and patterns of numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tipline.investigation.cases.lists import KINDS, Corroboration, closing, corroboration
from tipline.investigation.cases.models import EvidenceKind
from tipline.investigation.cases.numbering import STANDARD, check_pattern, written
from tipline.investigation.cases.registration import ENQUIRY_SECTION, OFFICER_SECTION
from tipline.investigation.legal.catalogue import catalogue
from tipline.trust.accounts.models import Rank
from tipline.trust.agencies.models import Agency

JALGAON = Agency(code="IN-MH-JALGAON", timezone="Asia/Kolkata")


def test_the_kinds_are_those_of_the_table() -> None:
    assert set(EvidenceKind.values) == KINDS


@given(st.lists(st.sampled_from(["provider_reply", "other"]), max_size=12))
def test_providers_records_alone_are_never_enough(kinds: list[str]) -> None:
    assert corroboration().missing(kinds)


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=8), st.sampled_from(sorted(KINDS)))
def test_more_evidence_never_makes_it_less(kinds: list[str], more: str) -> None:
    rule = corroboration()
    assert rule.missing(kinds) or not rule.missing([*kinds, more])


def test_a_rule_that_cannot_be_met_is_no_rule() -> None:
    about = corroboration().about.model_dump()
    kind = {"kind": "device", "group": "devices", "beyond_records": True}
    with pytest.raises(ValidationError, match="more groups are needed"):
        Corroboration.model_validate({"about": about, "needed": 2, "kinds": [kind]})
    with pytest.raises(ValidationError, match="stands twice"):
        Corroboration.model_validate({"about": about, "needed": 1, "kinds": [kind, kind]})


def test_reasons_stand_once_and_judge_nobody() -> None:
    reasons = closing().reasons
    assert len({r.id for r in reasons}) == len(reasons)
    words = " ".join(f"{r.label} {r.hint}" for r in reasons).casefold().split()
    assert not {"guilty", "suspect", "culprit"} & set(words)


def test_the_law_that_warns_is_in_the_catalogue() -> None:
    for country, (section, _) in {**OFFICER_SECTION, **ENQUIRY_SECTION}.items():
        assert catalogue(country).section(section)
    assert Rank.INSPECTOR.at_least(Rank.INSPECTOR) and not Rank.NONE.at_least(Rank.INSPECTOR)


@given(st.integers(1, 999_999), st.integers(1, 999_999))
def test_two_numbers_are_never_written_alike(one: int, two: int) -> None:
    for pattern in (STANDARD, "CR-{number}/{year2}", "{number}{year2}", "{agency} {year}.{number:06}"):
        checked = check_pattern(pattern, JALGAON)
        assert (written(checked, JALGAON, 2026, one) == written(checked, JALGAON, 2026, two)) == (one == two)
