"""Reported text is data on every surface: what could hide or reorder it is shown as a mark."""

from __future__ import annotations

import unicodedata

# Categories that draw nothing, or act on what is drawn around them: controls, formats (bidi, zero width, tags), surrogates,
# private use, unassigned, and the two separators that break lines.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Joiners that Indic and other scripts need inside words (Unicode Standard, ch. 12 and 23.2).
_JOINERS = {"\u200c", "\u200d"}
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
    shown = "".join(_shown(cut, index, lines) for index in range(len(cut)))
    return shown if len(cut) == len(text) else shown + ELLIPSIS


def _shown(text: str, index: int, lines: bool) -> str:
    character = text[index]
    if lines and character in "\n\t":
        return character
    if character in _JOINERS:
        # inside a word of a script that joins, it shapes letters; anywhere else it only hides
        before = index > 0 and unicodedata.category(text[index - 1]) in {"Mn", "Mc", "Lo"}
        after = index + 1 < len(text) and unicodedata.category(text[index + 1]) == "Lo"
        return character if before and after else f"⟨U+{ord(character):04X}⟩"
    if unicodedata.category(character) in _HIDDEN:
        return f"⟨U+{ord(character):04X}⟩"
    return character
