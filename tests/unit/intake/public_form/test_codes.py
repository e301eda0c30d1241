"""Receipt codes: how much is in them, what handwriting does to them, and that one wrong sign is always found."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.intake.public_form import codes, secret

CODES = st.text(max_size=40).map(codes.code_of)


def test_a_code_has_more_than_eighty_bits_and_no_two_signs_that_look_alike() -> None:
    assert (codes.LENGTH - 1) * math.log2(len(codes.SIGNS)) > 85
    assert len(set(codes.SIGNS)) == len(codes.SIGNS) == 23
    for alike in ("0OQD", "1IL", "2Z", "5S", "6G", "8B", "UV", "VW"):
        assert len(set(alike) & set(codes.SIGNS)) <= 1, alike


@given(CODES)
def test_what_is_shown_is_read_back_however_it_is_written(code: str) -> None:
    shown = codes.grouped(code)
    assert len(shown) == 24 and shown.count("-") == 4
    wide = "".join(unicodedata.lookup(f"FULLWIDTH LATIN CAPITAL LETTER {s}") if s.isalpha() else s for s in code)
    devanagari = code.translate({ord(str(n)): chr(0x0966 + n) for n in range(10)})
    for typed in (shown, code, shown.lower(), shown.replace("-", " – "), f"\t{code}\n", wide, devanagari):
        assert codes.read(typed) == code
    assert codes.read(code.replace("2", "Z").replace("6", "G").replace("8", "B")) == code


@given(CODES, st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.SIGNS))
def test_one_wrong_sign_is_found(code: str, place: int, sign: str) -> None:
    typed = code[:place] + sign + code[place + 1 :]
    if typed != code:
        with pytest.raises(codes.MistypedCodeError):
            codes.read(typed)


@given(CODES, st.integers(0, codes.LENGTH - 1), st.integers(0, codes.LENGTH - 1))
def test_two_signs_that_changed_places_are_found(code: str, one: int, other: int) -> None:
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    if (typed := "".join(signs)) != code:
        with pytest.raises(codes.MistypedCodeError):
            codes.read(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_code_or_refused_as_none(typed: str) -> None:
    try:
        found = codes.read(typed)
    except codes.NotACodeError:
        return
    assert len(found) == codes.LENGTH and set(found) <= set(codes.SIGNS)


@pytest.mark.parametrize(
    "typed", ["", "ACDE", "ACDE-FHJK-MNPR-TWXY-234", "ACDE-FHJK-MNPR-TWXY-23467", "OOOO" * 5, "०" * 20]
)
def test_what_is_not_whole_is_no_code(typed: str) -> None:
    with pytest.raises(codes.NotACodeError) as caught:
        codes.read(typed)
    assert type(caught.value) is codes.NotACodeError


def test_codes_and_hashes_depend_on_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "all_keys", lambda: ["one"])
    code, stored = codes.code_of("nonce"), codes.hash_of("A")
    assert codes.code_of("nonce") == code != codes.code_of("other")
    monkeypatch.setattr(secret, "all_keys", lambda: ["two", "one"])
    assert codes.code_of("nonce") != code
    assert codes.hash_of("A") != stored
    assert stored in codes.hashes_of("A")  # after a rotation, codes of before still work
    assert len(stored) == 64
