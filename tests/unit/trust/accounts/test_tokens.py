"""The form of a token: what scanners and typing mistakes are told apart by."""

from __future__ import annotations

import re
import zlib

from hypothesis import given
from hypothesis import strategies as st

from tipline.trust.accounts import tokens


def test_a_token_has_a_prefix_178_bits_of_chance_and_a_checksum() -> None:
    made = {tokens._make_text() for _ in range(200)}
    assert len(made) == 200
    for text in made:
        assert re.fullmatch(r"tipline_[0-9A-Za-z]{36}", text)
        assert tokens.well_formed(text)
        number = 0
        for digit in text[-6:]:  # an independent reading of the checksum
            number = number * 62 + tokens._ALPHABET.index(digit)
        assert number == zlib.crc32(text[:-6].encode())
    assert 62**30 > 2**160


@given(st.integers(8, 43), st.sampled_from(tokens._ALPHABET))
def test_one_wrong_character_is_found_without_asking_the_database(position: int, character: str) -> None:
    text = tokens._make_text()
    wrong = text[:position] + character + text[position + 1 :]
    assert tokens.well_formed(wrong) == (wrong == text)


@given(st.text(max_size=80) | st.text(max_size=40).map(lambda text: f"tipline_{text}"))
def test_no_other_text_is_a_token(text: str) -> None:
    assert not tokens.well_formed(text)
    assert re.fullmatch(r"[0-9a-f]{64}", tokens.hash_of(text))
