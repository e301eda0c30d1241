"""Worlds of UPI and net-banking fraud: debits that the account's owner did not want, and where the money went before it was held.

Every transfer stands in the statements of both sides under one reference, and every statement adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tipline.training.blocks.common import (
    BANKS,
    FAR_TOWNS,
    IST,
    Cast,
    Sheet,
    local,
    rupees,
    text_of,
    time_of,
)
from tipline.training.scenarios.worlds import Column, Dice, World, block

# Banks print times in their own ways; what they mean is Indian time.
PRINTED = ("%d-%m-%Y %H:%M:%S", "%d/%m/%y %I:%M %p", "%Y-%m-%dT%H:%M:%S+05:30")
STATEMENTS = "ABCDEFGJLMNOQRTU"  # how rows of the statements begin
SHOPS = ("dairy", "kirana", "medical", "bakery")


@dataclass(slots=True)
class Entry:
    """A line of a statement: money out is negative."""

    at: datetime
    what: str
    other: str
    reference: str
    amount: Decimal
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class Account:
    """An account while the story is made."""

    holder: str
    bank: str
    number: str
    upi: str
    telephone: str
    opened: str
    kind: str
    opening: Decimal
    entries: list[Entry] = field(default_factory=list)

    def balance_at(self, moment: datetime) -> Decimal:
        return self.opening + sum((entry.amount for entry in self.entries if entry.at <= moment), Decimal(0))

    def lay(self, world: World, document: str, prefix: str, printed: str) -> dict[str, tuple[str, ...]]:
        """The statement, oldest line first, with the balance after each line."""
        sheet = Sheet(
            Column("time", "time"), Column("particulars"), Column("counterparty", "upi"), Column("reference", "transaction"),
            Column("debit", "amount"), Column("credit", "amount"), Column("balance", "amount"),
        )  # fmt: skip
        balance = self.opening
        for number, entry in enumerate(sorted(self.entries, key=lambda entry: entry.at)):
            balance += entry.amount
            out, into = (rupees(-entry.amount), "") if entry.amount < 0 else ("", rupees(entry.amount))
            sheet.add(number, entry.at.astimezone(IST).strftime(printed), entry.what, entry.other, entry.reference, out, into, rupees(balance), marks=entry.marks)  # fmt: skip
        return sheet.lay(world, document, prefix)


def _pay(payer: Account, payee: Account, at: datetime, amount: Decimal, cast: Cast, way: str, *marks: str) -> str:
    """A transfer in both statements; gives its reference. UPI shows handles, IMPS account numbers."""
    reference = cast.reference(at)
    mine, theirs = (payer.upi, payee.upi) if way == "UPI" else (payer.number, payee.number)
    payer.entries.append(Entry(at, f"{way} to {payee.holder}", theirs, reference, -amount, marks))
    payee.entries.append(Entry(at + timedelta(seconds=1), f"{way} from {payer.holder}", mine, reference, amount))
    return reference


@block("upi_money")
def money(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """The debits, the accounts in layers through which they ran, the hold, and everybody's statements.

    Parameters: `layers` (accounts in each layer), `debits`, `statements` (how many layers' statements there are), `noise`, `shop` (whether
    a mule pays an honest shop with it).
    Facts: `victim`, `victim_account`, `victim_bank`, `victim_telephone`, `known_upi` (payees that the complaint names), `fraud_rows`, `loss`,
    `handles` (first receivers), `called_at`, `ticket`, `freeze_first` (account with most of the money at the time of the call to 1930), `layer2`, `path`
    (of the largest debit, by the largest transfer each time), `still_there` (held), `cash_rows`, `shop_account`, `main_account` (first of
    the path after the victim's), `moved_at` and `moved_reference` (its first transfer onward), `hold_state`, `law`, `stay_account`, `freeze_items`.
    Documents: `statement_victim`, `statement_1` …, `accounts`, `holds`.
    """
    cast = Cast(world, dice)
    begin = time_of(world, "starts_at")
    banks = dice.shuffled(BANKS)
    layers = [int(count) for count in parameters["layers"]]

    def account(kind: str, years: tuple[int, int]) -> Account:
        name = cast.person()
        opened = begin - timedelta(days=dice.between(*years))
        return Account(name, dice.one(banks[1:7]), cast.account(), cast.upi(name), cast.telephone(), opened.strftime("%d-%m-%Y"), kind, Decimal(dice.between(20_000, 90_000)) / 100)  # fmt: skip

    victim = account("savings", (2000, 6000))
    victim.bank, victim.opening = banks[0], Decimal(dice.between(21_000_000, 39_000_000)) / 100
    mules = [[account("savings", (20, 400)) for _ in range(count)] for count in layers]
    path = [dice.one(layer) for layer in mules]
    stay = dice.one([one for one in mules[0] if one is not path[0]])
    shop = account("current, shop", (2500, 5000))
    shop.opening = Decimal(dice.between(1_500_000, 4_000_000)) / 100

    debits = _debits(victim, mules[0], path[0], stay, begin, int(parameters["debits"]), dice, cast)
    called = begin + timedelta(minutes=dice.between(52, 68), seconds=dice.below(60))
    held_at = called + timedelta(minutes=dice.between(9, 20))
    for depth, layer in enumerate(mules):
        targets = _targets(dice, layer, mules[depth + 1] if depth + 1 < len(mules) else [], path[depth : depth + 2])
        for one in layer:
            got = [entry for entry in one.entries if entry.amount > 0]
            total = sum((entry.amount for entry in got), Decimal(0))
            at = max(entry.at for entry in got) + timedelta(minutes=dice.between(2, 6), seconds=dice.below(60))
            if one is stay:
                spent = (total * dice.between(15, 30) / 100).quantize(Decimal(1))
            else:
                spent = (total * dice.between(92, 97) / 100).quantize(Decimal(1))
            if depth == 0 and parameters.get("shop") and one is path[0]:
                price = Decimal(dice.between(1500, 3500))
                _pay(one, shop, at + timedelta(minutes=1, seconds=17), price, cast, "UPI")
                spent -= price
            for target, part in _parts(dice, spent, targets.get(one.number, [])):
                _pay(one, target, at, part, cast, dice.one(("IMPS", "UPI")))
                at += timedelta(minutes=dice.between(1, 3), seconds=dice.below(60))
            if one is stay:
                _late_cash(one, called, total - spent, dice, cast)
            if depth + 1 == len(mules):
                _cash(one, at, spent, held_at, dice, cast)
    everybody = [one for layer in mules for one in layer]
    world.know("main_account", path[0].number)
    moved = next(entry for entry in path[0].entries if entry.amount < 0 and entry.other != shop.upi)
    world.know("moved_at", moved.at)
    world.know("moved_reference", moved.reference)
    laid = [one for layer in mules[: int(parameters["statements"])] for one in layer]
    standing = {one.number: one.balance_at(called) for one in laid}
    world.know("freeze_first", max(standing, key=lambda number: standing[number]))
    remains = {one.number: one.balance_at(held_at) - one.opening for one in everybody}

    known = _noise(victim, everybody, shop, begin, int(parameters["noise"]), dice, cast)
    for fact, value in (
        ("victim", victim.holder), ("victim_account", victim.number), ("victim_bank", victim.bank),
        ("victim_telephone", victim.telephone), ("known_upi", known), ("called_at", called), ("held_at", held_at),
        ("loss", sum(debits, Decimal(0))), ("handles", tuple(one.upi for one in mules[0])),
        ("layer2", tuple(one.number for one in mules[1])), ("path", (victim.number, *(one.number for one in path))),
        ("shop_account", shop.number), ("ticket", f"EX1930-{cast.digits(8)}"),
    ):  # fmt: skip
        world.know(fact, value)
    world.know("freeze_items", ("references", "amounts_times", "receivers", "victim_account", "call_time"))
    _lay(world, dice, cast, victim, laid, shop if parameters.get("shop") else None)
    _holds(world, dice, cast, everybody, remains, shop if parameters.get("shop") else None, stay, held_at)


def _debits(
    victim: Account,
    first: list[Account],
    main: Account,
    stay: Account,
    begin: datetime,
    count: int,
    dice: Dice,
    cast: Cast,
) -> list[Decimal]:
    """The unwanted debits: each first receiver gets one at least, the main one the largest; one that fails comes back."""
    at, amounts = begin, []
    receivers = dice.shuffled([*first, *(dice.one(first) for _ in range(count - len(first)))])
    largest = receivers.index(main)
    for number, receiver in enumerate(receivers):
        amount = Decimal(dice.between(6_000, 16_000))  # all of it below what UPI lets through in a day
        if number == largest:
            amount = Decimal(dice.between(26_000, 29_900))
        elif receiver is stay:
            amount = Decimal(dice.between(13_000, 17_000))
        _pay(victim, receiver, at, amount, cast, "UPI", "fraud")
        amounts.append(amount)
        at += timedelta(minutes=dice.between(1, 2), seconds=dice.below(60))
        if number == 0:
            failed, reference = Decimal(dice.between(5_000, 16_000)), cast.reference(at)
            other = dice.one(first)
            victim.entries.append(Entry(at, f"UPI to {other.holder}", other.upi, reference, -failed))
            victim.entries.append(
                Entry(at + timedelta(minutes=dice.between(20, 40)), "UPI reversal", other.upi, reference, failed)
            )
            at += timedelta(seconds=dice.between(30, 70))
    return amounts


def _targets(dice: Dice, layer: list[Account], below: list[Account], path: list[Account]) -> dict[str, list[Account]]:
    """To whom each account passes on: everybody below gets some, and on the path the largest part goes to its next."""
    found: dict[str, list[Account]] = {one.number: [] for one in layer}
    if not below:
        return found
    for at, target in enumerate(dice.shuffled(below)):
        source = layer[at % len(layer)] if target is not path[1] else path[0]
        found[source.number].append(target)
    for one in layer:
        if not found[one.number]:
            found[one.number].append(dice.one(below))
    mine = found[path[0].number]
    mine.sort(key=lambda target: target is not path[1])
    return found


def _parts(dice: Dice, total: Decimal, targets: list[Account]) -> Iterable[tuple[Account, Decimal]]:
    """The total split over the targets, the first with the largest part by far."""
    rest = total
    for at, target in enumerate(targets):
        part = rest if at == len(targets) - 1 else (rest * dice.between(62, 74) / 100).quantize(Decimal(1))
        rest -= part
        yield target, part


def _cash(one: Account, at: datetime, total: Decimal, until: datetime, dice: Dice, cast: Cast) -> None:
    """Cash from machines, in notes of 500, until the money is gone or held."""
    left, town = total, dice.one(FAR_TOWNS)
    while left >= 2000 and at < until:
        amount = min(Decimal(dice.between(4, 16) * 500), left // 500 * 500)
        one.entries.append(
            Entry(at, f"ATM cash {town}", f"ATM{cast.digits(6)}", cast.reference(at), -amount, ("cash",))
        )
        left -= amount
        at += timedelta(minutes=dice.between(1, 4), seconds=dice.below(60))


def _late_cash(one: Account, called: datetime, left: Decimal, dice: Dice, cast: Cast) -> None:
    """Cash after the call and before the hold: what a slow answer costs."""
    at = called + timedelta(minutes=dice.between(2, 7), seconds=dice.below(60))
    amount = left * dice.between(55, 80) // 100 // 500 * 500
    one.entries.append(
        Entry(at, f"ATM cash {dice.one(FAR_TOWNS)}", f"ATM{cast.digits(6)}", cast.reference(at), -amount, ("cash",))
    )


def _noise(
    victim: Account, mules: list[Account], shop: Account, begin: datetime, count: int, dice: Dice, cast: Cast
) -> tuple[str, ...]:
    """What else goes on in these accounts: the victim's own payments, in the same hour too; other people's money through the mules the days before."""
    known = tuple(
        cast.new(lambda: f"{dice.one(SHOPS)}{dice.between(100, 999)}@{dice.one(('okexample', 'expay'))}")
        for _ in range(3)
    )
    for number in range(count):
        at = _daytime(begin, dice)
        if number < 3:  # on the same day
            at = begin + timedelta(seconds=dice.between(-9000, 2400))
        amount = Decimal(dice.between(40, 1200))
        victim.entries.append(Entry(at, "UPI to shop", dice.one(known), cast.reference(at), -amount))
    for what, due in (
        ("Autopay electricity", dice.between(700, 2600)),
        ("SIP mutual fund", dice.between(1, 5) * 1000),
    ):
        at = begin + timedelta(seconds=dice.between(-900, 1800))
        victim.entries.append(Entry(at, what, "mandate", cast.reference(at), -Decimal(due)))
    salary = begin - timedelta(days=4, seconds=dice.below(9000))
    victim.entries.append(
        Entry(salary, "NEFT pension", "treasury", cast.reference(salary), Decimal(dice.between(31_000, 58_000)))
    )
    lost = [-entry.amount for entry in victim.entries if "fraud" in entry.marks]
    for one in mules:
        town = dice.one(FAR_TOWNS)
        for _ in range(max(1, count // 5)):
            # Another person's money, all of it gone again before this came; sometimes of an amount that was lost here as well.
            at = _daytime(begin, dice)
            amount = dice.one(lost) if dice.chance(0.4) else Decimal(dice.between(5_000, 30_000))
            one.entries.append(
                Entry(at, f"UPI from {cast.person()}", f"payer{cast.digits(5)}@expay", cast.reference(at), amount)
            )
            gone = at + timedelta(minutes=dice.between(5, 30), seconds=dice.below(60))
            cash = Decimal(dice.between(2, 8) * 500)
            one.entries.append(Entry(gone, f"ATM cash {town}", f"ATM{cast.digits(6)}", cast.reference(gone), -cash))
            gone += timedelta(minutes=dice.between(2, 9), seconds=dice.below(60))
            one.entries.append(
                Entry(gone, f"IMPS to {cast.person()}", cast.account(), cast.reference(gone), cash - amount)
            )
    for _ in range(count):
        at = _daytime(begin, dice) if dice.chance(0.8) else begin + timedelta(seconds=dice.between(-3000, 5000))
        shop.entries.append(
            Entry(
                at,
                "UPI from customer",
                f"buyer{cast.digits(5)}@expay",
                cast.reference(at),
                Decimal(dice.between(60, 2900)),
            )
        )
    return known


def _daytime(begin: datetime, dice: Dice) -> datetime:
    """A moment by day, one to three days before the story begins."""
    day = begin.replace(hour=9, minute=0, second=0) - timedelta(days=dice.between(1, 3))
    return day + timedelta(seconds=dice.below(11 * 3600))


def _lay(world: World, dice: Dice, cast: Cast, victim: Account, laid: list[Account], shop: Account | None) -> None:
    world.know("fraud_rows", victim.lay(world, "statement_victim", "V", PRINTED[0])["fraud"])
    register = Sheet(
        Column("statement", "number"), Column("account", "account"), Column("bank"), Column("holder"), Column("upi", "upi"),
        Column("telephone", "account"), Column("opened"), Column("kind"),
    )  # fmt: skip
    cash: list[str] = []
    for number, one in enumerate(dice.shuffled([*laid, *([shop] if shop else [])]), 1):
        marked = one.lay(world, f"statement_{number}", STATEMENTS[number - 1], dice.one(PRINTED))
        cash += marked.get("cash", ())
        register.add(
            number, str(number), one.number, one.bank, one.holder, one.upi, one.telephone, one.opened, one.kind
        )
    register.lay(world, "accounts", "K")
    if cash:
        world.know("cash_rows", tuple(cash))


def _holds(
    world: World,
    dice: Dice,
    cast: Cast,
    mules: list[Account],
    remains: Mapping[str, Decimal],
    shop: Account | None,
    stay: Account,
    held_at: datetime,
) -> None:
    """What the banks answered: for this ticket and, in the same list, for others."""
    holds = Sheet(
        Column("time", "time"),
        Column("ticket"),
        Column("bank"),
        Column("account", "account"),
        Column("held", "amount"),
        Column("remark"),
    )
    ticket, total = text_of(world, "ticket"), Decimal(0)
    state = dice.one(("wants_order", "wants_release"))
    world.know("hold_state", state)
    world.know("law", {"wants_order": "order_106", "wants_release": "court_503"}[state])
    asked = {
        "wants_order": "held on the ticket; the bank asks for the officer's written order, without which it must lift the hold",
        "wants_release": "held, written order of the police received and reported to the Magistrate; the complainant asks for the money back",
    }[state]
    for one in mules:
        at = held_at + timedelta(seconds=dice.between(0, 600))
        remark = (
            asked if one is stay else dice.one(("held", "held, debit freeze", "held, rest gone before the ticket came"))
        )
        holds.add(at, local(at), ticket, one.bank, one.number, rupees(remains[one.number]), remark)
        total += remains[one.number]
        if one is stay or dice.chance(0.5):  # the same account on somebody else's ticket
            at += timedelta(minutes=dice.between(40, 300))
            holds.add(
                at,
                local(at),
                f"EX1930-{cast.digits(8)}",
                one.bank,
                one.number,
                rupees(dice.between(900, 22_000)),
                "held",
            )
    if shop:
        at = held_at + timedelta(minutes=14)
        holds.add(
            at,
            local(at),
            ticket,
            shop.bank,
            shop.number,
            rupees(0),
            "not held: price of goods, bill and camera picture shown; shop known to the branch since years",
        )
    holds.lay(world, "holds", "H")
    world.know("still_there", total)
    world.know("stay_account", stay.number)
