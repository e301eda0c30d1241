"""From answers to a document: whatever was typed is in it, as text, and the stages can read it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tipline.intake.cybertipline.document import parse_report
from tipline.intake.public_form.document import MOST_LINKS, document_of, header_of
from tipline.intake.public_form.reading import Contact, Given, faults_of, read
from tipline.pipeline.extraction.reading import read as extract
from tipline.reports.models import IdentifierKind

FULL = Given(
    danger="yes", about="threat", links="https://pictogram.example/a\nnot a link\npictogram.example/b", app="Pictogram",
    account="Harbour", story="He wrote.", when="last night", own="yes", contact=Contact("Asha", "1", "a@b.example"),
)  # fmt: skip


def root(given: Given) -> etree._Element:
    return etree.fromstring(document_of(given, "en").body)


def test_everything_that_was_said_has_its_place() -> None:
    found = root(FULL)
    assert [e.tag for e in found.find("incidentSummary")] == [  # type: ignore[union-attr]
        "incidentType", "platform", "escalateToHighPriority", "reportAnnotations", "incidentDateTimeDescription",
    ]  # fmt: skip
    assert [e.text for e in found.iter("url")] == ["https://pictogram.example/a", "pictogram.example/b"]
    assert found.findtext("personOrUserReported/screenName") == "Harbour"
    assert (found.findtext("additionalInfo") or "").split("\n\n") == [
        "He wrote.", "not a link", "The reporter says that it happened to them.",
    ]  # fmt: skip
    assert header_of(FULL).escalated and header_of(FULL).incident_at is None


def test_with_a_time_it_would_be_valid_at_the_door() -> None:
    """What the wire demands and the form does not know is the time, and it is not made up; all else has the wire's form."""
    found = root(replace(FULL, when=""))
    summary = found.find("incidentSummary")
    assert summary is not None
    etree.SubElement(summary, "incidentDateTime").text = "2026-01-05T10:15:00Z"
    parse_report(etree.tostring(found))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("@Harbour_Lantern", IdentifierKind.HANDLE, "harbour_lantern"),
        ("x@mail.example", IdentifierKind.EMAIL, "x@mail.example"),
        ("+91 99999 00000", IdentifierKind.PHONE, "+919999900000"),
        ("https://pictogram.example/x", IdentifierKind.URL, "https://pictogram.example/x"),
        ("pictogram.example/x", IdentifierKind.URL, "https://pictogram.example/x"),
        ("रवि", IdentifierKind.HANDLE, "रवि"),
    ],
)
def test_an_account_is_what_it_looks_like(text: str, kind: IdentifierKind, value: str) -> None:
    (sighting,) = extract(document_of(Given(account=text, app="Pictogram"), "en").body, [], "Public form").sightings
    assert (sighting.identifier.kind, sighting.identifier.value, sighting.original) == (kind, value, text)


def test_the_contact_and_the_language_are_not_in_the_document() -> None:
    one, other = (
        document_of(replace(FULL, contact=Contact(name)), language) for name, language in (("A", "en"), ("B", "mr"))
    )
    assert one.body == other.body and one.sha256 == other.sha256
    assert one.source is not None and other.source is not None
    assert json.loads(one.source.body)["language"] == "en"
    assert set(json.loads(other.source.body)) == {
        "language", "danger", "about", "links", "app", "account", "story", "when", "own",
    }  # fmt: skip


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(WORDS, WORDS, WORDS, WORDS, WORDS)
def test_whatever_is_typed_makes_a_document_that_the_stages_read(
    links: str, app: str, account: str, story: str, when: str
) -> None:
    answers = read({"links": links, "app": app, "account": account, "story": story, "when": when, "about": "harm"})
    document = document_of(answers, "hi")
    found = extract(document.body, [], "Public form")
    kinds = {s.identifier.kind for s in found.sightings}
    assert IdentifierKind.IP not in kinds
    if answers.account and not faults_of(answers):
        assert any(s.role == "reported" for s in found.sightings) or not answers.account.strip("\ufffd@ \t\n").strip()


def test_more_links_than_fit_are_kept_as_text() -> None:
    links = "\n".join(f"https://pictogram.example/{n}" for n in range(MOST_LINKS + 5))
    found = root(Given(links=links))
    assert len(list(found.iter("url"))) == MOST_LINKS
    assert (found.findtext("additionalInfo") or "").count("https://") == 5


def test_only_choices_of_ours_count() -> None:
    given = read({"danger": "<b>", "about": "nosuch", "own": "maybe", "story": " a\r\nb\0 "})
    assert given == Given(story="a\nb\ufffd")
