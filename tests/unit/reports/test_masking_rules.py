"""Texts in, masked texts out: what is looked for, what stands in its place, and what is treated in which way."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.canary import canary_report
from tipline.pipeline.extraction.reading import read
from tipline.reports import masking
from tipline.reports.masking import RULES, Terms, Treatment, mask, mask_of, outside, sift, told_host
from tipline.reports.models import IdentifierKind, PersonRole

NAME = "Child 1: name withheld"


def terms(*names: str) -> Terms:
    made = Terms()
    for name in names:
        made.add_name(name, NAME)
    return made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("about KIRAN and her friends", f"about [{NAME}] and her friends"),
        ("https://x.example/kiran_01.png", f"https://x.example/[{NAME}]_01.png"),
        ("Kiran  Deshpande\nwas here", f"[{NAME}]\nwas here"),
        ("kiran%20deshpande.mp4", f"[{NAME}].mp4"),
        ("kiran+deshpande", f"[{NAME}]"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_a_name_is_replaced_wherever_it_stands(text: str, shown: str) -> None:
    assert terms("Kiran", "Kiran Deshpande").hide(text) == shown


@pytest.mark.parametrize(
    ("name", "text", "stays"),
    [("Ram", "a program of Rama", True), ("Ram", "ram_1990 spoke", False), ("A", "a b c A", True), ("Unknown", "place unknown", True)],
)  # fmt: skip
def test_a_short_name_is_replaced_as_a_word_only_and_placeholders_never(name: str, text: str, stays: bool) -> None:
    assert (terms(name).hide(text) == text) == stays


@pytest.mark.parametrize("text", ["Weiß Example", "WEISS EXAMPLE", "weiss example", "WEIẞ example"])
def test_letters_that_folding_changes_are_found_as_written(text: str) -> None:
    assert "xample" not in terms("Weiß Example").hide(f"so {text} wrote").lower()


@example("0000ß", "", "")
@given(st.text(min_size=5, max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_what_is_looked_for_never_stays(name: str, before: str, after: str) -> None:
    assume(len(" ".join(name.split())) >= RULES.lengths.anywhere)  # a shorter one is looked for as a word
    made = terms(name)
    hidden = made.hide(f"{before}{name}{after}")
    if made:
        assert " ".join(name.split()) not in " ".join(hidden.replace(f"[{NAME}]", "\0").split())


def test_an_account_is_found_in_the_forms_in_which_texts_quote_it() -> None:
    made = Terms()
    made.add_identifier("email", "little.boat@mail.example", "E")
    made.add_identifier("phone", "+919800000001", "P")
    made.add_identifier("url", "https://www.pictogram.example/boat", "U")
    text = made.hide("little.boat wrote to 9800000001 from pictogram.example/boat and LITTLE.BOAT@mail.example")
    assert text == "[E] wrote to [P] from [U] and [E]"


def test_a_report_that_names_too_many_is_withheld_as_a_whole() -> None:
    made = terms(*(f"name number {n}" for n in range(RULES.lengths.most)))
    assert made.hide("anything") == "[withheld: this report names too many children]"


@given(st.text(max_size=60), st.sampled_from(IdentifierKind))
def test_a_mask_tells_nothing_of_the_value(value: str, kind: IdentifierKind) -> None:
    assert mask_of(kind, 1, value=value) == mask_of(kind, 1, value=value[::-1].replace("@", "")) or told_host(
        kind, value
    )
    assert outside(kind, value, of_child=True, names_child=False) == mask_of(kind, None, value=value)


def test_the_host_of_an_address_is_told_when_it_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = RULES.model_copy(update={"mail_hosts": frozenset({"large.example"})})
    monkeypatch.setattr(masking, "RULES", rules)
    assert mask_of("email", 2, value="a@LARGE.example") == "Child 2: e-mail address at large.example withheld"
    assert mask_of("email", 2, 3, value="a@family.example") == "Child 2: e-mail address 3 withheld"
    assert mask(None, "handle") == "A child's handle, withheld"


def test_elements_that_nobody_thought_of_are_folded() -> None:
    shown, folded = sift(
        {"city": ["Jalgaon"], "newElement": ["text"], "email": ["x@y.example"], "incidentAddress": [{"city": ["Pune"], "@type": "Home"}],
         "personOrUserReportedPerson": [{"age": ["40"], "profileBio": ["mine"]}]}
    )  # fmt: skip
    assert set(shown) == {"city", "incidentAddress", "personOrUserReportedPerson"}
    assert folded == [("newElement", "text"), ("personOrUserReportedPerson/profileBio", "mine")]


def test_every_element_of_the_schema_that_is_a_free_text_is_treated_knowingly() -> None:
    """The schema's elements are all in the data file, so that a new one is a decision and not an accident."""
    import re

    names = set(re.findall(r"<([A-Za-z0-9]+)[ >]", canary_report().decode()))
    people = {"report", "victim", "victimPerson", "personOrUserReported", "intendedRecipient", "reporter"}
    flags = {
        "sextortion",
        "csamSolicitation",
        "minorToMinorInteraction",
        "spam",
        "sadisticOnlineExploitation",
        "informational",
    }
    within = {"eventName", "dateTime", "possibleProxy", "port", "ipAddress", "idType", "idValue"}
    assert names - people - flags - within - set(RULES.elements) == set()
    assert Treatment.OPEN not in {RULES.elements.get(name) for name in within | flags}


def test_what_stands_under_a_child_is_the_childs() -> None:
    extract = read(canary_report(), [], "Pictogram")
    under = [p for p in extract.persons if p.path.startswith("/report/victim")]
    assert len(under) == 2  # the child, and the account that goes with it
    assert {(p.role, p.child) for p in under} == {(PersonRole.VICTIM, 1)}
    assert {p.child for p in extract.persons if p not in under} == {None}
    sightings = [s for s in extract.sightings if s.path.startswith("/report/victim")]
    assert {s.identifier.kind for s in sightings} == set(IdentifierKind)
    assert {(s.role, s.child) for s in sightings} == {(PersonRole.VICTIM, 1)}
    assert {s.child for s in extract.sightings if s not in sightings} == {None}


@pytest.mark.parametrize(("age", "child"), [(b"17", 1), (b"18", None), (b"", None)])
def test_an_intended_recipient_of_a_stated_age_under_18_is_a_child(age: bytes, child: int | None) -> None:
    body = (
        b"<report><incidentSummary/><intendedRecipient><intendedRecipientPerson><age>"
        + age
        + b"</age></intendedRecipientPerson>"
        b"<screenName>boat</screenName></intendedRecipient><victim><screenName>kite</screenName></victim></report>"
    )
    extract = read(body, [], "Pictogram")
    assert [s.child for s in extract.sightings] == [child, 1 if child is None else 2]
