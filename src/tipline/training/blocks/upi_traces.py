"""Traces of the person in UPI fraud: the story of a handset, sessions at a bank, ports behind a shared address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tipline.training.blocks.common import FAR_TOWNS, IST, Cast, Sheet, local, text_of, texts_of, time_of, utc
from tipline.training.blocks.upi import PRINTED
from tipline.training.scenarios.worlds import Column, Dice, World, block


@block("upi_trail")
def trail(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """How somebody got into the account: the story of handset and number, with older events that look alike.

    Facts: `how` (`sim_swap`, `remote_access` or `sms_forward`), `trail_at` (new SIM in the net, remote session begun, forwarding app installed), `imei`.
    Document: `phone_trail`.
    """
    cast = Cast(world, dice)
    begin = time_of(world, "starts_at")
    how = dice.one(("sim_swap", "remote_access", "sms_forward"))
    mine, old, theirs = cast.imei(), cast.imei(), cast.imei()
    world.know("how", how)
    world.know("imei", mine)
    at = begin - timedelta(minutes=dice.between(6, 25), seconds=dice.below(60))
    sheet = Sheet(Column("time", "time"), Column("source"), Column("event"), Column("imei"))

    def add(moment: datetime, source: str, event: str, imei: str) -> None:
        sheet.add(moment, local(moment), source, event, imei)

    day = timedelta(days=1)
    before = begin - day * dice.between(60, 160) - timedelta(seconds=dice.below(20_000))
    add(before, "telecom", "SIM replaced at a shop of the company, customer present (new handset)", mine)
    add(before - timedelta(minutes=9), "telecom", "old SIM leaves the net", old)
    helped = begin - day * dice.between(12, 40) - timedelta(seconds=dice.below(20_000))
    add(helped, "handset", "remote-help app installed", mine)
    add(
        helped + timedelta(minutes=4),
        "handset",
        "remote session begun (the customer had called: repair of the television app)",
        mine,
    )
    add(helped + timedelta(minutes=31), "handset", "remote session ended; app removed", mine)
    refused = begin - day * dice.between(2, 6) - timedelta(seconds=dice.below(20_000))
    add(refused, "handset", "app file from a message opened; installation stopped by the customer", mine)
    for _ in range(int(parameters.get("noise", 4))):
        moment = begin + timedelta(seconds=dice.between(-90_000, 7000))
        add(
            moment,
            *dice.one(
                (
                    ("telecom", "SMS in"),
                    ("telecom", "call in, 0:42"),
                    ("handset", "battery low"),
                    ("handset", "joined home network"),
                )
            ),
            mine,
        )
    if how == "sim_swap":
        add(
            at - timedelta(minutes=dice.between(20, 90)),
            "telecom",
            "request for another SIM, made at a shop far away; papers uploaded",
            "",
        )
        add(at - timedelta(minutes=2), "telecom", "old SIM leaves the net", mine)
        add(at, "telecom", "new SIM enters the net", theirs)
        add(begin - timedelta(minutes=3), "UPI app", "app bound anew by SMS from the number", theirs)
        source, imei = "UPI app", theirs
    elif how == "remote_access":
        add(
            at - timedelta(minutes=dice.between(3, 9)),
            "handset",
            "remote-help app installed from a link in a message",
            mine,
        )
        add(at, "handset", "remote session begun", mine)
        add(begin + timedelta(minutes=dice.between(16, 22)), "handset", "remote session ended", mine)
        source, imei = "UPI app", mine
    else:
        add(at - timedelta(minutes=2), "handset", "message with an app file ('traffic fine') opened", mine)
        add(at, "handset", "app installed from that file; allowed to read and send SMS", mine)
        add(begin - timedelta(minutes=3), "handset", "SMS of the bank passed on by that app to relay.invalid", mine)
        add(begin - timedelta(minutes=2), "UPI app", "app bound on another handset by SMS from the number", theirs)
        source, imei = "UPI app", theirs
    for row in texts_of(world, "fraud_rows")[:2]:
        paid = next(one for one in world.documents["statement_victim"].rows if one.id == row)
        moment = datetime.strptime(paid.cells[0], PRINTED[0]).replace(tzinfo=IST)
        add(moment, source, f"payment {paid.cells[3]} sent", imei)
    world.know("trail_at", at)
    sheet.lay(world, "phone_trail", "P")


@block("upi_line")
def line(world: World, dice: Dice, parameters: Mapping[str, Any]) -> None:
    """Who sat at the main mule's account: its bank's sessions in UTC, and the telecom's records of ports behind one address.

    Parameters: `noise` (other sessions).
    Facts: `session_rows`, `public_address`, `port`, `session_at`, `subscriber`, `telecom`. Documents: `sessions`, `ipdr`.
    """
    cast = Cast(world, dice)
    account, moved, reference = (
        text_of(world, "main_account"),
        time_of(world, "moved_at"),
        text_of(world, "moved_reference"),
    )
    address, begin = cast.address(), moved - timedelta(minutes=dice.between(1, 2), seconds=dice.below(60))
    block_size = 512
    first = 1024 + block_size * dice.between(3, 90)
    port = first + dice.below(block_size)
    sheet = Sheet(
        Column("time", "time"),
        Column("account", "account"),
        Column("event"),
        Column("session"),
        Column("address", "address"),
        Column("port", "number"),
    )

    def session(at: datetime, who: str, where: str, source: int, act: str, note: str, *marks: str) -> None:
        number = f"n{cast.digits(7)}"
        sheet.add(at, utc(at), who, "log-in", number, where, str(source), marks=marks)
        done = at + timedelta(seconds=dice.between(20, 90)) if not note else moved
        sheet.add(done, utc(done), who, f"{act} {note}".strip(), number, "", "")

    session(begin, account, address, port, "transfer", reference, "right")
    others = [cast.account() for _ in range(5)]
    for number in range(int(parameters["noise"])):
        who = account if number % 4 == 0 else dice.one(others)
        at = begin + timedelta(seconds=dice.one((1, -1)) * dice.between(1500, 80_000))
        where = address if number % 2 else cast.address()
        session(
            at, who, where, 1024 + dice.between(0, 60_000), dice.one(("balance seen", "statement seen", "transfer")), ""
        )
    marked = sheet.lay(world, "sessions", "S")
    world.know("session_rows", marked["right"])
    world.know("public_address", address)
    world.know("port", port)
    world.know("session_at", begin)
    world.know("telecom", "Example Tapti Mobile")

    ipdr = Sheet(
        Column("start", "time"), Column("end", "time"), Column("address", "address"), Column("port_from", "number"), Column("port_to", "number"),
        Column("telephone", "account"), Column("imei"), Column("place"),
    )  # fmt: skip
    right = cast.telephone()
    world.know("subscriber", right)

    def used(start: datetime, end: datetime, where: str, low: int, who: str) -> None:
        ipdr.add(
            (start, low),
            local(start),
            local(end),
            where,
            str(low),
            str(low + block_size - 1),
            who,
            cast.imei(),
            dice.one(FAR_TOWNS),
        )

    def around(moment: datetime) -> tuple[datetime, datetime]:
        return moment - timedelta(seconds=dice.between(400, 1500)), moment + timedelta(seconds=dice.between(400, 1500))

    start, end = around(begin)
    used(start, end, address, first, right)
    used(
        start - timedelta(seconds=dice.between(900, 3000)),
        start - timedelta(seconds=2),
        address,
        first,
        cast.telephone(),
    )
    used(end + timedelta(seconds=2), end + timedelta(seconds=dice.between(900, 3000)), address, first, cast.telephone())
    shifted = timedelta(
        hours=5, minutes=30
    )  # whoever takes UTC for Indian time, or shifts the wrong way, meets somebody else
    used(*around(begin - shifted), address, first, cast.telephone())
    used(*around(begin + shifted), address, first, cast.telephone())
    for step in dice.some([step for step in range(-3, 30) if step], 6):  # the same address and time, other ports
        used(*around(begin), address, first + step * block_size, cast.telephone())
    used(*around(begin), cast.address(), first, cast.telephone())
    ipdr.lay(world, "ipdr", "I")
