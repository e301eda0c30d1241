"""Online CSAM referral: a bundle of leads as a clearinghouse passes them on. Metadata alone: handles, addresses, times, opaque hashes.

Nothing is described. The bundle is kept as a fact (JSON, one lead a text): `training.desk.bundle` files it as reports on the trainee's
desk. Times are ages, counted back from the hour in which the desk is made, so that its logs run out while the trainee works.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from tipline.training.blocks.common import Cast
from tipline.training.scenarios.worlds import Dice, World, block

# The range's networks (training/desk/data/ranges.csv, networks.toml): key → first three numbers, the fourth's range, days its log lives.
NETWORKS = {
    "example-tapti": ("192.0.2", 2, 120, 14),
    "example-satpura": ("198.51.100", 2, 120, 30),
    "example-girna": ("203.0.113", 2, 120, 90),
    "example-harbour": ("203.0.113", 130, 250, 90),  # a hosting company: whoever hired the machine, not a line
}
NAMES = {
    "example-tapti": "Example Tapti Cable",
    "example-satpura": "Example Satpura Mobile",
    "example-girna": "Example Girna Fibre",
    "example-harbour": "Example Harbour Hosting",
}
HOSTING = "example-harbour"
# As they stand in the directory of platforms that comes with Tipline: all fictional.
PLATFORMS = {"Pictogram": "pictogram.example", "Clipwave": "clipwave.example", "Facepage": "facepage.example"}
_WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "jetty", "kiosk", "larch", "maple", "nectar",
    "ocean", "pebble", "quartz", "raven", "sable", "tulip", "umber", "violet", "willow", "yarrow", "zephyr",
)  # fmt: skip


@dataclass(slots=True)
class Use:
    """An address in use, `days` before the desk was made."""

    ip: str
    port: int
    days: float
    event: str
    network: str

    @property
    def left(self) -> float:
        """Days until its log is likely gone; below 0: it is."""
        return NETWORKS[self.network][3] - self.days


@dataclass(slots=True)
class Lead:
    """One report of the bundle."""

    handle: str
    platform: str
    emails: list[str]
    device: str
    uses: list[Use]
    sha256: str
    account: str
    child: str = ""  # a handle that the report names as a child's: masked everywhere
    matter: bool = field(default=False)


def leads_of(world: World) -> list[Lead]:
    """The bundle of a world, in the order in which it is filed."""
    told = world.facts["bundle"]
    assert isinstance(told, tuple)  # noqa: S101 - `csam_bundle` made it so
    return [Lead(**{**one, "uses": [Use(**use) for use in one["uses"]]}) for one in map(json.loads, told)]


class _Maker:
    def __init__(self, world: World, dice: Dice) -> None:
        self.dice = dice
        self.cast = Cast(world, dice.fork("cast"))

    def word(self) -> str:
        return self.cast.new(
            lambda: f"{self.dice.one(_WORDS)}_{self.dice.one(_WORDS)}_{self.dice.between(10_000, 99_999)}"
        )

    def email(self) -> str:
        return self.cast.new(
            lambda: f"{self.dice.one(_WORDS)}{self.dice.one(_WORDS)}{self.dice.between(10_000, 99_999)}@mail.example"
        )

    def use(self, network: str, left: float) -> Use:
        """A use of a network's address, whose log lives so many more days."""
        start, low, high, life = NETWORKS[network]
        address = self.cast.new(lambda: f"{start}.{self.dice.between(low, high)}")
        return Use(
            address,
            self.dice.between(20_000, 60_000),
            round(max(0.2, life - left), 3),
            self.dice.one(("Login", "Upload")),
            network,
        )

    def lead(self, uses: list[Use]) -> Lead:
        return Lead(
            handle=self.word(),
            platform=self.dice.one(tuple(PLATFORMS)),
            emails=[self.email()],
            device=f"EX{self.dice.hexadecimal(12).upper()}",
            uses=uses,
            sha256=self.dice.hexadecimal(64),
            account=f"EX{self.cast.digits(11)}",
        )

    def ties(self, one: Lead, other: Lead) -> tuple[str, str]:
        """Tie two leads by an e-mail address or a device. Returns what was shared, and which of the two it is."""
        if self.dice.chance(0.5):
            shared = self.email()
            one.emails.append(shared)
            other.emails.append(shared)
            return shared, "email"
        other.device = one.device
        return one.device, "device"


