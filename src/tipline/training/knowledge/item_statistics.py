"""What answers say of questions, and what a course changed. Numbers in, numbers out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 10  # answers below which no discrimination is told: it would be noise


@dataclass(frozen=True, slots=True)
class Answered:
    """A paper that was handed in: to each of its items the option chosen (0 is the right one), or None."""

    answers: Mapping[str, int | None]

    @property
    def share(self) -> float:
        """The share of items that are right."""
        return sum(option == 0 for option in self.answers.values()) / len(self.answers) if self.answers else 0.0


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """Of one item.

    Parameters
    ----------
    difficulty
        the share who got it right (p of classical test theory): 1 is easy.
    discrimination
        the corrected point-biserial correlation: of being right here with the share right on the rest of the paper. None below
        `FEWEST` answers, and where everybody was right or wrong.
    options
        the share who chose each option, the right one first.
    omitted
        the share who chose none.
    """

    item: str
    answers: int
    difficulty: float
    discrimination: float | None
    options: tuple[float, ...]
    omitted: float

    @property
    def difficulty_percent(self) -> str:
        """As it is shown."""
        return f"{100 * self.difficulty:.0f}"

    @property
    def omitted_percent(self) -> str:
        """As it is shown."""
        return f"{100 * self.omitted:.0f}"

    @property
    def options_percent(self) -> str:
        """As they are shown, the right one first."""
        return " / ".join(f"{100 * share:.0f}" for share in self.options)

    @property
    def remark(self) -> str:
        """What to look at, or nothing."""
        if self.answers < FEWEST:
            return "too few answers to judge"
        if self.discrimination is not None and self.discrimination < 0:
            return "who knows more gets it wrong: look for a second right option or a wrong key"
        if self.discrimination is not None and self.discrimination < 0.1:
            return "hardly tells who knows more"
        if self.difficulty > 0.95 or self.difficulty < 0.1:
            return "nearly everybody is right" if self.difficulty > 0.95 else "nearly nobody is right"
        if any(share == 0 for share in self.options[1:]):
            return "an option that nobody takes"
        return ""


def item_statistics(papers: Sequence[Answered], options: int) -> list[ItemStatistics]:
    """Of every item on these papers, the hardest first."""
    chosen: dict[str, list[tuple[int | None, float]]] = defaultdict(list)
    for paper in papers:
        right = sum(option == 0 for option in paper.answers.values())
        for key, option in paper.answers.items():
            rest = (right - (option == 0)) / (len(paper.answers) - 1) if len(paper.answers) > 1 else 0.0
            chosen[key].append((option, rest))
    found = []
    for key, pairs in chosen.items():
        taken = np.array([-1 if option is None else option for option, _ in pairs])
        hits, others = (taken == 0).astype(float), np.array([share for _, share in pairs])
        judged = len(pairs) >= FEWEST and hits.std() > 0 and others.std() > 0
        found.append(
            ItemStatistics(
                item=key,
                answers=len(pairs),
                difficulty=float(hits.mean()),
                discrimination=float(np.corrcoef(hits, others)[0, 1]) if judged else None,
                options=tuple(float((taken == option).mean()) for option in range(options)),
                omitted=float((taken == -1).mean()),
            )
        )
    return sorted(found, key=lambda one: (one.difficulty, one.item))


@dataclass(frozen=True, slots=True)
class Gain:
    """Of a district: those who took both tests, their mean shares before and after, and the mean of what each gained."""

    district: str
    people: int
    before: float
    after: float

    @property
    def before_percent(self) -> str:
        """As it is shown."""
        return f"{100 * self.before:.0f} %"

    @property
    def after_percent(self) -> str:
        """As it is shown."""
        return f"{100 * self.after:.0f} %"

    @property
    def gain_percent(self) -> str:
        """After less before, in percent points."""
        return f"{100 * (self.after - self.before):+.0f}"


def gains(pairs: Iterable[tuple[str, float, float]]) -> list[Gain]:
    """(district, share before, share after) of people, by district."""
    by_district: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for district, before, after in pairs:
        by_district[district].append((before, after))
    return [
        Gain(district, len(both), float(np.mean([b for b, _ in both])), float(np.mean([a for _, a in both])))
        for district, both in sorted(by_district.items())
    ]
