"""Crypto-currency, third part: an exchange's reply to a request for records. Customers, deposit addresses, sessions, payouts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tipline.training.blocks.common import Cast, Sheet, rupees, text_of, texts_of, time_of, utc
from tipline.training.blocks.crypto import account_address
from tipline.training.scenarios.worlds import Column, Dice, World, block

_ZONES = {"UTC": 0, "UTC+05:30": 330, "UTC+08:00": 480}


@block("crypto_exchange")
def crypto_exchange(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """The tables of an exchange's reply: `customers`, `deposits` (addresses), `sessions` (logins) and `payouts`.

    One customer has the deposit addresses of `crypto_coins`; each of its others has some. A payout is ordered in one session: others begin
    before and after it, from other addresses, and one would fit if its times were in UTC.

    Parameters: `zone` of the sessions' times, of `UTC`, `UTC+05:30`, `UTC+08:00`; `accounts`: whether the deposit account of
    `crypto_accounts` is the same customer's.
    Facts: `exchange_reference`, `session_zone`, `customer`, `customer_name`, `payout_at` (as the reply writes it, UTC), `payout_amount`,
    `session_ip`.
    """
    cast = Cast(world, dice.fork("cast"))
    others = texts_of(world, "other_deposits")
    names = [f"RX{cast.digits(7)}" for _ in range(5)]
    mine = dice.one(names)
    customers = Sheet(
        Column("customer", "plain"),
        Column("name"),
        Column("telephone", "account"),
        Column("email", "email"),
        Column("since"),
    )
    deposits = Sheet(Column("address", "transaction"), Column("customer", "plain"), Column("asset"))
    start = time_of(world, "starts_at")
    for number in names:
        person = cast.person()
        mail = f"{person.lower().replace(' ', '.')}{dice.between(1, 99)}@mail.example"
        since = start - timedelta(days=dice.between(9, 700))
        customers.add(number, number, person, cast.telephone(), mail, since.strftime("%d-%m-%Y"))
        if number == mine:
            world.know("customer", number)
            world.know("customer_name", person)
    for address in texts_of(world, "own_deposits"):
        deposits.add(address, address, mine, "RNG")
    rest = [number for number in names if number != mine]
    for place, address in enumerate(others):
        deposits.add(address, address, rest[place % len(rest)], "RNG")
    if given["accounts"]:
        account = text_of(world, "deposit_account")
        deposits.add(account, account, mine, "RUSD")
        for number in dice.some(rest, 3):
            account = account_address(dice)
            deposits.add(account, account, number, "RUSD")
    customers.lay(world, "customers", "k")
    deposits.lay(world, "deposits", "d")
    world.know("exchange_reference", f"EXC/{start.year}/{cast.digits(5)}")
    _sessions(world, dice, cast, (mine, rest), str(given["zone"]))


def _sessions(world: World, dice: Dice, cast: Cast, customers: tuple[str, list[str]], zone: str) -> None:
    mine, rest = customers
    shift = timedelta(minutes=_ZONES[zone])
    sessions = Sheet(
        Column("customer", "plain"),
        Column("from_time"),
        Column("to_time"),
        Column("ip", "address"),
        Column("port", "number"),
    )
    payouts = Sheet(
        Column("customer", "plain"), Column("time", "time"), Column("amount", "amount"), Column("account", "account")
    )
    ordered = time_of(world, "last_hop_at").astimezone(UTC) + timedelta(
        hours=dice.between(20, 60), minutes=dice.below(60), seconds=dice.below(60)
    )

    def session(customer: str, start: datetime, minutes: int) -> str:
        address = cast.address()
        start += timedelta(seconds=dice.below(55))
        written = [(at + shift).strftime("%Y-%m-%d %H:%M:%S") for at in (start, start + timedelta(minutes=minutes))]
        sessions.add((start, address), customer, *written, address, str(dice.between(1_024, 65_535)))
        return address

    def payout(customer: str, at: datetime) -> str:
        amount = rupees(dice.between(4_000, 190_000))
        payouts.add(at, customer, utc(at), amount, cast.account())
        return amount

    amount = payout(mine, ordered)
    long = dice.between(12, 40)
    world.know("session_ip", session(mine, ordered - timedelta(minutes=dice.between(3, long - 4)), long))
    session(mine, ordered - timedelta(minutes=dice.between(90, 140)), dice.between(10, 60))
    session(mine, ordered + timedelta(minutes=dice.between(4, 25)), dice.between(10, 40))
    if shift:  # whoever takes the sessions' times for UTC finds this one
        session(mine, ordered - shift - timedelta(minutes=dice.between(2, 8)), dice.between(12, 30))
    for _ in range(dice.between(6, 10)):
        moment = ordered - timedelta(hours=dice.between(9, 200), minutes=dice.below(60))
        session(mine, moment, dice.between(5, 50))
    payout(mine, ordered - timedelta(hours=dice.between(70, 200), seconds=dice.between(1, 59)))
    for customer in rest:
        for _ in range(dice.between(2, 4)):
            moment = ordered - timedelta(minutes=dice.between(-200, 6_000))
            session(customer, moment, dice.between(5, 50))
        payout(customer, ordered - timedelta(minutes=dice.between(100, 3_000), seconds=dice.below(60)))
    session(rest[0], ordered - timedelta(minutes=6), 14)  # at the same time, another customer
    sessions.lay(world, "sessions", "s")
    payouts.lay(world, "payouts", "p")
    world.know("session_zone", zone)
    world.know("payout_at", utc(ordered))
    world.know("payout_amount", amount)
