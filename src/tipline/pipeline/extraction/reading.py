"""From the XML of a report to drafts of rows. No database here: bytes in, frozen drafts out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lxml import etree

from tipline.core.errors import InvalidInputError
from tipline.pipeline.extraction.kinds import Normal, normal
from tipline.reports.documents import without_namespace
from tipline.reports.masking import RULES
from tipline.reports.models import IdentifierKind, PersonRole
from tipline.reports.times import read_time

# Containers of people, by wire name: their role, and the child that holds the person's own data.
_CONTAINERS = {
    "personOrUserReported": (PersonRole.REPORTED, "personOrUserReportedPerson"),
    "intendedRecipient": (PersonRole.RECIPIENT, "intendedRecipientPerson"),
    "victim": (PersonRole.VICTIM, "victimPerson"),
    "associatedAccount": (PersonRole.ASSOCIATED, ""),
    "reportingPerson": (PersonRole.REPORTER, ""),
    "contactPerson": (PersonRole.REPORTER, ""),
    "officerContact": (PersonRole.OFFICER, ""),
}
# Leaves that are identifiers, by wire name.
_LEAVES = {
    "email": IdentifierKind.EMAIL,
    "emailAddress": IdentifierKind.EMAIL,
    "phone": IdentifierKind.PHONE,
    "phoneNumber": IdentifierKind.PHONE,
    "url": IdentifierKind.URL,
    "profileUrl": IdentifierKind.URL,
    "screenName": IdentifierKind.HANDLE,
    "espIdentifier": IdentifierKind.ACCOUNT_ID,
}
_ON_A_PLATFORM = {IdentifierKind.HANDLE, IdentifierKind.ACCOUNT_ID}


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A person or account, at its position in the documents. `parent` is the position of the account it belongs to;
    `child` says which child of the report it is, or is an account of."""

    position: int
    role: PersonRole
    path: str
    parent: int | None
    first_name: str
    last_name: str
    display_names: tuple[str, ...]
    platform: str
    age: int | None
    details: dict[str, Any]
    child: int | None = None


@dataclass(frozen=True, slots=True)
class SightingDraft:
    """An identifier in its place. Times are UTC; `person` is a person's position; `file` a wire id; `child` as of a person."""

    identifier: Normal
    role: PersonRole
    original: str
    path: str
    person: int | None = None
    file: str = ""
    event: str = ""
    at: datetime | None = None
    at_text: str = ""
    at_zone_stated: bool = False
    ip: str | None = None
    port: int | None = None
    possible_proxy: bool | None = None
    verified: bool | None = None
    child: int | None = None


@dataclass(frozen=True, slots=True)
class FileDraft:
    """What the fileDetails documents of one file say; a later document adds to an earlier one."""

    wire_id: str
    original_name: str = ""
    viewed: bool | None = None
    publicly_available: bool | None = None
    relevance: str = ""
    classification: str = ""
    annotations: tuple[str, ...] = ()
    location: str = ""
    uploaded_at: datetime | None = None
    uploaded_at_text: str = ""
    pdq: str = ""
    stated_hashes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything read from the documents of one report."""

    annotations: tuple[str, ...]
    batch_reason: str
    details: dict[str, Any]
    persons: tuple[PersonDraft, ...]
    sightings: tuple[SightingDraft, ...]
    files: tuple[FileDraft, ...]


def parse(body: bytes) -> etree._Element:
    """Parse a stored document: no DTD, no entities, no network, whoever stored it.

    Raises
    ------
    InvalidInputError
        when it is not well-formed XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        remove_comments=True, remove_pis=True, huge_tree=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidInputError(f"stored document is not well-formed: {error.msg}") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs lack it
        raise InvalidInputError("stored document has a document type declaration")
    return without_namespace(root)


def text_of(element: etree._Element, name: str) -> str:
    """The text of a child, or the empty string."""
    return (element.findtext(name) or "").strip()


def flag_value(text: str | None) -> bool | None:
    """An xs:boolean as one of three values: yes, no, not said."""
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").strip().lower())


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def as_data(element: etree._Element) -> Any:
    """An element as plain data: text, or a dict of children with lists for those that repeat; attributes under `@name`."""
    data: dict[str, Any] = {f"@{name}": value for name, value in _attributes(element) if not name.startswith("{")}
    for child in element:
        data.setdefault(str(child.tag), []).append(as_data(child))
    text = (element.text or "").strip()
    if not data:
        return text
    if text:
        data["#"] = text
    return data


