"""Crypto-currency, first part: a chain of coins that are spent whole (UTXO).

The ledgers have the columns of `Paper.LEDGER`: `tx`, `time`, `inputs`, `outputs`, `fee` (items `address:amount` separated by `;`), and `tx`,
`time`, `from`, `to`, `asset`, `amount`, here followed by `kind` (transfer, swap, bridge) and `gas_payer`.

No chain takes an address of these: coins lie at `rng1…`, a prefix that no network has, and every one has a `b` (no letter of Bech32) and a `0`
(no letter of Base58); accounts are `0r` and 24 hexadecimal digits, where a network would want `0x` and 40.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tipline.training.blocks.common import local, time_of, utc
from tipline.training.scenarios.worlds import Column, Dice, Document, DocumentRow, Paper, World, block

SATOSHIS = 100_000_000  # in one coin
INDIA = timedelta(hours=5, minutes=30)  # before UTC
NOBODY = ("none", "nobody", "कोई नहीं", "कोणीही नाही")  # how it is written that nobody can tell
_LETTERS = "acdefghjkmnpqrstuvwxyz23456789"
Coin = tuple[str, int]  # an address and what lies there, in satoshis

COLUMNS = (
    Column("tx", "transaction"),
    Column("time", "time"),
    Column("inputs", "coins"),
    Column("outputs", "coins"),
    Column("fee", "amount"),
)


def coins(satoshis: int) -> str:
    """Satoshis as whole coins, with all eight decimals."""
    return f"{satoshis // SATOSHIS}.{satoshis % SATOSHIS:08}"


def coin_address(dice: Dice) -> str:
    """An address of the fictional chain; see above why no other takes it."""
    letters = [dice.one(_LETTERS) for _ in range(14)]
    for strange in ("b", "0"):
        letters.insert(dice.below(len(letters) + 1), strange)
    return "rng1" + "".join(letters)


def account_address(dice: Dice) -> str:
    """An account of the fictional ledger of accounts."""
    return "0r" + dice.hexadecimal(24)


@dataclass(slots=True)
class Chain:
    """Transactions as they are made. Each gives out what it takes in, to the satoshi."""

    dice: Dice
    made: list[tuple[datetime, str, str, str, str]] = field(default_factory=list)

    def address(self) -> str:
        return coin_address(self.dice)

    def spend(
        self, at: datetime, inputs: Sequence[Coin], outputs: Sequence[Coin], *, rest: str = ""
    ) -> tuple[str, int]:
        """Write a transaction; what is left after a fee goes to `rest`, or is the fee. Returns its id and what went to `rest`."""
        taken, given = sum(amount for _, amount in inputs), sum(amount for _, amount in outputs)
        left = taken - given
        fee = self.dice.between(400, 4_000) if rest else left
        if fee <= 0 or (rest and left <= fee):
            raise ValueError(f"a transaction gives out {coins(given)} of {coins(taken)}")
        change = [(rest, left - fee)] if rest else []
        tx = "t" + self.dice.hexadecimal(16)
        listed = self.dice.shuffled([*outputs, *change])
        self.made.append((at, tx, _items(self.dice.shuffled(list(inputs))), _items(listed), coins(fee)))
        return tx, left - fee if rest else 0

    def pay(self, at: datetime, to: str, amount: int) -> str:
        """Somebody pays in that minute from older coins, with change to a new address of theirs."""
        inputs = [(self.address(), amount + self.dice.between(20_000, 90_000_000))]
        if self.dice.chance(0.3):
            inputs.append((self.address(), self.dice.between(50_000, 20_000_000)))
        return self.spend(at.replace(second=self.dice.below(60)), inputs, [(to, amount)], rest=self.address())[0]

    def rows(self) -> tuple[DocumentRow, ...]:
        return tuple(
            DocumentRow(f"c{number}", (tx, utc(at), *cells))
            for number, (at, tx, *cells) in enumerate(sorted(self.made), 1)
        )


def _items(listed: Sequence[Coin]) -> str:
    return ";".join(f"{address}:{coins(amount)}" for address, amount in listed)


@dataclass(slots=True)
class _Plot:
    """What the chain is about, as far as it is made."""

    chain: Chain
    start: datetime
    collectors: list[str]
    own: list[str]  # deposit addresses of the account at the exchange
    others: list[str]  # deposit addresses of its other customers
    shops: list[str]
    hops: list[tuple[str, str, str, int]] = field(default_factory=list)  # tx, to, change, amount


@block("crypto_coins")
def crypto_coins(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """The ledger `coins` (see `Paper.LEDGER`), from the fact `starts_at` on.

    A complainant and others pay to collecting addresses, which are spent together; the sum then runs through a peeling chain: each hop pays a
    round part to an address that was used before and the rest to a new one. Parts go to deposit addresses of one customer of an exchange. In the
    noise: payments of the same amount at other hours, the customer's own earlier income, sweeps of the exchange (spent together, of many
    customers), payouts in batches, and payments of strangers.

    Parameters: `collectors`, `hops`, `noise` (pairs: from, to), `deposits` (how many addresses the customer has), `gathers` (1; 2: a second
    gathering is tied to the first by an address that is used again), `mixer` (one of the collected coins goes through a transaction of many
    owners with equal outputs), `bridge` (a part goes to a bridge), `merchant` (a part goes to another customer).

    Facts: `complaint_amount`, `complaint_time`, `payment`, `collected_at`, `cluster`, `change_tx`, `change`, `chain`, `arrivals` (row ids),
    `total`, `own_deposits`, `other_deposits`, `last_hop_at`; with `mixer` `mixer_tx`, `mixer_input`, `mixer_change` (or `NOBODY`
    can tell), `mixer_answer` (the same in a word); with `bridge` `bridge_tx`, `bridge_amount`, `bridge_at`.
    """
    chain = Chain(dice.fork("coins"))
    start = time_of(world, "starts_at")
    plot = _Plot(
        chain,
        start,
        [chain.address() for _ in range(dice.between(*given["collectors"]))],
        [chain.address() for _ in range(given["deposits"])],
        [chain.address() for _ in range(8)],
        [chain.address() for _ in range(3)],
    )
    paid = _collect(world, dice, plot)
    hub, amount, at = _gather(world, dice, plot, paid, given)
    _peel(world, dice, plot, (hub, amount), at, given)
    _services(dice, plot, at)
    _strangers(dice, plot, dice.between(*given["noise"]))
    rows = chain.rows()
    by_tx = {row.cells[0]: row.id for row in rows}
    to_own = [(tx, amount) for tx, to, _, amount in plot.hops if to in plot.own]
    world.know("arrivals", tuple(by_tx[tx] for tx, _ in to_own))
    world.know("total", Decimal(coins(sum(amount for _, amount in to_own))))
    world.know("own_deposits", tuple(plot.own))
    world.know("other_deposits", tuple(plot.others))
    world.lay(Document("coins", Paper.LEDGER, columns=COLUMNS, rows=rows))


def _collect(world: World, dice: Dice, plot: _Plot) -> list[Coin]:
    """The complainant and others pay; payments that look like the complainant's stand beside it."""
    chain, paid = plot.chain, []
    amount = dice.between(900, 4_500) * 10_000
    at = plot.start + timedelta(hours=dice.between(6, 30))
    world.know("payment", chain.pay(at, plot.collectors[0], amount))
    world.know("collected_at", plot.collectors[0])
    world.know("complaint_amount", coins(amount))
    world.know("complaint_time", local(at)[:-3])
    paid.append((plot.collectors[0], amount))
    for address in plot.collectors[1:]:
        other = dice.between(700, 8_500) * 10_000
        chain.pay(at + timedelta(minutes=dice.between(-400, 900)), address, other)
        paid.append((address, other))
    chain.pay(at + INDIA, chain.address(), amount)  # whoever reads the complaint's Indian time as UTC finds this one
    chain.pay(at - timedelta(days=1), chain.address(), amount)
    chain.pay(at + timedelta(seconds=dice.between(60, 200)), chain.address(), amount)
    chain.pay(at, chain.address(), amount + dice.between(1, 90) * 10_000)
    return paid


