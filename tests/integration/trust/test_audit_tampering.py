"""Every way to change the log in the database, done as the role that owns it: `verify` finds it and names the first bad entry.

The application's own role cannot do any of this: test_roles.py.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.integration.trust.log import Attack, round_of, settings_for, write
from tipline.core.clock import now
from tipline.core.errors import ConflictError
from tipline.core.keys import SigningKey, rotate_signing_key
from tipline.trust.audit import merkle, notes, tree
from tipline.trust.audit.models import Entry, StoredCheckpoint
from tipline.trust.audit.verifying import Verification, verify

# Checkpoints at these sizes; the last place is 799, and three nodes of 256 leaves are stored.
SIZES = (200, 500, 800)


@pytest.fixture
def attack(committed_db: None, owner_url: str, tmp_path: Path) -> Iterator[Attack]:
    settings = settings_for(tmp_path)
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        write(size - before)
        assert round_of(settings) == size
    sound = verify(settings)
    assert (sound.ok, sound.entries, sound.checkpoints, sound.witnessed, sound.pending) == (True, 800, 3, 3, 0)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        yield Attack(owner, settings)


def found_in(attack: Attack) -> Verification:
    found = verify(attack.settings)
    assert not found.ok
    return found


def assert_found(attack: Attack, kind: str, entry: int | None, *, says: str = "") -> None:
    fault = found_in(attack).fault
    assert fault is not None
    assert (fault.kind, fault.entry) == (kind, entry), fault.text
    assert says in fault.text
    if entry is not None:
        assert str(entry) in fault.text


# --- one entry ---------------------------------------------------------------------------------------------------

CHANGES = [
    "at = at + interval '1 microsecond'",
    "at = 'infinity'",
    "at = at - interval '4052 years'",  # before our era: the same digits, if nobody writes which era
    "actor_kind = 'system'",
    "actor_id = NULL",
    "actor_id = 8",
    "actor_label = actor_label || ' '",
    "agency_id = NULL",
    "agency_id = 4",
    "action = 'report.finished_'",
    "object_type = 'case'",
    "object_id = object_id || '0'",
    "detail = '{}'",
    "detail = jsonb_set(detail, '{n}', '99')",
    "detail = jsonb_set(detail, '{n}', (detail->>'n' || '.0')::jsonb)",
    "detail = jsonb_set(detail, '{deep,a}', '1')",
    "detail = detail || '{\"more\": 1}'",
    "detail = jsonb_set(detail, '{n}', '9007199254740993')",
    "detail = jsonb_set(detail, '{n}', to_jsonb(('1' || repeat('0', 5000))::numeric))",
    "detail = (repeat('[', 5000) || repeat(']', 5000))::jsonb",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_column_is_found(attack: Attack, change: str) -> None:
    entry = attack.entry(301)
    later = attack.entry(700)
    for each in (later, entry):
        attack.do(f"UPDATE audit_entry SET {change} WHERE id = {each}")
    fault = found_in(attack).fault
    assert fault is not None
    assert fault.kind in {"edited", "unreadable"}
    assert fault.entry == entry
    assert f"place {301}" in fault.text


def test_an_empty_detail_is_an_object_and_nothing_else(attack: Attack) -> None:
    entry = attack.entry(300)  # written without a detail
    attack.do(f"UPDATE audit_entry SET detail = '[]' WHERE id = {entry}")
    assert_found(attack, "edited", entry)


def test_another_number_for_an_entry_is_found(attack: Attack) -> None:
    entry = attack.entry(10)
    attack.do(f"UPDATE audit_entry SET id = 900000 WHERE id = {entry}")
    assert_found(attack, "deleted", entry)


@pytest.mark.parametrize("place", [0, 255, 799])
def test_a_deleted_entry_is_named(attack: Attack, place: int) -> None:
    entry = attack.entry(place)
    attack.do(f"DELETE FROM audit_entry WHERE id = {entry}")
    assert_found(attack, "deleted", entry)


def test_a_deleted_entry_whose_number_is_used_again_is_found(attack: Attack) -> None:
    entry = attack.entry(799)
    attack.do(f"DELETE FROM audit_entry WHERE id = {entry}", f"SELECT setval('audit_entry_id_seq', {entry - 1})")
    write(1)
    assert tree.sequence() == 0, "a number that has a place gets no second one"
    assert_found(attack, "edited", entry)


def test_an_entry_deleted_with_its_place_is_found(attack: Attack) -> None:
    entry = attack.entry(300)
    before = attack.entry(299)
    attack.do(f"DELETE FROM audit_entry WHERE id = {entry}", f"DELETE FROM audit_leaf WHERE entry_id = {entry}")
    assert_found(attack, "deleted", None, says=f"place 300 of the log was deleted, after entry {before}")


def test_an_entry_that_lost_only_its_place_is_named(attack: Attack) -> None:
    entry = attack.entry(300)
    attack.do(f"DELETE FROM audit_leaf WHERE entry_id = {entry}")
    assert_found(attack, "deleted", entry)


def test_an_entry_inserted_without_a_mark_is_named(attack: Attack) -> None:
    attack.do(
        "INSERT INTO audit_entry (id, at, actor_kind, actor_label, action, object_type, object_id, detail)"
        " VALUES (700000, now(), 'system', 'pipeline', 'report.read', 'report', '1', '{}')"
    )
    assert_found(attack, "inserted", 700000)


def test_an_entry_inserted_in_the_middle_with_a_forged_place_is_found(attack: Attack) -> None:
    start = attack.entry(500)
    attack.do(
        "INSERT INTO audit_entry (id, at, actor_kind, actor_label, action, object_type, object_id, detail)"
        " VALUES (700000, now(), 'system', 'pipeline', 'report.read', 'report', '1', '{}')",
        "UPDATE audit_leaf SET index = -index - 1 WHERE index >= 600",
        "UPDATE audit_leaf SET index = -index WHERE index < 0",
    )
    attack.owner.execute(
        "INSERT INTO audit_leaf (index, entry_id, hash) VALUES (600, 700000, %s)", [_hash_of(attack, 700000)]
    )
    _rebuild_nodes(attack)
    # its number is out of order where it stands, which gives it away
    assert_found(attack, "reordered", 700000, says="the first 500 places are confirmed")
    assert start < 700000


def test_a_mark_for_an_entry_that_has_its_place_is_found(attack: Attack) -> None:
    entry = attack.entry(4)
    attack.do(f"INSERT INTO audit_pending (entry_id) VALUES ({entry})")
    assert tree.sequence() == 0
    assert_found(attack, "inserted", entry)


def test_an_entry_that_is_deleted_while_it_waits_does_not_vanish(attack: Attack) -> None:
    write(3)
    entry = Entry.objects.order_by("-id").values_list("id", flat=True)[1]
    attack.do(f"DELETE FROM audit_entry WHERE id = {entry}")
    assert_found(attack, "deleted", entry)
    assert round_of(attack.settings) == 802, "the others get their places"
    assert_found(attack, "deleted", entry)


def test_a_mark_that_is_deleted_while_its_entry_waits_is_found(attack: Attack) -> None:
    write(1)
    entry = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
    attack.do("DELETE FROM audit_pending")
    assert_found(attack, "inserted", entry)


def test_an_unreadable_entry_that_is_inserted_with_a_mark_holds_up_no_other(attack: Attack) -> None:
    attack.do(
        "INSERT INTO audit_entry (id, at, actor_kind, actor_label, action, object_type, object_id, detail)"
        " VALUES (800000, now(), 'system', 'x', 'report.read', 'report', '1', '{\"n\": 1e300}')",
        "INSERT INTO audit_pending (entry_id) VALUES (800000)",
    )
    write(5)
    assert round_of(attack.settings) == 805
    assert_found(attack, "unreadable", 800000)


# --- order -----------------------------------------------------------------------------------------------------


def test_two_entries_that_swapped_their_contents_are_found(attack: Attack) -> None:
    first, second = attack.entry(301), attack.entry(400)
    attack.do(
        f"UPDATE audit_entry SET id = -1 WHERE id = {first}",
        f"UPDATE audit_entry SET id = {first} WHERE id = {second}",
        f"UPDATE audit_entry SET id = {second} WHERE id = -1",
    )
    assert_found(attack, "edited", first)


@pytest.mark.parametrize("places", [(301, 302), (301, 499), (260, 270)])
def test_two_places_that_were_swapped_are_found(attack: Attack, places: tuple[int, int]) -> None:
    moved = attack.entry(places[1])
    _swap(attack, *places)
    assert_found(attack, "reordered", moved)
    _rebuild_nodes(attack)
    assert_found(attack, "reordered", moved)


def test_places_that_were_swapped_after_the_last_checkpoint_are_found_where_a_hash_was_stored_over_them(
    attack: Attack,
) -> None:
    write(400)
    tree.sequence()
    _swap(attack, 900, 901)
    assert_found(attack, "rewritten", attack.entry(800))


def _swap(attack: Attack, one: int, other: int) -> None:
    attack.do(
        f"UPDATE audit_leaf SET index = -1 WHERE index = {one}",
        f"UPDATE audit_leaf SET index = {one} WHERE index = {other}",
        f"UPDATE audit_leaf SET index = {other} WHERE index = -1",
    )


# --- the end, and all of it -----------------------------------------------------------------------------------------


def _truncate(attack: Attack, size: int, *, checkpoints: bool = True) -> None:
    attack.do(
        f"DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_leaf WHERE index >= {size})",
        f"DELETE FROM audit_leaf WHERE index >= {size}",
        f"DELETE FROM audit_node WHERE index >= {size} >> (8 * level)",
    )
    if checkpoints:
        attack.do(
            f"DELETE FROM audit_publication WHERE checkpoint_id IN (SELECT id FROM audit_checkpoint WHERE size > {size})",
            f"DELETE FROM audit_checkpoint WHERE size > {size}",
        )


def test_a_cut_off_end_is_found_by_the_checkpoint(attack: Attack) -> None:
    last = attack.entry(789)
    _truncate(attack, 790, checkpoints=False)
    assert_found(attack, "truncated", None, says=f"ends with entry {last} at place 789")


def test_a_cut_off_end_with_its_checkpoints_is_found_by_the_witness(attack: Attack) -> None:
    _truncate(attack, 500)
    assert_found(attack, "truncated", None, says="the last 300 places or more are gone")


def test_entries_that_lost_their_places_at_the_end_are_named(attack: Attack) -> None:
    entry = attack.entry(700)
    attack.do("DELETE FROM audit_leaf WHERE index >= 700")
    assert_found(attack, "truncated", entry)


def test_an_end_that_was_cut_off_is_not_grown_over(attack: Attack) -> None:
    _truncate(attack, 790, checkpoints=False)
    write(50)
    with pytest.raises(ConflictError, match="does not continue its checkpoint of size 800"):
        tree.checkpoint(attack.settings)
    assert StoredCheckpoint.objects.count() == 3
    assert found_in(attack).fault


def test_a_database_from_an_old_backup_is_found_by_the_witness_whatever_is_written_to_it(attack: Attack) -> None:
    """What a restored backup of the moment after the first checkpoint holds, and a day's work after that."""
    _truncate(attack, 200)
    assert_found(attack, "truncated", None)
    write(600)
    round_of(attack.settings)
    found = found_in(attack)
    assert found.fault is not None
    # of size 800 there are two heads now: the witness does not take the second
    assert found.fault.kind in {"rewritten", "signature"}
    assert found.witnessed == 3


