"""How good suggestions are, on a generated truth: precision and recall of pairs, and how many reports a second are looked at.

People, names and numbers are made up by the seed. A person appears in one to five reports under names that vary as people vary them:
separators, digits, look-alike letters, a slip, another script, or another name altogether; strangers share common names, popular
account names, and now and then an address behind one exit with the same port in the same minute.

`python bench/suggestions.py --estimate SEED...` counts m and u of every level for data/suggestions.toml.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from tipline.pipeline.linking.suggesting.features import Likeness, keys, mail_nick, name, nick, number, place
from tipline.pipeline.linking.suggesting.model import MODEL
from tipline.pipeline.linking.suggesting.services import score

SIZES = (2_000, 8_000, 32_000)
AT_ONCE = 20_000
_FIRST = [
    "Ravi",
    "Sunita",
    "Amit",
    "Pooja",
    "Rahul",
    "Kiran",
    "Vijay",
    "Meena",
    "Anil",
    "Deepa",
    "Suresh",
    "Kavita",
    "Nitin",
    "Asha",
    "Prakash",
    "Lata",
    "Ganesh",
    "Rekha",
    "Sachin",
    "Vandana",
]
_LAST = [
    "Kumar",
    "Patil",
    "Deshmukh",
    "Joshi",
    "Shinde",
    "Pawar",
    "Jadhav",
    "Kulkarni",
    "More",
    "Chavan",
    "Gaikwad",
    "Bhosale",
    "Kale",
    "Mane",
    "Sawant",
    "Naik",
    "Rane",
    "Thakur",
    "Wagh",
    "Salunkhe",
]
# the same in Devanagari, where we write it
_SCRIPT = {
    "Ravi": "रवि", "Sunita": "सुनीता", "Amit": "अमित", "Pooja": "पूजा", "Rahul": "राहुल", "Kiran": "किरण", "Vijay": "विजय", "Meena": "मीना",
    "Anil": "अनिल", "Deepa": "दीपा", "Suresh": "सुरेश", "Kavita": "कविता", "Kumar": "कुमार", "Patil": "पाटील", "Deshmukh": "देशमुख",
    "Joshi": "जोशी", "Shinde": "शिंदे", "Pawar": "पवार", "Jadhav": "जाधव", "Kulkarni": "कुलकर्णी", "More": "मोरे", "Chavan": "चव्हाण",
}  # fmt: skip
_SPELT = {"ee": "i", "oo": "u", "sh": "s", "v": "w", "i": "ee", "a": "aa"}
_WORDS = [
    "monsoon",
    "kite",
    "river",
    "stone",
    "paper",
    "lantern",
    "silver",
    "mango",
    "quiet",
    "harbour",
    "copper",
    "cloud",
    "velvet",
    "tiger",
    "winter",
    "lotus",
    "amber",
    "comet",
    "sandal",
    "ember",
    "maple",
    "falcon",
    "cedar",
    "orbit",
]
_ALIKE = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і"}
_POPULAR = 40  # account names that strangers take too


def truth(reports: int, seed: int) -> tuple[dict[int, Likeness], dict[int, int]]:
    """What is compared of each report, and whose it is."""
    chance = random.Random(seed)  # noqa: S311 - synthetic data by a seed
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found: dict[int, Likeness] = {}
    whose: dict[int, int] = {}
    person = 0
    while len(found) < reports:
        person += 1
        first, last = (words[int(len(words) * chance.random() ** 1.5)] for words in (_FIRST, _LAST))
        base = _base(chance)
        digits = str(chance.randrange(10, 9999))
        phone = f"{chance.randrange(7, 10)}{chance.randrange(10**8, 10**9)}"
        session = (
            f"198.51.100.{chance.randrange(256)}",
            chance.randrange(1024, 65536),
            start + timedelta(minutes=chance.randrange(300_000)),
        )
        for _ in range(min(chance.choice((1, 1, 2, 2, 3, 5)), reports - len(found))):
            report = len(found) + 1
            whose[report] = person
            one = found[report] = Likeness()
            taken = _varied(chance, base, digits)
            one.add("nicks", nick(taken))
            if chance.random() < 0.5:
                own = taken if chance.random() < 0.5 else _varied(chance, base, digits)
                one.add("nicks", mail_nick(f"{own}@mail.example"))
            if chance.random() < 0.6:
                one.add("names", name(_named(chance, first, last)))
            if chance.random() < 0.25:
                one.add("numbers", number(chance.choice(("+91", "0", "")) + phone))
            if chance.random() < 0.25:
                one.add("places", place(*session))
            elif chance.random() < 0.05:  # many behind one exit, at a busy minute
                one.add(
                    "places",
                    place(
                        "203.0.113.1", chance.randrange(40000, 40050), start + timedelta(minutes=chance.randrange(200))
                    ),
                )
    return found, whose


def _base(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return f"{_WORDS[chance.randrange(8)]}{_WORDS[chance.randrange(_POPULAR // 8)]}"
    return chance.choice(_WORDS) + chance.choice(_WORDS) + chance.choice(("", "", chance.choice(_WORDS)))


def _varied(chance: random.Random, base: str, digits: str) -> str:
    if chance.random() < 0.15:  # something else altogether
        return chance.choice(_WORDS) + chance.choice(_WORDS) + str(chance.randrange(10, 9999))
    text = base + digits
    match chance.randrange(6):
        case 0:
            text = base + chance.choice("._-") + digits
        case 1:
            text = base + str(chance.randrange(10, 9999))
        case 2:
            text = "".join(_ALIKE.get(one, one) if chance.random() < 0.3 else one for one in text)
        case 3:
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(("", chance.choice("abcdefghij"))) + text[at + 1 :]
        case 4:
            text = text.title()
    return text


def _named(chance: random.Random, first: str, last: str) -> str:
    words = [first, last] if chance.random() < 0.8 else [last, first]
    if chance.random() < 0.25:
        return " ".join(_SCRIPT.get(word, word) for word in words)
    if chance.random() < 0.25:
        old, new = chance.choice(sorted(_SPELT.items()))
        words = [word.replace(old, new) for word in words]
    return " ".join(words)


def blocked(found: dict[int, Likeness]) -> list[tuple[int, int]]:
    """Pairs that share a key with no more others than a block may hold, as `suggesting/services.py` finds them in PostgreSQL."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for report, likeness in found.items():
        for key in keys(likeness):
            blocks[key].append(report)
    pairs = {
        (low, high)
        for block in blocks.values()
        if len(block) <= MODEL.largest_block
        for at, low in enumerate(block)
        for high in block[at + 1 :]
    }
    return sorted(pairs)