def _gather(
    world: World, dice: Dice, plot: _Plot, paid: list[Coin], given: Mapping[str, Any]
) -> tuple[str, int, datetime]:
    """Collected coins are spent together: once, or twice with an address in both. Returns where they lie then, how much, and since when."""
    chain, hub = plot.chain, plot.chain.address()
    at = plot.start + timedelta(hours=52, minutes=dice.below(600))
    if given["gathers"] == 1:
        world.know("cluster", tuple(address for address, _ in paid))
        return hub, chain.spend(at, paid, [], rest=hub)[1], at
    split = dice.between(2, len(paid) - 2)
    store, again = chain.address(), dice.one(paid[:split])[0]
    _, stored = chain.spend(at, paid[:split], [], rest=store)
    more = dice.between(900, 5_000) * 10_000
    chain.pay(at + timedelta(hours=3), again, more)
    world.know("cluster", (*(address for address, _ in paid), store))
    inputs = [(store, stored), (again, more), *paid[split:]]
    at += timedelta(hours=9, minutes=dice.below(200))
    if not given["mixer"]:
        return hub, chain.spend(at, inputs, [], rest=hub)[1], at
    share, part = dice.between(900, 2_500), dice.one((5_000_000, 10_000_000))
    left = 0 if dice.chance(0.5) else dice.between(200_000, 900_000)
    reused = paid[0][0]
    _, amount = chain.spend(at, inputs, [(reused, part + share + left)], rest=hub)
    _mix(world, dice, chain, (reused, part, share, left), at + timedelta(hours=5, minutes=dice.below(90)))
    return hub, amount, at


