"""Traces of the person behind a vendor: hours and ways of writing, parcels, payments, and what an officer may do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tipline.training.blocks.common import TOWNS, Cast, Sheet, local, text_of, texts_of, time_of, utc
from tipline.training.blocks.darknet import FIRST, SECOND
from tipline.training.scenarios.worlds import Column, Dice, World, block

# Peculiar ways of writing; a vendor has two of them, and others have one by chance.
SPELLINGS = (
    ("receive", "recieve"),
    ("definitely", "definately"),
    ("separate", "seperate"),
    ("address", "adress"),
    ("tomorrow", "tommorow"),
)
ENDINGS = ("thx n rgds", "no tension", "ok pls", "-- as told", "rest all fine")
VENDOR_SAYS = (
    "You {receive} your order in five days", "New stock is in", "I {definitely} answer every message", "Orders of Friday go out {tomorrow}",
    "Send the {address} only in a coded message", "Samples are a {separate} matter", "Closed on the holiday", "Read the page before you ask",
)  # fmt: skip
FORUM_SAYS = (
    "This paper jams in my printer", "When did you {receive} the new ink", "I {definitely} prefer matt foil", "The shop opens again {tomorrow}",
    "Which {address} has the repair desk", "Keep colours in {separate} trays", "My laminator smells when it is hot", "A4 at 120 gsm is enough for menus",
)  # fmt: skip
QUIET_HOURS = 8


def _said(dice: Dice, sentences: tuple[str, ...], quirks: tuple[int, int] | None, share: float) -> tuple[str, bool]:
    """A sentence in somebody's way of writing, and whether something peculiar is in it."""
    sentence, peculiar = dice.one(sentences), False
    if quirks is not None and dice.chance(0.25):  # often enough to be seen
        sentence = next(one for one in sentences if "{" + SPELLINGS[quirks[0]][0] + "}" in one)
    for number, (right, wrong) in enumerate(SPELLINGS):
        place = "{" + right + "}"
        if place in sentence:
            mine = quirks is not None and quirks[0] == number
            peculiar = peculiar or mine
            sentence = sentence.replace(place, wrong if mine else right)
    if quirks is not None and quirks[1] >= 0 and dice.chance(share):
        sentence, peculiar = f"{sentence}, {ENDINGS[quirks[1]]}", True
    return sentence, peculiar