def test_emptying_every_table_is_found_by_the_witness(attack: Attack) -> None:
    attack.do(
        "TRUNCATE audit_entry, audit_pending, audit_leaf, audit_node, audit_checkpoint, audit_publication RESTART IDENTITY"
    )
    assert_found(attack, "truncated", None, says="the log is empty")


def test_emptying_the_entries_alone_names_the_first(attack: Attack) -> None:
    first = attack.entry(0)
    attack.do("TRUNCATE audit_entry")
    assert_found(attack, "deleted", first)


def test_a_log_that_is_rewritten_with_places_and_hashes_is_found_by_its_first_checkpoint_after_that(
    attack: Attack,
) -> None:
    attack.do(f"UPDATE audit_entry SET actor_label = 'somebody else' WHERE id = {attack.entry(650)}")
    attack.owner.execute("UPDATE audit_leaf SET hash = %s WHERE index = 650", [_hash_of(attack, attack.entry(650))])
    # the stored hash over 512 to 767 still says otherwise, and brings it to within those places
    assert_found(attack, "rewritten", attack.entry(512), says="the first 500 places are confirmed")
    _rebuild_nodes(attack)
    assert_found(attack, "rewritten", attack.entry(500), says="the first 500 places are confirmed")


def test_a_rewritten_log_is_not_signed(attack: Attack) -> None:
    entry = attack.entry(650)
    attack.do(f"UPDATE audit_entry SET actor_label = 'somebody else' WHERE id = {entry}")
    attack.owner.execute("UPDATE audit_leaf SET hash = %s WHERE index = 650", [_hash_of(attack, entry)])
    _rebuild_nodes(attack)
    write(10)
    with pytest.raises(ConflictError, match="does not continue"):
        tree.checkpoint(attack.settings)


