"""The scenario of an online CSAM referral: whoever reads the reports that are filed finds what is asked."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from tipline.core.datafile import load_toml
from tipline.pipeline.attribution.log_expiry.directory import DirectoryFile
from tipline.training.blocks.csam_referral import NETWORKS, leads_of
from tipline.training.desk import ground
from tipline.training.desk.bundle import filings, reply_file
from tipline.training.scenarios.building import build, expected
from tipline.training.scenarios.format import Kind, Level
from tipline.training.scenarios.loading import Folder, catalogue
from tipline.training.scenarios.worlds import World, fill

SEEDS = range(40)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("level", Level)


@cache
def folder() -> Folder:
    return catalogue().find("csam_referral")


@cache
def world(level: Level, seed: int) -> World:
    return build(folder(), level, f"seed {seed}")


def ranges() -> list[tuple[str, str]]:
    """First three numbers and half of the last → owner, as the range's table of networks has it."""
    with (ground.DATA / "ranges.csv").open(encoding="utf-8") as file:
        return [(row["network"], row["owner"]) for row in csv.DictReader(file)]


def lives() -> dict[str, int]:
    """Owner → days that its log lives, as the range's directory has it."""
    file = load_toml(Path(ground.DATA / "networks.toml"), DirectoryFile)
    return {holder.name: holder.retention[0].days or 0 for holder in file.holders}


def owner_of(ip: str) -> str:
    from ipaddress import ip_address, ip_network

    return next(owner for network, owner in ranges() if ip_address(ip) in ip_network(network))


class Solver:
    """Reads the documents that are filed, the network's reply and the questions; never the facts."""

    def __init__(self, made: World) -> None:
        self.made = made
        self.reports: dict[str, etree._Element] = {}
        for filing in filings(made, NOW, "x"):
            root = etree.fromstring(filing.document.body)
            self.reports[root.findtext("personOrUserReported/screenName") or ""] = root
        self.anchor = fill("{anchor}", made.facts)  # the story names it

    def holds(self, handle: str) -> set[str]:
        person = self.reports[handle].find("personOrUserReported")
        assert person is not None
        paths = ("personOrUserReportedPerson/email", "deviceId/idValue", "espIdentifier")
        return {found.text or "" for path in paths for found in person.findall(path)}

    def matter(self) -> set[str]:
        found, grown = {self.anchor}, True
        while grown:
            held = set().union(*(self.holds(one) for one in found))
            more = {handle for handle in self.reports if self.holds(handle) & held}
            grown, found = more > found, more
        return found

    def left(self) -> dict[str, timedelta]:
        """Handle of the matter → until its log is gone."""
        days, found = lives(), {}
        for handle in self.matter():
            event = self.reports[handle].find("personOrUserReported/ipCaptureEvent")
            assert event is not None
            used = datetime.fromisoformat(event.findtext("dateTime") or "")
            found[handle] = used + timedelta(days=days[owner_of(event.findtext("ipAddress") or "")]) - NOW
        return found

    def subscriber(self) -> str:
        """The row of the reply that fits address, port and time of the account that the question names."""
        asked = fill(folder().texts["en"].tasks["subscriber"].question, self.made.facts)
        event = next(r for h, r in self.reports.items() if h in asked).find("personOrUserReported/ipCaptureEvent")
        assert event is not None
        local = datetime.fromisoformat(event.findtext("dateTime") or "") + timedelta(hours=5, minutes=30)
        (found,) = [
            row["subscriber_id"] for row in csv.DictReader(io.StringIO(reply_file(self.made, NOW)[1].decode()))
            if row["public_ip"] == event.findtext("ipAddress") and row["public_port"] == event.findtext("port")
            and datetime.strptime(row["start_time"], "%d/%m/%Y %H:%M:%S").replace(tzinfo=UTC) <= local
            <= datetime.strptime(row["end_time"], "%d/%m/%Y %H:%M:%S").replace(tzinfo=UTC)
        ]  # fmt: skip
        return found

    def tie(self) -> str:
        asked = fill(folder().texts["en"].tasks["tie"].question, self.made.facts)
        one, other = (handle for handle in self.reports if handle in asked)
        (shared,) = self.holds(one) & self.holds(other)
        return shared

    def answer(self, task: str) -> object:
        zero = timedelta()
        return {
            "matter": self.matter,
            "tie": self.tie,
            "first_gone": lambda: min((left, h) for h, left in self.left().items() if left > zero)[1],
            "gone": lambda: {h for h, left in self.left().items() if left < zero},
            "subscriber": self.subscriber,
        }[task]()


def test_the_documents_alone_give_every_answer(level: Level) -> None:
    for seed in SEEDS:
        made = world(level, seed)
        solver = Solver(made)
        for task in folder().tasks(level):
            if task.kind is Kind.DESK:
                continue
            right, found = expected(task, made), solver.answer(task.id)
            assert found == (set(right) if isinstance(found, set) else right), (seed, task.id)


def test_a_bundle_is_sixteen_leads_and_its_addresses_are_nobodys(level: Level) -> None:
    for seed in SEEDS:
        leads = leads_of(world(level, seed))
        assert len(leads) == len({lead.handle for lead in leads}) == 16
        assert sum(bool(lead.child) for lead in leads) == 1
        for lead in leads:
            for use in lead.uses:
                assert use.ip.startswith(("192.0.2.", "198.51.100.", "203.0.113."))
                assert owner_of(use.ip)


def test_what_the_block_says_of_networks_is_what_the_range_knows(level: Level) -> None:
    file = load_toml(Path(ground.DATA / "networks.toml"), DirectoryFile)
    assert {h.key: h.retention[0].days for h in file.holders} == {key: days for key, (*_, days) in NETWORKS.items()}


def test_red_herrings_are_there_and_have_a_reason(level: Level) -> None:
    for seed in SEEDS:
        made = world(level, seed)
        matter, facts = set(made.facts["matter"]), made.facts
        by_handle = {lead.handle: lead for lead in leads_of(made)}
        assert not {facts["near_miss"], facts["same_address"], facts["neighbour"]} & matter
        asked = by_handle[str(facts["reply_handle"])].uses[0]
        beside = by_handle[str(facts["neighbour"])].uses[0]
        assert (beside.ip, beside.days) == (asked.ip, asked.days) and beside.port != asked.port
        (common,) = [one for one, count in Counter(lead.sha256 for lead in by_handle.values()).items() if count > 1]
        assert sum(lead.sha256 == common for lead in by_handle.values()) == 5
        assert any(not lead.uses for lead in by_handle.values())


def test_no_two_trainees_share_an_account_or_device(level: Level) -> None:
    seen: dict[str, int] = defaultdict(int)
    for seed in SEEDS:
        for lead in leads_of(world(level, seed)):
            seen[f"{lead.platform}/{lead.handle}"] += 1
        for told in {told for lead in leads_of(world(level, seed)) for told in (*lead.emails, lead.device)}:
            seen[told] += 1
    assert max(seen.values()) == 1
