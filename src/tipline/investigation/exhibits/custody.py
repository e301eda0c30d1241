"""The chain of custody as a fold: each entry must fit what was before it. No database here.

Entries are told in the order in which things happened. One that was corrected counts no more, its correction stands in its place;
a late entry is put where its time belongs. After every change the whole chain is told again from the start, so that no correction
leaves two holders, or none, at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tipline.core.errors import ConflictError, InvalidInputError
from tipline.investigation.exhibits.hashes import Algorithm
from tipline.investigation.exhibits.models import CustodyKind

# After these the exhibit is in nobody's hands here; a thing that comes back is a new exhibit.
LAST = frozenset({CustodyKind.RETURNED, CustodyKind.DISPOSED})
CHANGES_HANDS = frozenset({CustodyKind.HANDED_OVER, CustodyKind.TO_LABORATORY, CustodyKind.RETURNED})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as somebody writes it. `position` is its place in the order of writing; `corrects` the position of another."""

    kind: CustodyKind
    at: datetime
    position: int = 0
    from_holder: str = ""
    to_holder: str = ""
    place: str = ""
    purpose: str = ""
    seal_number: str = ""
    hash_algorithm: str = ""
    hash_value: str = ""
    late_reason: str = ""
    corrects: int | None = None
    correction_reason: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """How an exhibit stands after an entry: in whose hands, where, and under which seal (empty: none)."""

    holder: str
    place: str
    seal: str
    ended: CustodyKind | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """An entry that counts, how the exhibit stands after it, and whether its hash is the recorded one (None: nothing to compare)."""

    entry: Entry
    after: Held
    equal: bool | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The whole chain, in the order in which things happened."""

    steps: tuple[Step, ...]

    @property
    def now(self) -> Held:
        """How the exhibit stands now."""
        return self.steps[-1].after

    @property
    def mismatches(self) -> tuple[Step, ...]:
        """Entries whose hash is not the recorded one."""
        return tuple(step for step in self.steps if step.equal is False)

    @property
    def verified(self) -> bool:
        """Whether a recorded hash was found again, and no check found another."""
        return not self.mismatches and any(step.equal for step in self.steps)

    def holder_at(self, moment: datetime) -> str | None:
        """In whose hands it was at a moment; None before it was taken."""
        held = [step.after.holder for step in self.steps if step.entry.at <= moment]
        return held[-1] if held else None


def same(one: str, other: str) -> bool:
    """Whether two names of holders are the same, but for case and white space."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def counting(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that count, in the order in which things happened."""
    written = sorted(entries, key=lambda entry: entry.position)
    corrected = {entry.corrects for entry in written if entry.corrects is not None}
    left = [e for e in written if e.position not in corrected and e.kind != CustodyKind.STRUCK]
    places = {e.position: e for e in written}
    # of the same moment, a correction stands where the entry stood that it corrects
    return sorted(left, key=lambda entry: (entry.at, _stood(entry, places)))


def _stood(entry: Entry, places: Mapping[int, Entry]) -> int:
    while entry.corrects is not None:
        entry = places[entry.corrects]
    return entry.position


def tell(entries: Iterable[Entry], digests: Mapping[Algorithm, str]) -> Chain:
    """The chain of these entries.

    Parameters
    ----------
    digests
        hashes of the exhibit as a whole, as recorded when it was taken in.

    Raises
    ------
    ConflictError
        when an entry does not fit what was before it.
    """
    known: dict[str, set[str]] = {algorithm.value: {value} for algorithm, value in digests.items()}
    steps: list[Step] = []
    held: Held | None = None
    for entry in counting(entries):
        held = _after(held, entry)
        equal: bool | None = None
        if entry.hash_value and entry.kind == CustodyKind.IMAGED:
            # the hash of the image is recorded by this entry; that of the device need not be its hash
            known.setdefault(entry.hash_algorithm, set()).add(entry.hash_value)
        elif entry.hash_value:
            equal = entry.hash_value in known.get(entry.hash_algorithm, set())
        steps.append(Step(entry, held, equal))
    if not steps:
        raise ConflictError("the entry with which the exhibit came cannot be struck")
    return Chain(tuple(steps))