def test_a_rewritten_log_with_checkpoints_signed_anew_by_the_same_key_is_found_by_the_witness(attack: Attack) -> None:
    """Somebody who has the database and the key, but not the witness."""
    entry = attack.entry(3)
    attack.do(f"UPDATE audit_entry SET actor_label = 'somebody else' WHERE id = {entry}")
    attack.owner.execute("UPDATE audit_leaf SET hash = %s WHERE index = 3", [_hash_of(attack, entry)])
    _rebuild_nodes(attack)
    attack.do("DELETE FROM audit_publication", "DELETE FROM audit_checkpoint")
    assert round_of(attack.settings) == 800
    fault = found_in(attack).fault
    assert fault is not None
    assert (fault.kind, fault.entry) == ("rewritten", attack.entry(0))


# --- heads, keys, hashes, the name ------------------------------------------------------------------------------------


def _seed() -> bytes:
    return hashlib.sha256(b"somebody else's key").digest()


def test_a_changed_stored_hash_is_found(attack: Attack) -> None:
    attack.do("UPDATE audit_node SET hash = sha256('x') WHERE level = 1 AND index = 1")
    assert_found(attack, "tree", None, says="256 to 511")


def test_a_deleted_stored_hash_is_found(attack: Attack) -> None:
    attack.do("DELETE FROM audit_node WHERE level = 1 AND index = 2")
    assert_found(attack, "tree", None, says="512 to 767")


