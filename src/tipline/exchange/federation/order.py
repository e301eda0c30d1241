"""In which lots the messages of a call are taken: those of one sort together, and about each report in the order in which they came.

A report is known by several names: by the hop that a message is about, by the record that carries it, by its number here. Messages are put in
lots only after it is found out which are about the same one; a lot has one message of a report at most.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from tipline.core.errors import InvalidInputError
from tipline.exchange.federation.payload import Payload, open_payload
from tipline.exchange.federation.wire import Batch, Message
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.record.model import uid_start
from tipline.exchange.record.models import HopOrigin, ReportOrigin
from tipline.referrals.models import Referral

Subject = str | int  # a report by its number here, or else by what the peer calls it
Opened = Mapping[int, Payload | InvalidInputError]


def open_packages(batch: Batch) -> Opened:
    """Each package that a message names, read once; one that does not fit, with what does not."""
    found: dict[int, Payload | InvalidInputError] = {}
    for place in {one.package for one in batch.messages if one.kind == "referral" and one.package is not None}:
        if place < len(batch.packages):
            try:
                found[place] = open_payload(batch.packages[place])
            except InvalidInputError as error:
                found[place] = error
    return found


def package_of(opened: Opened, message: Message) -> Payload:
    """The package that a message names.

    Raises
    ------
    InvalidInputError
        when it is not there, or does not fit.
    """
    found = opened.get(-1 if message.package is None else message.package)
    if found is None:
        raise InvalidInputError("the call lacks the package that this message names")
    if isinstance(found, InvalidInputError):
        raise found
    return found


def subjects_of(batch: Batch, opened: Opened) -> dict[int, Subject]:
    """The report that each message is about, by the message's number. Three queries."""
    named = {
        hop: report.uid
        for one in opened.values() if isinstance(one, Payload)
        for hop, report in zip(one.record.hops, one.record.reports, strict=True)
    }  # fmt: skip
    hops = {one.hop for one in batch.messages}
    found: dict[str, Subject] = dict(HopOrigin.objects.filter(uid__in=hops).values_list("uid", "report_id"))
    ours = our_hops(hops)
    found |= {ours[pk]: report for pk, report in Referral.objects.filter(pk__in=ours).values_list("pk", "report_id")}
    known = dict(ReportOrigin.objects.filter(uid__in=set(named.values())).values_list("uid", "report_id"))
    found |= {hop: known.get(uid, uid) for hop, uid in named.items()}
    return {one.number: found.get(one.hop, one.hop) for one in batch.messages}


def our_hops(hops: Collection[str]) -> dict[int, str]:
    """Those of the names that may be of hops made here, by the hop's number."""
    here = uid_start(our_name(), "hop")
    numbers = {hop: hop.removeprefix(here) for hop in hops if hop.startswith(here)}
    return {int(text): hop for hop, text in numbers.items() if re.fullmatch(r"[1-9][0-9]{0,17}", text)}


def in_lots(messages: Sequence[Message], subjects: Mapping[int, Subject]) -> Iterator[list[Message]]:
    """Lots in the order in which they are to be taken. What comes twice under one number is taken once."""
    lots: list[list[Message]] = []
    of_sort: dict[tuple[object, ...], list[int]] = {}
    last: dict[Subject, int] = {}
    seen: set[int] = set()
    for one in messages:
        if one.number in seen:
            continue
        seen.add(one.number)
        after = last.get(subjects[one.number], -1)
        same = of_sort.setdefault(_sort(one), [])
        place = next((at for at in same if at > after), None)
        if place is None:
            place = len(lots)
            lots.append([])
            same.append(place)
        lots[place].append(one)
        last[subjects[one.number]] = place
    yield from lots


def _sort(one: Message) -> tuple[object, ...]:
    """What may go in one statement: referrals of a package, the same step of hops, what is said in the same words."""
    if one.kind == "referral":
        return one.kind, one.package
    if one.kind in {"state", "recall"}:
        return one.kind, one.act, one.reason, one.text
    return (one.kind,)