def _after(held: Held | None, entry: Entry) -> Held:
    if held is None:
        if entry.kind != CustodyKind.RECEIVED:
            raise ConflictError(f"{_named(entry)} lies before the exhibit was seized or received")
        return Held(entry.to_holder, entry.place, entry.seal_number)
    if entry.kind == CustodyKind.RECEIVED:
        raise ConflictError(f"{_named(entry)} does not fit: the exhibit was here already")
    if held.ended is not None:
        raise ConflictError(f"{_named(entry)} does not fit: the exhibit was {held.ended.label.lower()} before")
    if entry.from_holder and not same(entry.from_holder, held.holder):
        raise ConflictError(
            f"{_named(entry)} does not fit: it was with {held.holder} then, not with {entry.from_holder}"
        )
    after = replace(held, place=entry.place or held.place)
    match entry.kind:
        case CustodyKind.SEALED:
            if held.seal:
                raise ConflictError(
                    f"{_named(entry)} does not fit: seal {held.seal} was on it; write that it was opened"
                )
            return replace(after, seal=entry.seal_number)
        case CustodyKind.OPENED:
            if not held.seal:
                raise ConflictError(f"{_named(entry)} does not fit: there was no seal on it")
            return replace(after, seal="")
        case CustodyKind.IMAGED if held.seal:
            raise ConflictError(f"{_named(entry)} does not fit: seal {held.seal} was on it; write that it was opened")
        case CustodyKind.HANDED_OVER | CustodyKind.TO_LABORATORY | CustodyKind.RETURNED:
            if same(entry.to_holder, held.holder):
                raise ConflictError(f"{_named(entry)} does not fit: it was with {held.holder} already")
            ended = entry.kind if entry.kind in LAST else None
            return replace(after, holder=entry.to_holder, ended=ended)
        case CustodyKind.DISPOSED:
            return replace(after, ended=CustodyKind.DISPOSED)
    return after


def _named(entry: Entry) -> str:
    return f"“{entry.kind.label}” of {entry.at:%Y-%m-%d %H:%M} UTC"


# What each kind of entry cannot be without: field → what it is called.
_NEEDS: dict[CustodyKind, tuple[tuple[str, str], ...]] = {
    CustodyKind.RECEIVED: (("to_holder", "by whom it was taken"), ("place", "the place")),
    CustodyKind.SEALED: (("seal_number", "the number of the seal"),),
    CustodyKind.OPENED: (("purpose", "why the seal was opened"),),
    CustodyKind.MOVED: (("place", "where it was moved to"),),
    CustodyKind.HANDED_OVER: (("from_holder", "who handed it over"), ("to_holder", "to whom")),
    CustodyKind.TO_LABORATORY: (("from_holder", "who sent it"), ("to_holder", "to which laboratory"), ("purpose", "for what")),
    CustodyKind.IMAGED: (("hash_value", "the hash of the image"),),
    CustodyKind.CHECKED: (("hash_value", "the hash that was found"),),
    CustodyKind.RETURNED: (("from_holder", "who returned it"), ("to_holder", "to whom"), ("purpose", "on what order")),
    CustodyKind.DISPOSED: (("from_holder", "who disposed of it"), ("purpose", "on what order")),
    CustodyKind.STRUCK: (),
}  # fmt: skip


def missing(entry: Entry) -> str:
    """What an entry of this kind cannot be without and lacks, in words; empty: nothing."""
    return next((words for field, words in _NEEDS[entry.kind] if not getattr(entry, field)), "")


def add(written: Sequence[Entry], new: Entry, digests: Mapping[Algorithm, str], now: datetime) -> Chain:
    """The chain with one entry more; `written` are all that were written before, also corrected ones.

    Raises
    ------
    InvalidInputError
        for an entry that lacks something, lies in the future, or is late without a reason.
    ConflictError
        when it does not fit, or what it corrects was corrected before.
    """
    lacks = missing(new)
    if lacks:
        raise InvalidInputError(f"“{new.kind.label}” needs {lacks}")
    if new.at > now:
        raise InvalidInputError("the time lies in the future: write an entry when it has happened")
    if new.corrects is None:
        _is_in_order(written, new)
    else:
        _corrects_one(written, new)
    return tell([*written, new], digests)


def _is_in_order(written: Sequence[Entry], new: Entry) -> None:
    if new.kind == CustodyKind.STRUCK:
        raise InvalidInputError("say which entry is struck")
    before = counting(written)
    if before and new.at < before[-1].at and not new.late_reason:
        raise InvalidInputError(
            f"the last entry is of {before[-1].at:%Y-%m-%d %H:%M} UTC: an entry of before needs a reason why it comes late"
        )


def _corrects_one(written: Sequence[Entry], new: Entry) -> None:
    if not new.correction_reason:
        raise InvalidInputError("say why the entry is corrected")
    old = next((entry for entry in written if entry.position == new.corrects), None)
    if old is None:
        raise InvalidInputError(f"there is no entry {new.corrects} to correct")
    if any(entry.corrects == old.position for entry in written):
        raise ConflictError(f"entry {old.position} was corrected already: correct its correction")
    if old.kind == CustodyKind.STRUCK:
        raise ConflictError(f"entry {old.position} strikes another: write what happened as a new entry")
