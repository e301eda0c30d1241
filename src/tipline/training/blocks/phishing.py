"""Worlds of phishing: a mailbox with one false message, the way from its link to the false page, and who stood behind that page.

The mails and logs show what an investigator gets to see. There is no page, form or text in here that would deceive anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from tipline.training.blocks.common import IST, Cast, Sheet, local, text_of, texts_of, time_of
from tipline.training.scenarios.worlds import Column, Dice, Document, Paper, World, block

STEMS = ("sahyadri", "godavari", "konkan", "satpura", "vidarbha", "waghur")
TRADES = ("jowar-mills", "cotton-ginners", "banana-growers", "pipe-works", "dal-traders", "gold-weighers")
WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "flint",
    "grove",
    "heron",
    "iris",
    "juniper",
    "larch",
    "maple",
    "north",
    "ocean",
)
# Letters of Cyrillic that look like Latin ones (Unicode TR39, confusables).
FALSE_LETTERS = {"a": "\u0430", "o": "\u043e", "i": "\u0456", "p": "\u0440", "s": "\u0455", "e": "\u0435"}
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
LETTERS = "ABCDE"


@dataclass(frozen=True, slots=True)
class Hop:
    """A line `Received` of a message: who gave it to whom, and when by the clock of the one who wrote the line."""

    name: str
    address: str
    by: str
    at: datetime

    def line(self) -> str:
        return f"Received: from {self.name} ({self.name} [{self.address}])\n\tby {self.by} with ESMTPS; {format_datetime(self.at)}"


@block("phishing_parties")
def parties(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """Who is deceived, and as whom the sender poses.

    Facts: `bank`, `bank_domain`, `firm`, `firm_domain`, `clerk`, `clerk_mail`, `workstation`, `landing` (the false page's domain, in
    punycode), `landing_shown` (as a browser shows it), `false_letter` (its code point, in the ways in which people write it).
    """
    cast = Cast(world, dice)
    stem, trade = dice.one(STEMS), dice.one(TRADES)
    world.know("bank", f"Example {stem.title()} Bank")
    world.know("bank_domain", f"{stem}-bank.example")
    world.know("firm", f"Example {trade.replace('-', ' ').title()}")
    world.know("firm_domain", f"{trade}.example")
    clerk = cast.person()
    world.know("clerk", clerk)
    world.know("clerk_mail", f"{clerk.lower().replace(' ', '.')}@{trade}.example")
    world.know("workstation", f"PC-{dice.between(11, 89)}")
    label = f"{stem}-{dice.one(('bank', 'login', 'kyc', 'netbank', 'secure'))}"
    at = dice.one([place for place, letter in enumerate(stem) if letter in FALSE_LETTERS])
    false = FALSE_LETTERS[label[at]]
    shown = label[:at] + false + label[at + 1 :]
    world.know("landing_shown", f"{shown}.example")
    world.know("landing", f"xn--{shown.encode('punycode').decode()}.example")
    world.know("false_letter", (f"U+{ord(false):04X}", f"{ord(false):04X}"))
    world.know(
        "clicked_at", time_of(world, "starts_at") + timedelta(minutes=dice.between(12, 90), seconds=dice.below(60))
    )


@block("phishing_way")
def way(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """The firm's web log: from the link to the false page, among other people's clicks.

    Parameters: `hops` (domains from link to page, both counted), `noise` (rows of others).
    Facts: `hops` (domains in order), `link` (URL in the message), `other_link` (a short link of a harmless message), `posted_at` (when
    the form went off). Document: `web_log`.
    """
    cast = Cast(world, dice)
    landing, me, at = text_of(world, "landing"), text_of(world, "workstation"), time_of(world, "clicked_at")
    short = cast.new(lambda: f"{dice.one(('lnk', 'tiny', 'go2', 'cut'))}{dice.between(2, 9)}.example")
    count = int(parameters["hops"])
    middle = [cast.domain(WORDS) for _ in range(count - 2)]
    domains = (short, *middle, landing)
    world.know("hops", domains)
    urls = [f"https://{short}/{dice.hexadecimal(6)}"]
    urls += [f"https://{name}/r/{dice.hexadecimal(8)}" for name in middle]
    urls.append(f"https://{landing}/session/{dice.hexadecimal(5)}")
    world.know("link", urls[0])
    sheet = Sheet(
        Column("time", "time"), Column("workstation"), Column("method"), Column("url", "url"), Column("status", "number"), Column("location", "url"),
    )  # fmt: skip
    for here, there in zip(urls, [*urls[1:], ""], strict=True):
        sheet.add(at, local(at), me, "GET", here, "302" if there else "200", there)
        at += timedelta(seconds=dice.between(1, 2))
    at += timedelta(seconds=dice.between(40, 160))
    world.know("posted_at", at)
    sheet.add(at, local(at), me, "POST", f"https://{landing}/session/next", "200", "")
    # The same short-link service serves harmless links too: a domain alone says nothing, the code behind it does.
    bank, clicked = text_of(world, "bank_domain"), time_of(world, "clicked_at")
    other = f"https://{short}/{dice.hexadecimal(6)}"
    world.know("other_link", other)
    for machine in (f"PC-{dice.between(90, 99)}", me):
        seen = clicked + timedelta(minutes=dice.between(-50, -8))
        goal = f"https://{bank}/offers" if machine != me else f"https://{cast.domain(WORDS)}/news"
        sheet.add(seen, local(seen), machine, "GET", other, "302", goal)
        sheet.add(seen + timedelta(seconds=1), local(seen + timedelta(seconds=1)), machine, "GET", goal, "200", "")
    for _ in range(int(parameters["noise"])):
        seen = clicked + timedelta(seconds=dice.between(-5400, 3600))
        name = bank if dice.chance(0.2) else cast.domain(WORDS)
        machine = me if dice.chance(0.3) else f"PC-{dice.between(11, 99)}"
        moved = f"https://{name}/index" if dice.chance(0.25) else ""
        sheet.add(
            seen,
            local(seen),
            machine,
            dice.one(("GET", "GET", "POST")),
            f"https://{name}/{dice.hexadecimal(4)}",
            "302" if moved else "200",
            moved,
        )
    sheet.lay(world, "web_log", "W")


def _headers(
    world: World, hops: list[Hop], results: str, back: str, sender: str, subject: str, sent: datetime, cast: Cast
) -> str:
    """The head of a message as the firm's mailbox keeps it, newest line first."""
    return "\n".join(
        [
            f"Return-Path: <{back}>",
            *[hop.line() for hop in hops],
            f"Authentication-Results: mx.{text_of(world, 'firm_domain')};\n\t{results}",
            f"Date: {format_datetime(sent)}",
            f"From: {sender}",
            f"To: {text_of(world, 'clerk_mail')}",
            f"Subject: {subject}",
            f"Message-ID: <{cast.digits(12)}@{sender.split('@')[-1].rstrip('>')}>",
        ]
    )


