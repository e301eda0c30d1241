"""Making synthetic reports: a description in, the two XML documents and a generated file out."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml import etree
from lxml.builder import E  # type: ignore[import-not-found]  # the stubs lack it

CSAM_TYPE = "Child Pornography (possession, manufacture, and distribution)"  # the wire value
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"


@dataclass(frozen=True, slots=True)
class Seen:
    """An address in use: with its port, its time (UTC) and the event, as a provider captures it."""

    ip: str
    port: int
    at: datetime
    event: str


@dataclass(frozen=True, slots=True)
class SyntheticReport:
    """A report to be filed. Every name, number and address in it is fictional."""

    handle: str
    platform: str
    domain: str
    email: str
    at: datetime
    seen: tuple[Seen, ...] = ()
    device: str = ""
    city: str = ""
    escalate: str = ""
    incident: str = CSAM_TYPE
    phone: str = ""
    files: tuple[bytes, ...] = field(default=(), repr=False)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def report_xml(report: SyntheticReport) -> bytes:
    """The `report` document, as a provider's client writes it."""
    summary = E.incidentSummary(E.incidentType(report.incident), E.platform(report.platform))
    if report.escalate:
        summary.append(E.escalateToHighPriority(report.escalate))
    summary.append(E.incidentDateTime(_stamp(report.at)))
    person = E.personOrUserReportedPerson()
    if report.phone:
        person.append(E.phone(report.phone, type="Mobile"))
    person.append(E.email(report.email, type="Home", verified="true"))
    reported = E.personOrUserReported(
        person,
        E.espIdentifier(str(zlib.crc32(f"{report.platform}/{report.handle}".encode()))),
        E.espService(report.platform),
        E.screenName(report.handle),
        E.profileUrl(f"https://{report.domain}/{report.handle}"),
    )
    for seen in report.seen:
        reported.append(
            E.ipCaptureEvent(
                E.ipAddress(seen.ip),
                E.eventName(seen.event),
                E.dateTime(_stamp(seen.at)),
                E.port(str(seen.port)),
            )
        )
    if report.device:
        reported.append(
            E.deviceId(
                E.idType("Installation"),
                E.idValue(report.device),
                E.eventName("Login"),
                E.dateTime(_stamp(report.at)),
            )
        )
    if report.city:
        reported.append(E.estimatedLocation(E.city(report.city), E.countryCode("IN")))
    root = E.report(
        summary,
        E.internetDetails(E.webPageIncident(E.url(f"https://{report.domain}/{report.handle}/post/1"))),
        E.reporter(
            E.reportingPerson(E.firstName("Trust and Safety"), E.email(f"safety@{report.domain}", type="Business"))
        ),
        reported,
    )
    root.set(_XSI, "https://report.cybertip.org/ispws/xsd")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def file_details_xml(report_id: int, file_id: str, body: bytes, report: SyntheticReport, number: int) -> bytes:
    """The `fileDetails` document of one uploaded file."""
    details = E.fileDetails(
        E.reportId(str(report_id)),
        E.fileId(file_id),
        E.originalFileName(f"upload-{number}.png"),
        E.uploadedToEspTimestamp(_stamp(report.at)),
        E.locationOfFile(f"https://{report.domain}/{report.handle}/post/{number}"),
        E.fileViewedByEsp("true" if number % 2 else "false"),
        E.publiclyAvailable("false"),
        E.fileRelevance("Reported"),
        E.industryClassification("B2"),
        E.originalFileHash(hashlib.md5(body, usedforsecurity=False).hexdigest(), hashType="MD5"),
        E.originalFileHash(hashlib.sha256(body).hexdigest(), hashType="SHA256"),
    )
    return etree.tostring(details, xml_declaration=True, encoding="UTF-8")


def noise_png(seed: int, side: int = 24) -> bytes:
    """A small picture of grey noise, different for every seed: the only sort of media that Tipline's demo uses."""
    source = random.Random(seed)  # noqa: S311 - noise, not a secret
    raw = b"".join(b"\0" + source.randbytes(side) for _ in range(side))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


_WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "islet",
    "jetty",
    "kiosk",
    "larch",
)
_NETWORKS = ("192.0.2.{}", "198.51.100.{}", "203.0.113.{}", "2001:db8:1::{:x}", "2001:db8:2::{:x}")
_EVENTS = ("Login", "Upload", "Registration")


def stream(count: int, seed: int, now: datetime, platforms: Sequence[tuple[str, str]]) -> Iterator[SyntheticReport]:
    """`count` reports of the real mix: one to three addresses, one to four files, about five identifiers each.

    Deterministic for a seed, apart from the times, which count back from `now`. One report in fifty shares a device with
    others, one in thirty an e-mail address, and one in five hundred asks for urgency.
    """
    source = random.Random(seed)  # noqa: S311 - synthetic data, not a secret
    for number in range(count):
        name, domain = source.choice(platforms)
        at = now - timedelta(hours=source.uniform(1, 24 * 200))
        handle = f"{source.choice(_WORDS)}_{source.choice(_WORDS)}_{seed}_{number}"
        shared = source.randrange(1, 40)
        yield SyntheticReport(
            handle=handle,
            platform=name,
            domain=domain,
            email=f"shared{shared}@mail.example" if source.random() < 1 / 30 else f"{handle}@mail.example",
            at=at,
            seen=tuple(
                Seen(
                    source.choice(_NETWORKS).format(source.randrange(1, 255)),
                    source.randrange(1024, 65536),
                    at - timedelta(minutes=source.randrange(600)),
                    source.choice(_EVENTS),
                )
                for _ in range(source.choices((1, 2, 3), (5, 3, 2))[0])
            ),
            device=f"SIM-{shared:04}" if source.random() < 1 / 50 else f"SIM-{seed}-{number:06}",
            escalate="Synthetic request for urgency." if source.random() < 1 / 500 else "",
            phone=f"+1202555{source.randrange(100, 200):04}",
            files=tuple(
                noise_png(seed * 1_000_003 + number * 7 + i)
                for i in range(source.choices((1, 2, 3, 4), (6, 2, 1, 1))[0])
            ),
        )
