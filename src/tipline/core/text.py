"""Reported text is data on every surface: what could hide or reorder it is shown as a mark."""

from __future__ import annotations

import unicodedata

# Categories that draw nothing, or act on what is drawn around them: controls, formats (bidi, zero width, tags), surrogates,
# private use, unassigned, and the two separators that break lines.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters, marks and symbols that draw nothing although their category says otherwise: the rest of Default_Ignorable_Code_Point
# (Unicode Standard, ch. 5.21) and the blank Braille pattern. Two handles that differ by one of these look the same.
_BLANK = (
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
    | set(range(0x180B, 0x1810))
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)
# Which of two drawings of a symbol is meant, text or emoji: harmless right after a symbol.
_SYMBOL_STYLES = {"\ufe0e", "\ufe0f"}
# Joiners that the scripts of South Asia and the Middle East need inside words (Unicode Standard, ch. 9, 12 and 23.2).
_JOINERS = {"\u200c", "\u200d"}
_JOINING_SCRIPTS = range(0x0600, 0x1900)
ELLIPSIS = "…"


def visible(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    """The text with every hidden or reordering character written out as ⟨U+XXXX⟩.

    Parameters
    ----------
    limit
        the most characters of the original to show; the rest becomes an ellipsis.
    lines
        keep line feeds and tabs, for text that has lines.
    """
    cut = text if limit is None or len(text) <= limit else text[:limit]
    shown = cut if cut.isascii() and cut.isprintable() else "".join(_shown(cut, i, lines) for i in range(len(cut)))
    return shown if len(cut) == len(text) else shown + ELLIPSIS


def _shown(text: str, index: int, lines: bool) -> str:
    character = text[index]
    if lines and character in "\n\t":
        return character
    before = text[index - 1] if index else ""
    if character in _JOINERS and _joins(before) and _joins(text[index + 1 : index + 2]):
        return character
    if character in _SYMBOL_STYLES and before and unicodedata.category(before) == "So":
        return character
    if unicodedata.category(character) in _HIDDEN or ord(character) in _BLANK:
        return f"⟨U+{ord(character):04X}⟩"
    return character


def _joins(character: str) -> bool:
    """Whether a joiner beside this character shapes a word; anywhere else it only hides."""
    return (
        bool(character) and ord(character) in _JOINING_SCRIPTS and unicodedata.category(character) in {"Lo", "Mn", "Mc"}
    )
