"""From answers to a `report` document like a provider's, so that everything behind the door reads it. Text is data here.

What nobody said is not there: no time of an incident is made up, and a reporter who is not sure what it is has `Not stated` for
its type. So the document is like the wire's, and need not be valid by the door's schema, which asks for both.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets

from lxml import etree
from lxml.builder import E  # type: ignore[import-not-found]  # the stubs lack it

from tipline.intake.public_form.reading import Given
from tipline.intake.public_form.texts import CHOICES
from tipline.reports.services import ReceivedDocument, ReportHeader, Source

FORMAT = "public-form/1"
NOT_STATED = "Not stated"
DANGER = "The reporter says that a child is in danger now."
_DANGERS = {
    "no": "The reporter says that no child is in danger now.",
    "unsure": "The reporter is not sure whether a child is in danger now.",
}
OWN = "The reporter says that it happened to them."
MOST_LINKS = 40
_LONGEST_URL = 2083
_LONGEST_PLATFORM = 256
# what XML 1.0 cannot hold (§2.2)
_UNHOLDABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{6,18}[0-9]")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://\S+|(?:[^\s/@]+\.)+[^\s/@.]{2,}(?:/\S*)?)", re.IGNORECASE)


def header_of(given: Given) -> ReportHeader:
    """What the list of reports needs."""
    choice = CHOICES.find(given.about)
    return ReportHeader(
        incident_type=(choice.incident_type if choice else "") or NOT_STATED,
        incident_at=None,
        incident_at_text="",
        platform=_held(given.app),
        escalated=given.danger == "yes",
        escalation=DANGER if given.danger == "yes" else "",
    )


def document_of(given: Given, language: str) -> ReceivedDocument:
    """The document, with the form's answers beside it as they came. The same answers make the same bytes."""
    source = json.dumps({"language": language, **given.answers()}, ensure_ascii=False, sort_keys=True)
    body = etree.tostring(_report(given), xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return ReceivedDocument(
        body,
        hashlib.sha256(body).hexdigest(),
        "text/xml; charset=utf-8",
        secrets.token_hex(16),
        # a lone surrogate, which UTF-8 cannot hold, becomes a question mark
        Source(source.encode("utf-8", "replace"), FORMAT),
    )


def _report(given: Given) -> etree._Element:
    header, choice = header_of(given), CHOICES.find(given.about)
    links, unlike = _links(given.links)
    summary = E.incidentSummary(E.incidentType(header.incident_type))
    if header.platform:
        summary.append(E.platform(header.platform))
    if header.escalated:
        summary.append(E.escalateToHighPriority(header.escalation))
    if choice and choice.annotations:
        summary.append(E.reportAnnotations(*(E(flag) for flag in choice.annotations)))
    if given.when:
        summary.append(E.incidentDateTimeDescription(_held(given.when)))
    root: etree._Element = E.report(summary)
    if links:
        root.append(E.internetDetails(E.webPageIncident(*(E.url(link) for link in links))))
    root.append(E.reporter(E.reportingPerson()))
    if given.account:
        root.append(E.personOrUserReported(_account(_held(given.account))))
    said = [_held(given.story), *unlike, _DANGERS.get(given.danger, ""), OWN if given.own == "yes" else ""]
    if text := "\n\n".join(part for part in said if part):
        root.append(E.additionalInfo(text))
    return root


def _links(typed: str) -> tuple[list[str], list[str]]:
    """The lines that can be links, each once; and the others, which are kept as text."""
    lines = list(dict.fromkeys(line.strip() for line in _held(typed).split("\n") if line.strip()))
    links = [line for line in lines if _URL.fullmatch(line) and len(line) <= _LONGEST_URL][:MOST_LINKS]
    return links, [line for line in lines if line not in links]


def _account(text: str) -> etree._Element:
    """An account under the element that says what it is; what is nothing else is a screen name."""
    person = etree.Element("personOrUserReportedPerson")
    if _EMAIL.fullmatch(text):
        etree.SubElement(person, "email").text = text
    elif _PHONE.fullmatch(text):
        etree.SubElement(person, "phone").text = text
    else:
        person = etree.Element("profileUrl" if "/" in text and _URL.fullmatch(text) else "screenName")
        person.text = text
    return person


def _held(text: str) -> str:
    """The text as XML can hold it."""
    return _UNHOLDABLE.sub("\ufffd", text)
