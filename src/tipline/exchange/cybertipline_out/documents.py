"""A report of the record as documents of the provider door's schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from lxml import etree

from tipline.core.errors import InvalidInputError
from tipline.core.text import visible
from tipline.exchange.forms import of_child
from tipline.exchange.record.model import Hashed, Named, ReportRecord, Seen, Someone
from tipline.intake import cybertipline

SCHEMA_FILE = Path(cybertipline.__file__).parent / "schema" / "cybertipline.xsd"
# what XML 1.0 cannot hold
_UNHOLDABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XS_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_EVENTS = {"Login", "Registration", "Purchase", "Upload", "Other", "Unknown"}
_CLASSES = {"A1", "A2", "B1", "B2"}
_REPORT_FLAGS = (
    "sextortion",
    "csamSolicitation",
    "minorToMinorInteraction",
    "spam",
    "sadisticOnlineExploitation",
    "informational",
)
_FILE_FLAGS = (
    "animeDrawingVirtualHentai", "potentialMeme", "viral", "possibleSelfProduction", "physicalHarm", "violenceGore", "bestiality", "liveStreaming", "infant",
    "generativeAi",
)  # fmt: skip
_COMPUTED = (("md5", "MD5"), ("sha1", "SHA1"), ("sha256", "SHA256"), ("pdq", "PDQ"))


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA_FILE))


def number_of(report: ReportRecord) -> int:
    """The number of a report where it was made."""
    return int(report.uid.rpartition(":")[2])


def report_document(report: ReportRecord) -> bytes:
    """The `report` document.

    Raises
    ------
    InvalidInputError
        when the schema cannot say it: its kind of incident is none of the wire's.
    """
    return _written(_Document(report).root(), report.uid)


def file_details(one: Hashed, report_number: int) -> bytes:
    """The `fileDetails` document of a file: what was stated of it, and the hashes that were computed."""
    root = etree.Element("fileDetails")
    _leaf(root, "reportId", str(report_number))
    _leaf(root, "fileId", one.uid if 0 < len(one.uid) <= 64 else one.sha256 or "file")
    if one.viewed_by_provider is not None:
        _leaf(root, "fileViewedByEsp", _boolean(one.viewed_by_provider))
    _flags(root, "fileAnnotations", _FILE_FLAGS, one.annotations)
    if one.classification in _CLASSES:
        _leaf(root, "industryClassification", one.classification)
    stated = {kind.upper().replace("-", "") for kind, _ in one.stated}
    hashes = [
        *one.stated,
        *[(wire, value) for key, wire in _COMPUTED if (value := getattr(one, key)) and wire not in stated],
    ]
    for kind, value in hashes:
        if len(kind) <= 64:
            _leaf(root, "originalFileHash", value).set("hashType", _holdable(kind))
    return _written(root, one.uid)


class _Document:
    """A `report` as it is written: identifiers are taken by role, and what finds no element is said in words at the end."""

    def __init__(self, report: ReportRecord) -> None:
        self._report = report
        self._platform = report.platform or report.reporter
        self._unsaid: list[str] = []
        self._by_role: dict[str, list[Named]] = {}
        for one in report.identifiers:
            if of_child(one):
                continue
            if any(_UNHOLDABLE.search(text) for text in (one.value, one.scope, *(seen.original for seen in one.seen))):
                # written out it would be another identifier
                self._say([one])
            else:
                self._by_role.setdefault(one.role, []).append(one)

    def root(self) -> etree._Element:
        """The whole document."""
        root = etree.Element("report")
        self._summary(root)
        self._incident(root)
        self._officer(root)
        self._reporter(root)
        self._reported(root)
        self._recipients(root)
        for _ in range(self._report.children):
            # that there is a child, and nothing of who it is
            etree.SubElement(etree.SubElement(root, "victim"), "victimPerson")
        self._say(self._by_role.get("file", ()))
        lines = [f"Forwarded by way of Tipline: {self._report.uid}.", *self._unsaid]
        _leaf(root, "additionalInfo", "\n".join(lines))
        return root

    def _summary(self, root: etree._Element) -> None:
        report = self._report
        summary = etree.SubElement(root, "incidentSummary")
        _leaf(summary, "incidentType", report.incident_type)
        self._fitting(summary, "platform", self._platform, 256)
        if report.escalated:
            _leaf(
                summary,
                "escalateToHighPriority",
                "Escalated by the provider; the reason stands in the document as received.",
            )
        _flags(summary, "reportAnnotations", _REPORT_FLAGS, report.annotations)
        at_text = report.incident_at_text if _XS_TIME.fullmatch(report.incident_at_text) else ""
        at = at_text or (report.incident_at.isoformat() if report.incident_at else "")
        _leaf(summary, "incidentDateTime", at or report.received_at.isoformat())
        if not at:
            _leaf(summary, "incidentDateTimeDescription", "Not known: this is when the report was received.")

    def _incident(self, root: etree._Element) -> None:
        mine = self._by_role.get("incident", [])
        if urls := [one for one in mine if one.kind == "url"]:
            page = etree.SubElement(etree.SubElement(root, "internetDetails"), "webPageIncident")
            for one in urls:
                _leaf(page, "url", _original(one))
        if mails := [one for one in mine if one.kind == "email" and len(one.value) <= 255]:
            mail = etree.SubElement(etree.SubElement(root, "internetDetails"), "emailIncident")
            for one in mails:
                _leaf(mail, "emailAddress", _original(one))
        phones = [one for one in mine if one.kind == "phone" and len(one.value) <= 50]
        for one in phones:
            call = etree.SubElement(etree.SubElement(root, "internetDetails"), "cellPhoneIncident")
            _leaf(call, "phoneNumber", _original(one))
        if addresses := [one for one in mine if one.kind == "ip"]:
            peer = etree.SubElement(etree.SubElement(root, "internetDetails"), "peer2peerIncident")
            self._events(peer, addresses)
        self._say([one for one in mine if one not in [*urls, *mails, *phones, *addresses]])

    def _officer(self, root: etree._Element) -> None:
        if mine := self._by_role.get("officer"):
            office = etree.SubElement(root, "lawEnforcement")
            _leaf(office, "agencyName", "Named by the provider")
            self._say(self._contacts(etree.SubElement(office, "officerContact"), mine))

    def _reporter(self, root: etree._Element) -> None:
        reporter = etree.SubElement(root, "reporter")
        self._say(self._contacts(etree.SubElement(reporter, "reportingPerson"), self._by_role.get("reporter", [])))
        if self._report.reporter:
            _leaf(reporter, "companyTemplate", self._report.reporter)

    def _reported(self, root: etree._Element) -> None:
        mine = self._by_role.get("reported", [])
        persons = [one for one in self._report.persons if one.role == "reported" and not of_child(one)]
        associated = self._accounts("associated")
        if not (mine or persons or associated):
            return
        account = etree.SubElement(root, "personOrUserReported")
        self._say_persons(persons[1:])
        self._say(self._account(account, "personOrUserReportedPerson", next(iter(persons), None), mine))
        for person, identifiers in associated:
            self._associated(account, person, identifiers)

    def _recipients(self, root: etree._Element) -> None:
        for person, mine in self._accounts("recipient"):
            self._say(
                self._account(etree.SubElement(root, "intendedRecipient"), "intendedRecipientPerson", person, mine)
            )

    # -- people ---------------------------------------------------------------------------------------------------------

    def _accounts(self, role: str) -> list[tuple[Someone | None, list[Named]]]:
        """The accounts of a role: each has one handle and one number; everything else is with the first."""
        mine = self._by_role.get(role, [])
        persons = [one for one in self._report.persons if one.role == role and not of_child(one)]
        handles = [one for one in mine if one.kind == "handle"]
        numbers = [one for one in mine if one.kind == "account_id"]
        rest = [one for one in mine if one.kind not in {"handle", "account_id"}]
        found: list[tuple[Someone | None, list[Named]]] = []
        scopes = list(dict.fromkeys(one.scope for one in [*handles, *numbers]))
        for scope in scopes:
            here = [[one for one in many if one.scope == scope] for many in (handles, numbers)]
            for index in range(max(map(len, here))):
                found.append((None, [many[index] for many in here if index < len(many)]))
        for index, person in enumerate(persons):
            if index < len(found):
                found[index] = (person, found[index][1])
            else:
                found.append((person, []))
        if rest:
            whose, first = found[0] if found else (None, [])
            found[:1] = [(whose, [*first, *rest])]
        return found

    def _account(self, element: etree._Element, own: str, person: Someone | None, mine: Sequence[Named]) -> list[Named]:
        """An account of the kind that is not associated; what it cannot say is handed back."""
        contact = etree.Element(own)
        left = self._contacts(contact, [one for one in mine if one.kind in {"email", "phone"}], person)
        if person is not None and person.age is not None:
            _leaf(contact, "age", str(person.age))
        if len(contact):
            element.append(contact)
        left += [one for one in mine if one.kind in {"handle", "account_id"} and not self._is_here(one)]
        self._names(element, person, [one for one in mine if one not in left], left)
        return left

    def _associated(self, parent: etree._Element, person: Someone | None, mine: Sequence[Named]) -> None:
        element = etree.SubElement(parent, "associatedAccount")
        scopes = [one.scope for one in mine if one.kind in {"handle", "account_id"}]
        # without a platform of its own it is read as an account on the document's
        nowhere = [one for one in mine if one.kind in {"handle", "account_id"} and not 0 < len(one.scope) <= 256]
        if any(scopes) and not nowhere and not self._is_on(scopes[0]):
            _leaf(element, "platform", scopes[0])
        left = self._contacts(element, [one for one in mine if one.kind in {"email", "phone"}], person, associated=True)
        left += nowhere
        self._names(element, person, [one for one in mine if one not in left], left)
        self._say(left)

    def _contacts(
        self, element: etree._Element, mine: Sequence[Named], person: Someone | None = None, *, associated: bool = False
    ) -> list[Named]:
        """Names, numbers and e-mail addresses, in the schema's order; what is none of them is handed back."""
        if person is not None:
            for name, value in (("firstName", person.first_name), ("lastName", person.last_name)):
                if value:
                    self._fitting(element, name, value, 100)
            if associated and person.age is not None:
                _leaf(element, "approximateAge", str(person.age))
        left = []
        for name, kind, longest in (("phone", "phone", 50), ("email", "email", 255)):
            for one in mine:
                if one.kind != kind:
                    continue
                if len(_original(one)) > longest:
                    left.append(one)
                    continue
                for verified in dict.fromkeys(seen.verified for seen in one.seen) or (None,):
                    leaf = _leaf(element, name, _original(one))
                    if verified is not None:
                        leaf.set("verified", _boolean(verified))
        return [*left, *[one for one in mine if one.kind not in {"phone", "email"}]]

    def _names(self, element: etree._Element, person: Someone | None, mine: Sequence[Named], left: list[Named]) -> None:
        """What an account is called, shows, and was used from, in the schema's order."""

        def first(kind: str, longest: int) -> Named | None:
            fitting = [one for one in mine if one.kind == kind and len(_original(one)) <= longest]
            left.extend(one for one in mine if one.kind == kind and one is not (fitting[0] if fitting else None))
            return fitting[0] if fitting else None

        number, handle = first("account_id", 255), first("handle", 256)
        urls = [one for one in mine if one.kind == "url"]
        names = [name for name in (person.display_names if person else ()) if name]
        associated = element.tag == "associatedAccount"
        if number is not None:
            _leaf(element, "espIdentifier", _original(number))
        if associated:
            self._leaves(element, "profileUrl", [_original(one) for one in urls])
        if handle is not None:
            _leaf(element, "screenName", _original(handle))
        self._leaves(element, "displayName", names)
        if not associated:
            self._leaves(element, "profileUrl", [_original(one) for one in urls])
        self._events(element, [one for one in mine if one.kind == "ip"])
        for one in mine:
            if one.kind == "device":
                self._device(element, one)

    @staticmethod
    def _leaves(element: etree._Element, name: str, values: Sequence[str]) -> None:
        for value in values:
            _leaf(element, name, value)

    def _is_here(self, one: Named) -> bool:
        """Whether an account is on the platform that the document names for all that is not associated."""
        return self._is_on(one.scope)

    def _is_on(self, scope: str) -> bool:
        return 0 < len(self._platform) <= 256 and _folded(scope) == _folded(self._platform)

    def _events(self, element: etree._Element, addresses: Sequence[Named]) -> None:
        for one in addresses:
            for seen in one.seen or (Seen(original=one.value),):
                if not 0 < len(seen.original) <= 64:
                    self._say([one])
                    continue
                event = etree.SubElement(element, "ipCaptureEvent")
                _leaf(event, "ipAddress", seen.original)
                self._occasion(event, seen)
                if seen.possible_proxy is not None:
                    _leaf(event, "possibleProxy", _boolean(seen.possible_proxy))
                if seen.port:
                    _leaf(event, "port", str(seen.port))

    def _device(self, element: etree._Element, one: Named) -> None:
        for seen in one.seen or (Seen(original=one.value),):
            if len(seen.original) > 2083 or len(one.scope) > 255:
                self._say([one])
                continue
            device = etree.SubElement(element, "deviceId")
            _leaf(device, "idType", one.scope)
            _leaf(device, "idValue", seen.original)
            self._occasion(device, seen)

    @staticmethod
    def _occasion(element: etree._Element, seen: Seen) -> None:
        if seen.event in _EVENTS:
            _leaf(element, "eventName", seen.event)
        at = seen.at_text if _XS_TIME.fullmatch(seen.at_text) else seen.at.isoformat() if seen.at else ""
        if at:
            _leaf(element, "dateTime", at)

    # -- what finds no element ------------------------------------------------------------------------------------------

    def _fitting(self, element: etree._Element, name: str, value: str, longest: int) -> None:
        if len(_holdable(value)) <= longest:
            _leaf(element, name, value)
        else:
            self._unsaid.append(f"{name}: {value}")

    def _say(self, left: Sequence[Named]) -> None:
        self._unsaid += [f"{one.role}: {one.kind} {one.scope} {one.value}" for one in left]

    def _say_persons(self, left: Sequence[Someone]) -> None:
        self._unsaid += [
            f"{one.role}: {' '.join(part for part in (one.first_name, one.last_name, *one.display_names) if part)}"
            for one in left
        ]


def _folded(platform: str) -> str:
    """As platforms are compared (pipeline.extraction.kinds)."""
    return " ".join(platform.casefold().split())


def _original(one: Named) -> str:
    """As the provider wrote it, where that is known."""
    return _holdable(next((seen.original for seen in one.seen if seen.original), one.value))


def _flags(parent: etree._Element, name: str, known: Sequence[str], given: Sequence[str]) -> None:
    if flags := [flag for flag in known if flag in given]:
        element = etree.SubElement(parent, name)
        for flag in flags:
            etree.SubElement(element, flag)


def _leaf(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = _holdable(text)
    return element


def _holdable(text: str) -> str:
    """The text with what XML cannot hold written out; a carriage return would be read back as a line feed."""
    return _UNHOLDABLE.sub(lambda found: visible(found[0]), text)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _written(root: etree._Element, of: str) -> bytes:
    try:
        _schema().assertValid(root)
    except etree.DocumentInvalid as error:
        raise InvalidInputError(f"{of} cannot be said as CyberTipline XML: {visible(str(error), 300)}") from error
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
