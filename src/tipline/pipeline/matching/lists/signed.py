"""A list of another installation as it goes out: its file has to be exactly what its signed checkpoint names."""

from __future__ import annotations

from dataclasses import dataclass

from tipline.core.errors import InvalidInputError
from tipline.core.keys import VerifyingKey
from tipline.pipeline.matching.hashes import text_of
from tipline.pipeline.matching.lists.entries import Entry
from tipline.reports.hashes.checkpoints import Checkpoint, entry_leaf, verified
from tipline.reports.hashes.words import ALGORITHMS
from tipline.trust.audit.merkle import Growing


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose signature was verified."""

    checkpoint: Checkpoint

    @property
    def origin(self) -> str:
        """What the list calls itself, and its edition."""
        return f"{self.checkpoint.origin} edition {self.checkpoint.edition}"[:200]


def signed(note: str, key: VerifyingKey) -> Signed:
    """Read a checkpoint that this key signed.

    Raises
    ------
    InvalidInputError
        when it is none, or is signed by another key.
    """
    return Signed(verified(note, key))


class Verifier:
    """Follows the entries of a file, in their order, to the root that the checkpoint names."""

    def __init__(self, signed: Signed) -> None:
        self._checkpoint = signed.checkpoint
        self._tree = Growing()

    def add(self, entry: Entry) -> None:
        """The next entry."""
        kind = ALGORITHMS.get(entry.algorithm)
        if kind is not None:
            self._tree.append(entry_leaf(kind.type, text_of(entry.algorithm, entry.value), entry.category))

    def finish(self) -> None:
        """Compare.

        Raises
        ------
        InvalidInputError
            when anything is missing, added or changed.
        """
        if self._tree.size != self._checkpoint.entries or self._tree.root() != self._checkpoint.root:
            raise InvalidInputError(
                f"the file is not what its checkpoint names: it has {self._tree.size} entries of {self._checkpoint.entries},"
                " or another order or content"
            )