@block("csam_bundle")
def csam_bundle(world: World, dice: Dice, given: Mapping[str, Any]) -> None:
    """A bundle of sixteen leads, one matter among them, and what one network answers.

    The matter is a chain: each lead shares an e-mail address or a device with the next. Beside it: a second, smaller matter; leads that used
    the same address at another time or port (carrier-grade NAT); a handle that is one character off; the hash of a file that went round
    widely; a lead without an address.

    Parameters: `matter` (pair: from, to), `gone` (how many leads of it have no log left), `hosting` (whether one of it used a hosting
    company's address).

    Facts: `bundle` (JSON), `anchor`, `matter`, `pair_a`, `pair_b`, `tie`, `first_gone`, `gone`, `near_miss`, `same_address`, `neighbour`,
    `preserve` and `produce` (holders' keys; `preserve_names`, `produce_names`), `reply_network` (its name), `reply_handle`, `subscriber`, `subscriber_name`,
    `other_subscriber`, `other_name`.
    """
    make = _Maker(world, dice)
    count, gone = dice.between(*given["matter"]), int(given["gone"])
    # days left differ by more than a day, so that it is clear which log goes first
    alive = [round(1.6 + number * 2.3 + dice.below(90) / 100, 2) for number in range(count - gone)]
    left = [*alive, *(-round(1.2 + dice.below(500) / 100, 2) for _ in range(gone))]
    matter = [make.lead([make.use(_network(dice, days), days)]) for days in left]
    first, dead = matter[0], matter[count - gone :]
    chain = dice.shuffled(matter)
    ties = [make.ties(one, other) for one, other in pairwise(chain)]
    for lead in matter:
        lead.matter = True
    # neither the account to begin with nor the pair that is asked about gives another answer away
    asked = dice.one([at for at in range(len(ties)) if first not in chain[at : at + 2]])
    anchor = dice.one([lead for lead in chain if lead is not first and lead not in dead])
    hosted = dice.one([lead for lead in matter if lead is not first and lead not in dead])
    if given["hosting"]:
        hosted.uses = [make.use(HOSTING, alive[matter.index(hosted)])]
    answered = dice.one([lead for lead in matter if lead.uses[0].network != HOSTING and lead.uses[0].left > 0])
    rest = _rest(make, dice, 16 - count, matter, answered.uses[0])
    everything = dice.shuffled([*matter, *rest])
    common = dice.hexadecimal(64)
    for lead in dice.some(everything, 5):
        lead.sha256 = common  # went round widely: ties nobody to anybody
    dice.one(everything).child = make.word()
    world.know("bundle", tuple(json.dumps(asdict(lead)) for lead in everything))
    world.know("anchor", anchor.handle)
    world.know("matter", tuple(lead.handle for lead in chain))
    world.know("pair_a", chain[asked].handle)
    world.know("pair_b", chain[asked + 1].handle)
    world.know("tie", ties[asked][0])
    world.know("first_gone", first.handle)
    world.know("gone", tuple(lead.handle for lead in dead))
    world.know("near_miss", rest[0].handle)
    world.know("same_address", rest[1].handle)
    world.know("neighbour", rest[2].handle)
    _holders(world, make, matter, answered)


def _network(dice: Dice, left: float) -> str:
    """A network whose log can have so many days left."""
    return dice.one([key for key, (*_, life) in NETWORKS.items() if key != HOSTING and life - left > 0.5])


def _rest(make: _Maker, dice: Dice, count: int, matter: list[Lead], shared: Use) -> list[Lead]:
    """What does not belong to the matter, and looks as if it did."""
    rest = []
    for _ in range(count):
        network = dice.one([key for key in NETWORKS if key != HOSTING])
        rest.append(make.lead([make.use(network, dice.between(-400, 1_200) / 100)]))
    # one character off a handle of the matter, on the same platform
    like = dice.one(matter)
    digit = like.handle[-1]
    rest[0].platform, rest[0].handle = (
        like.platform,
        like.handle[:-1] + dice.one([d for d in "0123456789" if d != digit]),
    )
    # the same address as one of the matter, at another port: later, and at the same second
    rest[1].uses = [Use(shared.ip, shared.port + 7, round(shared.days + 0.4, 3), "Login", shared.network)]
    rest[2].uses = [Use(shared.ip, shared.port + 1, round(shared.days, 3), "Upload", shared.network)]
    make.ties(rest[3], rest[4])
    if count > 8:
        make.ties(rest[4], rest[5])
    rest[6].uses = []
    return rest


def _holders(world: World, make: _Maker, matter: list[Lead], answered: Lead) -> None:
    """Whom to write to, and what one of them answers."""
    networks = dict.fromkeys(use.network for lead in matter for use in lead.uses if use.left > 0)
    platforms = dict.fromkeys(lead.platform for lead in matter)
    names = tuple(NAMES[network] for network in networks)
    keys = tuple(f"IN/{network}" for network in networks)
    world.know("preserve", keys)
    world.know("preserve_names", names)
    world.know("produce", (*keys, *(platform.lower() for platform in platforms)))
    world.know("produce_names", (*names, *platforms))
    (use,) = answered.uses
    world.know("reply_handle", answered.handle)
    world.know("reply_key", use.network)
    world.know("reply_network", NAMES[use.network])
    world.know("reply_ip", use.ip)
    for number, name in (("subscriber", "subscriber_name"), ("other_subscriber", "other_name")):
        world.know(number, f"EX-{make.cast.digits(6)}")
        world.know(name, make.cast.person())