@dataclass(slots=True)
class _Reader:
    """Walks one document and collects; positions go on from document to document."""

    platform: str
    persons: list[PersonDraft] = field(default_factory=list)
    sightings: list[SightingDraft] = field(default_factory=list)
    children: int = 0

    def walk(
        self, element: etree._Element, path: str, role: PersonRole, person: int | None, scope: str, file: str
    ) -> None:
        """Read everything below `element`. `person` is the position of the account around it, `scope` its platform."""
        for child, child_path in _children(element, path):
            name = str(child.tag)
            if name in _CONTAINERS:
                read = self._person(child, child_path, person)
                self.walk(child, child_path, read.role, read.position, read.platform, file)
            elif name == "ipCaptureEvent":
                self._event(child, child_path, role, person, file, "ipAddress", IdentifierKind.IP, "")
            elif name == "deviceId":
                self._event(
                    child,
                    child_path,
                    role,
                    person,
                    file,
                    "idValue",
                    IdentifierKind.DEVICE,
                    text_of(child, "idType"),
                )
            elif name in _LEAVES:
                kind = _LEAVES[name]
                self._leaf(child, child_path, role, person, file, kind, scope if kind in _ON_A_PLATFORM else "")
            else:
                self.walk(child, child_path, role, person, scope, file)

    def _person(self, element: etree._Element, path: str, parent: int | None) -> PersonDraft:
        role, own = _CONTAINERS[str(element.tag)]
        if parent is not None and self.persons[parent].role is PersonRole.VICTIM:
            role = PersonRole.VICTIM  # an account of a child is the child's, not one that goes with somebody reported
        data = element.find(own) if own else element
        data = data if data is not None else element
        platform = text_of(element, "platform") or self.platform
        age = text_of(data, "age") or text_of(data, "approximateAge")
        age_years = int(age) if age.isascii() and age.isdigit() and int(age) <= 150 else None
        self.persons.append(
            PersonDraft(
                position=len(self.persons),
                role=role,
                path=path,
                parent=parent,
                first_name=text_of(data, "firstName"),
                last_name=text_of(data, "lastName"),
                display_names=tuple((e.text or "").strip() for e in element.findall("displayName")),
                platform=platform,
                age=age_years,
                details=_without_accounts(element),
                child=self._child(role, age_years, parent),
            )
        )
        return self.persons[-1]

    def _child(self, role: PersonRole, age_years: int | None, parent: int | None) -> int | None:
        """Which child this is, None for others. Who else stands under a child is the child's."""
        if parent is not None and self.persons[parent].child is not None:
            return self.persons[parent].child
        minor = age_years is not None and age_years < RULES.child_under_years
        if role is PersonRole.VICTIM or (role is PersonRole.RECIPIENT and minor):
            self.children += 1
            return self.children
        return None

    def _leaf(
        self, element: etree._Element, path: str, role: PersonRole, person: int | None, file: str,
        kind: IdentifierKind, scope: str,
    ) -> None:  # fmt: skip
        original = element.text or ""
        text = original.strip()
        if kind is IdentifierKind.PHONE and not text.startswith(("+", "00")):
            text = element.get("countryCallingCode", "") + text
        self._see(kind, text, scope, SightingDraft(
            identifier=_NOTHING, role=role, original=original, path=path, person=person, file=file,
            verified=flag_value(element.get("verified")),
        ))  # fmt: skip

    def _event(
        self, element: etree._Element, path: str, role: PersonRole, person: int | None, file: str,
        value: str, kind: IdentifierKind, scope: str,
    ) -> None:  # fmt: skip
        at_text = text_of(element, "dateTime")
        stated = read_time(at_text)
        port = text_of(element, "port")
        self._see(kind, text_of(element, value), scope, SightingDraft(
            identifier=_NOTHING, role=role, original=element.findtext(value) or "", path=path, person=person, file=file,
            event=text_of(element, "eventName"), at=stated.at, at_text=at_text, at_zone_stated=stated.zone_stated,
            port=int(port) if port.isascii() and port.isdigit() and 1 <= int(port) <= 65535 else None,
            possible_proxy=flag_value(element.findtext("possibleProxy")),
        ))  # fmt: skip

    def _see(self, kind: IdentifierKind, text: str, scope: str, draft: SightingDraft) -> None:
        identifier = normal(kind, text, scope)
        if identifier is None:
            return
        readable_ip = identifier.value if kind is IdentifierKind.IP and identifier.scope != "unreadable" else None
        child = None if draft.person is None else self.persons[draft.person].child
        self.sightings.append(replace(draft, identifier=identifier, ip=readable_ip, child=child))


