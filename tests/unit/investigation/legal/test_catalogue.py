from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tipline.core.errors import InvalidInputError
from tipline.investigation.legal.catalogue import Catalogue, catalogue


def test_india_has_the_sections_that_a_case_of_csam_is_registered_under() -> None:
    india = catalogue("IN")
    assert india.country == "IN"
    assert {s.id for s in india.offences} >= {"IN-ITA-67B", "IN-POCSO-13", "IN-POCSO-14", "IN-POCSO-15"}
    assert catalogue("in").sections == india.sections


def test_rules_of_procedure_are_no_offences() -> None:
    procedure = {
        "IN-ITA-78",
        "IN-JJ-74",
        "IN-BNSS-173-3",
        "IN-ITR-3-1-J",
        "IN-BNSS-173",
        "IN-BNSS-94",
        "IN-BSA-63",
        "IN-POCSO-19",
        "IN-POCSO-23",
    }
    assert procedure <= {s.id for s in catalogue("IN").sections}
    assert not procedure & {s.id for s in catalogue("IN").offences}


def test_every_section_says_what_it_is() -> None:
    for section in catalogue("IN").sections:
        assert section.id.startswith("IN-")
        assert section.act
        assert section.section.startswith(("s", "r", "direction"))
        assert section.title
        assert len(section.summary) > 20


def test_every_section_of_india_has_a_source_and_names_in_three_languages() -> None:
    for section in catalogue("IN").sections:
        assert section.source, section.id
        for language in ("hi", "mr"):
            names = section.names(language)
            assert names.act != section.act and names.title != section.title, (section.id, language)
        assert section.names("en").act == section.act
        assert not section.punishment or section.offence, section.id


def test_a_section_is_found_by_its_id_and_labelled_as_a_case_shows_it() -> None:
    section = catalogue("IN").section("IN-POCSO-15")
    assert section.label == "POCSO Act 2012 s.15: storage of pornographic material involving a child"


def test_an_unknown_section_is_named() -> None:
    with pytest.raises(InvalidInputError, match="no section 'IN-ITA-67X' in the law catalogue of IN"):
        catalogue("IN").section("IN-ITA-67X")


@pytest.mark.parametrize("country", ["LK", "", "I", "IND", "..", "../in", "IN\n", "ı̇n"])
def test_a_country_without_a_file_has_no_sections(country: str) -> None:
    assert catalogue(country).sections == ()


@settings(deadline=None)
@given(st.text(max_size=5))
def test_no_country_reads_outside_the_folder_or_raises(country: str) -> None:
    found = catalogue(country)
    assert found.sections == () or country.upper() == "IN"


@pytest.mark.parametrize("field", ["repeated", "badly named", "unknown field"])
def test_a_catalogue_that_contradicts_itself_is_refused(field: str) -> None:
    section = {"id": "IN-X-1", "act": "a", "section": "s.1", "title": "t", "summary": "s"}
    sections = {
        "repeated": [section, section],
        "badly named": [section | {"id": "in x 1"}],
        "unknown field": [section | {"offense": True}],
    }[field]
    about = {"title": "t", "version": "1", "source": "s", "licence": "l", "as_of": "2026-11-24"}
    with pytest.raises(ValidationError):
        Catalogue.model_validate({"about": about, "country": "IN", "sections": sections})
