"""Hash lists while many write, publish and read at once: nobody passes over a change."""

from __future__ import annotations

import threading

import psycopg
from django.db import connections

from tests import factories
from tests.factories import person
from tests.integration.exchange.hashes import DESK, Copy, alone, found, live, sha
from tipline.exchange.hash_lists.findings import withdraw
from tipline.exchange.hash_lists.models import Edition, Finding
from tipline.exchange.hash_lists.publishing import publish
from tipline.trust.accounts.models import Role


def test_no_change_is_passed_over_while_many_write_and_publish(
    committed_db: None,
) -> None:
    factories.standard_tree()
    supervisor = person(DESK, Role.SUPERVISOR)
    made = alone(supervisor)
    writers, rounds, done, faults = 3, 8, threading.Event(), []

    def writing(which: int) -> None:
        try:
            kept: list[Finding] = []
            for turn in range(rounds):
                kept.append(found(supervisor, *(which * 1_000 + turn * 10 + n for n in range(3))))
                if turn % 3 == 2:
                    withdraw(supervisor, kept.pop(0).pk, "Mixed up")
                publish(made, supervisor.actor)
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    copy = Copy()

    def reading() -> None:
        try:
            while not done.is_set():
                copy.follow(made, most=3)
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    reader = threading.Thread(target=reading)
    threads = [threading.Thread(target=writing, args=(which,)) for which in range(writers)]
    reader.start()
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    done.set()
    reader.join(30)
    assert not faults
    publish(made, supervisor.actor)
    assert copy.follow(made).values == live(made) and len(live(made)) == writers * (rounds - 2) * 3
    newest = Edition.objects.order_by("-number").first()
    assert newest and newest.head == copy.position and newest.entries == len(copy.has)
    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, newest.number + 1)
    )


def test_who_publishes_waits_for_the_other_and_readers_wait_for_nobody(committed_db: None, owner_url: str) -> None:
    factories.standard_tree()
    supervisor = person(DESK, Role.SUPERVISOR)
    made = alone(supervisor)
    found(supervisor, 1)
    with psycopg.connect(owner_url) as slow:
        slow.execute("SELECT 1 FROM hash_lists_hashlist WHERE id = %s FOR UPDATE", [made.pk])
        thread = threading.Thread(target=lambda: (publish(made, supervisor.actor), connections.close_all()))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive() and Copy().follow(made).values == {}
        slow.rollback()
        thread.join(30)
    assert Copy().follow(made).values == live(made) == {sha(1)[1]: "baseline"}
