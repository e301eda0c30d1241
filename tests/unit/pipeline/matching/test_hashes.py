"""Normal forms of hashes and their faults, with vectors of the reference implementation of PDQ."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.pipeline.matching.hashes import LENGTHS, MOST_OPAQUE, Fault, Hash, algorithm_of, normal

# What the reference implementation makes of its own test pictures: ThreatExchange, pdq/python/pdqhashing/tests/pdq_test.py and
# python-threatexchange, signal_type/pdq/signal.py (a picture of a bridge, and the same picture altered).
PICTURES = (
    "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22",
    "e64cc9d91e623842f8d1f1d9a398e78c9f199a3bd87924f2b7e11e0bf061b064",
    "6227401f601ff4ccafcc9fad4b0d95d371a2eb7265a3285234d228ca94deeb2d",
    "54a977c221d14c1c43ba5e6e21d4a13989a3553f1462611cbb85fda7be83b677",
    "992d44af36d69e6ca6b812585928bac11def254ef5398c6d07466c9abcc65b92",
    "cfb2009ddd21c6dab0046a7745b5984757a8a4535b3377aea2591d32b33ff940",
    "a0fe94f1e5cc1cc8dd855948498dc9243f7ca27336f036d7f212b74bc103c9a7",
)
BARE_SLOPE = "0007001f003f003f007f00ff00ff00ff01ff01ff01ff03ff03ff03ff03ff03ff"
BRIDGE = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
BRIDGE_ALTERED = "f8f8f0cee0f4a84f06370a2a038f63f0b36e26d596621e1d33e6b39c4e9c9b22"


@pytest.mark.parametrize("text", [*PICTURES, BRIDGE, BRIDGE_ALTERED])
def test_pictures_of_the_reference_are_matched(text: str) -> None:
    assert normal("PDQ", f" {text.upper()}\n") == Hash("pdq", bytes.fromhex(text))


def test_a_picture_with_nothing_on_it_is_of_low_quality() -> None:
    found = normal("pdq", BARE_SLOPE)
    assert isinstance(found, Hash)
    assert found.fault is Fault.LOW_QUALITY
    assert found.text == BARE_SLOPE


@pytest.mark.parametrize(("quality", "fault"), [(49.9, Fault.LOW_QUALITY), (50, None), (100, None), (None, None),
                                               (float("nan"), Fault.LOW_QUALITY)])  # fmt: skip
def test_quality_that_is_stated_counts(quality: float | None, fault: Fault | None) -> None:
    found = normal("pdq", BRIDGE, quality)
    assert isinstance(found, Hash)
    assert found.fault is fault


@pytest.mark.parametrize(
    ("algorithm", "text", "fault"),
    [
        ("sha256", "d41d8cd98f00b204e9800998ecf8427f", Fault.LIKE_MD5),
        ("SHA-1", "d41d8cd98f00b204e9800998ecf8427f", Fault.LIKE_MD5),
        ("md5", "a" * 40, Fault.LIKE_SHA1),
        ("md5", BRIDGE, Fault.LIKE_SHA256),
        ("pdq", BRIDGE[:-1], Fault.WRONG_LENGTH),
        ("md5", "g" * 32, Fault.WRONG_LETTERS),
        ("md5", "a" * 31 + "\u0661", Fault.WRONG_LETTERS),
        ("md5", "  ", Fault.EMPTY),
        ("photodna", "x" * 513, Fault.TOO_LONG),
        ("photodna", " " * 100_000, Fault.TOO_LONG),
        ("photodna", "a\x1b[2Jb", Fault.WRONG_LETTERS),
        ("", "a", Fault.UNNAMED),
        ("no; such", "a", Fault.UNNAMED),
        ("a" * 13, "a", Fault.UNNAMED),
    ],
)
def test_what_cannot_be_read_has_a_name(algorithm: str, text: str, fault: Fault) -> None:
    assert normal(algorithm, text) is fault
    assert fault.label.endswith(".")


@pytest.mark.parametrize(
    ("algorithm", "text", "fault"),
    [
        ("pdq", "0" * 64, Fault.ALL_ZERO),
        ("md5", "0" * 32, Fault.ALL_ZERO),
        ("pdq", "F" * 64, Fault.ALL_ONE),
        ("md5", hashlib.md5(b"").hexdigest(), Fault.OF_NOTHING),
        ("sha1", hashlib.sha1(b"").hexdigest(), Fault.OF_NOTHING),
        ("sha256", hashlib.sha256(b"").hexdigest(), Fault.OF_NOTHING),
        ("pdq", "5555aaaa" * 8, Fault.LOW_QUALITY),
        ("pdq", "1" + "0" * 63, Fault.LOW_QUALITY),
        ("pdq", "".join(f"{n | 0xFFE0:04x}" for n in range(16)), Fault.LOW_QUALITY),
    ],
)
def test_what_says_nothing_is_kept_and_flagged(algorithm: str, text: str, fault: Fault) -> None:
    found = normal(algorithm, text)
    assert isinstance(found, Hash)
    assert found.fault is fault


def test_other_algorithms_are_opaque() -> None:
    assert normal("PhotoDNA", " QUJD/+== ") == Hash("photodna", b"QUJD/+==")
    assert normal("SHA-512", "AB" * 64) == Hash("sha512", b"ab" * 64)
    assert algorithm_of("TMK+PDQF") == "tmk"


@given(st.text(max_size=20), st.text(max_size=600))
def test_any_text_has_a_normal_form_or_a_fault(algorithm: str, text: str) -> None:
    found = normal(algorithm, text)
    if isinstance(found, Hash):
        assert 0 < len(found.value) <= MOST_OPAQUE
        assert normal(found.algorithm, found.text) == found


@given(st.sampled_from(sorted(LENGTHS)), st.data())
def test_bytes_come_back(algorithm: str, data: st.DataObject) -> None:
    size = LENGTHS[algorithm] // 2
    value = data.draw(st.binary(min_size=size, max_size=size))
    found = normal(algorithm, value.hex())
    assert isinstance(found, Hash)
    assert (found.algorithm, found.value) == (algorithm, value)
