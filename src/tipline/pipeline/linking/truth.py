"""A generated truth to hold linking against: people with accounts over platforms, who is whom known, and the noise of life.

Seeded and pure: no database, no network, everybody fictional. `generate` makes reports, each with its person; `linked` puts them together by
the same keys, rules and limits as the stage, in memory; `measure` compares. `tipline bench linking_truth` prints it, and
docs/explanation/linking.md says what each sort of noise stands for.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations

from tipline.pipeline.linking.clusters import Union
from tipline.pipeline.linking.keys import at_minute, meetings
from tipline.pipeline.linking.strengths import STRENGTHS, Strengths


@dataclass(frozen=True, slots=True)
class Named:
    """An identifier in normal form as a report names it. Of an address: port and time too."""

    kind: str
    scope: str
    value: str
    verified: bool = False
    port: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrueReport:
    """What a report names, and whom it is about."""

    person: int
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Noise:
    """How often life is untidy: shares of people (or accounts, or reports) to whom it happens. A published choice, not a measurement."""

    plus_tag: float = 0.15  # an address written with a tag, where the host ignores tags
    dots: float = 0.15  # or with dots
    typo: float = 0.02  # an unverified address with a letter wrong
    verified: float = 0.7
    second_address: float = 0.2  # an account under the person's other address
    no_address: float = 0.1
    phone: float = 0.35
    device: float = 0.45  # a report that names the device
    same_handle: float = 0.5  # an account under the person's usual handle
    common_handle: float = 0.1  # a handle that strangers choose too, each where it is still free
    handle_given_again: float = 0.002  # a handle that was a stranger's at the same platform before
    family_device: float = 0.003  # a device that another reported person uses too
    phone_given_again: float = 0.001
    school: float = 0.01  # an account under an address that a whole school uses
    banned: float = 0.15  # an account that was closed and made anew at the same platform
    shared_network: float = 0.3  # a report from a shared Wi-Fi or behind CGNAT
    same_event: float = 0.1  # a report that names a sign-in that an earlier one of the person named too
    same_port: float = (
        0.0005  # and in the same minute from a stranger's very port, which clocks that are wrong make of two
    )
    two_accounts: float = 0.15  # a report that names another account of the person
    retracted: float = 0.01


@dataclass(slots=True)
class _Person:
    number: int
    handle: str
    addresses: list[str]
    phone: str
    devices: list[str]
    home: str
    accounts: list[list[Named]] = field(default_factory=list)
    seen: list[Named] = field(default_factory=list)


_PLATFORMS = ("pictogram", "clipwave", "facepage", "chirpline", "loopcast", "gamehall")
_HOSTS = ("mail.example", "post.example", "tagged.example", "dotless.example", "dotless-too.example")
_WORDS = ("monsoon", "kite", "river", "lamp", "train", "echo", "market", "cotton", "lantern", "stepwell", "bus", "bullock", "yard", "salt", "copper", "hill")  # fmt: skip
_FROM = datetime(2026, 1, 1, tzinfo=UTC)


def generate(people: int, seed: int, noise: Noise | None = None) -> list[TrueReport]:
    """Reports of so many people, in the order of their coming.

    A third of the people are reported once; the rest two to about forty times, most of them a few times.
    """
    given = noise or Noise()
    chance = random.Random(seed)  # noqa: S311 - synthetic data, not a secret
    crowd = [_person(chance, number) for number in range(people)]
    schools = [f"office{n}@school.example" for n in range(max(1, people // 10_000))]
    taken: set[tuple[str, str]] = set()
    for person in crowd:
        _accounts(chance, given, person, crowd, schools, taken)
    reports: list[TrueReport] = []
    for person in crowd:
        for _ in range(_how_many(chance)):
            if chance.random() >= given.retracted:
                reports.append(_report(chance, given, person, reports))
    chance.shuffle(reports)
    return reports


def _how_many(chance: random.Random) -> int:
    return 1 if chance.random() < 1 / 3 else min(40, 2 + int(chance.expovariate(1 / 2.5)))


def _handle(chance: random.Random, number: int) -> str:
    return f"{chance.choice(_WORDS)}_{chance.choice(_WORDS)}{number}"


def _person(chance: random.Random, number: int) -> _Person:
    handle = _handle(chance, number)
    addresses = [f"{chance.choice(_WORDS)}.{chance.choice(_WORDS)}{number}{x}@{chance.choice(_HOSTS)}" for x in "ab"]
    devices = [f"D{number:08X}{x}" for x in range(1 + (chance.random() < 0.25))]
    home = f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::{chance.randrange(1, 9)}"
    return _Person(number, handle, addresses, f"+9155501{number:07d}", devices, home)


def _accounts(
    chance: random.Random, noise: Noise, person: _Person, crowd: Sequence[_Person], schools: Sequence[str],
    taken: set[tuple[str, str]],
) -> None:  # fmt: skip
    if chance.random() < noise.family_device:
        person.devices[0] = chance.choice(crowd).devices[0]
    if chance.random() < noise.phone_given_again:
        person.phone = chance.choice(crowd).phone
    platforms = chance.sample(_PLATFORMS, min(len(_PLATFORMS), 1 + int(chance.expovariate(1.2))))
    for platform in platforms:
        for _ in range(1 + (chance.random() < noise.banned)):
            person.accounts.append(_account(chance, noise, person, crowd, platform, schools, taken))


def _account(
    chance: random.Random, noise: Noise, person: _Person, crowd: Sequence[_Person], platform: str, schools: Sequence[str],
    taken: set[tuple[str, str]],
) -> list[Named]:  # fmt: skip
    draw = chance.random()
    if draw < noise.handle_given_again:
        others = [a for a in chance.choice(crowd).accounts if a[0].scope == platform]
        handle = others[0][0].value if others else person.handle
    elif draw < noise.common_handle:
        handle = f"{chance.choice(_WORDS)}_{chance.randrange(1, max(2, len(crowd) // 20))}"
        if (
            platform,
            handle,
        ) in taken:  # of one platform a handle is one account's: who comes later has to add something
            handle = f"{handle}_{person.number}"
        taken.add((platform, handle))
    elif draw < noise.same_handle:
        handle = person.handle
    else:
        handle = f"{_handle(chance, person.number)}_{chance.randrange(100)}"
    found = [
        Named("handle", platform, handle),
        Named("account_id", platform, f"{platform[:2]}{chance.getrandbits(48)}"),
    ]
    if chance.random() >= noise.no_address:
        found.append(_address(chance, noise, person, schools))
    if chance.random() < noise.phone:
        found.append(Named("phone", "", person.phone, chance.random() < noise.verified))
    return found


def _address(chance: random.Random, noise: Noise, person: _Person, schools: Sequence[str]) -> Named:
    if chance.random() < noise.school:
        return Named("email", "", chance.choice(schools))
    address = person.addresses[chance.random() < noise.second_address]
    verified = chance.random() < noise.verified
    local, _, host = address.partition("@")
    if host in {"tagged.example", "dotless.example", "dotless-too.example"} and chance.random() < noise.plus_tag:
        local += f"+{chance.choice(_WORDS)}"
    if host.startswith("dotless") and chance.random() < noise.dots:
        local = local.replace(".", "") if "." in local else f"{local[0]}.{local[1:]}"
    if not verified and chance.random() < noise.typo:
        place = chance.randrange(len(local))
        local = f"{local[:place]}{chance.choice('abcdefghij')}{local[place + 1 :]}"
    return Named("email", "", f"{local}@{host}", verified)


def _report(chance: random.Random, noise: Noise, person: _Person, before: Sequence[TrueReport]) -> TrueReport:
    about = [chance.choice(person.accounts)]
    if len(person.accounts) > 1 and chance.random() < noise.two_accounts:
        about.append(chance.choice(person.accounts))
    named = [one for account in about for one in account]
    if chance.random() < noise.device:
        named.append(Named("device", "installation", chance.choice(person.devices)))
    at = _FROM + timedelta(seconds=chance.randrange(300 * 86_400))
    if person.seen and chance.random() < noise.same_event:
        named.append(chance.choice(person.seen))
    elif chance.random() < noise.same_port and before:
        named += [n for n in chance.choice(before).named if n.kind == "ip"][:1]
    elif chance.random() < noise.shared_network:
        address = f"203.0.113.{chance.randrange(256)}"
        named.append(Named("ip", "", address, port=chance.randrange(1024, 65_536), at=at))
    else:
        named.append(Named("ip", "", person.home, port=chance.randrange(1024, 65_536), at=at))
    person.seen += [n for n in named if n.kind == "ip"]
    return TrueReport(person.number, tuple(dict.fromkeys(named)))


Edges = dict[tuple[str, str, str], dict[int, tuple[float, str]]]


def edges_of(reports: Sequence[TrueReport], strengths: Strengths = STRENGTHS) -> Edges:
    """Where reports meet → report → strength and rule, as `edges.write` has it."""
    found: Edges = defaultdict(dict)
    for number, report in enumerate(reports):
        for one in report.named:
            places = list(meetings(one.kind, one.scope, one.value))
            if one.at is not None and one.port:
                places.append(at_minute(one.value, one.port, one.at))
            for place in places:
                rule = strengths.rule_of(one.kind, place.place, verified=one.verified)
                if rule is not None:
                    here = found[place[:3]]
                    here[number] = max(here.get(number, (0.0, "")), (rule.strength, rule.id))
    return found


def _accounts_of(reports: Sequence[TrueReport]) -> list[set[tuple[str, str]]]:
    return [{(one.scope, one.value) for one in report.named if one.kind == "account_id"} for report in reports]


def is_hub(here: dict[int, tuple[float, str]], accounts: Sequence[set[tuple[str, str]]], strengths: Strengths) -> bool:
    """Whether so many reports or accounts meet there that it links nobody."""
    rule = strengths.of(next(iter(here.values()))[1])
    if rule is None or not rule.most:
        return False
    if len(here) > rule.most:
        return True
    counting = strengths.counting(rule)
    if counting is None:
        return False
    met = [accounts[number] for number, (_, rule_id) in here.items() if rule_id == counting.id]
    return len(set().union(*met)) > counting.most_accounts


def linked(reports: Sequence[TrueReport], strengths: Strengths = STRENGTHS) -> list[list[int]]:
    """The clusters of reports, by number, as the stage would make them; singles too."""
    union = Union()
    for number in range(len(reports)):
        union.find(number)
    weak: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    weak_rules = {rule.id for rule in strengths.weak}
    accounts = _accounts_of(reports)
    for here in edges_of(reports, strengths).values():
        if is_hub(here, accounts, strengths):
            continue
        joining = [number for number, (strength, _) in here.items() if strength >= strengths.joins_at]
        for other in joining[1:]:
            union.join(joining[0], other)
        less = [(number, s, r) for number, (s, r) in here.items() if r in weak_rules]
        for (one, s1, r), (other, s2, _) in combinations(less, 2):
            kinds = weak[min(one, other), max(one, other)]
            kinds[r] = max(kinds.get(r, 0.0), min(s1, s2))
    for (one, other), kinds in weak.items():
        apart = 1.0
        for strength in kinds.values():
            apart *= 1 - strength
        if len(kinds) > 1 and 1 - apart >= strengths.joins_at - 1e-9:
            union.join(one, other)
    return list(union.parts().values())


@dataclass(frozen=True, slots=True)
class Measured:
    """Pairs of reports: of those joined, how many are of one person (precision); of those of one person, how many were joined (recall)."""

    reports: int
    people: int
    clusters: int
    joined_pairs: int
    true_pairs: int
    right_pairs: int

    @property
    def precision(self) -> float:
        """1.0 when nothing was joined."""
        return self.right_pairs / self.joined_pairs if self.joined_pairs else 1.0

    @property
    def recall(self) -> float:
        """1.0 when there was nothing to join."""
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0


def measure(reports: Sequence[TrueReport], parts: Iterable[Sequence[int]]) -> Measured:
    """Compare clusters with the truth, by pairs."""
    joined = right = count = 0
    for part in parts:
        count += len(part) > 1
        joined += len(part) * (len(part) - 1) // 2
        right += sum(n * (n - 1) // 2 for n in Counter(reports[number].person for number in part).values())
    of = Counter(report.person for report in reports)
    return Measured(len(reports), len(of), count, joined, sum(n * (n - 1) // 2 for n in of.values()), right)


def by_rule(reports: Sequence[TrueReport], strengths: Strengths = STRENGTHS) -> dict[str, tuple[int, float]]:
    """Rule → pairs of reports that meet by it below its limit, and which share of them is of one person: what the strengths are argued from."""
    met: dict[str, list[int]] = {rule.id: [0, 0] for rule in strengths.rules}
    accounts = _accounts_of(reports)
    for here in edges_of(reports, strengths).values():
        if is_hub(here, accounts, strengths):
            continue
        for (one, (_, r1)), (other, (_, r2)) in combinations(here.items(), 2):
            weaker = r1 if strengths.of(r1).strength <= strengths.of(r2).strength else r2  # type: ignore[union-attr]  # both are rules of this file
            met[weaker][0] += 1
            met[weaker][1] += reports[one].person == reports[other].person
    return {rule: (pairs, right / pairs if pairs else 1.0) for rule, (pairs, right) in met.items()}