def _mix(world: World, dice: Dice, chain: Chain, mine: tuple[str, int, int, int], at: datetime) -> None:
    """Coins of several owners in one transaction, equal parts to new addresses; what an owner had over goes back to a new address of theirs.

    Of equal parts nobody can tell whose they are. What is over can be told: an input less the part and its share of the fee.
    """
    reused, part, share, left = mine
    owners = dice.between(5, 8)
    over = [left, *(dice.between(200_000, 3_000_000) for _ in range(owners - 1))]
    inputs = [(reused if number == 0 else chain.address(), part + share + rest) for number, rest in enumerate(over)]
    changes = [(chain.address(), rest) for rest in over if rest]
    tx, _ = chain.spend(at, inputs, [*((chain.address(), part) for _ in over), *changes])
    world.know("mixer_tx", tx)
    world.know("mixer_input", reused)
    world.know("mixer_change", changes[0][0] if left else NOBODY)
    world.know("mixer_answer", changes[0][0] if left else NOBODY[0])


def _peel(world: World, dice: Dice, plot: _Plot, hub: Coin, at: datetime, given: Mapping[str, Any]) -> None:
    """Hop by hop a round part goes off and the rest goes on."""
    chain, count = plot.chain, dice.between(*given["hops"])
    bridge = chain.address() if given["bridge"] else ""
    special = [*([bridge] if bridge else []), *([plot.others[0]] if given["merchant"] else [])]
    own = [dice.one(plot.own) for _ in range(max(2, (count - len(special)) * 2 // 3))]
    rest = [dice.one(plot.shops) for _ in range(count - len(special) - len(own))]
    address, amount = hub
    for to in dice.shuffled([*special, *own, *rest]):
        at += timedelta(minutes=dice.between(35, 400), seconds=dice.below(60))
        part = max(1, amount * dice.between(8, 20) // 100 // 10_000) * 10_000
        new = chain.address()
        tx, amount = chain.spend(at, [(address, amount)], [(to, part)], rest=new)
        plot.hops.append((tx, to, new, part))
        address = new
        if to == bridge:
            world.know("bridge_tx", tx)
            world.know("bridge_amount", coins(part))
            world.know("bridge_at", at)
    world.know("chain", tuple(tx for tx, *_ in plot.hops))
    asked = dice.one([hop for hop in plot.hops if hop[1] != bridge])
    world.know("change_tx", asked[0])
    world.know("change", asked[2])
    world.know("last_hop_at", at)
    for service in (*plot.own, *plot.shops, *special, plot.others[0]):  # each was used before the chain
        chain.pay(plot.start + timedelta(minutes=dice.below(300)), service, dice.between(200, 9_000) * 10_000)


def _services(dice: Dice, plot: _Plot, at: datetime) -> None:
    """What the exchange does: customers' deposits spent together into its own address, and payouts in batches from there."""
    chain, hot = plot.chain, plot.chain.address()
    lying: dict[str, int] = {}
    for address in dice.some(plot.others[1:], 5):
        lying[address] = dice.between(1_000_000, 90_000_000)
        chain.pay(at + timedelta(minutes=dice.below(900)), address, lying[address])
    swept = [*lying.items(), *((to, amount) for _, to, _, amount in plot.hops if to in plot.own)]
    last = at + timedelta(days=4)
    _, amount = chain.spend(last, swept, [], rest=hot)
    parts = [(chain.address(), amount // dice.between(12, 60)) for _ in range(dice.between(4, 7))]
    chain.spend(last + timedelta(hours=7), [(hot, amount)], parts, rest=chain.address())


def _strangers(dice: Dice, plot: _Plot, count: int) -> None:
    chain = plot.chain
    popular = [*plot.shops, *(chain.address() for _ in range(4))]
    for _ in range(count):
        to = dice.one(popular) if dice.chance(0.3) else chain.address()
        amount = dice.between(20_000, 99_000_000)
        chain.pay(plot.start + timedelta(minutes=dice.below(8_000)), to, amount)
