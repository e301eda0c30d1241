"""Two texts line by line, for a table that says in words what went and what came."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table.

    `kind` is `same`, `removed`, `added`, or `left-out` for lines that both texts have and that are not shown, of which `text`
    then says how many. `old` and `new` are line numbers from 1, None where the text has no such line.
    """

    kind: str
    old: int | None
    new: int | None
    text: str


def differences(before: str, after: str, context: int = CONTEXT) -> list[Line]:
    """What differs, with `context` lines around each change; empty when the texts have the same lines."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    shown = 0  # lines of the old text that are told
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(context):
        if all(tag == "equal" for tag, *_ in group):  # get_grouped_opcodes of equal texts
            return []
        found += _left_out(group[0][1] - shown)
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                both = zip(range(old_from, old_to), range(new_from, new_to), strict=True)
                found += [Line("same", i + 1, j + 1, old[i]) for i, j in both]
            else:
                found += [Line("removed", i + 1, None, old[i]) for i in range(old_from, old_to)]
                found += [Line("added", None, j + 1, new[j]) for j in range(new_from, new_to)]
        shown = group[-1][2]
    return found + _left_out(len(old) - shown) if found else []


def _left_out(lines: int) -> list[Line]:
    return [Line("left-out", None, None, f"{lines} line{'' if lines == 1 else 's'} the same")] if lines else []