_NOTHING = Normal(IdentifierKind.URL, "", "")


def _children(element: etree._Element, path: str) -> Iterator[tuple[etree._Element, str]]:
    """The children with their element paths; a repeated name gets its number, as XPath writes it."""
    totals: dict[str, int] = {}
    for child in element:
        totals[str(child.tag)] = totals.get(str(child.tag), 0) + 1
    seen: dict[str, int] = {}
    for child in element:
        name = str(child.tag)
        seen[name] = seen.get(name, 0) + 1
        yield child, f"{path}/{name}[{seen[name]}]" if totals[name] > 1 else f"{path}/{name}"


def _without_accounts(element: etree._Element) -> dict[str, Any]:
    """An account's elements as data, without the accounts inside it: those are persons of their own."""
    data = as_data(element)
    if not isinstance(data, dict):
        return {}
    return {name: value for name, value in data.items() if name != "associatedAccount"}


def read(report: bytes, file_details: list[tuple[str, bytes]], reporter_name: str) -> Extract:
    """Read the documents of one report.

    Parameters
    ----------
    report
        the `report` document as received.
    file_details
        (wire id, document) of each `fileDetails`, oldest first.
    reporter_name
        stands in for the platform when the document names none.
    """
    root = parse(report)
    reader = _Reader(platform=text_of(root, "incidentSummary/platform") or reporter_name)
    reader.walk(root, "/report", PersonRole.INCIDENT, None, reader.platform, "")
    files: dict[str, FileDraft] = {}
    for wire_id, body in file_details:
        document = parse(body)
        files[wire_id] = _file(document, files.get(wire_id, FileDraft(wire_id)))
        reader.walk(document, "/fileDetails", PersonRole.FILE, None, reader.platform, wire_id)
    batched = root.find("batchedReport")
    annotations = root.find("incidentSummary/reportAnnotations")
    people = {"personOrUserReported", "intendedRecipient", "victim", "reporter"}
    details = as_data(root)
    return Extract(
        annotations=tuple(str(e.tag) for e in annotations) if annotations is not None else (),
        batch_reason=batched.get("reason", "") if batched is not None else "",
        details={k: v for k, v in details.items() if k not in people} if isinstance(details, dict) else {},
        persons=tuple(reader.persons),
        sightings=tuple(reader.sightings),
        files=tuple(files.values()),
    )


def _file(document: etree._Element, before: FileDraft) -> FileDraft:
    uploaded = text_of(document, "uploadedToEspTimestamp")
    hashes = tuple((e.get("hashType", ""), (e.text or "").strip()) for e in document.findall("originalFileHash"))
    annotations = document.find("fileAnnotations")
    viewed = flag_value(document.findtext("fileViewedByEsp"))
    public = flag_value(document.findtext("publiclyAvailable"))
    pdq = next((value.lower() for kind, value in hashes if kind.upper() == "PDQ" and len(value) == 64), "")
    return FileDraft(
        wire_id=before.wire_id,
        original_name=text_of(document, "originalFileName") or before.original_name,
        viewed=before.viewed if viewed is None else viewed,
        publicly_available=before.publicly_available if public is None else public,
        relevance=text_of(document, "fileRelevance") or before.relevance,
        classification=text_of(document, "industryClassification") or before.classification,
        annotations=tuple(str(e.tag) for e in annotations) if annotations is not None else before.annotations,
        location=text_of(document, "locationOfFile") or before.location,
        uploaded_at=read_time(uploaded).at if uploaded else before.uploaded_at,
        uploaded_at_text=uploaded or before.uploaded_at_text,
        pdq=pdq or before.pdq,
        stated_hashes=tuple(dict.fromkeys((*before.stated_hashes, *hashes))),
    )