@block("darknet_writing")
def writing(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """How and when the vendor writes, and who on an open forum writes so at such hours.

    Parameters: `posts` (of each). Facts: `quiet_from` (hour in UTC in which eight silent hours begin), `spelling`, `ending`,
    `forum_account`, `style_rows`. Documents: `vendor_posts`, `forum`, `members`.
    """
    cast, begin = Cast(world, dice), time_of(world, "starts_at").astimezone(UTC)
    posts = int(parameters["posts"])
    quiet = dice.between(15, 21)
    world.know("quiet_from", quiet)
    spelling, ending = dice.below(len(SPELLINGS)), dice.below(len(ENDINGS))
    world.know("spelling", SPELLINGS[spelling][1])
    world.know("ending", ENDINGS[ending])

    def times(silent: int, count: int) -> list[datetime]:
        """Moments outside the silent hours; the hours at their edges are among them."""
        hours = [(silent + QUIET_HOURS + at) % 24 for at in range(24 - QUIET_HOURS)]
        drawn = [hours[0], hours[0], hours[-1], hours[-1], *(dice.one(hours) for _ in range(count - 4))]
        day = begin.replace(hour=0, minute=0, second=0)
        return [
            day - timedelta(days=dice.between(2, 24)) + timedelta(hours=hour, seconds=dice.below(3600))
            for hour in drawn
        ]

    said = Sheet(Column("time", "time"), Column("market"), Column("vendor", "handle"), Column("text"))
    for at in times(quiet, posts):
        market, name = dice.one(texts_of(world, "mine")).split("/")
        said.add(at, utc(at), market, name, _said(dice, VENDOR_SAYS, (spelling, ending), 0.5)[0])
    impostor = (text_of(world, "impostor_market"), text_of(world, "handle"))
    for at in times((quiet + 11) % 24, posts // 3):  # the impostor sleeps at other hours and spells as the book does
        said.add(at, utc(at), *impostor, _said(dice, VENDOR_SAYS, None, 0)[0])
    said.lay(world, "vendor_posts", "T")

    other = (quiet + dice.between(8, 12)) % 24
    far = (spelling + 1) % len(SPELLINGS), (ending + 1) % len(ENDINGS)
    names = [cast.new(lambda: f"{dice.one(FIRST)}_{dice.one(SECOND)}{dice.between(1, 99)}") for _ in range(5)]
    accounts = [
        (names[0], quiet, (spelling, ending), "right"),
        (text_of(world, "handle"), other, None, "same handle"),
        (names[1], other, (spelling, ending), "same writing, other hours"),
        (names[2], quiet, None, "same hours, plain writing"),
        (names[3], quiet, (spelling, -1), "same hours, one habit that many have"),
        (names[4], other, far, "neither"),
    ]
    forum = Sheet(Column("time", "time"), Column("account_name", "handle"), Column("text"))
    for name, silent, quirks, mark in accounts:
        for at in times(silent, posts * 2 // 3):
            text, peculiar = _said(dice, FORUM_SAYS, quirks, 0.5)
            forum.add(at, utc(at), name, text, marks=["style"] if peculiar and mark == "right" else [])
    world.know("forum_account", names[0])
    world.know("style_rows", forum.lay(world, "forum", "G")["style"])
    members = Sheet(
        Column("account_name", "handle"), Column("joined", "time"), Column("email", "email"), Column("place")
    )
    for name, _, _, _ in accounts:
        joined = begin - timedelta(days=dice.between(90, 900), seconds=dice.below(80_000))
        members.add(name, name, utc(joined), f"{name.replace('_', '.')}@mail.example", dice.one((*TOWNS, "")))
    members.lay(world, "members", "M")


@block("darknet_parcels")
def parcels(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """A courier's book: the parcel of the test purchase and others.

    Parameters: `noise`. Facts: `tracking`, `sender` (telephone given at the counter), `sender_name` (a shop's name that is misused),
    `parcel_rows` (all parcels given in with that telephone). Document: `parcels`.
    """
    cast, begin = Cast(world, dice), time_of(world, "starts_at")
    mine, shop, third = cast.telephone(), cast.telephone(), cast.telephone()
    names = [
        f"Example {word} Stationers" for word in dice.some(("Shree", "New", "City", "Prakash", "Modern", "Vidya"), 3)
    ]
    towns = dice.some(TOWNS, 3)
    sheet = Sheet(
        Column("booked", "time"),
        Column("tracking", "transaction"),
        Column("branch"),
        Column("sender"),
        Column("telephone", "account"),
        Column("to"),
        Column("grams", "number"),
    )

    def booked(at: datetime, name: str, telephone: str, branch: str, *marks: str) -> str:
        number = cast.new(lambda: f"EXC{cast.digits(9)}")
        sheet.add(
            at,
            local(at),
            number,
            branch,
            name,
            telephone,
            dice.one(("Pune", "Indore", "Surat", "Nagpur", "Nashik", "Thane")),
            str(dice.between(40, 220)),
            marks=marks,
        )
        return number

    def day(low: int, high: int) -> datetime:
        start = begin.replace(hour=9, minute=0, second=0) - timedelta(days=dice.between(low, high))
        return start + timedelta(seconds=dice.below(9 * 3600))

    world.know("tracking", booked(day(3, 6), names[0], mine, towns[0], "mine"))
    world.know("sender", mine)
    world.know("sender_name", names[0])
    for _ in range(dice.between(4, 6)):  # other names, other branches, one telephone
        booked(day(2, 25), dice.one(names), mine, dice.one(towns), "mine")
    for _ in range(int(parameters["noise"])):
        # The shop whose name is misused sends parcels too, with its own telephone.
        name, telephone = dice.one(((names[0], shop), (names[1], third), (cast.person(), cast.telephone())))
        booked(day(2, 25), name, telephone, dice.one(towns))
    world.know("parcel_rows", sheet.lay(world, "parcels", "C")["mine"])


@block("darknet_payments")
def payments(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """What the market paid out, by a copy of its books, and what an exchange took in: no reference in common, amounts and times alone.

    Parameters: `payouts`, `noise`. Facts: `fee`, `customer`, `payout_rows` (the exchange's rows), `customer_telephone`, `strength`
    (`corroborated` or `two_leads`). Documents: `payouts`, `deposits`, `customers`.
    """
    cast, begin = Cast(world, dice), time_of(world, "starts_at").astimezone(UTC)
    handle, fee = text_of(world, "handle"), Decimal(dice.between(9, 31) * 1000).scaleb(-8)
    world.know("fee", fee)
    customers = [f"EXC-{cast.digits(5)}" for _ in range(6)]
    right = customers[0]
    world.know("customer", right)
    paid = Sheet(Column("time", "time"), Column("vendor", "handle"), Column("coins", "amount"))
    taken = Sheet(Column("time", "time"), Column("customer"), Column("coins", "amount"))

    def coins() -> Decimal:
        return Decimal(dice.between(400_000, 9_000_000)).scaleb(-8)

    def deposit(at: datetime, who: str, amount: Decimal, *marks: str) -> None:
        taken.add(at, local(at), who, f"{amount:.8f}", marks=marks)

    for _ in range(int(parameters["payouts"])):
        at, amount = begin - timedelta(days=dice.between(3, 28), seconds=dice.below(86_000)), coins()
        paid.add(at, utc(at), handle, f"{amount:.8f}")
        arrives = at + timedelta(minutes=dice.between(11, 50), seconds=dice.below(60))
        deposit(arrives, right, amount - fee, "right")
        # The full amount near that time, and the right amount at another time, are somebody else's.
        deposit(arrives + timedelta(minutes=dice.between(-9, 9)), dice.one(customers[1:]), amount)
        deposit(at - timedelta(hours=dice.between(2, 90)), dice.one(customers[1:]), amount - fee)
    for _ in range(int(parameters["noise"])):
        at = begin - timedelta(days=dice.between(3, 28), seconds=dice.below(86_000))
        paid.add(at, utc(at), f"{dice.one(FIRST)}{dice.one(SECOND)}{dice.between(100, 999)}", f"{coins():.8f}")
        deposit(at + timedelta(minutes=dice.between(-200, 200)), dice.one(customers), coins())
    paid.lay(world, "payouts", "W")
    world.know("payout_rows", taken.lay(world, "deposits", "X")["right"])

    same = dice.chance(0.5)
    world.know("strength", "corroborated" if same else "two_leads")
    register = Sheet(
        Column("customer"),
        Column("name"),
        Column("telephone", "account"),
        Column("registered", "time"),
        Column("account", "account"),
    )
    for who in customers:
        if who == right:
            telephone = text_of(world, "sender") if same else cast.telephone()
            world.know("customer_telephone", telephone)
        elif not same and who == customers[1]:
            telephone = text_of(
                world, "sender"
            )  # the number of the parcels is another customer's, who got none of this money
        else:
            telephone = cast.telephone()
        since = begin - timedelta(days=dice.between(100, 900), seconds=dice.below(80_000))
        register.add(who, who, cast.person(), telephone, local(since), cast.account())
    register.lay(world, "customers", "K")


@block("darknet_sanction")
def sanction(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """What a superior has allowed, and what an officer wants to do next: inside of it or not.

    Facts: `sanction_from`, `sanction_until`, `sanction_market`, `sanction_price`, `wish_market`, `wish_price`, `wish_at`, `may` (`within` or
    `new_order`).
    """
    begin = time_of(world, "starts_at")
    names, home = texts_of(world, "markets"), text_of(world, "market")
    most = dice.between(60, 120)
    since, until = begin - timedelta(days=dice.between(8, 14)), begin + timedelta(days=dice.between(6, 12))
    market, price, at = home, most - dice.between(5, 40), begin + timedelta(days=dice.between(1, 4))
    outside = dice.one(("market", "price", "time")) if dice.chance(0.5) else ""
    if outside == "market":
        market = dice.one([name for name in names if name != home])
    elif outside == "price":
        price = most + dice.between(5, 40)
    elif outside == "time":
        at = until + timedelta(days=dice.between(1, 5))
    for fact, value in (
        ("sanction_from", since.strftime("%d-%m-%Y")), ("sanction_until", until.strftime("%d-%m-%Y")), ("sanction_market", home),
        ("sanction_price", most), ("wish_market", market), ("wish_price", price), ("wish_at", at.strftime("%d-%m-%Y")),
        ("may", "new_order" if outside else "within"),
    ):  # fmt: skip
        world.know(fact, value)
