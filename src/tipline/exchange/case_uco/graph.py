"""The nodes of a CASE/UCO graph that a record becomes."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from typing import Any

from tipline.exchange.forms import named, of_child
from tipline.exchange.record.model import Hashed, HopMade, Named, Party, Placed, Received, Record, ReportRecord, Seen
from tipline.investigation.exhibits.uco import PREFIXES

CONTEXT = {
    "kb": "urn:tipline:kb:",
    **{name: PREFIXES[name] for name in ("uco-core", "uco-observable", "uco-types")},
    **{f"uco-{name}": PREFIXES["uco-core"].replace("/core/", f"/{name}/") for name in ("action", "identity", "location", "marking")},
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
# the vocabulary of UCO (types:HashNameVocab), by what providers write; other names stand in the description
_METHODS = {name.replace("-", ""): name for name in ("MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512")}

Node = dict[str, Any]


class Graph:
    """Made for one record and read once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._nodes: dict[str, Node] = {}
        self._agencies = {party.agency: party.name for party in (record.sender, record.receiver) if party.name}

    def document(self) -> Node:
        """The JSON-LD document."""
        record = self._record
        sender, receiver = self._organization(record.sender), self._organization(record.receiver)
        marking = self._marking()
        investigation = self._new("case-investigation:Investigation", record.uid)
        before = [one for report in record.reports for one in self._report(report)]
        handed = self._new("case-investigation:InvestigativeAction", record.uid)
        handed |= {
            "uco-core:name": "referral handed over",
            "uco-action:startTime": _time(record.made_at),
            "uco-action:performer": sender,
            "uco-action:participant": [receiver],
            "uco-action:object": [_ref(one) for one in before],
            **_described(record.note),
        }
        investigation |= {
            "uco-core:name": f"Referral {record.uid}",
            "uco-core:createdBy": sender,
            "uco-core:objectCreatedTime": _time(record.made_at),
            "uco-core:objectMarking": [_ref(marking)],
            **_described(
                f"Language of the desk: {record.language}", f"Not to be taken after {record.expires_at.isoformat()}"
            ),
        }
        investigation["uco-core:object"] = [{"@id": name} for name in self._nodes if name != investigation["@id"]]
        return {"@context": CONTEXT, "@graph": list(self._nodes.values())}

    # -- nodes ----------------------------------------------------------------------------------------------------------

    def _new(self, kind: str, *parts: object) -> Node:
        """The node of that kind and name, made once."""
        name = f"kb:{kind.partition(':')[2]}-{named('case-uco', kind, *parts)}"
        return self._nodes.setdefault(name, {"@id": name, "@type": kind})

    def _organization(self, party: Party | str) -> Node:
        code = party.agency if isinstance(party, Party) else party
        # a name is one in a graph: where two files name an agency differently, and are read together, it is two nodes
        name = self._agencies.get(code, code)
        node = self._new("uco-identity:Organization", "agency", code, name)
        node |= {"uco-core:name": name, "uco-core:externalReference": [_reference("agency code", code)]}
        if isinstance(party, Party) and party.installation:
            node |= _described(f"Installation: {party.installation}")
        return _ref(node)

    def _named_organization(self, kind: str, name: str) -> Node:
        node = self._new("uco-identity:Organization", kind, name)
        node["uco-core:name"] = name
        return _ref(node)

    def _marking(self) -> Node:
        terms = self._record.terms
        told = [
            f"Handed over under {terms.reference}", terms.law and f"Law: {terms.law}", terms.purposes and f"For: {'; '.join(terms.purposes)}",
            f"Data: {', '.join(terms.data)}", terms.retention_days and f"Kept for at most {terms.retention_days} days", terms.until and f"Until {terms.until.isoformat()}",
        ]  # fmt: skip
        node = self._new("uco-marking:MarkingDefinition", self._record.uid)
        node |= {
            "uco-marking:definitionType": "statement",
            "uco-marking:definition": [
                _part("uco-marking:StatementMarking", node, "statement")
                | {
                    "uco-marking:definitionType": "statement",
                    "uco-marking:statement": "\n".join(str(one) for one in told if one),
                }
            ],
        }
        return node

    def _report(self, report: ReportRecord) -> list[Node]:
        """A report: everything that came together, the act by which it came, and the hops that it made since."""
        together = self._new("case-investigation:ProvenanceRecord", report.uid)
        parts = [
            *[self._document(one) for one in report.documents],
            *[node for one in report.identifiers for node in self._identifier(one, report, together)],
            *[self._person(index, report) for index in range(len(report.persons))],
            *[self._file(one, report) for one in report.files],
            *[node for index, one in enumerate(report.places) for node in self._place(index, one, report)],
        ]
        together |= {
            "uco-core:name": report.uid,
            "uco-core:externalReference": [_reference("report", report.uid)],
            "uco-core:object": _refs(parts),
            "uco-core:tag": [f"state:{report.state}", f"channel:{report.channel}", *report.annotations, *(["escalated"] if report.escalated else [])],
            **_described(
                f"Incident: {report.incident_type}", report.incident_at and f"Incident at: {report.incident_at.isoformat()}",
                report.incident_at_text and f"Incident at, as written: {report.incident_at_text}", report.platform and f"Platform: {report.platform}",
                f"Version: {report.version}", report.children and f"Children named in it, all masked: {report.children}",
                report.finished_at and f"Finished at: {report.finished_at.isoformat()}",
            ),
        }  # fmt: skip
        came = self._new("case-investigation:InvestigativeAction", report.uid)
        came |= {
            "uco-core:name": "report received",
            "uco-action:startTime": _time(report.received_at),
            "uco-action:performer": self._organization(report.receiving_agency),
            "uco-action:participant": [self._named_organization("reporter", report.reporter)],
            "uco-action:result": [_ref(together)],
        }
        for scored in report.scores:
            told = self._new("uco-core:Annotation", report.uid, scored.kind)
            told |= {
                "uco-core:object": [_ref(together)],
                "uco-core:statement": [
                    f"{scored.kind}: {scored.score} (rules {scored.rules_version})",
                    *dict.fromkeys(f"{point.points:+g} {point.rule}: {point.text}" for point in scored.reasons),
                ],
            }
        last = came
        for hop in report.hops:
            last = self._hop(hop, together, last)
        return [together]

    def _hop(self, hop: HopMade, together: Node, before: Node) -> Node:
        node = self._new("case-investigation:InvestigativeAction", hop.uid)
        node |= {
            "uco-core:name": "referred",
            "uco-core:externalReference": [_reference("hop", hop.uid)],
            "uco-action:startTime": _time(hop.at),
            "uco-action:performer": self._organization(hop.from_agency),
            "uco-action:participant": [self._organization(hop.to_agency)],
            "uco-action:object": [_ref(together)],
            "case-investigation:wasInformedBy": [_ref(before)],
            "uco-core:tag": [f"state:{hop.state}", *(["zero-fir"] if hop.zero_fir else []), *(["urgent"] if hop.urgent else [])],
            **_described(hop.due_at and f"Due at: {hop.due_at.isoformat()}", hop.return_reason and f"Returned: {hop.return_reason}"),
        }  # fmt: skip
        steps = []
        for index, step in enumerate(hop.history):
            act = self._new("uco-action:Action", hop.uid, index)
            act |= {
                "uco-core:name": step.act,
                "uco-action:startTime": _time(step.at),
                **_described(f"By: {step.by}", step.reason and f"Reason: {step.reason}"),
            }
            if step.agency:
                act["uco-action:performer"] = self._organization(step.agency)
            steps.append(act)
        if steps:
            node["uco-action:subaction"] = _refs(steps)
        return node

    # -- what a report tells of -----------------------------------------------------------------------------------------

    def _document(self, one: Received) -> Node:
        node = self._new("uco-observable:File", "document", one.sha256)
        content = _part("uco-observable:ContentDataFacet", node, "content")
        if one.content_type:
            content["uco-observable:mimeType"] = [one.content_type]
        content["uco-observable:hash"] = [_hash(node, "SHA256", one.sha256)]
        node["uco-core:hasFacet"] = [content]
        node |= _described(
            f"Document as received ({one.kind}) at {one.received_at.isoformat()}",
            one.path and f"In the package: {one.path}",
            one.file and f"Describes the file {one.file}",
            one.source_form
            and f"Made by the converter {one.source_form} of what came, whose SHA-256 is {one.source_sha256}",
        )
        return node

    def _identifier(self, one: Named, report: ReportRecord, together: Node) -> list[Node]:
        if of_child(one):
            node = self._new("uco-observable:ObservableObject", report.uid, "masked", one.kind, one.child, one.role)
            node |= _described(f"An identifier of a child ({one.kind}): masked")
            return [node]
        node = self._observable(one)
        link = self._new("uco-core:Relationship", report.uid, one.role, one.kind, one.scope, one.value)
        link |= {
            "uco-core:source": [_ref(node)],
            "uco-core:target": _ref(together),
            "uco-core:kindOfRelationship": "Contained_Within",
            "uco-core:isDirectional": _yes(True),
            **_described(f"Where it stands in the report: {one.role}"),
        }
        return [node, link, *[self._seen(index, seen, one, node, report) for index, seen in enumerate(one.seen)]]

    def _observable(self, one: Named) -> Node:
        kind, facets = _OF_KIND.get(one.kind, ("ObservableObject", ()))
        if one.kind == "ip":
            kind = _address(one.value)
            facets = ((f"{kind}Facet", "addressValue"),) if kind != "ObservableObject" else ()
        node = self._new(f"uco-observable:{kind}", one.kind, one.scope, one.value)
        made = []
        for name, key in facets:
            facet = _part(f"uco-observable:{name}", node, name) | {f"uco-observable:{key}": one.value}
            if name == "AccountFacet" and one.scope:
                facet["uco-observable:accountIssuer"] = self._named_organization("platform", one.scope)
            made.append(facet)
        if made:
            node["uco-core:hasFacet"] = made
        else:
            node |= _described(f"{one.kind}: {one.value}")
        return node

    def _seen(self, index: int, seen: Seen, one: Named, node: Node, report: ReportRecord) -> Node:
        act = self._new("uco-observable:Observation", report.uid, one.role, one.kind, one.scope, one.value, index)
        objects = [node]
        if seen.port is not None:
            use = self._new("uco-observable:NetworkConnection", act["@id"])
            facet = _part("uco-observable:NetworkConnectionFacet", use, "connection")
            facet |= {
                "uco-observable:src": [_ref(node)],
                "uco-observable:sourcePort": _whole(seen.port),
                **({"uco-observable:startTime": _time(seen.at)} if seen.at else {}),
            }
            use["uco-core:hasFacet"] = [facet]
            objects.append(use)
        act |= {
            "uco-core:name": "observe",
            "uco-action:object": _refs(objects),
            **({"uco-action:startTime": _time(seen.at)} if seen.at else {}),
            **_described(
                f"As written: {seen.original}", seen.event and f"Occasion: {seen.event}", seen.at_text and f"Time as written: {seen.at_text}",
                f"The zone was {'stated' if seen.zone_stated else 'not stated'}", _said("Possible proxy", seen.possible_proxy), _said("Verified", seen.verified),
            ),
        }  # fmt: skip
        return act

    def _person(self, index: int, report: ReportRecord) -> Node:
        one = report.persons[index]
        node = self._new("uco-identity:Person", report.uid, index)
        if of_child(one):
            node |= _described("A child: masked")
            return node
        names = [(key, name) for key, name in (("givenName", one.first_name), ("familyName", one.last_name)) if name]
        if names:
            facet = _part("uco-identity:SimpleNameFacet", node, "name")
            node["uco-core:hasFacet"] = [facet | {f"uco-identity:{key}": [name] for key, name in names}]
        node |= _described(
            f"Where they stand in the report: {one.role}", *[f"Display name: {name}" for name in one.display_names],
            one.platform and f"Platform: {one.platform}", one.age is not None and f"Age as stated: {one.age}",
        )  # fmt: skip
        return node

    def _file(self, one: Hashed, report: ReportRecord) -> Node:
        node = self._new("uco-observable:File", report.uid, one.uid)
        content = _part("uco-observable:ContentDataFacet", node, "content")
        content["uco-observable:sizeInBytes"] = _whole(one.size_bytes)
        given = {
            name: value
            for name, value in (("MD5", one.md5), ("SHA1", one.sha1), ("SHA256", one.sha256))
            if _HEX.fullmatch(value)
        }
        other = []
        for kind, value in one.stated:
            method = _METHODS.get(kind.upper().replace("-", ""))
            if method and _HEX.fullmatch(value) and given.setdefault(method, value) == value:
                continue
            other.append(f"Hash as stated, {kind}: {value}")
        if given:
            content["uco-observable:hash"] = [_hash(node, method, value) for method, value in given.items()]
        node["uco-core:hasFacet"] = [content]
        node |= _described(
            one.pdq and f"PDQ: {one.pdq}", *other, _said("Viewed by the provider", one.viewed_by_provider),
            one.classification and f"Classification by the provider: {one.classification}",
        )  # fmt: skip
        if one.annotations:
            node["uco-core:tag"] = list(dict.fromkeys(one.annotations))
        return node

    def _place(self, index: int, one: Placed, report: ReportRecord) -> list[Node]:
        if one.masked:
            return []
        address = self._observable(Named(kind="ip", value=one.ip, role=""))
        told = [
            one.port is not None and f"Port: {one.port}", one.at and f"In use at: {one.at.isoformat()}", one.owner and f"Network: {one.owner}",
            one.asn is not None and f"AS{one.asn}", one.flags and f"Flags: {', '.join(one.flags)}", one.explanation,
            one.log_likely_gone_at and f"The network's log is likely gone at: {one.log_likely_gone_at.isoformat()}", one.model and f"Model: {one.model}",
        ]  # fmt: skip
        if one.abstained or not (one.country or one.state or one.district):
            note = self._new("uco-core:Annotation", report.uid, "place", index)
            note |= {
                "uco-core:object": [_ref(address)],
                "uco-core:statement": _texts("The sender did not place this address.", *told),
            }
            return [address, note]
        place = self._new("uco-location:Location", one.country, one.state, one.district)
        parts = (("country", one.country), ("region", one.state), ("locality", one.district))
        place["uco-core:hasFacet"] = [
            _part("uco-location:SimpleAddressFacet", place, "address")
            | {f"uco-location:{key}": value for key, value in parts if value}
        ]
        link = self._new("uco-core:Relationship", report.uid, "place", index, one.model, one.confidence)
        link |= {
            "uco-core:source": [_ref(address)],
            "uco-core:target": _ref(place),
            "uco-core:kindOfRelationship": "Mapped_To",
            "uco-core:isDirectional": _yes(True),
            "uco-core:hasFacet": [_part("uco-core:ConfidenceFacet", link, "confidence") | {"uco-core:confidence": _confidence(one.confidence)}],
            **_described(*told),
        }  # fmt: skip
        return [address, place, link]


