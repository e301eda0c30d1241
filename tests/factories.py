"""Things that tests need, made through the services that make them in life."""

from __future__ import annotations

import base64
import hashlib
import itertools
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

from tipline.api import asking
from tipline.console.authorise import PROOFS
from tipline.core.clock import now
from tipline.demo.scenario import RANGES
from tipline.demo.synthetic import Seen, SyntheticReport, file_details_xml, noise_png, report_xml
from tipline.pipeline.attribution.services import import_source
from tipline.pipeline.run import Outcome, run_patiently
from tipline.referrals.listing import Listing
from tipline.referrals.models import StandingAction
from tipline.referrals.queries import DeskTab
from tipline.referrals.services import set_standing_rule
from tipline.reports.evidence import Digests
from tipline.reports.models import Report
from tipline.reports.services import ReceivedDocument, ReportHeader, add_file, add_file_details, finish, open_report
from tipline.reports.times import read_time
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import ApiToken, Reporter, ReporterCredential, Role, TokenScope, User
from tipline.trust.accounts.sessions import SECOND_FACTOR
from tipline.trust.actors import system
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.services import STANDARD_TREE, import_tree

TESTS = system("tests")
PASSWORD = "long enough for tests"
_numbers = itertools.count(1)


def standard_tree() -> None:
    """All agencies that come with Tipline."""
    import_tree(STANDARD_TREE, TESTS)


def agency(code: str) -> Agency:
    return Agency.objects.get(code=code)


def piles(code: str) -> dict[DeskTab, int]:
    """How many reports a desk lists in each of its piles."""
    return {tab: Listing(agency(code), tab, now()).rows().count() for tab in DeskTab}


def forwarding(*codes: str) -> None:
    """Switch on the standing rule of these desks."""
    for code in codes:
        set_standing_rule(agency(code), StandingAction.FORWARD, TESTS)


def demo_ranges(folder: Path) -> None:
    """The demo's operator ranges."""
    import_source(RANGES, folder, TESTS)


def four_at_jalgaon(folder: Path) -> User:
    """A supervisor at Jalgaon, on whose desk four reports lie."""
    standard_tree()
    demo_ranges(folder)
    forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    filing = provider()
    for number in range(4):
        filed(filing, synthetic(f"kite_{number}"))
    drain()
    return person("IN-MH-JALGAON", Role.SUPERVISOR)


def person(code: str, role: Role = Role.DESK_OFFICER) -> User:
    """Somebody at an agency. The password hash is a cheap one: nobody signs in with it."""
    number = next(_numbers)
    return User.objects.create(
        email=f"person{number}@agency.example", name=f"Person {number}", agency=agency(code), role=role, password="!"
    )


def provider(name: str = "Pictogram", password: str = PASSWORD) -> Reporter:
    """A provider whose password is hashed cheaply, so that tests are quick; the format is the real one."""
    from argon2 import PasswordHasher

    reporter = Reporter.objects.create(name=name, username=f"{name.lower()}{next(_numbers)}", agency=agency("US-NCMEC"))
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)
    ReporterCredential.objects.create(reporter=reporter, password_hash=cheap)
    return reporter


def token(user: User, *scopes: str, days: int = 30, **more: object) -> str:
    """A token of a person, whatever their role; every scope when none is named."""
    text = tokens._make_text()
    ApiToken.objects.create(
        person=user,
        name="A test's",
        token_hash=tokens.hash_of(text),
        scopes=list(scopes or TokenScope.values),
        expires_at=now() + timedelta(days=days),
        **more,
    )
    return text


def bearer(text: str) -> dict[str, str]:
    """The header of a token, for Django's test client."""
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def basic(reporter: Reporter, password: str = PASSWORD) -> dict[str, str]:
    """The header of HTTP Basic, for Django's test client."""
    pair = base64.b64encode(f"{reporter.username}:{password}".encode()).decode()
    return {"HTTP_AUTHORIZATION": f"Basic {pair}"}


def synthetic(
    handle: str = "monsoon_kite_07",
    ip: str = "192.0.2.11",
    *,
    email: str = "",
    device: str = "",
    files: int = 1,
    **more: object,
) -> SyntheticReport:
    """A report of one account with one address."""
    at = (now() - timedelta(days=3)).replace(microsecond=0)
    seen = (Seen(ip, 50112, at, "Upload"),) if ip else ()
    return SyntheticReport(
        handle=handle,
        platform="Pictogram",
        domain="pictogram.example",
        email=email or f"{handle}@mail.example",
        at=at,
        seen=seen,
        device=device,
        files=tuple(noise_png(number) for number in range(files)),
        **more,  # type: ignore[arg-type]
    )


def document(body: bytes) -> ReceivedDocument:
    return ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", "0" * 32)


def digests(body: bytes) -> Digests:
    return Digests(
        len(body), hashlib.md5(body).hexdigest(), hashlib.sha1(body).hexdigest(), hashlib.sha256(body).hexdigest()
    )


def header(at_text: str = "2026-01-05T10:15:00Z") -> ReportHeader:
    return ReportHeader("Child Sex Tourism", read_time(at_text).at, at_text, "Pictogram", False, "")


def filed(reporter: Reporter, report: SyntheticReport | None = None) -> Report:
    """A finished report, filed through the record's services."""
    report = report or synthetic()
    opened = open_report(reporter, document(report_xml(report)), header())
    for number, body in enumerate(report.files, 1):
        file_id = add_file(reporter, opened.report_id, f"upload-{number}.png", digests(body), "0" * 32)
        details = file_details_xml(opened.report_id, file_id, body, report, number)
        add_file_details(reporter, opened.report_id, file_id, document(details))
    finish(reporter, opened.report_id)
    return Report.objects.get(pk=opened.report_id)


def signed_in(user: User, *, fresh: bool = True, second_factor: bool = True) -> Client:
    """A browser session of a person, with two factors, who proved just now who they are, or (not `fresh`) an hour ago."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user)  # as `Client.force_login`, with a third of its statements
    request.session[PROOFS] = [{"method": "password", "at": time.time() - (0 if fresh else 3600)}]
    request.session[SECOND_FACTOR] = second_factor
    request.session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    return client


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def drain() -> Outcome:
    """Take everything that waits through the stages."""
    done = quarantined = 0
    while (outcome := run_patiently()).total:
        done, quarantined = done + outcome.done, quarantined + outcome.quarantined
    return Outcome(done, quarantined)


def without_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls of the JSON face as a test makes: too many would be told so, whatever they ask for."""
    monkeypatch.setattr(asking, "_calls", asking.Buckets(per_second=1e6, burst=1e6))
