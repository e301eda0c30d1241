"""The scenario of crypto-currency: its ledgers add up, and whoever reads the papers alone can answer everything."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import cache

import pytest

from tipline.training.blocks.crypto import NOBODY
from tipline.training.scenarios.building import build, expected
from tipline.training.scenarios.format import Level
from tipline.training.scenarios.loading import Folder, catalogue
from tipline.training.scenarios.scoring import mark, points
from tipline.training.scenarios.worlds import Fact, World, fill

SEEDS = range(40)
ROUND = 10_000  # satoshis: what people type by hand
pytestmark = pytest.mark.parametrize("level", Level)


@cache
def folder() -> Folder:
    return catalogue().find("crypto")


@cache
def world(level: Level, seed: int) -> World:
    return build(folder(), level, f"seed {seed}")


def coins(cell: str) -> list[tuple[str, int]]:
    items = [item.rsplit(":", 1) for item in cell.split(";")] if cell else []
    return [(address, int(Decimal(amount) * 10**8)) for address, amount in items]


def table(made: World, document: str) -> list[dict[str, str]]:
    found = made.documents[document]
    return [{"id": row.id, **dict(zip((c.key for c in found.columns), row.cells, strict=True))} for row in found.rows]


class Solver:
    """Reads the papers of a world, and the question's own words; never its facts."""

    def __init__(self, made: World) -> None:
        self.made = made
        self.coins = [
            {"id": r["id"], "tx": r["tx"], "time": r["time"], "in": coins(r["inputs"]), "out": coins(r["outputs"]),
             "fee": int(Decimal(r["fee"]) * 10**8)} for r in table(made, "coins")
        ]  # fmt: skip
        self.spent = {address: r for r in self.coins for address, _ in r["in"]}
        self.hops = self.chain_rows()

    def asked(self, task: str) -> str:
        return fill(folder().texts["en"].tasks[task].question, self.made.facts)

    def payment(self) -> dict:
        said = self.made.documents["complaint"].body
        amount = re.search(r"paid\s+([\d.]+) RNG", said)[1]
        at = datetime.strptime(re.search(r"at (\d\d-\d\d-\d{4} \d\d:\d\d)", said)[1] + " +0530", "%d-%m-%Y %H:%M %z")
        minute = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
        (found,) = [
            r
            for r in self.coins
            if r["time"].startswith(minute) and int(Decimal(amount) * 10**8) in [v for _, v in r["out"]]
        ]
        (self.to,) = [a for a, v in found["out"] if v == int(Decimal(amount) * 10**8)]
        return found

    @staticmethod
    def mixes(row: dict) -> bool:
        equal = Counter(v for _, v in row["out"]).most_common(1)[0][1]
        return len(row["in"]) > 2 and equal == len(row["in"])

    def cluster(self) -> set[str]:
        self.payment()
        group, grown = {self.to}, True
        while grown:
            grown = False
            for r in self.coins:
                ins = {a for a, _ in r["in"]}
                if ins & group and not ins <= group and not self.mixes(r):
                    group, grown = group | ins, True
        return group

    def chain_rows(self) -> list[dict]:
        group = self.cluster()
        last = [r for r in self.coins if {a for a, _ in r["in"]} & group and not self.mixes(r)][-1]
        address = max(last["out"], key=lambda coin: coin[1])[0]
        found = []
        while address in self.spent:
            row = self.spent[address]
            found.append(row)
            address = self.change(row)
        return found

    def change(self, row: dict) -> str:
        seen = Counter(a for r in self.coins for a, _ in (*r["in"], *r["out"]))
        first = {a: r["tx"] for r in reversed(self.coins) for a, _ in r["out"]}
        (found,) = [a for a, v in row["out"] if first[a] == row["tx"] and v % ROUND and seen[a] <= 2]
        return found

    def by_customer(self) -> dict[str, list[tuple[str, int]]]:
        owner = {r["address"]: r["customer"] for r in table(self.made, "deposits")}
        found = defaultdict(list)
        for row in self.hops:
            for address, amount in row["out"]:
                if address in owner:
                    found[owner[address]].append((row["id"], amount))
        return found

    def customer(self) -> str:
        return max(self.by_customer().items(), key=lambda item: sum(v for _, v in item[1]))[0]

    def session(self) -> str:
        letter = self.made.documents["reply"].body
        zone = re.search(r"they are in UTC(?:\+(\d\d):(\d\d))?\.", letter)
        shift = timedelta(hours=int(zone[1] or 0), minutes=int(zone[2] or 0))
        amount, at = re.search(r"had ([\d.]+) rupees paid out at (\S+)\.", self.asked("session")).groups()
        (row,) = [r for r in table(self.made, "payouts") if r["amount"] == amount and r["time"] == at.rstrip(".")]
        wanted = (datetime.fromisoformat(row["time"]) + shift).strftime("%Y-%m-%d %H:%M:%S")
        (found,) = [
            r for r in table(self.made, "sessions")
            if r["customer"] == row["customer"] and r["from_time"] <= wanted <= r["to_time"]
        ]  # fmt: skip
        return found["ip"]

    def mixer(self) -> str:
        address, tx = re.match(r"(\S+) put coins into transaction (\w+)", self.asked("mixer")).groups()
        (row,) = [r for r in self.coins if r["tx"] == tx]
        part = Counter(v for _, v in row["out"]).most_common(1)[0][0]
        share = Decimal(row["fee"]) / len(row["in"])
        rest = dict(row["in"])[address] - part - share
        near = [a for a, v in row["out"] if v != part and abs(v - rest) <= 1]
        return near[0] if near else "none"

    def bridged(self) -> str:
        tx, sent = re.match(r"Transaction (\w+) paid ([\d.]+) RNG", self.asked("bridge_out")).groups()
        page = self.made.documents["bridge"].body
        bridge = re.search(r"0r[0-9a-f]{24}", page)[0]
        fee, longest = int(re.search(r"Fee: (\d+) per", page)[1]), int(re.search(r"within (\d+) minutes", page)[1])
        (row,) = [r for r in self.coins if r["tx"] == tx]
        at = datetime.fromisoformat(row["time"])
        wanted = (Decimal(sent) * (1000 - fee) / 1000).quantize(Decimal("1e-8"), ROUND_DOWN)
        (found,) = [
            r["to"] for r in table(self.made, "accounts")
            if r["from"] == bridge and Decimal(r["amount"]) == wanted
            and timedelta() < datetime.fromisoformat(r["time"]) - at <= timedelta(minutes=longest)
        ]  # fmt: skip
        return found

    def swapped(self) -> Decimal:
        """From the account, along what it pays on, to the deposit account of the question."""
        deposit = re.search(r"deposit account (0r[0-9a-f]{24})", self.asked("swapped"))[1]
        rows = [r for r in table(self.made, "accounts") if r["kind"] == "transfer"]
        seen, todo, total = set(), [self.bridged()], Decimal()
        while todo:
            account = todo.pop()
            seen.add(account)
            for r in rows:
                if r["from"] == account and r["to"] == deposit:
                    total += Decimal(r["amount"])
                elif r["from"] == account and r["to"] not in seen:
                    todo.append(r["to"])
        return total

    def operated(self) -> set[str]:
        first, rows = self.bridged(), table(self.made, "accounts")
        relayer = re.search(r"0r[0-9a-f]{24}", self.made.documents["relayer"].body)[0]
        (payer,) = {r["gas_payer"] for r in rows if r["from"] == first} - {relayer}
        pools = {r["from"] for r in rows if r["kind"] == "swap"} & {r["to"] for r in rows if r["kind"] == "swap"}
        senders = {r["from"] for r in rows if r["gas_payer"] == payer}
        return {
            s
            for s in senders
            if s == first or s not in {p for p in pools if sum(r["to"] == p and r["kind"] == "swap" for r in rows) > 1}
        }

    def answer(self, task: str) -> object:
        got = self.by_customer()
        mine = got[self.customer()]
        return {
            "payment": lambda: self.payment()["tx"],
            "gathered": self.cluster,
            "change": lambda: self.change(next(r for r in self.coins if r["tx"] in self.asked("change"))),
            "arrivals": lambda: {row for rows in got.values() for row, _ in rows},
            "chain": lambda: tuple(r["tx"] for r in self.hops),
            "total": lambda: Decimal(sum(v for _, v in mine)) / 10**8,
            "customer": self.customer,
            "session": self.session,
            "mixer": self.mixer,
            "bridge_out": self.bridged,
            "swapped": self.swapped,
            "operated": self.operated,
            "written": lambda: "holder",
        }[task]()