_OF_KIND: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "handle": ("DigitalAccount", (("AccountFacet", "accountIdentifier"), ("DigitalAccountFacet", "accountLogin"))),
    "account_id": ("DigitalAccount", (("AccountFacet", "accountIdentifier"),)),
    "email": ("EmailAddress", (("EmailAddressFacet", "addressValue"),)),
    "phone": ("PhoneAccount", (("PhoneAccountFacet", "phoneNumber"),)),
    "url": ("URL", (("URLFacet", "fullValue"),)),
    "device": ("Device", (("DeviceFacet", "serialNumber"),)),
}


def _address(value: str) -> str:
    try:
        return f"IPv{ipaddress.ip_address(value).version}Address"
    except ValueError:
        return "ObservableObject"


def _part(kind: str, of: Node, name: str) -> Node:
    """A facet, hash or reference of a node, with a name of its own."""
    return {"@id": f"kb:{kind.partition(':')[2]}-{named(of['@id'], kind, name)}", "@type": kind}


def _hash(of: Node, method: str, value: str) -> Node:
    return _part("uco-types:Hash", of, f"{method} {value}") | {
        "uco-types:hashMethod": method,  # a plain string since UCO 1.4, which UCO 1.3 remarks on
        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": value.lower()},
    }


def _reference(context: str, value: str) -> Node:
    name = f"kb:ExternalReference-{named('case-uco', 'reference', context, value)}"
    return {"@id": name, "@type": "uco-core:ExternalReference", "uco-core:definingContext": context, "uco-core:externalIdentifier": value}  # fmt: skip


def _ref(node: Node) -> Node:
    return {"@id": node["@id"]}


def _refs(nodes: list[Node]) -> list[Node]:
    return [{"@id": name} for name in dict.fromkeys(node["@id"] for node in nodes)]


def _texts(*texts: object) -> list[str]:
    """A property of RDF is a set: what is said twice is said once."""
    return list(dict.fromkeys(str(text) for text in texts if text))


def _described(*texts: object) -> Node:
    return {"uco-core:description": told} if (told := _texts(*texts)) else {}


def _said(what: str, value: bool | None) -> str:
    return f"{what}: {'not said' if value is None else 'yes' if value else 'no'}"


def _time(at: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()}


def _whole(number: int) -> Node:
    return {"@type": "xsd:integer", "@value": str(number)}


def _confidence(share: float) -> Node:
    return {"@type": "xsd:nonNegativeInteger", "@value": str(round(share * 100))}


def _yes(value: bool) -> Node:
    return {"@type": "xsd:boolean", "@value": "true" if value else "false"}
