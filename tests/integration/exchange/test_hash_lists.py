"""Hash lists: who agrees on what is in, withdrawals are heard of, cursors are exact whoever writes meanwhile, and only who may reads."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests import factories
from tests.factories import bearer, person
from tests.integration.exchange.hashes import BY_HAND, DESK, Copy, alone, found, live, published, sha
from tipline.api import hash_lists as endpoints
from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.keys import signing_key
from tipline.core.limits import Buckets
from tipline.exchange.hash_lists import access, feed, files, findings, lists, publishing
from tipline.exchange.hash_lists.findings import find, withdraw
from tipline.exchange.hash_lists.lists import Rules, add_list, subscribe
from tipline.exchange.hash_lists.models import Edition, Finding, FoundHash, HashList, Moment, Subscriber
from tipline.trust.accounts import tokens
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.merkle import EMPTY_ROOT
from tipline.trust.audit.models import Entry as LogEntry
from tipline.trust.visibility import NOTHING, acting, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten() -> None:
    for room in (tokens, access, endpoints):
        room.forget_all()


@pytest.fixture
def supervisor() -> User:
    factories.standard_tree()
    return person(DESK, Role.SUPERVISOR)


@pytest.fixture
def officer(supervisor: User) -> User:
    return person(DESK, Role.INVESTIGATOR)


def test_a_hash_is_listed_when_enough_people_agree(supervisor: User, officer: User) -> None:
    made = add_list(supervisor, Rules("confirmed", "Confirmed", ["baseline", "national"]))
    found(officer, 1, 2)
    first = published(made, supervisor)
    assert first and (first.number, first.entries, bytes(first.root)) == (1, 0, EMPTY_ROOT)
    found(supervisor, 2, 3)
    found(officer, 2)  # said twice by one person is said once
    second = published(made, supervisor)
    assert second and second.entries == 1 and live(made) == {sha(2)[1]: "baseline"}
    assert published(made, supervisor) is None, "nothing changed"
    (entry,) = LogEntry.objects.filter(action="hash_list.published").order_by("-id")[:1]
    assert entry.detail == {"edition": 2, "entries": 1, "added": 1, "withdrawn": 0}


def test_people_who_differ_list_nothing_and_whoever_says_not_keeps_it_out(supervisor: User, officer: User) -> None:
    made = add_list(supervisor, Rules("confirmed", "Confirmed", ["baseline", "national"]))
    found(officer, 1, 2)
    found(supervisor, 1, category="national")
    found(supervisor, 2)
    third = person(DESK, Role.DESK_OFFICER)
    doubt = found(third, 2, category="not")
    published(made, supervisor)
    assert live(made) == {}
    withdraw(third, doubt.pk, "It was another file")
    found(supervisor, 1)  # the newest word of a person counts
    published(made, supervisor)
    assert live(made) == {sha(1)[1]: "baseline", sha(2)[1]: "baseline"}


def test_a_withdrawn_finding_is_heard_of_as_a_withdrawal(supervisor: User, officer: User) -> None:
    made = alone(supervisor)
    finding = found(officer, 1, 2)
    published(made, supervisor)
    copy = Copy().follow(made)
    withdraw(officer, finding.pk, "The exhibit was mixed up")
    found(officer, 2)
    published(made, supervisor)
    assert copy.follow(made).values == live(made) == {sha(2)[1]: "baseline"}
    with pytest.raises(ConflictError):
        withdraw(officer, finding.pk, "Again")


def test_a_finding_is_withdrawn_by_its_person_or_a_supervisor_and_nobody_else(supervisor: User, officer: User) -> None:
    finding = found(officer, 1)
    with pytest.raises(NotPermittedError):
        withdraw(person(DESK, Role.ANALYST), finding.pk, "I think so")
    with pytest.raises(NotFoundError):
        withdraw(person("IN-MH-PUNE", Role.SUPERVISOR), finding.pk, "I think so")
    with pytest.raises(InvalidInputError, match="reason"):
        withdraw(supervisor, finding.pk, " ")
    assert withdraw(supervisor, finding.pk, "Not shown").withdrawn_by == supervisor
    assert LogEntry.objects.filter(action="hash.finding_withdrawn", object_id=str(finding.pk)).count() == 1


@pytest.mark.parametrize(
    ("hashes", "category", "reason", "words"),
    [
        ([("sha256", "abc")], "baseline", "x", "64 hex digits"), ([("md5", "g" * 32)], "baseline", "x", "hex digits"),
        ([("photodna", "two words")], "baseline", "x", "without blanks"), ([("crc", "1")], "baseline", "x", "no kind of hash"),
        ([sha(1)], "guilty", "x", "category"), ([sha(1)], "baseline", "", "reason"), ([], "baseline", "x", "hashes"),
        ([sha(1)], "baseline", "x" * 301, "reason"),
    ],
)  # fmt: skip
def test_what_is_no_finding_is_refused_by_name(
    officer: User, hashes: list[tuple[str, str]], category: str, reason: str, words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words):
        find(officer, hashes, category, reason, BY_HAND)
    assert not Finding.objects.exists() and not FoundHash.objects.exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.STATISTICIAN])
def test_roles_without_reports_find_and_publish_nothing(supervisor: User, role: Role) -> None:
    somebody = person("IN-MH-PUNE", role)
    for act in (lambda: found(somebody, 1), lambda: alone(somebody), lambda: list(lists.lists_of(somebody))):
        with pytest.raises(NotPermittedError):
            act()


def test_an_officer_makes_no_list_and_lets_nobody_read(supervisor: User, officer: User) -> None:
    made = alone(supervisor)
    for act in (
        lambda: alone(officer, "another"), lambda: subscribe(officer, made.pk, "Pictogram"),
        lambda: lists.end_list(officer, made.pk), lambda: lists.unsubscribe(officer, made.pk, 1),
    ):  # fmt: skip
        with pytest.raises(NotPermittedError):
            act()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "Confirmed!"}, "name"), ({"title": ""}, "title"), ({"categories": []}, "categories"), ({"categories": ["not"]}, "categories"),
        ({"algorithms": ["crc"]}, "algorithms"), ({"needs": 0}, "needs"), ({"needs": 6}, "needs"),
    ],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused_by_name(supervisor: User, more: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{field}: "):
        alone(supervisor, **more)


def test_a_list_by_hand_takes_only_what_names_it_and_a_list_of_kinds_only_those(
    supervisor: User, officer: User
) -> None:
    by_hand, exact = alone(supervisor, "chosen", by_hand=True), alone(supervisor, "exact", algorithms=["md5"])
    found(officer, 1)
    found(officer, 2, hash_list="chosen")
    find(officer, [("md5", "A" * 32), sha(3)], "national", "Compared", BY_HAND)
    for one in (by_hand, exact):
        published(one, supervisor)
    assert live(by_hand) == {sha(2)[1]: "baseline"} and live(exact) == {"a" * 32: "national"}
    with pytest.raises(InvalidInputError, match="list"):
        found(officer, 4, hash_list="exact")
    with pytest.raises(NotFoundError):
        found(person("IN-MH-PUNE"), 4, hash_list="chosen")


def test_an_entry_that_changed_twice_shows_once_and_positions_are_met_in_order(supervisor: User, officer: User) -> None:
    made = alone(supervisor)
    first = found(officer, *range(5))
    published(made, supervisor)
    copy = Copy().follow(made)
    for category in ("national", "baseline", "national"):
        found(officer, 1, category=category)
        published(made, supervisor)
    copy.met.clear()
    copy.follow(made)
    assert copy.met == [8] and copy.values[sha(1)[1]] == "national"
    withdraw(officer, first.pk, "Mixed up")
    published(made, supervisor)
    fresh = Copy().follow(made)
    assert fresh.values == copy.follow(made).values == live(made) and len(fresh.met) == 1, (
        "who starts anew meets no withdrawals"
    )


def test_reading_goes_on_exactly_while_others_publish(supervisor: User, officer: User) -> None:
    made = alone(supervisor)
    finding = found(officer, *range(6))
    published(made, supervisor)
    page = feed.page(made.pk, feed.Cursor(), 2)
    withdraw(officer, finding.pk, "Mixed up")
    found(officer, 1, 4, 9)
    published(made, supervisor)
    has = {row.value for row in page.rows}
    while page.next:
        page = feed.page(made.pk, page.next, 2)
        for row in page.rows:
            (has.add if row.live else has.discard)(row.value)
    assert has == set(live(made)) == {sha(n)[1] for n in (1, 4, 9)} and page.head == HashList.objects.get().head


def test_withdrawals_are_forgotten_after_a_while_and_who_is_too_old_is_told(supervisor: User, officer: User) -> None:
    made = alone(supervisor)
    finding = found(officer, 1)
    found(officer, 2)
    published(made, supervisor)
    old = Copy().follow(made)
    withdraw(officer, finding.pk, "Mixed up")
    published(made, supervisor)
    current = Copy().follow(made)
    assert publishing.forget(made) == 0, "they are kept for ninety days"
    Edition.objects.update(published_at=now() - timedelta(days=91))
    assert publishing.forget(made) == 1
    with pytest.raises(feed.TooOldError):
        old.follow(made)
    old.position = 0
    assert old.follow(made).values == current.follow(made).values == live(made)
    with pytest.raises(InvalidInputError, match="beyond"):
        feed.page(made.pk, feed.Cursor.at(1_000), 2)


# over HTTP


@pytest.fixture
def read(supervisor: User, officer: User) -> tuple[HashList, lists.Subscribed]:
    """A list of five with a subscriber."""
    made = alone(supervisor)
    found(officer, *range(5))
    published(made, supervisor)
    return made, subscribe(supervisor, made.pk, "Pictogram")


def asked(key: str, address: str, **more: Any) -> Any:
    return Client().get(f"/api/v1/hashes/{address}", more, **bearer(key))


def test_a_subscriber_reads_pages_and_the_last_names_the_edition_it_then_has(
    read: tuple[HashList, lists.Subscribed],
) -> None:
    made, one = read
    answer = asked(one.key, f"{made.pk}/threat_updates", limit=3)
    body = answer.json()
    assert [row["indicator"] for row in body["data"]] == [sha(n)[1] for n in range(3)] and "tipline" not in body
    assert one.key not in body["paging"]["next"]
    last = Client().get(body["paging"]["next"], **bearer(one.key)).json()
    assert [row["indicator"] for row in last["data"]] == [sha(3)[1], sha(4)[1]] and "paging" not in last
    assert (last["tipline"]["position"], last["tipline"]["edition"], last["tipline"]["entries"]) == (5, 1, 5)
    note = last["tipline"]["checkpoint"]
    assert note == asked(one.key, f"{made.pk}/checkpoint").content.decode()
    key = signing_key(config()).public
    signature = base64.b64decode(note.split()[-1])
    assert signature[:4] == key.key_hash and "\nentries 5\n" in note and f"/{DESK}/confirmed\n" in note
    kept = Subscriber.objects.get()
    assert kept.last_read_at is not None and kept.last_read_to == 5
    assert LogEntry.objects.filter(action="hash_list.read", object_id=str(made.pk)).count() == 1
    assert one.key.partition("|")[2] not in repr(list(LogEntry.objects.values())) + repr(
        Subscriber.objects.values().get()
    )


def test_the_entry_has_what_clients_read_and_nothing_of_where_it_came_from(
    read: tuple[HashList, lists.Subscribed],
) -> None:
    made, one = read
    row = asked(one.key, f"{made.pk}/threat_updates", limit=1).json()["data"][0]
    assert set(row) == {
        "id", "indicator", "type", "creation_time", "last_updated", "should_delete", "status", "tags", "applications_with_opinions", "descriptors",
    }  # fmt: skip
    assert (row["type"], row["should_delete"], row["tags"]) == ("HASH_SHA256", False, ["baseline"])
    assert row["descriptors"]["data"][0]["owner"]["id"] == str(made.agency_id)
    assert "Compared" not in json.dumps(row) and "Investigator" not in json.dumps(row)
    narrow = asked(
        one.key, f"{made.pk}/threat_updates", limit=1, fields="indicator,descriptors{owner{id},tags}"
    ).json()["data"][0]
    assert set(narrow) == {"indicator", "descriptors"}
    types = asked(one.key, f"{made.pk}/threat_updates", types="HASH_PDQ,HASH_OF_NOBODY").json()
    assert types == {"data": []}


def test_a_client_that_knows_times_gets_what_was_dated_then_or_later(
    read: tuple[HashList, lists.Subscribed], supervisor: User, officer: User
) -> None:
    made, one = read
    seen = asked(one.key, f"{made.pk}/threat_updates").json()["data"][-1]["last_updated"]
    withdraw(officer, Finding.objects.get().pk, "Mixed up")
    found(officer, 7)
    published(made, supervisor)
    delta = asked(one.key, f"{made.pk}/threat_updates", start_time=seen + 1).json()["data"]
    assert {(row["indicator"], row["should_delete"]) for row in delta} == {
        *((sha(n)[1], True) for n in range(5)), (sha(7)[1], False),
    }  # fmt: skip
    assert all(row["last_updated"] > seen and ("descriptors" in row) != row["should_delete"] for row in delta)
    assert asked(one.key, f"{made.pk}/threat_updates", stop_time=seen + 1).json()["data"] == [], (
        "all of it changed since"
    )
    assert asked(one.key, f"{made.pk}/threat_updates", start_time=int(now().timestamp()) + 10**6).status_code == 422


def test_changes_of_a_large_edition_are_dated_in_steps_and_never_before_they_are_there(
    supervisor: User, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 2)
    made = alone(supervisor)
    found(officer, *range(5))
    before = now().timestamp()
    published(made, supervisor)
    found(officer, 9)
    published(made, supervisor)
    rows = list(Moment.objects.order_by("up_to").values_list("up_to", "at"))
    assert [up_to for up_to, _ in rows] == [2, 4, 5, 6] and rows[0][1] >= before + publishing.AHEAD_SECONDS - 1
    assert [at for _, at in rows] == sorted({at for _, at in rows})


def test_410_to_who_is_older_than_what_is_kept(
    read: tuple[HashList, lists.Subscribed], supervisor: User, officer: User
) -> None:
    made, one = read
    withdraw(officer, Finding.objects.get().pk, "Mixed up")
    found(officer, 7)
    published(made, supervisor)
    Edition.objects.update(published_at=now() - timedelta(days=91))
    publishing.forget(made)
    for cursor in ({"after": 5}, {"start_time": 1}):
        answer = asked(one.key, f"{made.pk}/threat_updates", **cursor)
        assert answer.status_code == 410 and "anew" in answer.json()["detail"]
    whole = asked(one.key, f"{made.pk}/threat_updates").json()
    assert [row["indicator"] for row in whole["data"]] == [sha(7)[1]]


def test_an_answer_that_is_the_same_is_not_sent_again(read: tuple[HashList, lists.Subscribed]) -> None:
    made, one = read
    first = asked(one.key, f"{made.pk}/threat_updates", after=5)
    again = Client().get(
        f"/api/v1/hashes/{made.pk}/threat_updates?after=5", HTTP_IF_NONE_MATCH=first["ETag"], **bearer(one.key)
    )
    assert again.status_code == 304 and again.content == b""


def test_only_who_may_reads_and_others_do_not_learn_that_there_is_a_list(
    read: tuple[HashList, lists.Subscribed], supervisor: User
) -> None:
    made, one = read
    other = alone(supervisor, "another")
    for address in (f"{other.pk}", f"{other.pk}/threat_updates", f"{other.pk}/checkpoint", "987654/threat_updates"):
        assert asked(one.key, address).status_code == 404
    assert LogEntry.objects.filter(action="access.refused", object_type="hash_list").count() == 4
    mine, strangers = factories.token(supervisor, "hashes:read"), factories.token(person("IN-MH-PUNE"), "hashes:read")
    narrow = factories.token(supervisor, "reports:read")
    assert len(asked(mine, f"{made.pk}/threat_updates").json()["data"]) == 5
    assert [row["name"] for row in asked(mine, "lists").json()["items"]] == ["confirmed", "another"]
    assert asked(strangers, f"{made.pk}/threat_updates").status_code == 404
    assert asked(strangers, "lists").json() == {"items": []}
    assert asked(narrow, f"{made.pk}/threat_updates").status_code == 403
    assert Client().get("/api/v1/hashes/lists").status_code == 401
    assert Client().get("/api/v1/hashes/lists", {"access_token": mine}).status_code == 401, (
        "of a person only in the header"
    )


def test_a_key_ends_with_its_time_its_list_its_provider_and_by_hand(
    read: tuple[HashList, lists.Subscribed], supervisor: User
) -> None:
    made, one = read
    provider = factories.provider()
    theirs = subscribe(supervisor, made.pk, "Pictogram", provider=provider.username)
    assert asked(theirs.key, f"{made.pk}").status_code == 200
    provider.active = False
    provider.save()
    assert asked(theirs.key, f"{made.pk}").status_code == 401
    Subscriber.objects.filter(pk=one.subscriber.pk).update(expires_at=now())
    assert asked(one.key, f"{made.pk}").status_code == 401
    third = subscribe(supervisor, made.pk, "A platform")
    lists.unsubscribe(supervisor, made.pk, third.subscriber.pk)
    assert asked(third.key, f"{made.pk}").status_code == 401
    fourth = subscribe(supervisor, made.pk, "Another")
    lists.end_list(supervisor, made.pk)
    assert asked(fourth.key, f"{made.pk}").status_code == 401
    number, _, secret = fourth.key.partition("|")
    assert asked(f"{int(number) + 1}|{secret}", f"{made.pk}").status_code == 401


def test_who_tries_keys_and_who_asks_too_often_waits(
    read: tuple[HashList, lists.Subscribed], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, one = read
    wrong = f"{one.key[:-3]}abc" if not one.key.endswith("abc") else f"{one.key[:-3]}abd"
    assert [asked(wrong, "lists").status_code for _ in range(11)][-2:] == [401, 429]
    monkeypatch.setattr(endpoints, "_calls", Buckets(per_second=0.001, burst=2))
    assert [asked(one.key, f"{made.pk}").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=5001", "after=-1", "start_time=x", "after=99999999999999999999", "after=4&began=900"]
)
def test_a_question_that_is_none_is_answered_by_name(read: tuple[HashList, lists.Subscribed], query: str) -> None:
    made, one = read
    answer = Client().get(f"/api/v1/hashes/{made.pk}/threat_updates?{query}", **bearer(one.key))
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"


def test_hashes_are_seen_by_their_agency_and_published_ones_by_who_reads_the_list(
    read: tuple[HashList, lists.Subscribed], supervisor: User
) -> None:
    made, _ = read

    def seen(scope: Any) -> tuple[int, int, int]:
        with acting(scope), connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM hash_lists_finding), (SELECT count(*) FROM hash_lists_foundhash),"
                " (SELECT count(*) FROM hash_lists_entry)"
            )
            return cursor.fetchone()

    assert seen(scope_of(supervisor)) == (1, 5, 5)
    assert seen(scope_of(person("IN-MH-PUNE", Role.SUPERVISOR))) == seen(NOTHING) == (0, 0, 0)
    assert seen(replace(NOTHING, hash_list_ids=frozenset({made.pk}))) == (0, 0, 5)
    assert seen(replace(NOTHING, hash_list_ids=frozenset({made.pk + 1}))) == (0, 0, 0)


def test_what_a_person_publishes_by_command_or_page_is_done_within_their_own_sight(
    supervisor: User, officer: User
) -> None:
    made = alone(supervisor)
    with acting(scope_of(officer)):
        found(officer, 1)
    with acting(scope_of(supervisor)):
        assert published(made, supervisor)
        edition, lines = files.taken(made, supervisor.actor)
        assert [json.loads(one)["indicator"] for one in lines] == [sha(1)[1]] and edition.entries == 1
        assert [one.pk for one in findings.findings_of(supervisor)] == [Finding.objects.get().pk]
