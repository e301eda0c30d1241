"""Solves the phishing scenario from its papers, as an investigator would; and as somebody who falls for what is laid out."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from tests.unit.training.solving.papers import INDIA, Answers, Papers, Row, india, only, utc, written

RECEIVED = re.compile(r"^Received: from (\S+) \(\S+ \[([0-9.]+)\]\)\n\tby (\S+) with ESMTPS; (.+)$", re.MULTILINE)


def host(url: str) -> str:
    return url.split("/")[2]


class Case:
    """What every question needs: the machine, the clicks, the message."""

    def __init__(self, papers: Papers) -> None:
        self.papers = papers
        self.own = papers.found("machines", r"in this order:\n(.+?)\n").split(", ")
        computer = papers.found("statement", r"(PC-\d+)")
        self.clicks = [row for row in papers.rows("web_log") if row["workstation"] == computer]
        page = only(
            self.clicks,
            lambda row: host(row["url"]).startswith("xn--") and (row["method"], row["status"]) == ("GET", "200"),
        )
        self.way = [page]
        while before := [row for row in self.clicks if row["location"] == self.way[0]["url"]]:
            assert len(before) == 1
            self.way = [*before, *self.way]
        self.clicked = india(self.way[0]["time"])
        letters = [name for name in papers.documents if name.startswith("mail_")]
        (self.mail,) = [name for name in letters if f"Link in the text: {self.way[0]['url']}\n" in papers.body(name)]
        self.letters = letters
        self.hops = RECEIVED.findall(papers.body(self.mail))
        self.edge = max(at for at, hop in enumerate(self.hops) if hop[2] in self.own)

    def field(self, pattern: str) -> str:
        return self.papers.found(self.mail, pattern)


def solve(papers: Papers) -> Answers:
    case = Case(papers)
    answers: Answers = {
        "which_mail": [case.mail[-1].upper()],
        "handover": [case.hops[case.edge][1]],
        "accepted": [written(parsedate_to_datetime(case.hops[case.edge][3]))],
        "landing": [host(case.way[-1]["url"])],
        "hops": [host(row["url"]) for row in case.way],
        "why_passed": [_why(case)],
    }
    letter = case.mail[-1].upper()
    lines = [row for row in papers.rows("received") if row["message"] == letter]
    answers["forged"] = [row["id"] for row in lines if int(row["line"]) > case.edge + 1]
    if papers.has("passive_dns"):
        answers |= _hosting(case, answers["landing"][0])
    if papers.has("panel_log"):
        answers |= _panel(papers)
    return answers


def _why(case: Case) -> str:
    shown = case.field(r"header\.from=(\S+)")
    if "dmarc=fail" in case.papers.body(case.mail):
        return "not_aligned"
    bank = case.papers.found("statement", r"came from Example (\w+) Bank").lower()
    return "lookalike" if bank in shown else "taken_over"


def _hosting(case: Case, page: str) -> Answers:
    dns = case.papers.rows("passive_dns")

    def during(row: Row, moment: datetime) -> bool:
        return utc(row["first_seen"]) <= moment <= utc(row["last_seen"])

    stood = only(dns, lambda row: row["name"] == page and during(row, case.clicked))
    address, names = stood["value"], set[str]()
    for row in dns:
        meets = utc(row["first_seen"]) <= utc(stood["last_seen"]) and utc(row["last_seen"]) >= utc(stood["first_seen"])
        if row["value"] == address and meets:
            names.add(row["name"])
    certificate = only(case.papers.rows("certificates"), lambda row: page in row["names"].split())
    names |= set(certificate["names"].split())
    shown = only(case.papers.rows("registrations"), lambda row: row["name"] == page)
    strange = [point for point in shown["code_points"].split() if int(point, 16) > 0x7F]
    assert len(strange) == 1
    holder = only(case.papers.rows("holders"), lambda row: row["address"] == address)
    return {
        "kit_address": [address],
        "sisters": sorted(names - {page}),
        "false_letter": [f"U+{strange[0]}"],
        "next_step": ["order_94" if holder["country"] == "IN" else "request_112"],
    }


def _panel(papers: Papers) -> Answers:
    customer = papers.found("host_letter", r"our customer\s+(CU-\d+)")
    lines = {row["address"] for row in papers.rows("holders") if row["use"].startswith("customers' lines")}
    log = [row for row in papers.rows("panel_log") if row["customer"] == customer]
    put = only(log, lambda row: row["event"] == "archive unpacked into /session")
    opened = only(log, lambda row: row["event"] == "log-in" and row["session"] == put["session"])
    return {
        "login_rows": [row["id"] for row in log if row["event"] == "log-in" and row["address"] in lines],
        "login_address": [opened["address"]],
        "login_at": [written(utc(opened["time"]))],
    }


def tempted(papers: Papers) -> Answers:
    """The worst-looking message, the lowest line, the newest record, UTC taken for Indian time."""
    case = Case(papers)
    failed = [name for name in case.letters if "spf=fail" in papers.body(name)]
    accepted = parsedate_to_datetime(case.hops[case.edge][3]).replace(tzinfo=INDIA)
    answers: Answers = {
        "which_mail": [failed[0][-1].upper()],
        "handover": [case.hops[-1][1]],
        "accepted": [written(accepted)],
        "landing": [host(case.way[0]["url"])],
        "hops": [host(row["url"]) for row in reversed(case.way)],
        "why_passed": ["forwarder"],
    }
    answers["forged"] = [row["id"] for row in papers.rows("received") if row["message"] == failed[0][-1].upper()]
    if papers.has("passive_dns"):
        page = host(case.way[-1]["url"])
        dns = papers.rows("passive_dns")
        newest = max((row for row in dns if row["name"] == page), key=lambda row: row["last_seen"])
        answers |= {
            "kit_address": [newest["value"]],
            "sisters": sorted({row["name"] for row in dns if row["value"] == newest["value"]}),
            "false_letter": ["U+002D"],
            "next_step": ["registrar"],
        }
    if papers.has("panel_log"):
        log = [row for row in papers.rows("panel_log") if row["event"] == "log-in"]
        answers |= {
            "login_rows": [row["id"] for row in log],
            "login_address": [log[0]["address"]],
            "login_at": [written(utc(log[0]["time"]))],
        }
    return answers
