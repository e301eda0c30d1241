"""One holder at every time, whatever is written, corrected or added late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.errors import ConflictError, InvalidInputError
from tipline.investigation.exhibits.custody import LAST, Chain, Entry, add, counting, same, tell
from tipline.investigation.exhibits.hashes import Algorithm
from tipline.investigation.exhibits.models import CustodyKind

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=400)
DIGEST = {Algorithm.SHA256: "ab" * 32}
OTHER = "cd" * 32
PEOPLE = ("SI Patil", "Malkhana", "FSL Nashik", "SI Shinde")


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


RECEIVED = Entry(CustodyKind.RECEIVED, NOON, 1, "somebody", "SI Patil", "Jalgaon")


def after(*more: Entry) -> list[Entry]:
    """Entries written one after the other, each accepted."""
    written: list[Entry] = []
    for entry in (RECEIVED, *more):
        add(written, entry, DIGEST, LATER)
        written.append(entry)
    return written


def handed(position: int, hours: float, source: str, to: str, **more: object) -> Entry:
    return Entry(CustodyKind.HANDED_OVER, at(hours), position, source, to, **more)  # type: ignore[arg-type]


def test_who_hands_over_is_who_had_it() -> None:
    written = after(handed(2, 1, "si  patil", "Malkhana"))
    assert tell(written, DIGEST).now.holder == "Malkhana"
    with pytest.raises(ConflictError, match="it was with Malkhana then, not with SI Patil"):
        add(written, handed(3, 2, "SI Patil", "FSL Nashik"), DIGEST, LATER)
    with pytest.raises(ConflictError, match="already"):
        add(written, handed(3, 2, "Malkhana", "MALKHANA"), DIGEST, LATER)
    with pytest.raises(InvalidInputError, match="needs who handed it over"):
        add(written, handed(3, 2, "", "FSL Nashik"), DIGEST, LATER)


def test_an_entry_of_before_needs_a_reason_and_fits_where_its_time_belongs() -> None:
    written = after(handed(2, 5, "SI Patil", "Malkhana"))
    early = Entry(CustodyKind.SEALED, at(1), 3, seal_number="S-1")
    with pytest.raises(InvalidInputError, match="needs a reason why it comes late"):
        add(written, early, DIGEST, LATER)
    chain = add(written, Entry(CustodyKind.SEALED, at(1), 3, seal_number="S-1", late_reason="found"), DIGEST, LATER)
    assert [step.entry.kind for step in chain.steps] == ["received", "sealed", "handed_over"]
    assert chain.now.seal == "S-1"
    wrong = handed(3, 1, "SI Patil", "FSL Nashik", late_reason="found in the register")
    with pytest.raises(ConflictError, match="it was with FSL Nashik then"):  # the next would have had no holder
        add(written, wrong, DIGEST, LATER)
    before = Entry(CustodyKind.MOVED, at(-1), 3, place="x", late_reason="y")
    with pytest.raises(ConflictError, match="before the exhibit was seized"):
        add(written, before, DIGEST, LATER)


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    written = after(handed(2, 1, "SI Patil", "Malkhana"), handed(3, 3, "Malkhana", "FSL Nashik"))
    with pytest.raises(InvalidInputError, match="say why"):
        add(written, handed(4, 1, "SI Patil", "Malkhana", corrects=2, place="Room 2"), DIGEST, LATER)
    with pytest.raises(ConflictError, match="it was with SI Shinde then, not with Malkhana"):
        add(
            written, handed(4, 1, "SI Patil", "SI Shinde", corrects=2, correction_reason="typed wrongly"), DIGEST, LATER
        )
    right = handed(4, 1, "SI Patil", "Malkhana", corrects=2, correction_reason="place missing", place="Room 2")
    chain = add(written, right, DIGEST, LATER)
    assert [step.entry.position for step in chain.steps] == [1, 4, 3]
    with pytest.raises(ConflictError, match="corrected already"):
        add([*written, right], handed(5, 1, "a", "b", corrects=2, correction_reason="again"), DIGEST, LATER)
    struck = Entry(CustodyKind.STRUCK, at(3), 5, corrects=3, correction_reason="another exhibit")
    assert add([*written, right], struck, DIGEST, LATER).now.holder == "Malkhana"
    gone = Entry(CustodyKind.STRUCK, at(3), 5, corrects=1, correction_reason="x")
    with pytest.raises(ConflictError, match="before the exhibit was seized"):
        add([*written, right], gone, DIGEST, LATER)


def test_a_hash_that_is_another_blocks_verified_until_its_entry_is_corrected() -> None:
    good = Entry(CustodyKind.CHECKED, at(1), 2, hash_algorithm="sha256", hash_value="ab" * 32)
    bad = Entry(CustodyKind.CHECKED, at(2), 3, hash_algorithm="sha256", hash_value=OTHER)
    again = Entry(CustodyKind.CHECKED, at(3), 4, hash_algorithm="sha256", hash_value="ab" * 32)
    assert tell(after(good), DIGEST).verified
    chain = tell(after(good, bad, again), DIGEST)
    assert not chain.verified and [step.entry.position for step in chain.mismatches] == [3]
    right = Entry(
        CustodyKind.CHECKED,
        at(2),
        5,
        hash_algorithm="sha256",
        hash_value="ab" * 32,
        corrects=3,
        correction_reason="typed",
    )
    assert tell(after(good, bad, again, right), DIGEST).verified
    assert not tell(after(), DIGEST).verified  # nothing was checked


def test_an_image_has_a_hash_of_its_own_and_is_made_of_an_open_exhibit() -> None:
    sealed = Entry(CustodyKind.SEALED, at(1), 2, seal_number="S-1")
    image = Entry(CustodyKind.IMAGED, at(3), 4, hash_algorithm="sha256", hash_value=OTHER)
    with pytest.raises(ConflictError, match="seal S-1 was on it"):
        add(after(sealed), image, DIGEST, LATER)
    opened = Entry(CustodyKind.OPENED, at(2), 3, purpose="imaging")
    checked = Entry(CustodyKind.CHECKED, at(4), 5, hash_algorithm="sha256", hash_value=OTHER)
    assert tell(after(sealed, opened, image, checked), DIGEST).verified


@pytest.mark.parametrize("kind", sorted(LAST))
def test_nothing_follows_the_last_entry(kind: CustodyKind) -> None:
    last = Entry(kind, at(1), 2, "SI Patil", "the owner", purpose="order of the court")
    with pytest.raises(ConflictError, match="before"):
        add(after(last), Entry(CustodyKind.MOVED, at(2), 3, place="x"), DIGEST, LATER)


def test_nothing_is_written_of_the_future_and_nothing_before_it_came() -> None:
    with pytest.raises(InvalidInputError, match="future"):
        add([], RECEIVED, DIGEST, NOON - timedelta(minutes=1))
    with pytest.raises(ConflictError, match="before the exhibit was seized"):
        add([], Entry(CustodyKind.MOVED, NOON, 1, place="x"), DIGEST, LATER)
    with pytest.raises(InvalidInputError, match="which entry is struck"):
        add([RECEIVED], Entry(CustodyKind.STRUCK, at(1), 2), DIGEST, LATER)


ENTRIES = st.builds(
    Entry,
    kind=st.sampled_from(CustodyKind),
    at=st.integers(-2, 12).map(at),
    from_holder=st.sampled_from(("", *PEOPLE)),
    to_holder=st.sampled_from(PEOPLE),
    place=st.sampled_from(("", "Jalgaon")),
    purpose=st.just("a purpose"),
    seal_number=st.sampled_from(("", "S-1")),
    hash_algorithm=st.just("sha256"),
    hash_value=st.sampled_from(("ab" * 32, OTHER)),
    late_reason=st.sampled_from(("", "late")),
    corrects=st.one_of(st.none(), st.integers(1, 6)),
    correction_reason=st.just("a reason"),
)


@given(st.lists(ENTRIES, max_size=14))
def test_whatever_is_accepted_there_is_one_holder_at_every_time(entries: list[Entry]) -> None:
    written = after()
    for entry in entries:
        placed = Entry(**{name: getattr(entry, name) for name in Entry.__slots__} | {"position": len(written) + 1})
        try:
            chain = add(written, placed, DIGEST, LATER)
        except (ConflictError, InvalidInputError):
            assert tell(written, DIGEST)  # what was refused changed nothing
            continue
        written.append(placed)
        _holds(chain, written)


def _holds(chain: Chain, written: list[Entry]) -> None:
    times = [step.entry.at for step in chain.steps]
    assert times == sorted(times)
    assert [step.entry for step in chain.steps] == counting(written)
    holder = ""
    for step in chain.steps:
        assert step.after.holder
        if step.entry.from_holder and holder:
            assert same(step.entry.from_holder, holder)
        if step.entry.kind in {CustodyKind.HANDED_OVER, CustodyKind.TO_LABORATORY, CustodyKind.RETURNED}:
            assert not same(step.after.holder, holder)
        elif holder:
            assert step.after.holder == holder  # nothing else changes hands
        holder = step.after.holder
        assert step.after.ended is None or step is chain.steps[-1]
    assert chain.holder_at(NOON - timedelta(days=1)) is None
    assert all(chain.holder_at(moment) for moment in times)
    assert chain.verified == (not chain.mismatches and any(step.equal for step in chain.steps))
    # every entry ever written is still there
    assert [entry.position for entry in written] == list(range(1, len(written) + 1))