def test_a_stored_hash_over_nothing_is_found(attack: Attack) -> None:
    attack.do("INSERT INTO audit_node (level, index, hash) VALUES (2, 0, sha256('x'))")
    assert_found(attack, "truncated", None, says="level 2")


def test_a_checkpoint_that_was_taken_out_of_the_database_is_found(attack: Attack) -> None:
    attack.do(
        "DELETE FROM audit_publication USING audit_checkpoint c WHERE c.id = checkpoint_id AND c.size = 500",
        "DELETE FROM audit_checkpoint WHERE size = 500",
    )
    assert_found(attack, "deleted", None, says="size 500")


@pytest.mark.parametrize("with_the_witness", [False, True])
def test_all_checkpoints_gone_is_found(attack: Attack, with_the_witness: bool) -> None:
    attack.do("DELETE FROM audit_publication", "DELETE FROM audit_checkpoint")
    if with_the_witness:
        shutil.rmtree(attack.witness)
    assert_found(attack, "deleted", None)


def test_a_checkpoint_signed_with_a_foreign_key_is_found(attack: Attack) -> None:
    stored = StoredCheckpoint.objects.get(size=800)
    checkpoint, lines = notes.read(stored.note)
    for name in ("foreign", lines[0].name):  # also under the name of ours
        forged = notes.sign(checkpoint, SigningKey(name, _seed()))
        attack.owner.execute("UPDATE audit_checkpoint SET note = %s WHERE size = 800", [forged])
        shutil.rmtree(attack.witness, ignore_errors=True)
        attack.do("UPDATE audit_publication SET witness = ''")
        assert_found(attack, "signature", None, says="size 800")


def test_a_checkpoint_that_says_it_is_of_a_time_when_its_key_was_retired_is_found(attack: Attack) -> None:
    rotate_signing_key(attack.settings)
    write(1)
    assert round_of(attack.settings) == 801
    assert verify(attack.settings).ok, "what the old key signed while it was in use stays good"
    attack.do("UPDATE audit_checkpoint SET at = at + interval '1 hour' WHERE size = 800")
    assert_found(attack, "signature", None, says="was not in use")
    attack.do("UPDATE audit_checkpoint SET at = at - interval '1 hour' WHERE size = 800")
    attack.do("UPDATE audit_checkpoint SET at = at - interval '1 hour' WHERE size = 801")
    assert_found(attack, "signature", None, says="was not in use")


