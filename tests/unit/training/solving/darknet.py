"""Solves the dark-net scenario from its papers, as an investigator would; and as somebody who falls for what is laid out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.unit.training.solving.papers import INDIA, Answers, Papers, Row, india, only, utc, written


class Case:
    """The purchase, its key, and the profiles of one hand."""

    def __init__(self, papers: Papers) -> None:
        self.papers = papers
        self.market, self.handle = re.search(r"Market: (\w+)\. Vendor: (\w+)\.", papers.body("purchase")).groups()  # type: ignore[union-attr]
        self.key = papers.found("purchase", r"fingerprint: ([0-9A-F ]{49})").replace(" ", "")
        self.keys = {self.key}
        if papers.has("notes"):
            for note in papers.rows("notes"):
                signed = set(re.findall(r"good: ([0-9A-F]{40})", note["signature"]))
                if self.key in note["text"] and self.key in signed:
                    self.keys |= signed  # the older key said so itself
        self.profiles = [row for row in papers.rows("profiles") if row["fingerprint"] in self.keys]
        self.mine = {(row["market"], row["vendor"]) for row in self.profiles}

    def by_me(self, name: str) -> list[Row]:
        return [row for row in self.papers.rows(name) if (row["market"], row["vendor"]) in self.mine]


def quiet_from(times: list[datetime]) -> int:
    """The hour in which the longest silence of the day begins; it is eight hours."""
    used = {at.astimezone(UTC).hour for at in times}
    lengths = {}
    for hour in range(24):
        length = 0
        while (hour + length) % 24 not in used and length < 24:
            length += 1
        lengths[hour] = length
    return max(lengths, key=lambda hour: lengths[hour])


def solve(papers: Papers) -> Answers:
    case = Case(papers)
    other = only(
        papers.rows("profiles"), lambda row: row["vendor"] == case.handle and row["fingerprint"] not in case.keys
    )
    spaced = " ".join(case.key[at : at + 4] for at in range(0, 40, 4))
    (key,) = [papers.body(name) for name in papers.documents if name.startswith("key_") and spaced in papers.body(name)]
    made = re.search(r"pub   rsa3072 (\S+) \[SC\]", key)
    assert made is not None
    answers: Answers = {
        "fingerprint": [spaced.lower()],
        "key_made": [made[1].replace("T", " ").replace("Z", " UTC")],
        "same_key": [row["id"] for row in case.profiles],
        "impostor": [other["id"]],
        "listings": [row["id"] for row in case.by_me("listings")],
    }
    if papers.has("feedback"):
        answers |= _trade(case)
    if papers.has("payouts"):
        answers |= _payments(case, answers["sender"][0])
    return answers


def may(papers: Papers, market: str, price: int, day: str) -> str:
    allowed = papers.found("sanction", r"on the market (\w+)")
    since, until = re.search(r"from (\d\d-\d\d-\d{4}) to\s+(\d\d-\d\d-\d{4})", papers.body("sanction")).groups()  # type: ignore[union-attr]
    most = int(papers.found("sanction", r"at most (\d+)"))

    def on(text: str) -> datetime:
        return datetime.strptime(text, "%d-%m-%Y")  # noqa: DTZ007 - days are compared

    return "within" if market == allowed and price <= most and on(since) <= on(day) <= on(until) else "new_order"


def _trade(case: Case) -> Answers:
    papers = case.papers
    bought = papers.found("parcel", r"courier's number\s+(EXC\d+)")
    parcel = only(papers.rows("parcels"), lambda row: row["tracking"] == bought)
    posts = case.by_me("vendor_posts")
    quiet = quiet_from([utc(row["time"]) for row in posts])
    endings = Counter(row["text"].rpartition(", ")[2] for row in posts if ", " in row["text"])
    (ending,) = endings
    vocabulary = {word.lower().strip(",") for row in papers.rows("forum") for word in row["text"].split()}
    odd = Counter(
        word.lower().strip(",") for row in posts for word in row["text"].split() if word.lower().strip(",") in MISSPELT
    )
    ((spelling, _),) = odd.items()
    assert spelling in vocabulary
    forum: dict[str, list[Row]] = {}
    for row in papers.rows("forum"):
        forum.setdefault(row["account_name"], []).append(row)
    fits = [
        name
        for name, said in forum.items()
        if quiet_from([utc(row["time"]) for row in said]) == quiet
        and any(row["text"].endswith(ending) for row in said)
        and any(spelling in row["text"].lower() for row in said)
    ]
    assert len(fits) == 1, fits
    return {
        "quiet": [str(quiet)],
        "forum": fits,
        "style": [
            row["id"] for row in forum[fits[0]] if spelling in row["text"].lower() or row["text"].endswith(ending)
        ],
        "parcels": [row["id"] for row in papers.rows("parcels") if row["telephone"] == parcel["telephone"]],
        "sender": [parcel["telephone"]],
    }


MISSPELT = {"recieve", "definately", "seperate", "adress", "tommorow"}


def sales(papers: Papers, since: datetime, until: datetime) -> int:
    """Orders with feedback in a time, which the question names."""
    return len({row["order"] for row in Case(papers).by_me("feedback") if since <= utc(row["time"]) < until})


def _payments(case: Case, sender: str) -> Answers:
    papers = case.papers
    fee = Decimal(papers.found("books", r"fee of (0\.\d+) coins"))
    deposits, found = papers.rows("deposits"), []
    for row in papers.rows("payouts"):
        if row["vendor"] == case.handle:
            at, amount = utc(row["time"]), Decimal(row["coins"]) - fee
            found.append(
                only(
                    deposits,
                    lambda one, at=at, amount=amount: (
                        Decimal(one["coins"]) == amount  # type: ignore[misc]
                        and timedelta(minutes=10) <= india(one["time"]) - at <= timedelta(hours=1)
                    ),
                )
            )
    (customer,) = {row["customer"] for row in found}
    known = only(papers.rows("customers"), lambda row: row["customer"] == customer)
    return {
        "deposits": [row["id"] for row in found],
        "customer": [customer],
        "strength": ["corroborated" if known["telephone"] == sender else "two_leads"],
    }


def tempted(papers: Papers) -> Answers:
    """Names for people, last digits for keys, lines for orders, a shop's name for its parcels, UTC for Indian time."""
    case, solved = Case(papers), solve(papers)
    key = datetime.strptime(solved["key_made"][0], "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=INDIA)
    answers: Answers = {
        "fingerprint": [case.key[-8:]],
        "key_made": [written(key)],
        "same_key": [row["id"] for row in papers.rows("profiles") if row["vendor"] == case.handle],
        "impostor": [row["id"] for row in case.profiles if row["market"] == case.market],
        "listings": [row["id"] for row in papers.rows("listings") if row["vendor"] == case.handle],
        "may": ["own_money"],
    }
    if papers.has("feedback"):
        parcels = papers.rows("parcels")
        named = only(parcels, lambda row: row["tracking"] == papers.found("parcel", r"courier's number\s+(EXC\d+)"))
        shop = [row for row in parcels if row["sender"] == named["sender"]]
        answers |= {
            "sales": [str(len(case.by_me("feedback")))],
            "quiet": [str((int(solved["quiet"][0]) + 5) % 24)],
            "forum": [case.handle],
            "style": [row["id"] for row in papers.rows("forum") if row["account_name"] == case.handle],
            "parcels": [row["id"] for row in shop],
            "sender": [next((row["telephone"] for row in shop if row["telephone"] != named["telephone"]), "")],
        }
    if papers.has("payouts"):
        full = {row["coins"] for row in papers.rows("payouts") if row["vendor"] == case.handle}
        taken = [row for row in papers.rows("deposits") if row["coins"] in full]
        answers |= {
            "deposits": [row["id"] for row in taken],
            "customer": [taken[0]["customer"]],
            "strength": ["named"],
        }
    return answers
