from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.text import ELLIPSIS, visible

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "O'Brien <b>&amp;</b>",
        "जळगाव",
        "ಕನ್ನಡ",
        "日本語",
        "emoji 🙂 stays",
        "heart \u2764\ufe0f",
        "می\u200cخواهم",
        "no\u00a0break",
        "e\u0301",
    ],
)
def test_what_draws_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gnp.\u202egpj", "gnp.⟨U+202E⟩gpj"),  # a right-to-left override that disguises a file's ending
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("pay\u200bpal", "pay⟨U+200B⟩pal"),
        ("\ufeffstart", "⟨U+FEFF⟩start"),
        ("soft\u00adhyphen", "soft⟨U+00AD⟩hyphen"),
        ("bell\x07", "bell⟨U+0007⟩"),
        ("esc\x1b[31m", "esc⟨U+001B⟩[31m"),
        ("nul\x00", "nul⟨U+0000⟩"),
        ("line\u2028para\u2029", "line⟨U+2028⟩para⟨U+2029⟩"),
        ("two\r\nlines\t", "two⟨U+000D⟩⟨U+000A⟩lines⟨U+0009⟩"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("private\ue000", "private⟨U+E000⟩"),
        ("half\ud800", "half⟨U+D800⟩"),
        ("kite\u3164", "kite⟨U+3164⟩"),  # letters and marks that draw nothing: two handles that look the same
        ("ki\u034fte\ufe0f", "ki⟨U+034F⟩te⟨U+FE0F⟩"),
        ("blank\u2800\U000e0100", "blank⟨U+2800⟩⟨U+E0100⟩"),
    ],
)
def test_what_hides_or_reorders_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_and_tabs_stay_only_where_lines_are_asked_for() -> None:
    assert visible("a\n\tb\r\u2028c", lines=True) == "a\n\tb⟨U+000D⟩⟨U+2028⟩c"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("क्\u200dष", "क्\u200dष"),  # after a virama, before a letter: it shapes the word
        ("क्\u200cष", "क्\u200cष"),
        ("中\u200d文", "中⟨U+200D⟩文"),  # letters of a script that does not join
        ("ra\u200dvi", "ra⟨U+200D⟩vi"),
        ("\u200dक", "⟨U+200D⟩क"),
        ("क\u200d", "क⟨U+200D⟩"),
        ("क\u200d x", "क⟨U+200D⟩ x"),
        ("क\u200d\u200dष", "क⟨U+200D⟩⟨U+200D⟩ष"),
    ],
)
def test_joiners_stay_only_inside_a_word_of_a_script_that_joins(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_limit_counts_characters_of_the_original() -> None:
    assert visible("abcdef", 3) == "abc" + ELLIPSIS
    assert visible("abc", 3) == "abc"
    assert visible("\u202e\u202e\u202e", 2) == "⟨U+202E⟩⟨U+202E⟩" + ELLIPSIS


@given(st.text())
def test_nothing_hidden_is_left_and_nothing_is_lost(text: str) -> None:
    shown = visible(text)
    left = [c for c in shown if unicodedata.category(c) in HIDDEN]
    assert set(left) <= {"\u200c", "\u200d"}
    if "⟨" not in text:
        assert re.sub(r"⟨U\+([0-9A-F]{4,6})⟩", lambda m: chr(int(m[1], 16)), shown) == text


@given(st.text(), st.integers(1, 20))
def test_no_more_than_the_limit_is_shown(text: str, limit: int) -> None:
    plain = re.sub(r"⟨U\+[0-9A-F]{4,6}⟩", "?", visible(text.replace("⟨", ""), limit))
    assert len(plain) <= limit + len(ELLIPSIS)
