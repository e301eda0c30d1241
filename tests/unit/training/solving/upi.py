"""Solves the UPI scenario from its papers, as an investigator would; and as somebody who falls for what is laid out."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tests.unit.training.solving.papers import INDIA, Answers, Papers, Row, india, only, utc


class Case:
    """The complaint, and all statements joined by their references."""

    def __init__(self, papers: Papers) -> None:
        self.papers = papers
        self.mine = papers.found("complaint", r"My account is (EX\d+)")
        called = papers.found("complaint", r"call was taken at ([0-9: -]+) IST")
        self.called = datetime.strptime(called, "%Y-%m-%d %H:%M:%S").replace(tzinfo=INDIA)
        self.ticket = papers.found("complaint", r"ticket (EX1930-\d+)")
        known = papers.found("complaint", r"today as well: (.+?)\. The electricity").split(", ")
        statement = papers.rows("statement_victim")
        back = {row["reference"] for row in statement if row["credit"]}
        today = [row for row in statement if india(row["time"]).date() == self.called.date() and row["debit"]]
        self.today = today
        self.fraud = [
            row for row in today if row["counterparty"] not in {*known, "mandate"} and row["reference"] not in back
        ]
        self.accounts = {row["account"]: row for row in papers.rows("accounts")}
        self.lines = {number: papers.rows(f"statement_{row['statement']}") for number, row in self.accounts.items()}
        self.first = {row["account"] for row in self.accounts.values() if row["upi"] in self.handles()}

    def handles(self) -> list[str]:
        return list(dict.fromkeys(row["counterparty"] for row in self.fraud))

    def credited(self, reference: str) -> str | None:
        """The account in whose statement a reference is a credit."""
        found = [
            number
            for number, lines in self.lines.items()
            for row in lines
            if row["reference"] == reference and row["credit"]
        ]
        assert len(found) <= 1
        return found[0] if found else None

    def onward(self, number: str, references: set[str]) -> list[Row]:
        """What left an account after the first of these credits."""
        lines = self.lines[number]
        first = min(at for at, row in enumerate(lines) if row["reference"] in references and row["credit"])
        return [row for row in lines[first:] if row["debit"]]

    def shop(self, number: str) -> bool:
        return "shop" in self.accounts[number]["kind"]


def solve(papers: Papers) -> Answers:
    case = Case(papers)
    answers: Answers = {
        "fraud_rows": [row["id"] for row in case.fraud],
        "loss": [str(sum(Decimal(row["debit"]) for row in case.fraud))],
        "handles": case.handles(),
        "freeze_first": [max(case.lines, key=lambda number: _balance(case, number))],
        "freeze_items": ["references", "amounts_times", "receivers", "victim_account", "call_time"],
    }
    answers |= _telephone(case)
    if papers.has("sessions"):
        answers |= _money(case)
    return answers


def _balance(case: Case, number: str) -> Decimal:
    before = [row for row in case.lines[number] if india(row["time"]) <= case.called]
    return Decimal(before[-1]["balance"]) if before and not case.shop(number) else Decimal(0)


def _telephone(case: Case) -> Answers:
    events = case.papers.rows("phone_trail")
    first = min(india(row["time"]) for row in case.fraud)
    lately = [row for row in events if first - timedelta(minutes=40) <= india(row["time"]) <= first]
    signs = {
        "sim_swap": "new SIM enters the net",
        "remote_access": "remote session begun",
        "sms_forward": "allowed to read and send SMS",
    }
    (found,) = [(how, row) for how, sign in signs.items() for row in lately if sign in row["event"]]
    return {"how": [found[0]], "trail_at": [found[1]["time"]]}


def _money(case: Case) -> Answers:
    papers = case.papers
    layers: list[dict[str, set[str]]] = [{}]
    for row in case.fraud:
        number = case.credited(row["reference"])
        assert number is not None
        layers[0].setdefault(number, set()).add(row["reference"])
    shops: set[str] = set()
    while layers[-1]:
        below: dict[str, set[str]] = {}
        for number, references in layers[-1].items():
            for row in case.onward(number, references):
                target = case.credited(row["reference"])
                if target and case.shop(target):
                    shops.add(target)
                elif target:
                    below.setdefault(target, set()).add(row["reference"])
        layers.append(below)
    path = [case.mine]
    step: Row | None = max(case.fraud, key=lambda row: Decimal(row["debit"]))
    moved: Row | None = None
    while step is not None and (number := case.credited(step["reference"])):
        path.append(number)
        left = [row for row in case.onward(number, {step["reference"]}) if not row["particulars"].startswith("ATM")]
        step = max(left, key=lambda row: Decimal(row["debit"]), default=None)
        moved = moved or step
    assert moved is not None
    cash = [
        row["id"]
        for layer in layers
        for number, references in layer.items()
        for row in case.onward(number, references)
        if row["particulars"].startswith("ATM")
    ]
    sessions = papers.rows("sessions")
    sent = only(sessions, lambda row: row["event"] == f"transfer {moved['reference']}")
    opened = only(sessions, lambda row: row["event"] == "log-in" and row["session"] == sent["session"])
    at, port = utc(opened["time"]), int(opened["port"])
    user = only(
        papers.rows("ipdr"),
        lambda row: (
            row["address"] == opened["address"]
            and int(row["port_from"]) <= port <= int(row["port_to"])
            and india(row["start"]) <= at <= india(row["end"])
        ),
    )
    holds = [row for row in papers.rows("holds") if row["ticket"] == case.ticket]
    asked = only(holds, lambda row: "written order" in row["remark"])
    law = "order_106" if "asks for the officer's written order" in asked["remark"] else "court_503"
    return {
        "layer2": sorted(layers[1]),
        "path": path,
        "still_there": [str(sum(Decimal(row["held"]) for row in holds))],
        "cash_rows": cash,
        "honest": sorted(shops),
        "session_rows": [opened["id"]],
        "subscriber": [user["telephone"]],
        "law": [law],
    }


def tempted(papers: Papers) -> Answers:
    """All debits of the day, everybody on the list a mule, every hold of a list, UTC taken for Indian time."""
    case = Case(papers)
    oldest = next(row for row in papers.rows("phone_trail") if "SIM" in row["event"] or "app" in row["event"])
    answers: Answers = {
        "fraud_rows": [row["id"] for row in papers.rows("statement_victim") if row["debit"]],
        "loss": [str(sum(Decimal(row["debit"]) for row in case.today))],
        "handles": list(dict.fromkeys(row["counterparty"] for row in papers.rows("statement_victim"))),
        "freeze_first": [case.mine],
        "freeze_items": ["pin", "password", "card_number"],
        "how": ["bank_staff"],
        "trail_at": [oldest["time"]],
    }
    if papers.has("sessions"):
        sessions = papers.rows("sessions")
        log_ins = [row for row in sessions if row["event"] == "log-in"]
        solved = solve(papers)
        opened = only(sessions, lambda row: row["id"] == solved["session_rows"][0])
        wrongly = utc(opened["time"]).replace(tzinfo=INDIA)
        user = only(
            papers.rows("ipdr"),
            lambda row: (
                row["address"] == opened["address"]
                and int(row["port_from"]) <= int(opened["port"]) <= int(row["port_to"])
                and india(row["start"]) <= wrongly <= india(row["end"])
            ),
        )
        answers |= {
            "layer2": sorted(case.accounts),
            "path": list(reversed(solved["path"])),
            "still_there": [str(sum(Decimal(row["held"]) for row in papers.rows("holds")))],
            "cash_rows": [
                row["id"] for lines in case.lines.values() for row in lines if row["particulars"].startswith("ATM")
            ],
            "honest": sorted(case.first)[:1],
            "session_rows": [row["id"] for row in log_ins],
            "subscriber": [user["telephone"]],
            "law": ["transfer_back"],
        }
    return answers
