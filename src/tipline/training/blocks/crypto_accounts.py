"""Crypto-currency, second part: a ledger of accounts, where coins come out of a bridge, are swapped, and go on to an exchange."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from tipline.training.blocks.common import Sheet, rupees, text_of, time_of, utc
from tipline.training.blocks.crypto import account_address
from tipline.training.scenarios.worlds import Column, Dice, Paper, World, block

COLUMNS = (
    Column("tx", "transaction"),
    Column("time", "time"),
    Column("from", "transaction"),
    Column("to", "transaction"),
    Column("asset"),
    Column("amount", "amount"),
    Column("kind"),
    Column("gas_payer", "transaction"),
)
BRIDGED, DOLLAR = "wRNG", "RUSD"
_SATOSHI = Decimal("0.00000001")


class _Ledger:
    """Rows of the ledger as they are made."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.sheet = Sheet(*COLUMNS)
        self._count = 0

    def account(self) -> str:
        return account_address(self.dice)

    def write(self, at: datetime, *parts: tuple[str, str, str, str], kind: str = "transfer", payer: str = "") -> None:
        """A transaction with its parts (from, to, asset, amount). Whoever sends pays the gas, if nobody else does."""
        tx = "a" + self.dice.hexadecimal(16)
        for sender, to, asset, amount in parts:
            self._count += 1
            cells = (tx, utc(at), sender, to, asset, amount, kind, payer or sender)
            self.sheet.add((at, self._count), *cells)


@block("crypto_accounts")
def crypto_accounts(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """The ledger `accounts` (see `Paper.LEDGER`), from a bridge on: what `crypto_coins` sent there comes out less a fee, at a new account.

    From there it is swapped into a token of a steady price, and goes over `steps` further accounts to a deposit account of the exchange. One
    private account pays the gas of all that one operator uses, and of one more that nothing else ties to them; a public relayer pays for
    anybody. In the noise: the bridge's other payouts (the right sum too early or too late, another sum in time), swaps and transfers.

    Parameters: `steps`, `noise` (pair: from, to).
    Facts: `bridge_account`, `bridge_fee` (per mille), `bridge_minutes` (the longest), `bridge_out`, `deposit_account`, `swapped` (what
    arrived there), `gas_payer`, `operated` (accounts with that payer), `relayer`.
    """
    ledger = _Ledger(dice.fork("accounts"))
    at, sent = time_of(world, "bridge_at"), Decimal(text_of(world, "bridge_amount"))
    fee, longest = dice.one((1, 2, 3, 5)), dice.one((10, 15, 20))
    bridge, pool, relayer, payer, deposit = (ledger.account() for _ in range(5))
    world.know("bridge_account", bridge)
    world.know("bridge_fee", fee)
    world.know("bridge_minutes", longest)
    world.know("relayer", relayer)
    world.know("gas_payer", payer)
    world.know("deposit_account", deposit)

    def out(amount: Decimal) -> str:
        return f"{(amount * (1000 - fee) / 1000).quantize(_SATOSHI, ROUND_DOWN):f}"

    first = ledger.account()
    arrives = at + timedelta(minutes=dice.between(3, longest - 2), seconds=dice.below(60))
    ledger.write(arrives, (bridge, first, BRIDGED, out(sent)), kind="bridge")
    for minutes, amount in (
        (-dice.between(2, 30), sent),
        (longest + dice.between(5, 40), sent),
        (dice.between(2, longest), sent + Decimal(dice.between(1, 60)) / 1000),
        (dice.between(2, longest), sent * 2),
        (dice.between(2, longest), sent * 1000 / (1000 - fee)),  # the whole sum, as if there were no fee
    ):
        moment = at + timedelta(minutes=minutes, seconds=dice.below(50))
        ledger.write(moment, (bridge, ledger.account(), BRIDGED, out(amount)), kind="bridge")

    rate = dice.between(38_000, 61_000)
    dollars = rupees((Decimal(out(sent)) * rate).quantize(Decimal("0.01"), ROUND_DOWN))
    moment = arrives + timedelta(minutes=dice.between(8, 200), seconds=dice.below(60))
    ledger.write(moment, (first, pool, BRIDGED, out(sent)), (pool, first, DOLLAR, dollars), kind="swap", payer=payer)
    arrived = _onward(ledger, dice, moment, (first, Decimal(dollars)), (deposit, payer), given["steps"])
    alone = ledger.account()
    ledger.write(
        moment - timedelta(hours=dice.between(2, 60)),
        (alone, ledger.account(), DOLLAR, rupees(dice.between(90, 4_000))), payer=payer,
    )  # fmt: skip
    world.know("bridge_out", first)
    world.know("swapped", arrived)
    for _ in range(dice.between(*given["noise"])):
        when = at + timedelta(minutes=dice.between(-2_000, 3_000), seconds=dice.below(60))
        somebody, units = ledger.account(), dice.between(5_000, 90_000_000)
        if dice.chance(0.25):
            bridged, dollars = f"{Decimal(units) * _SATOSHI:f}", rupees(Decimal(units) * _SATOSHI * rate)
            parts = [(somebody, pool, BRIDGED, bridged), (pool, somebody, DOLLAR, dollars)]
            ledger.write(when, *parts, kind="swap", payer=dice.one(("", relayer)))
        else:
            paid = (
                somebody,
                dice.one((ledger.account(), deposit)) if dice.chance(0.2) else ledger.account(),
                DOLLAR,
                rupees(units // 9_000),
            )
            ledger.write(when, paid, payer=dice.one(("", "", relayer)))
    ledger.sheet.lay(world, "accounts", "a", Paper.LEDGER)
    rows = world.documents["accounts"].rows
    world.know(
        "operated", tuple(dict.fromkeys(row.cells[2] for row in rows if row.cells[7] == payer and row.cells[2] != pool))
    )


def _onward(
    ledger: _Ledger, dice: Dice, at: datetime, mine: tuple[str, Decimal], ends: tuple[str, str], steps: int
) -> Decimal:
    """Over further accounts to the deposit account; at each a little stays or goes elsewhere. Returns what arrived."""
    (account, amount), (deposit, payer) = mine, ends
    for _ in range(steps):
        at += timedelta(minutes=dice.between(5, 90), seconds=dice.below(60))
        new, aside = ledger.account(), Decimal(dice.between(100, 9_900)) / 100
        ledger.write(at, (account, ledger.account(), DOLLAR, rupees(aside)), payer=payer)
        amount -= aside
        ledger.write(at + timedelta(minutes=2), (account, new, DOLLAR, rupees(amount)), payer=payer)
        account = new
    at += timedelta(minutes=dice.between(20, 300), seconds=dice.below(60))
    parts = dice.between(1, 3)
    each = (amount / (parts + 1)).quantize(Decimal("0.01"), ROUND_DOWN)
    total = Decimal("0.00")
    for number in range(parts):
        part = (each * dice.between(88, 106) / 100).quantize(Decimal("0.01"), ROUND_DOWN)
        total += part
        ledger.write(at + timedelta(minutes=17 * number), (account, deposit, DOLLAR, rupees(part)), payer=payer)
    return total
