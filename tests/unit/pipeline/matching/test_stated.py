"""Which hashes of a file are read: what a report states is bounded."""

from __future__ import annotations

from tipline.pipeline.matching.hashes import Fault, Hash
from tipline.pipeline.matching.stage import MOST_PDQ, MOST_STATED, hashes_of

NONE = {"md5": "", "sha1": "", "sha256": ""}
BRIDGE = int("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22", 16)


def test_computed_hashes_are_our_own_only_when_the_file_was_here() -> None:
    computed = NONE | {"md5": "ab" * 16}
    assert [one.stated for one in hashes_of(True, computed, "", [])] == [False]
    assert [one.stated for one in hashes_of(False, computed, "", [])] == [True]


def test_a_report_that_states_thousands_costs_as_much_as_one_that_states_few() -> None:
    many = [["PDQ", f"{BRIDGE ^ n:064x}"] for n in range(40)] + [["SHA1", f"{n:040x}"] for n in range(1, 5000)]
    found = list(hashes_of(False, NONE, "", many))
    kinds = [one.hash.algorithm for one in found if isinstance(one.hash, Hash)]
    assert kinds.count("pdq") == MOST_PDQ
    assert kinds.count("sha1") == MOST_STATED - 40


def test_what_cannot_be_read_is_named_and_the_rest_is_read() -> None:
    found = list(hashes_of(False, NONE, "12", [["MD5", "zz"], ["", "ab"], ["PhotoDNA", "QUJD"]]))
    assert [one.hash for one in found[:3]] == [Fault.WRONG_LENGTH, Fault.WRONG_LENGTH, Fault.UNNAMED]
    assert isinstance(found[3].hash, Hash)
