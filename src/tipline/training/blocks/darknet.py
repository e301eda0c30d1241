"""Worlds of dark-net trade in forged papers: archived pages of markets, keys, feedback, a forum, parcels and payments.

All of it is text made for training, offline. Fingerprints are random and the armour holds no key. Markets, handles and goods do not
exist; what is offered is named and nothing about its making is told. Nothing in here has to do with abuse material.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tipline.training.blocks.common import Cast, Sheet, text_of, texts_of, time_of, utc
from tipline.training.scenarios.worlds import Column, Dice, Document, Paper, World, block

MARKETS = ("Kestrel", "Lantern", "Basalt", "Meridian", "Cinder", "Halyard")
FIRST = (
    "quiet",
    "paper",
    "amber",
    "north",
    "velvet",
    "copper",
    "silent",
    "rapid",
    "misty",
    "olive",
    "crimson",
    "lunar",
)
SECOND = ("heron", "otter", "falcon", "lotus", "comet", "badger", "willow", "raven", "tiger", "maple", "cobra", "finch")
GOODS = (
    "mark sheet, forged",
    "driving licence, forged",
    "letterhead and stamp, forged",
    "rent agreement, forged",
    "salary slip, forged",
)


def _fingerprint(dice: Dice, end: str = "") -> str:
    return dice.hexadecimal(40 - len(end)).upper() + end


def _spaced(fingerprint: str) -> str:
    return " ".join(fingerprint[at : at + 4] for at in range(0, 40, 4))


@block("darknet_markets")
def markets(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """The vendor of a test purchase on several markets, an impostor under the same handle, and strangers.

    Parameters: `vendors` (strangers), `old_key` (whether the vendor has an older key with a note on the change), `listings` (of each).
    Facts: `market`, `handle` (of the purchase), `markets`, `fingerprint`, `key_made`, `same_key_rows`, `impostor_market`, `impostor_rows`, `listing_rows`,
    `mine` (`market/handle` of the vendor), `order_number`, `goods`. Documents: `profiles`, `listings`, `key_1` to `key_3`, `notes`.
    """
    cast, begin = Cast(world, dice), time_of(world, "starts_at").astimezone(UTC)
    names = tuple(dice.some(MARKETS, 3))
    world.know("markets", names)

    def handle() -> str:
        return cast.new(lambda: f"{dice.one(FIRST)}{dice.one(SECOND)}{dice.between(1, 99)}")

    main, old, false = _fingerprint(dice), _fingerprint(dice), _fingerprint(dice)
    near = _fingerprint(dice, main[-8:])  # another key whose short id, the last eight digits, is the same
    first, second, third = handle(), handle(), handle()
    aged = bool(parameters.get("old_key"))
    home, other, last = names
    impostor_at = dice.one((other, last))
    mine = [(home, first, main), (other, second, main), (last, third, old if aged else main)]
    world.know("market", home)
    world.know("handle", first)
    world.know("mine", tuple(f"{market}/{name}" for market, name, _ in mine))
    world.know("fingerprint", main)
    world.know("fingerprint_spaced", _spaced(main))
    world.know("impostor_market", impostor_at)
    world.know("goods", dice.one(GOODS))
    world.know("order_number", f"{home[:2].upper()}-{cast.digits(7)}")

    profiles = Sheet(
        Column("market"),
        Column("vendor", "handle"),
        Column("joined", "time"),
        Column("fingerprint", "fingerprint"),
        Column("claimed", "number"),
    )
    everybody = [*((market, name, key, "mine") for market, name, key in mine), (impostor_at, first, false, "impostor")]
    near_name = handle()
    everybody.append((dice.one(names), near_name, near, "near"))
    for _ in range(int(parameters["vendors"])):
        everybody.append((dice.one(names), handle(), _fingerprint(dice), "stranger"))
    for market, name, key, mark in everybody:
        first_day, last_day = {"mine": (200, 300), "impostor": (62, 90)}.get(mark, (62, 300))
        joined = begin - timedelta(days=dice.between(first_day, last_day), seconds=dice.below(86_000))
        profiles.add(
            (market, dice.below(10_000)), market, name, utc(joined), key, str(dice.between(5, 400)), marks=[mark]
        )
    marked = profiles.lay(world, "profiles", "P")
    world.know("same_key_rows", marked["mine"])
    world.know("impostor_rows", marked["impostor"])

    listings = Sheet(
        Column("posted", "time"),
        Column("market"),
        Column("vendor", "handle"),
        Column("title"),
        Column("price", "amount"),
        Column("ships_from"),
    )
    for market, name, _, mark in everybody:
        for _ in range(int(parameters["listings"]) if mark in ("mine", "impostor") else dice.between(1, 3)):
            posted = begin - timedelta(days=dice.between(2, 60), seconds=dice.below(86_000))
            listings.add(
                posted,
                utc(posted),
                market,
                name,
                dice.one(GOODS),
                str(dice.between(20, 190)),
                dice.one(("India", "Europe", "worldwide")),
                marks=[mark],
            )
    world.know("listing_rows", listings.lay(world, "listings", "L")["mine"])

    made = begin - timedelta(days=dice.between(310, 500), seconds=dice.below(86_000))
    world.know("key_made", made)
    keys = [
        (home, first, main, made),
        (impostor_at, first, false, begin - timedelta(days=dice.between(92, 120), seconds=dice.below(86_000))),
    ]
    keys.append(
        (
            next(market for market, name, _, _ in everybody if name == near_name),
            near_name,
            near,
            made - timedelta(days=dice.between(20, 90), seconds=dice.below(86_000)),
        )
    )
    for number, (market, name, key, since) in enumerate(dice.shuffled(keys), 1):
        world.lay(Document(f"key_{number}", Paper.KEY, body=_armour(dice, market, name, key, since)))
    if aged:
        _notes(world, dice, begin, names, mine, impostor_at, (main, old, false))


def _armour(dice: Dice, market: str, name: str, key: str, since: datetime) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    lines = "\n".join("".join(dice.one(letters) for _ in range(64)) for _ in range(6))
    return (
        f"Key shown in the profile of {name} on {market}\n\npub   rsa3072 {utc(since)} [SC]\n      {_spaced(key)}\n"
        f"uid           {name} <{name}@mail.invalid>\n\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n"
        f"Comment: made for training, holds no key\n\n{lines}\n-----END PGP PUBLIC KEY BLOCK-----\n"
    )


def _notes(
    world: World,
    dice: Dice,
    begin: datetime,
    names: tuple[str, ...],
    mine: list[tuple[str, str, str]],
    impostor_at: str,
    keys: tuple[str, str, str],
) -> None:
    """Who says that he has a new key, and whose signature is under it: only the old key's counts."""
    main, old, false = keys
    notes = Sheet(
        Column("time", "time"), Column("market"), Column("vendor", "handle"), Column("text"), Column("signature")
    )

    def note(days: int, market: str, name: str, text: str, signature: str) -> None:
        at = begin - timedelta(days=days, seconds=dice.below(80_000))
        notes.add(at, utc(at), market, name, text, signature)

    market, name, _ = mine[2]
    note(dice.between(150, 190), market, name, f"From now on I sign with {main}", f"good: {old}; good: {main}")
    note(dice.between(20, 40), impostor_at, mine[0][1], f"My key is lost, the new one is {false}", f"good: {false}")
    note(dice.between(50, 90), market, name, f"My other key is {false}", "BAD signature")
    for _ in range(3):
        key = _fingerprint(dice)
        note(
            dice.between(10, 190),
            dice.one(names),
            f"{dice.one(FIRST)}{dice.one(SECOND)}{dice.between(100, 999)}",
            f"New key {key}",
            f"good: {key}",
        )
    notes.lay(world, "notes", "N")


