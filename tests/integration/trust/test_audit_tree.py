"""Places in the tree: every committed entry gets exactly one, whoever writes at the same time, and no writer ever waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from tests.integration.trust.log import OFFICER, round_of, settings_for, write
from tipline.core.database.embedded import EmbeddedPostgres
from tipline.core.database.layout import APP_ROLE
from tipline.trust.audit import merkle, tree
from tipline.trust.audit.models import Entry, Leaf, Node, Pending
from tipline.trust.audit.services import Act, record
from tipline.trust.audit.verifying import verify
from tipline.trust.visibility import NOTHING, OPERATOR, acting, assume


def _thread(work: object) -> threading.Thread:
    def run() -> None:
        try:
            assume(OPERATOR)
            work()  # type: ignore[operator]
        finally:
            connection.close()

    started = threading.Thread(target=run)
    started.start()
    return started


def assert_whole(count: int) -> None:
    assert Entry.objects.count() == Leaf.objects.count() == count
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(count))
    assert not Pending.objects.exists()


def test_an_entry_that_is_committed_late_gets_its_place_after_those_with_higher_numbers(
    committed_db: None, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path)
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write(1)
            written.set()
            assert go_on.wait(30)

    thread = _thread(slow)
    assert written.wait(30)
    write(3)
    assert round_of(settings) == 3, "what is not committed is not in the tree, and holds up nothing"
    assert verify(settings).ok
    go_on.set()
    thread.join()
    assert round_of(settings) == 4
    first = Entry.objects.order_by("id").values_list("id", flat=True)[0]
    assert Leaf.objects.get(index=3).entry_id == first
    assert verify(settings).ok
    assert_whole(4)


def test_an_entry_of_a_transaction_that_is_rolled_back_leaves_nothing(committed_db: None, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    write(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        write(5)
        raise RuntimeError
    assert round_of(settings) == 1
    write(1)
    assert round_of(settings) == 2
    assert verify(settings).ok


def test_writers_do_not_wait_for_the_sequencer(committed_db: None, owner_url: str, tmp_path: Path) -> None:
    """With the sequencer's lock held, and its batch taken and not committed, an entry is written at once."""
    settings = settings_for(tmp_path)
    write(10)
    with transaction.atomic():
        assert tree.sequence() == 10  # holds the advisory lock and the rows until the end of this transaction
        done: list[float] = []

        def writer() -> None:
            started = time.monotonic()
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '3s'")
            write(5)
            done.append(time.monotonic() - started)

        thread = _thread(writer)
        thread.join(30)
        assert done, "the writer waited"
        with psycopg.connect(owner_url) as owner:
            row = owner.execute("SELECT count(*) FROM audit_entry").fetchone()
            assert row == (15,), "and what it wrote is committed"
    assert round_of(settings) == 15
    assert_whole(15)


def test_many_writers_and_several_sequencers_at_once(committed_db: None, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    stop = threading.Event()

    def writer() -> None:
        for number in range(25):
            with transaction.atomic():
                write(1 + number % 7)
                time.sleep(0.001 * (number % 3))

    def sequencer() -> None:
        while not stop.is_set():
            round_of(settings)

    sequencers = [_thread(sequencer) for _ in range(2)]
    writers = [_thread(writer) for _ in range(4)]
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sequencers:
        thread.join()
    round_of(settings)
    found = verify(settings)
    assert found.ok, found.fault
    assert found.checkpoints > 1
    assert_whole(4 * sum(1 + number % 7 for number in range(25)))


def test_the_stored_tree_is_the_tree_of_its_leaves(committed_db: None, tmp_path: Path) -> None:
    """However the batches fall: over whole tiles, within one, to one's very end."""
    settings = settings_for(tmp_path)
    for count in (1, 254, 1, 1, 511, 256, 300, 3):
        write(count)
        round_of(settings)
    leaves = [bytes(h) for h in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    growing = merkle.Growing()
    hashes = tree.stored_hashes()
    for size, leaf in enumerate(leaves, 1):
        growing.append(leaf)
        if size % 37 == 0 or size % 256 in {0, 1, 255} or size == len(leaves):
            assert merkle.root(hashes, size) == growing.root(), size
            path = merkle.inclusion_proof(hashes, size // 2, size)
            assert merkle.verify_inclusion(leaves[size // 2], size // 2, size, path, growing.root())
    assert Node.objects.filter(level=1).count() == len(leaves) // 256
    assert verify(settings).ok


def test_batches_are_taken_until_nothing_waits(
    committed_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "BATCH", 100)
    write(250)
    assert tree.sequence() == 250
    write(200)
    assert tree.sequence() == 200
    assert tree.sequence() == 0
    round_of(settings_for(tmp_path))
    assert_whole(450)


def test_a_second_level_of_stored_hashes(committed_db: None, owner_url: str, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    for _ in range(14):
        write(5_000)
    assert round_of(settings) == 70_000
    assert Node.objects.filter(level=2).count() == 1
    assert verify(settings).ok
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE audit_node SET hash = sha256('x') WHERE level = 2")
    found = verify(settings)
    assert found.fault is not None
    assert found.fault.kind == "tree"


def test_a_sequencer_that_is_killed_in_the_middle_leaves_everything_as_it_was(
    committed_db: None, postgres: EmbeddedPostgres, owner_url: str, tmp_path: Path
) -> None:
    """Killed after the places were given, before the commit: the next one starts from what was before."""
    settings = settings_for(tmp_path)
    write(300)
    script = textwrap.dedent(
        f"""
        import time
        import django
        from django.conf import settings
        from tipline.core.database.urls import django_database
        entry = django_database({postgres.layout.url(APP_ROLE, owner_url.rpartition("/")[2].partition("?")[0])!r}, application_name="killed")
        settings.DATABASES["default"].update(entry)
        django.setup()
        from django.db import transaction
        from tipline.trust.visibility import OPERATOR, assume
        from tipline.trust.audit import tree
        assume(OPERATOR)
        with transaction.atomic():
            print(tree.sequence(), flush=True)
            time.sleep(60)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tipline.settings", "TIPLINE_DATA_DIR": str(tmp_path / "other")},
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "300"
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert Pending.objects.count() == 300
    assert not Leaf.objects.exists()
    assert round_of(settings) == 300
    assert verify(settings).ok
    assert_whole(300)


@pytest.mark.django_db
def test_a_head_is_signed_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert tree.checkpoint(settings) is None
    write(3)
    first = tree.checkpoint(settings)
    again = tree.checkpoint(settings)
    assert first is not None
    assert again is not None
    assert first.pk == again.pk


@pytest.mark.django_db
def test_who_sees_no_entries_takes_none_of_their_marks() -> None:
    """A sequencer that was started with somebody's narrow sight must not lose what it does not see."""
    with acting(NOTHING):
        record(OFFICER, [Act("report.read", "report", 1)])
        assert tree.sequence() == 0
    assert Pending.objects.count() == 1
    assert tree.sequence() == 1