def test_the_papers_alone_give_every_answer(level: Level) -> None:
    for seed in SEEDS:
        made = world(level, seed)
        solver = Solver(made)
        for task in folder().tasks(level):
            right: Fact = expected(task, made)
            right = right[0] if task.id == "mixer" and isinstance(right, tuple) else right
            found = solver.answer(task.id)
            assert found == (set(right) if isinstance(found, set) else right), (seed, task.id)


def test_every_transaction_adds_up_and_nothing_is_spent_twice(level: Level) -> None:
    for seed in SEEDS:
        made = world(level, seed)
        lying: Counter[tuple[str, int]] = Counter()
        received: set[str] = set()
        for row in Solver(made).coins:
            assert sum(v for _, v in row["in"]) == sum(v for _, v in row["out"]) + row["fee"], row["tx"]
            assert row["fee"] > 0 and all(v > 0 for _, v in row["out"])
            for coin in row["in"]:  # of this extract, and then lying there; or older than it
                assert lying[coin] or coin[0] not in received, (seed, row["tx"], coin)
                lying[coin] -= 1
            for coin in row["out"]:
                lying[coin] += 1
                received.add(coin[0])


def test_no_account_of_the_story_sends_what_it_never_got(level: Level) -> None:
    if level is Level.FOUNDATION:
        return
    for seed in SEEDS:
        made = world(level, seed)
        story = set(made.facts["operated"]) & {r["to"] for r in table(made, "accounts")}
        holds: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for r in table(made, "accounts"):
            if r["from"] in story:
                holds[r["from"], r["asset"]] -= Decimal(r["amount"])
                assert holds[r["from"], r["asset"]] >= 0, (seed, r)
            holds[r["to"], r["asset"]] += Decimal(r["amount"])