def test_a_checkpoint_that_was_made_while_the_clock_was_behind_its_key_is_good(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = now() - timedelta(hours=6)
    monkeypatch.setattr("tipline.trust.audit.tree.now", lambda: before)
    write(1)
    assert round_of(attack.settings) == 801
    assert verify(attack.settings).ok


@pytest.mark.parametrize(
    "change", ["root = sha256('x')", "size = 799", "note = replace(note, '800', '799')", "note = ''"]
)
def test_a_changed_checkpoint_is_found(attack: Attack, change: str) -> None:
    attack.do(f"UPDATE audit_checkpoint SET {change} WHERE size = 800")
    assert found_in(attack).fault


def test_a_missing_list_of_keys_is_found_and_no_new_one_is_made(attack: Attack) -> None:
    (attack.settings.secrets_dir / "signing" / "keys.json").unlink()
    assert_found(attack, "signature", None, says="the list of its keys is missing")


def test_a_changed_file_of_the_witness_is_found(attack: Attack) -> None:
    path = sorted(attack.witness.iterdir())[1]
    original = path.read_text()
    for text in (original.replace("500", "501"), "", "x" * 10_000, original.split("\n\n")[0] + "\n\n"):
        path.write_text(text)
        assert found_in(attack).fault
    path.write_text(original)
    assert verify(attack.settings).ok


def test_a_file_taken_from_the_witness_is_found(attack: Attack) -> None:
    path = sorted(attack.witness.iterdir())[1]
    path.rename(path.with_name("elsewhere.txt"))
    assert_found(attack, "deleted", None, says=path.name)
    shutil.rmtree(attack.witness)
    assert_found(attack, "deleted", None, says="took it out")


@pytest.mark.parametrize("change", ["UPDATE audit_log SET origin = 'tipline/audit/x'", "DELETE FROM audit_log"])
def test_another_name_of_the_log_is_found(attack: Attack, change: str) -> None:
    attack.do(change)
    assert found_in(attack).fault


def test_a_numbering_that_was_set_back_is_found(attack: Attack) -> None:
    last = attack.entry(799)
    attack.do(f"SELECT setval('audit_entry_id_seq', {last - 100})")
    assert_found(attack, "rewound", last)


@pytest.mark.parametrize("index", [-1, 800_000])
def test_a_place_outside_of_the_log_is_found(attack: Attack, index: int) -> None:
    attack.do(f"INSERT INTO audit_leaf (index, entry_id, hash) VALUES ({index}, 700000, sha256('x'))")
    assert found_in(attack).fault


def test_the_command_exits_with_1_and_names_the_entry(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from tipline.cli import audit as command

    monkeypatch.setattr(command, "installation", lambda: _here(attack))
    runner = CliRunner()
    assert runner.invoke(command.app, ["verify"]).exit_code == 0
    entry = attack.entry(77)
    attack.do(f"DELETE FROM audit_entry WHERE id = {entry}")
    told = runner.invoke(command.app, ["verify", "--json"])
    assert told.exit_code == 1
    answer = json.loads(told.stdout)
    assert (answer["ok"], answer["fault"]["kind"], answer["fault"]["entry"]) == (False, "deleted", entry)
    said = runner.invoke(command.app, ["verify"])
    assert said.exit_code == 1
    assert f"entry {entry} " in said.stderr


def _here(attack: Attack) -> object:
    from contextlib import nullcontext

    return nullcontext(attack.settings)


# --- what an attacker can compute too -------------------------------------------------------------------------------


def _hash_of(attack: Attack, entry: int) -> bytes:
    row = attack.owner.execute(f"SELECT {tree.ENTRY_COLUMNS} FROM audit_entry e WHERE e.id = {entry}").fetchone()
    assert row is not None
    return merkle.leaf_hash(tree.entry_bytes(row))


def _rebuild_nodes(attack: Attack) -> None:
    """Stored hashes anew over the leaves as they are now."""
    leaves = [bytes(h) for (h,) in attack.owner.execute("SELECT hash FROM audit_leaf ORDER BY index")]  # type: ignore[arg-type]
    for index in range(len(leaves) // 256):
        growing = merkle.Growing()
        for leaf in leaves[index * 256 : (index + 1) * 256]:
            growing.append(leaf)
        attack.owner.execute("UPDATE audit_node SET hash = %s WHERE level = 1 AND index = %s", [growing.root(), index])
