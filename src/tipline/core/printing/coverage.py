"""Which characters the fonts of printing draw, read from the fonts themselves; all others are written out.

A document in PDF/UA-1 holds no empty box (ISO 14289-1, 7.21.8): a character that no font draws is shown as ⟨U+XXXX⟩, and so is a mark
that stands on a letter of a script that is in another font.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

from tipline.core.text import visible

FONTS = Path(__file__).parent / "fonts"
# In the order in which they are asked for a character. Urdu is written with the Arabic one.
_SCRIPTS = (
    "", "Devanagari", "Gujarati", "Gurmukhi", "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam", "Oriya", "Arabic",
)  # fmt: skip
_SIGNS_FAMILY = "DejaVu Sans Mono"  # comes with the typesetter; of it these signs are used and no others
SIGNS = frozenset("⟨⟩→←☐☑☒✓✗")
FAMILIES = (*(f"Noto Sans {script}".strip() for script in _SCRIPTS), _SIGNS_FAMILY)


def drawn(text: str, *, lines: bool = False) -> str:
    """The text with what hides or reorders, and what no font draws, written out as ⟨U+XXXX⟩.

    Parameters
    ----------
    lines
        keep line feeds; a tab becomes a space.
    """
    shown = visible(text, lines=lines)
    if shown.isascii():
        return shown.replace("\t", " ")
    return "".join(map(_cluster, _clusters(shown.replace("\t", " "))))


def _clusters(text: str) -> list[str]:
    """Each character with the marks and joiners that stand on it: one font has to draw them together."""
    found: list[str] = []
    for character in text:
        on_it = unicodedata.category(character) in {"Mn", "Mc", "Me"} or character in "\u200c\u200d\ufe0e\ufe0f"
        if on_it and found and found[-1] != "\n":
            found[-1] += character
        else:
            found.append(character)
    return found


def _cluster(cluster: str) -> str:
    if (
        cluster == "\n"
        or (len(cluster) == 1 and cluster in SIGNS)
        or any(drawable.issuperset(cluster) for drawable in coverage())
    ):
        return cluster
    best = max(coverage(), key=lambda drawable: cluster[0] in drawable)  # the first that draws the letter itself
    known = best if cluster[0] in best else SIGNS
    return "".join(character if character in known else f"⟨U+{ord(character):04X}⟩" for character in cluster)


@lru_cache(maxsize=1)
def coverage() -> tuple[frozenset[str], ...]:
    """What each font draws, in their order. Some fifteen milliseconds, once a process."""
    return tuple(characters_of(FONTS / f"NotoSans{script}-Regular.ttf") for script in _SCRIPTS)


def characters_of(font: Path) -> frozenset[str]:
    """The characters of a TrueType font: formats 4 and 12 of its table `cmap` (OpenType 1.9, ch. cmap)."""
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    start = next(at for tag, _, at, _ in struct.iter_unpack(">4s3L", data[12 : 12 + 16 * tables]) if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for _, _, offset in struct.iter_unpack(">HHL", data[start + 4 : start + 4 + 8 * subtables]):
        at = start + offset
        (layout,) = struct.unpack_from(">H", data, at)
        if layout == 4:
            count = struct.unpack_from(">H", data, at + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", data, at + 14)
            starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
            ranges = list(zip(starts, ends, strict=True))
        elif layout == 12:
            (groups,) = struct.unpack_from(">L", data, at + 12)
            ranges = [(a, b) for a, b, _ in struct.iter_unpack(">3L", data[at + 16 : at + 16 + 12 * groups])]
        else:
            continue
        for first, last in ranges:
            found.update(range(first, last + 1))
    return frozenset(map(chr, found - {0xFFFF}))
