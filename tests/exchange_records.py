"""Records of referrals as a sender could make them, from a seed: every kind of identifier, children masked, hostile text, gaps."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tipline.exchange.record.model import DataKind, Record

EPOCH = datetime(2026, 3, 1, tzinfo=UTC)
MASKED = "[child 1: masked]"
# what a child's data would look like; no record holds it, and no form may make it up
CHILD_ROLES = ("victim",)
HOSTILE = (
    "plain", "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2+3", "\u202egnp.exe", "zero\u200bwidth", "tab\there", "line\nbreak", "carriage\rreturn",
    "<script>alert(1)</script>", "'; DROP TABLE report; --", '"quoted", with, commas', "\x1b[31mred", "bell\x07", "\u0915\u094d\u0937 मराठी",
    "emoji \U0001f600", "{{ 7*7 }}", "%s%n", "\u2028separator", "ignore all previous instructions", "a" * 300, "\ufeffbom", "null", "NaN", "../../etc/passwd",
    "]]>", "&amp;", "http://x.example/?a=1&b=<2>", "\ufffe", "",
)  # fmt: skip
KINDS = ("handle", "account_id", "email", "phone", "url", "ip", "device")
ROLES = ("reported", "recipient", "victim", "associated", "reporter", "officer", "incident", "file")
INCIDENTS = (
    "Child Pornography (possession, manufacture, and distribution)", "Online Enticement of Children for Sexual Acts", "Child Sex Trafficking",
)  # fmt: skip
EVENTS = ("Login", "Registration", "Upload", "Other", "Unknown", "")


def records(count: int = 200, seed: int = 9) -> Iterator[Record]:
    """So many records, the same for the same seed."""
    for number in range(count):
        yield record_of(random.Random(f"{seed}/{number}"), number)


def record_of(rng: random.Random, number: int = 1, reports: int | None = None) -> Record:
    """One record."""
    many = reports if reports is not None else rng.choice((1, 1, 1, 2, 3, 16 if number % 50 == 7 else 4))
    inner = [_report(rng, number * 10_000 + index + 1) for index in range(many)]
    return Record.model_validate({
        "uid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "made_at": EPOCH + timedelta(days=100, seconds=number),
        "expires_at": EPOCH + timedelta(days=130, seconds=number),
        "language": rng.choice(("en", "hi", "mr")),
        "sender": {"agency": "IN-NCRB", "name": _text(rng, "National desk"), "installation": "ncrb"},
        "receiver": {"agency": "IN-MH", "name": "Maharashtra Cyber", "installation": rng.choice(("mh", ""))},
        "terms": {
            "reference": f"MOU-{number}", "law": _text(rng, "BNSS 2023"), "purposes": ["investigation", _text(rng, "statistics")],
            "data": list(DataKind)[: rng.randint(1, 2)], "retention_days": rng.choice((None, 365)), "until": rng.choice((None, EPOCH + timedelta(days=900))),
        },
        "note": _text(rng, ""),
        "hops": [report["hops"][-1]["uid"] for report in inner],
        "reports": inner,
    })  # fmt: skip


def _text(rng: random.Random, usual: str) -> str:
    return rng.choice(HOSTILE) if rng.random() < 0.25 else usual


def _at(rng: random.Random) -> datetime:
    return EPOCH + timedelta(seconds=rng.randrange(8_000_000), microseconds=rng.choice((0, 0, 123_456)))


def _perhaps(rng: random.Random, make: Callable[[random.Random], Any], chance: float = 0.7) -> Any:
    return make(rng) if rng.random() < chance else None


def _report(rng: random.Random, number: int) -> dict[str, Any]:
    received = _at(rng)
    children = rng.choice((0, 0, 1, 2))
    addresses = [_address(rng) for _ in range(rng.randint(0, 3))]
    return {
        "uid": f"urn:tipline:ncmec:report:{number}", "reporter": _text(rng, "Pixhaven Inc."), "receiving_agency": "US-NCMEC",
        "channel": rng.choice(("door", "json", "public", "bulk")), "state": rng.choice(("finished", "retracted")), "version": rng.randint(1, 3),
        "received_at": received, "finished_at": rng.choice((None, received + timedelta(minutes=3))), "incident_type": rng.choice(INCIDENTS),
        "incident_at": _perhaps(rng, _at), "incident_at_text": rng.choice(("", "2026-03-04T10:11:12+05:30", "2026-03-04T10:11:12Z")), "platform": _text(rng, "Pixhaven"),
        "escalated": rng.random() < 0.1, "annotations": rng.sample(("sextortion", "spam", "informational"), rng.randint(0, 2)), "children": children,
        "documents": [{
            "kind": "report", "sha256": hashlib.sha256(str(number).encode()).hexdigest(), "content_type": "text/xml", "received_at": received, "path": "",
        }],
        "persons": [_person(rng, index) for index in range(rng.randint(0, 3))],
        "identifiers": [_identifier(rng, address) for address in [*addresses, *[""] * rng.randint(0, 8)]],
        "files": [_file(rng, f"{number}-{index}") for index in range(rng.randint(0, 4))],
        "places": [_place(rng, address) for address in addresses],
        "scores": [
            {"kind": kind, "score": rng.randint(0, 100), "rules_version": "2026.1",
             "reasons": [{"rule": f"{kind}.one", "points": rng.choice((-5, 2.5, 40)), "text": _text(rng, "A reason.")}]}
            for kind in ("completeness", "priority", "legal_relevance")
        ],
        "hops": [{
            "uid": f"urn:tipline:{'ncmec' if index == 0 else 'ncrb'}:hop:{number + index}", "from_agency": ("US-NCMEC", "IN-NCRB")[index],
            "to_agency": ("IN-NCRB", "IN-MH")[index], "state": ("accepted", "sent")[index], "at": received + timedelta(hours=index + 1), "urgent": rng.random() < 0.1,
            "zero_fir": rng.random() < 0.1, "due_at": rng.choice((None, received + timedelta(days=3))), "return_reason": _text(rng, ""),
            "history": [{"act": "sent", "at": received + timedelta(hours=index + 1), "by": _text(rng, "desk"), "agency": "US-NCMEC", "reason": _text(rng, "")}],
        } for index in range(2)],
    }  # fmt: skip


def _address(rng: random.Random) -> str:
    return rng.choice(
        (
            f"203.0.113.{rng.randint(1, 254)}",
            f"198.51.100.{rng.randint(1, 254)}",
            f"2001:db8::{rng.randint(1, 65535):x}",
        )
    )


def _identifier(rng: random.Random, address: str) -> dict[str, Any]:
    kind = "ip" if address else rng.choice([one for one in KINDS if one != "ip"])
    role = rng.choice(ROLES)
    child = 1 if role in CHILD_ROLES else None
    value = address or {
        "handle": _text(rng, f"fern.{rng.randint(1, 999)}"), "account_id": str(rng.randint(10**8, 10**12)), "email": f"u{rng.randint(1, 999)}@mail.example",
        "phone": f"+9100000{rng.randint(10_000, 99_999)}", "url": f"https://cdn.example/{rng.randint(1, 9999)}?q={rng.choice(('a', 'b%20c', '<x>'))}",
        "device": _text(rng, f"00{rng.randint(100_000, 999_999)}"),
    }[kind]  # fmt: skip
    scope = _text(rng, "pixhaven") if kind in {"handle", "account_id"} else "imei" if kind == "device" else ""
    seen = [{
        "original": MASKED if child else value, "event": rng.choice(EVENTS), "at": _perhaps(rng, _at), "at_text": rng.choice(("", "2026-03-04 10:11 IST")),
        "zone_stated": rng.random() < 0.5, "port": rng.choice((None, 1, 443, 51_234)) if kind == "ip" else None,
        "possible_proxy": rng.choice((None, True, False)), "verified": rng.choice((None, True, False)),
    } for _ in range(rng.randint(0, 2))]  # fmt: skip
    return {
        "kind": kind, "value": MASKED if child else value, "scope": scope, "role": role, "child": child, "masked": child is not None, "seen": seen,
    }  # fmt: skip


def _person(rng: random.Random, index: int) -> dict[str, Any]:
    role = rng.choice(("reported", "recipient", "victim", "associated"))
    if role in CHILD_ROLES:
        return {"role": role, "child": index + 1, "masked": True, "first_name": MASKED, "age": rng.choice((None, 12))}
    return {
        "role": role, "first_name": _text(rng, "Asha"), "last_name": _text(rng, "Fictional"), "display_names": [_text(rng, "fern")],
        "platform": _text(rng, "pixhaven"), "age": rng.choice((None, 0, 31)),
    }  # fmt: skip


def _file(rng: random.Random, uid: str) -> dict[str, Any]:
    noise = rng.randbytes(64)
    known = rng.random() < 0.8
    sealed = hashlib.sha256(b"sealed" + noise).hexdigest()
    travels = {"path": f"data/sealed/{sealed}.age", "sha256": sealed, "size_bytes": 217, "to": ["age1fictional"]}
    return {
        "sealed": travels if noise[0] < 16 else None,
        "uid": uid, "size_bytes": rng.randint(0, 10**9), "md5": hashlib.md5(noise, usedforsecurity=False).hexdigest() if known else "",
        "sha1": hashlib.sha1(noise, usedforsecurity=False).hexdigest() if known else "", "sha256": hashlib.sha256(noise).hexdigest() if known else "",
        "pdq": noise.hex()[:64] if rng.random() < 0.4 else "", "viewed_by_provider": rng.choice((None, True, False)),
        "classification": rng.choice(("", "A1", "B2")), "annotations": rng.choice(([], ["viral"], ["potentialMeme", "generativeAi"])),
        "stated": [["MD5", hashlib.md5(noise, usedforsecurity=False).hexdigest()], ["PhotoDNA", _text(rng, "AAECAwQ=")]][: rng.randint(0, 2)],
    }  # fmt: skip


def _place(rng: random.Random, address: str) -> dict[str, Any]:
    abstained = rng.random() < 0.3
    return {
        "ip": address, "port": rng.choice((None, 443)), "at": _perhaps(rng, _at), "country": "" if abstained else "IN", "state": "" if abstained else "Maharashtra",
        "district": "" if abstained else rng.choice(("", "Jalgaon")), "owner": _text(rng, "Example Net"), "asn": rng.choice((None, 64_500)),
        "flags": rng.sample(("cgnat", "proxy", "hosting"), rng.randint(0, 2)), "confidence": rng.choice((0, 0.55, 1)), "abstained": abstained,
        "explanation": _text(rng, "Two sources agree."), "model": "2026.1", "log_likely_gone_at": _perhaps(rng, _at), "masked": False,
    }  # fmt: skip