@block("darknet_feedback")
def feedback(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """What buyers wrote, with the numbers of their orders: an order may be spoken of twice.

    Parameters: `orders` (of the vendor, about), `noise`. Facts: `sales` (different orders with feedback to the vendor in the last thirty
    days), `count_from`, `count_to`. Document: `feedback`.
    """
    cast, begin = Cast(world, dice), time_of(world, "starts_at").astimezone(UTC)
    since = (begin - timedelta(days=30)).replace(hour=0, minute=0, second=0)
    until = since + timedelta(days=30)
    world.know("count_from", since)
    world.know("count_to", until)
    sheet = Sheet(
        Column("time", "time"),
        Column("market"),
        Column("vendor", "handle"),
        Column("order"),
        Column("stars", "number"),
        Column("text"),
    )

    def told(at: datetime, where: str, order: str, text: str) -> None:
        market, name = where.split("/")
        sheet.add(at, utc(at), market, name, order, str(dice.between(3, 5)), text)

    mine, count = texts_of(world, "mine"), 0
    impostor = f"{text_of(world, 'impostor_market')}/{text_of(world, 'handle')}"
    words = ("came in time", "ok", "good paper", "slow this time", "as described", "will come again")
    for where in mine:
        for _ in range(dice.between(int(parameters["orders"]) - 2, int(parameters["orders"]) + 2)):
            at = since + timedelta(seconds=dice.between(3600, 29 * 86_400))
            order = f"{where[:2].upper()}-{cast.digits(7)}"
            told(at, where, order, dice.one(words))
            count += 1
            if dice.chance(0.25):
                told(
                    at + timedelta(hours=dice.between(1, 20), seconds=dice.below(3600)),
                    where,
                    order,
                    "edited: " + dice.one(words),
                )
        for _ in range(2):  # before the time asked for
            at = since - timedelta(seconds=dice.between(3600, 9 * 86_400))
            told(at, where, f"{where[:2].upper()}-{cast.digits(7)}", dice.one(words))
    for number in range(int(parameters["noise"])):
        market = dice.one(texts_of(world, "markets"))
        where = impostor if number % 3 == 0 else f"{market}/{dice.one(FIRST)}{dice.one(SECOND)}{dice.between(100, 999)}"
        at = since + timedelta(seconds=dice.between(-5 * 86_400, 29 * 86_400))
        told(at, where, f"{where[:2].upper()}-{cast.digits(7)}", dice.one(words))
    sheet.lay(world, "feedback", "F")
    world.know("sales", count)