def _checks(spf: str, by: str, dkim: str, signed: str, dmarc: str, header: str, policy: str = "none") -> str:
    signature = f"dkim={dkim} header.d={signed}" if signed else f"dkim={dkim}"
    return f"spf={spf} smtp.mailfrom={by};\n\t{signature};\n\tdmarc={dmarc} (p={policy}) header.from={header}"


@block("phishing_mails")
def mails(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """The messages of the clerk's mailbox: the false one and others that look like it or look worse.

    Parameters: `own` (machines of the firm that a message passes), `forged` (false lines below them), `others` (kinds out of `genuine`,
    `forwarded`, `newsletter`, `courier`).
    Facts: `right_mail` (its letter), `mail_letters`, `sender_domain` (of Return-Path), `handover` (address that gave the message to the
    firm), `accepted_at`, `why_passed` (`not_aligned`, `lookalike` or `taken_over`), `own_machines`, `forged_rows`.
    Documents: `mail_a` to `mail_e`, `received`.
    """
    cast = Cast(world, dice)
    bank, firm = text_of(world, "bank_domain"), text_of(world, "firm_domain")
    name = text_of(world, "bank")
    own = [f"mx.{firm}", f"filter.{firm}", f"mailbox.{firm}"][: int(parameters["own"])]
    own_addresses = [cast.address("203.0.113") for _ in own]
    world.know("own_machines", tuple(own))
    world.know("own_addresses", tuple(own_addresses))
    bank_address, handover = cast.address("198.51.100"), cast.address("192.0.2")
    kinds = dice.shuffled(["phish", *parameters["others"]])
    world.know("mail_letters", tuple(LETTERS[: len(kinds)]))
    sheet = Sheet(
        Column("message"), Column("line", "number"), Column("from_host", "domain"), Column("address", "address"), Column("by_host", "domain"), Column("time"),
    )  # fmt: skip

    def inward(hand: Hop) -> list[Hop]:
        """The firm's own lines over the one in which a stranger handed over, newest first."""
        hops, at = [hand], hand.at
        for number in range(1, len(own)):
            at += timedelta(seconds=dice.between(1, 4))
            hops.insert(0, Hop(own[number - 1], own_addresses[number - 1], own[number], at.astimezone(IST)))
        return hops

    accepted = time_of(world, "starts_at").astimezone(UTC)
    for letter, kind in zip(LETTERS, kinds, strict=False):
        at = accepted + timedelta(seconds=0 if kind == "phish" else dice.between(-24_000, 480))
        lines: list[Hop]
        if kind == "phish":
            lines, head = _phish(world, dice, cast, inward, at, handover, int(parameters["forged"]))
            world.know("right_mail", letter)
            world.know("accepted_at", at)
            world.know("handover", handover)
            link = text_of(world, "link")
        elif kind == "genuine":
            lines = inward(Hop(f"mail.{bank}", bank_address, own[0], at))
            results = _checks("pass", bank, "pass", bank, "pass", bank, "reject")
            head = _headers(world, lines, results, f"statements@{bank}", f'"{name}" <statements@{bank}>', "Your monthly statement", at.astimezone(IST), cast)  # fmt: skip
            link = f"https://{bank}/statements"
        elif kind == "forwarded":
            # An old mailbox of the clerk's passes the bank's mail on: SPF names the forwarder and fails, the bank's signature holds.
            forwarder = cast.domain(WORDS)
            lines = inward(Hop(f"out.{forwarder}", cast.address(), own[0], at))
            lines.append(
                Hop(f"mail.{bank}", bank_address, f"in.{forwarder}", (at - timedelta(seconds=9)).astimezone(BERLIN))
            )
            results = _checks("fail", bank, "pass", bank, "pass", bank, "reject")
            head = _headers(world, lines, results, f"alerts@{bank}", f'"{name}" <alerts@{bank}>', "Please update your nominee", (at - timedelta(seconds=12)).astimezone(IST), cast)  # fmt: skip
            link = f"https://{bank}/nominee"
        elif kind == "newsletter":
            mailer = cast.domain(WORDS)
            lines = inward(Hop(f"batch7.{mailer}", cast.address(), own[0], at))
            results = _checks("pass", f"bounce.{mailer}", "pass", bank, "pass", bank, "reject")
            head = _headers(world, lines, results, f"b-{cast.digits(6)}@bounce.{mailer}", f'"{name}" <offers@{bank}>', "Festival offer on gold loans", (at - timedelta(minutes=3)).astimezone(UTC), cast)  # fmt: skip
            link = text_of(world, "other_link")
        else:
            courier = cast.domain(WORDS)
            lines = inward(Hop(f"vps{cast.digits(3)}.{courier}", cast.address(), own[0], at))
            results = _checks("softfail", courier, "none", "", "fail", courier)
            head = _headers(world, lines, results, f"noreply@{courier}", f'"Parcel desk" <noreply@{courier}>', "URGENT: parcel on hold", at.astimezone(NEW_YORK), cast)  # fmt: skip
            link = f"https://{courier}/track"
        body = f"{head}\n\n[Text of the message left out by the trainers.]\nLink in the text: {link}\n"
        world.lay(Document(f"mail_{letter.lower()}", Paper.MAIL, body=body))
        edge = len(own)
        for number, hop in enumerate(lines, 1):
            false = kind == "phish" and number > edge
            sheet.add(
                (letter, number),
                letter,
                str(number),
                hop.name,
                hop.address,
                hop.by,
                format_datetime(hop.at),
                marks=["forged"] if false else [],
            )
    marked = sheet.lay(world, "received", "R")
    world.know("forged_rows", marked["forged"])


def _phish(
    world: World, dice: Dice, cast: Cast, inward: Any, at: datetime, handover: str, forged: int
) -> tuple[list[Hop], str]:
    """The false message: how it passed the checks differs from world to world."""
    bank, name = text_of(world, "bank_domain"), text_of(world, "bank")
    why = dice.one(("not_aligned", "lookalike", "taken_over"))
    world.know("why_passed", why)
    stem = bank.removesuffix("-bank.example")
    actor = cast.domain(WORDS)
    if why == "lookalike":
        actor = f"{stem}-{dice.one(('banks', 'bank-alerts', 'bnak', 'bank-kyc'))}.example"
    header = bank if why == "not_aligned" else actor
    spoken = f'"{name}" <{dice.one(("alerts", "kyc", "service"))}@{header}>'
    world.know("sender_domain", actor)
    results = _checks("pass", actor, "none" if why == "not_aligned" else "pass", "" if why == "not_aligned" else actor, "fail" if why == "not_aligned" else "pass", header)  # fmt: skip
    first = texts_of(world, "own_machines")[0]
    # The line that the firm's own machine wrote: the name is what the sender said of itself, the address is what the firm's machine saw.
    lines = inward(Hop(f"mail.{bank}" if why == "not_aligned" else f"out.{actor}", handover, first, at))
    below = at
    by = f"mail.{bank}"
    for number in range(forged):
        # Below that line stands what the sender wrote himself; its clock does not fit the line above.
        below = (
            below + timedelta(minutes=dice.between(3, 55))
            if number == 0
            else below - timedelta(seconds=dice.between(2, 30))
        )
        sender = f"{('netbanking', 'core', 'alerts')[number % 3]}.{bank}"
        lines.append(Hop(sender, cast.address("198.51.100"), by, below.astimezone(IST)))
        by = sender
    return lines, _headers(world, lines, results, f"bounce-{cast.digits(4)}@{actor}", spoken, "Your access ends today", (at - timedelta(seconds=dice.between(5, 50))).astimezone(NEW_YORK), cast)  # fmt: skip
