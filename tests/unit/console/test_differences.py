"""The difference of two texts: nothing that changed is left out, and what is told is true of both."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tipline.console.routing.differences import differences

LINES = st.lists(st.sampled_from(["[[rules]]", 'id = "a"', 'id = "b"', "", "floor = 0.6", "# why"]), max_size=30)


def test_a_changed_line_is_told_with_what_stands_around_it() -> None:
    before = "\n".join(f"line {number}" for number in range(1, 21))
    after = before.replace("line 10", "line ten")
    told = [(line.kind, line.old, line.new, line.text) for line in differences(before, after, 1)]
    assert told == [
        ("left-out", None, None, "8 lines the same"),
        ("same", 9, 9, "line 9"),
        ("removed", 10, None, "line 10"),
        ("added", None, 10, "line ten"),
        ("same", 11, 11, "line 11"),
        ("left-out", None, None, "9 lines the same"),
    ]


def test_the_same_text_has_no_difference() -> None:
    assert differences("a\nb", "a\nb") == []
    assert differences("", "") == []
    assert differences("a\r\nb", "a\nb\n") == []  # what a browser does to a text is no change


@given(LINES, LINES)
def test_with_everything_shown_both_texts_can_be_read_off(old: list[str], new: list[str]) -> None:
    told = differences("\n".join(old), "\n".join(new), 1000)
    before, after = "\n".join(old).splitlines(), "\n".join(new).splitlines()
    if before == after:
        assert told == []
        return
    assert [line.text for line in told if line.kind in {"same", "removed"}] == before
    assert [line.text for line in told if line.kind in {"same", "added"}] == after


@given(LINES, LINES)
def test_what_is_told_stands_at_the_line_that_is_named(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old).splitlines(), "\n".join(new).splitlines()
    for line in differences("\n".join(old), "\n".join(new), 1):
        assert line.old is None or before[line.old - 1] == line.text
        assert line.new is None or after[line.new - 1] == line.text