def run(size: int, seed: int) -> dict[str, Any]:
    """Precision and recall of pairs at the model's threshold; `value` is reports a second."""
    found, whose = truth(size, seed)
    began = time.perf_counter()
    pairs = blocked(found)
    scored = [one for at in range(0, len(pairs), AT_ONCE) for one in score(found, pairs[at : at + AT_ONCE])]
    seconds = time.perf_counter() - began
    right = sum(whose[one.low] == whose[one.high] for one in scored)
    same = sum(count * (count - 1) // 2 for count in Counter(whose.values()).values())
    reachable = sum(whose[low] == whose[high] for low, high in pairs)
    return {
        "size": size, "value": round(size / seconds), "unit": "reports/s", "pairs": len(pairs), "suggested": len(scored),
        "precision": round(right / max(1, len(scored)), 4), "recall": round(right / same, 4),
        "recall_of_blocks": round(reachable / same, 4), "threshold": MODEL.threshold, "model": MODEL.about.version, "seed": seed,
    }  # fmt: skip


def estimate(seeds: list[int], size: int = 8_000) -> None:
    """Print m and u of every level: m over all pairs of one person, u over random pairs of two; and how often two are of one person."""
    counted: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    same = 0
    for seed in seeds:
        found, whose = truth(size, seed)
        chance = random.Random(seed)  # noqa: S311 - as above
        of: dict[int, list[int]] = defaultdict(list)
        for report, person in whose.items():
            of[person].append(report)
        ones = [(low, high) for reports in of.values() for at, low in enumerate(reports) for high in reports[at + 1 :]]
        same += len(ones)
        drawn = (sorted(chance.sample(range(1, size + 1), 2)) for _ in range(10 * len(ones)))
        twos = [(low, high) for low, high in drawn if whose[low] != whose[high]]
        for pairs, match in ((ones, True), (twos, False)):
            for at in range(0, len(pairs), AT_ONCE):
                for one in score(found, pairs[at : at + AT_ONCE], threshold=0.0):
                    for said in one.comparisons:
                        counted[said["field"], said["level"]][match] += 1
    print(f"probability_of_match = {same / (len(seeds) * size * (size - 1) / 2):.6f}")
    for comparison in MODEL.comparisons:
        whole = {
            side: sum(counted[comparison.field, level.id][side] for level in comparison.levels)
            for side in (True, False)
        }
        for level in comparison.levels:
            # one seen more than was: a level that was never seen is rare and not impossible
            m, u = (
                (counted[comparison.field, level.id][side] + 1) / (whole[side] + len(comparison.levels))
                for side in (True, False)
            )
            print(f"{comparison.field:8} {level.id:10} m = {m:.4f}  u = {u:.4f}")


if __name__ == "__main__":
    estimate([int(one) for one in sys.argv[sys.argv.index("--estimate") + 1 :]])