def test_no_chain_takes_an_address(level: Level) -> None:
    for r in Solver(world(level, 1)).coins:
        for address, _ in (*r["in"], *r["out"]):
            assert re.fullmatch(r"rng1[a-z0-9]{16}", address) and "b" in address and "0" in address


def test_answers_do_not_travel_from_one_world_to_another(level: Level) -> None:
    for task in folder().tasks(level):
        answers = Counter(str(expected(task, world(level, seed))) for seed in SEEDS)
        if task.id == "mixer":  # half of the worlds: nobody can tell, and the others each have an address of their own
            assert 5 < answers.pop(str(NOBODY)) < 35
        if task.id not in {"written", "arrivals"}:
            assert max(answers.values()) <= (2 if task.id == "total" else 1), task.id
        if task.id == "arrivals":
            assert max(answers.values()) < 6


def test_worlds_have_structures_of_their_own(level: Level) -> None:
    shapes = {
        (len(w.facts["cluster"]), len(w.facts["chain"]), len(w.facts["arrivals"]), w.facts.get("bridge_fee"))
        for w in (world(level, seed) for seed in SEEDS)
    }
    assert len(shapes) > (3 if level is Level.FOUNDATION else 8)


def typical(solver: Solver, made: World, *, poor: bool) -> dict[str, list[str]]:
    """What trainees answer who know half of the method (or, if poor, little of it): each answer is a mistake that is often made."""
    facts, group = made.facts, sorted(solver.cluster())
    mixed = [r for r in solver.coins if solver.mixes(r)]
    amount = int(Decimal(str(facts["complaint_amount"])) * 10**8)
    same_sum = [r["tx"] for r in solver.coins if amount in [v for _, v in r["out"]]]
    strangers = [a for r in mixed for a, _ in r["in"]] or [a for r in solver.coins[:8] for a, _ in r["in"]]
    chain = [r["tx"] for r in solver.hops]
    read_as_utc = [r["ip"] for r in table(made, "sessions") if r["customer"] == facts["customer"]]
    return {
        "payment": [same_sum[-1] if poor else str(facts["payment"])],  # the Indian time taken for UTC
        "gathered": [group[0], *strangers] if poor else group[: len(group) * 2 // 3],
        "change": [next(a for a, _ in solver.hops[0]["out"] if a != facts["change"])]
        if poor
        else [str(facts["change"])],
        "arrivals": ["c1", "c2"] if poor else list(facts["arrivals"])[:-1],
        "chain": chain[-1:] if poor else chain[: len(chain) * 2 // 3],
        "total": [str(sum(v for r in solver.hops for _, v in r["out"]))] if poor else [str(facts["total"])],
        "customer": [next(r["customer"] for r in table(made, "customers") if r["customer"] != facts["customer"])]
        if poor
        else [str(facts["customer"])],
        "session": [read_as_utc[0]],
        "mixer": [mixed[0]["out"][0][0] if mixed else ""],
        "bridge_out": ["0r" + "0" * 24] if poor else [str(facts.get("bridge_out"))],
        "swapped": ["1"],
        "operated": [str(facts.get("bridge_out"))] if not poor else ["0r" + "0" * 24],
        "written": ["did_it" if poor else "holder"],
    }


def scored(made: World, level: Level, given: dict[str, list[str]]) -> float:
    got = sum(
        points(task, mark(task, given[task.id], expected(task, made)).share, tries_before=0, hints_cost=0)
        for task in folder().tasks(level)
    )
    return float(got) / folder().points(level)


def test_scores_separate_good_middling_and_poor_trainees(level: Level) -> None:
    for seed in SEEDS:
        made = world(level, seed)
        solver = Solver(made)
        right = {t.id: expected(t, made) for t in folder().tasks(level)}
        good = {
            name: list(fact[:1] if name == "mixer" else fact) if isinstance(fact, tuple) else [str(fact)]
            for name, fact in right.items()
        }
        assert scored(made, level, good) == 1
        middling, poor = (scored(made, level, typical(solver, made, poor=one)) for one in (False, True))
        assert 0.4 < middling < 0.93, seed
        assert poor < 0.25, seed
        assert middling - poor > 0.3, seed
