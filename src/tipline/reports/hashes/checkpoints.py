"""The signed checkpoint of an edition: what a subscriber compares its copy with. docs/reference/hash-lists.md

The text is of this software; the signature around it is C2SP signed-note, as the log's. The root is that of RFC 6962 over the live
entries, in order of kind and value.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from tipline.core.keys import SigningKey
from tipline.trust.audit.merkle import leaf_hash

FIRST = "tipline hash list 1"
_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One edition of a list."""

    origin: str  # INSTALLATION/AGENCY/LIST
    edition: int
    position: int
    entries: int
    root: bytes
    published_at: datetime

    @property
    def text(self) -> str:
        """The lines that are signed, each with its line end."""
        return (
            f"{FIRST}\n{self.origin}\nedition {self.edition}\nposition {self.position}\nentries {self.entries}\n"
            f"root {base64.b64encode(self.root).decode()}\npublished {self.published_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
        )


def sign(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The note: the text, an empty line, and the signature's line."""
    blob = key.public.key_hash + key.sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n{_DASH}{key.public.name} {base64.b64encode(blob).decode()}\n"


def entry_leaf(indicator_type: str, value: str, category: str) -> bytes:
    """The hash of an entry's leaf. None of the three holds a blank, so that no two entries have one text."""
    return leaf_hash(f"{indicator_type} {value} {category}".encode("ascii"))
