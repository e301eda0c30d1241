"""Where a false page stood: names, addresses and certificates over time, and the reply of the one who rented out the machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tipline.training.blocks.common import Cast, Sheet, text_of, time_of, utc
from tipline.training.blocks.phishing import WORDS
from tipline.training.scenarios.worlds import Column, Dice, World, block


@block("phishing_hosting")
def hosting(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """Where the false page stood, and what stood beside it: passive DNS, certificates, registrations, holders of networks.

    Parameters: `sisters` (domains beside it on the same machine), `strangers` (domains that look near and are not).
    Facts: `kit_address` (when the clerk clicked), `sisters` (domains of the same hand), `host`, `host_country`, `next_step` (`order_94`
    or `request_112`), `rented_from`, `rented_until`, `cdn_address`. Documents: `passive_dns`, `certificates`, `registrations`, `holders`.
    """
    cast = Cast(world, dice)
    landing, clicked = text_of(world, "landing"), time_of(world, "clicked_at").astimezone(UTC)
    parked, kit, sunk, cdn = (cast.address() for _ in range(4))
    begin = clicked - timedelta(days=dice.between(3, 6), seconds=dice.below(72_000))
    end = clicked + timedelta(days=dice.between(2, 4), seconds=dice.below(72_000))
    world.know("kit_address", kit)
    world.know("rented_from", begin)
    world.know("rented_until", end)
    dns = Sheet(
        Column("name", "domain"),
        Column("type"),
        Column("value", "address"),
        Column("first_seen", "time"),
        Column("last_seen", "time"),
    )

    def stood(name: str, where: str, since: datetime, until: datetime) -> None:
        dns.add((name, since), name, "A", where, utc(since), utc(until))

    def minutes(low: int, high: int) -> timedelta:
        return timedelta(minutes=dice.between(low, high), seconds=dice.below(60))

    def days(low: int, high: int) -> timedelta:
        return timedelta(seconds=dice.between(low * 86_400, high * 86_400))

    stood(landing, parked, begin - days(3, 9), begin - minutes(20, 300))
    stood(landing, kit, begin + minutes(30, 400), end - minutes(30, 400))
    stood(landing, sunk, end + minutes(10, 60), end + days(15, 20))
    beside = [cast.domain(WORDS) for _ in range(int(parameters["sisters"]))]
    for name in beside:
        stood(name, kit, begin + minutes(60, 1500), end - minutes(60, 600))
        stood(name, sunk, end + minutes(70, 600), end + days(9, 12))
    tied = cast.domain(WORDS)
    stood(tied, cdn, begin + minutes(100, 900), end + days(4, 6))
    strangers = [cast.domain(WORDS) for _ in range(int(parameters["strangers"]))]
    for number, name in enumerate(strangers):
        if number % 3 == 0:  # who had the machine before
            stood(name, kit, begin - days(60, 90), begin - days(5, 30))
        elif number % 3 == 1:  # neighbours on a shared front
            stood(name, cdn, begin - days(20, 200), end + days(4, 6))
        else:  # neighbours on the page for parked domains and on the sinkhole
            stood(name, dice.one((parked, sunk)), begin - days(1, 40), end + days(7, 12))
    dns.lay(world, "passive_dns", "D")
    world.know("sisters", tuple(sorted([*beside, tied])))
    world.know("tied", tied)

    certificates = Sheet(Column("serial"), Column("names"), Column("issuer"), Column("not_before", "time"))
    fronts = [name for number, name in enumerate(strangers) if number % 3 == 1]
    issued = begin - minutes(120, 1800)
    groups = [
        (issued, dice.shuffled([landing, tied]), "Example Quick CA"),
        (begin + minutes(5, 900), dice.shuffled([tied, *fronts]), "Example Front Network, shared"),
    ]
    groups += [(begin + minutes(5, 900), [name], "Example Quick CA") for name in [*beside, *strangers[:3]]]
    for since, names, issuer in groups:
        certificates.add(since, cast.new(lambda: dice.hexadecimal(12)), " ".join(names), issuer, utc(since))
    certificates.lay(world, "certificates", "C")

    registrations = Sheet(
        Column("name", "domain"), Column("shown"), Column("code_points"), Column("registrar"), Column("created", "time")
    )
    for name in [landing, tied, *beside, *strangers, text_of(world, "bank_domain")]:
        shown = text_of(world, "landing_shown") if name == landing else name
        created = begin - (days(2, 9) if name in (landing, tied, *beside) else days(210, 2000))
        points = " ".join(f"{ord(letter):04X}" for letter in shown.removesuffix(".example"))
        registrations.add(name, name, shown, points, dice.one(("Example Names A", "Example Names B")), utc(created))
    registrations.lay(world, "registrations", "N")

    abroad = dice.chance(0.5)
    world.know("host", "Example Nordlicht Hosting" if abroad else "Example Narmada Cloud")
    world.know("host_country", "DE" if abroad else "IN")
    world.know("next_step", "request_112" if abroad else "order_94")
    world.know("cdn_address", cdn)
    holders = Sheet(Column("address", "address"), Column("holder"), Column("use"), Column("country"))
    holders.add(
        kit, kit, text_of(world, "host"), "rented server, one customer at a time", text_of(world, "host_country")
    )
    holders.add(cdn, cdn, "Example Front Network", "shared front of many customers", "IN" if abroad else "DE")
    holders.add(parked, parked, "Example Names A", "page for parked domains", "US")
    holders.add(
        sunk, sunk, "Example Sinkhole Foundation", "sinkhole: seized and broken domains", "DE" if not abroad else "IN"
    )
    world.know("vpn_address", cast.address())
    world.know("line_address", cast.address())
    world.know("second_line", cast.address())
    world.know("old_line", cast.address())
    world.know("support_address", cast.address())
    for fact, holder, use, country in (
        ("vpn_address", "Example Tunnel", "exit of a VPN service", "NL"),
        ("line_address", "Example Khandesh Broadband", "customers' lines", "IN"),
        ("second_line", "Example Tapti Mobile", "customers' lines (CGNAT)", "IN"),
        ("old_line", "Example Khandesh Broadband", "customers' lines", "IN"),
        ("support_address", text_of(world, "host"), "provider's own office", text_of(world, "host_country")),
        ("handover", "Example Cheap Servers", "rented servers", "NL"),
    ):
        holders.add(text_of(world, fact), text_of(world, fact), holder, use, country)
    holders.lay(world, "holders", "H")


@block("phishing_reply")
def reply(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """The hosting provider's reply: who rented the machine, and the log of its panel, in UTC.

    Facts: `customer`, `login_rows` (its customer's log-ins from lines of subscribers, while the machine was rented), `login_at` and
    `login_address` (of the session in which the page was uploaded), `login_holder`. Document: `panel_log`.
    """
    cast = Cast(world, dice)
    begin, clicked = time_of(world, "rented_from"), time_of(world, "clicked_at").astimezone(UTC)
    customer, before = (f"CU-{cast.digits(5)}" for _ in range(2))
    world.know("customer", customer)
    line, second, vpn, office = (
        text_of(world, fact) for fact in ("line_address", "second_line", "vpn_address", "support_address")
    )
    log = Sheet(
        Column("time", "time"), Column("customer"), Column("event"), Column("session"), Column("address", "address")
    )

    def session(at: datetime, who: str, where: str, event: str, *marks: str) -> None:
        number = f"s{cast.digits(6)}"
        log.add(at, utc(at), who, "log-in", number, where, marks=marks)
        done = at + timedelta(minutes=dice.between(2, 25), seconds=dice.below(60))
        log.add(done, utc(done), who, event, number, "")

    uploaded = begin + timedelta(hours=dice.between(4, 20), seconds=dice.below(3600))
    real, other = (line, second) if dice.chance(0.5) else (second, line)
    world.know("login_at", uploaded)
    world.know("login_address", real)
    world.know("login_holder", "Example Khandesh Broadband" if real == line else "Example Tapti Mobile")
    session(begin + timedelta(hours=1, seconds=dice.below(3000)), customer, vpn, "paid", "vpn")
    session(uploaded, customer, real, "archive unpacked into /session", "login")
    for _ in range(dice.between(2, 4)):
        at = uploaded + timedelta(hours=dice.between(2, 60), seconds=dice.below(3600))
        session(
            at, customer, dice.one((vpn, other, real)), dice.one(("statistics viewed", "settings changed")), "later"
        )
    session(clicked + timedelta(seconds=dice.between(300, 3000)), customer, other, "file results.txt fetched", "login")
    session(
        uploaded - timedelta(hours=2, seconds=dice.below(2400)), customer, office, "welcome call of support", "office"
    )
    old = text_of(world, "old_line")
    for _ in range(
        int(parameters.get("noise", 3))
    ):  # the machine's customer before did much the same; he is another man
        at = begin - timedelta(days=dice.between(31, 60), seconds=dice.below(60_000))
        session(at, before, dice.one((old, old, vpn)), dice.one(("archive unpacked into /shop", "settings changed")))
    log.lay(world, "panel_log", "L")
    rows = world.documents["panel_log"].rows
    world.know(
        "login_rows", tuple(row.id for row in rows if row.cells[1] == customer and row.cells[4] in (line, second))
    )
