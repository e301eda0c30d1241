"""Linking: what joins, what does not, what people say, and that any order of it all ends in the same clusters."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.factories import drain, filed, person, synthetic
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.demo.scenario import load
from tipline.demo.synthetic import Seen
from tipline.investigation.chain import chain
from tipline.pipeline.linking import clusters, edges, queries, services
from tipline.pipeline.linking.models import Cluster, ClusterChange, Cut, Edge, Hub, Member, Tie
from tipline.pipeline.linking.rebuild import rebuild
from tipline.pipeline.linking.strengths import STRENGTHS, Strengths
from tipline.pipeline.linking.telling import cluster_told, graph_told
from tipline.pipeline.linking.truth import Named, Noise, generate, linked
from tipline.reports.models import Identifier, Report, Sighting
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import OPERATOR, acting, scope_of


@pytest.fixture
def reporter(db: None) -> Reporter:
    factories.standard_tree()
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


def reports(reporter: Reporter, *emails: str, **more: str) -> list[int]:
    """Reports of different accounts with these addresses, each through the stages by itself."""
    found = []
    for email in emails:
        number = Report.objects.count()
        found.append(filed(reporter, synthetic(f"handle_{number}", "", email=email, files=0, **more)).pk)
        drain()
    return found


def parts() -> set[frozenset[int]]:
    """The clusters as they are kept; sizes agree with members."""
    found: dict[int, set[int]] = {}
    for report, cluster in Member.objects.values_list("report_id", "cluster_id"):
        found.setdefault(cluster, set()).add(report)
    assert {pk: len(members) for pk, members in found.items()} == dict(
        Cluster.objects.filter(ended_at=None).values_list("pk", "size")
    )
    assert set(Cluster.objects.exclude(ended_at=None).values_list("size", flat=True)) <= {0}
    return {frozenset(members) for members in found.values()}


def scratch(ids: Iterable[int]) -> set[frozenset[int]]:
    """The clusters as they would be if everything were put together now."""
    return {frozenset(part) for part in clusters.components(set(ids)) if len(part) > 1}


def at(report: int, value: str) -> int:
    """Where a report meets others by what it states."""
    return Edge.objects.get(report_id=report, stated__value=value, stated__kind="email").identifier_id


def test_the_sixteen_handles_are_the_matters_that_the_bundle_means(reporter: Reporter, tmp_path: Path) -> None:
    scenario = load()
    matters: dict[str, set[int]] = {}
    for entry in scenario.reports:
        pk = filed(reporter, scenario.synthetic(entry, now())).pk
        matters.setdefault(entry.matter or f"by itself {pk}", set()).add(pk)
    drain()
    assert parts() == {frozenset(members) for members in matters.values() if len(members) > 1}
    assert sorted(len(members) for members in matters.values() if len(members) > 1) == [2, 2, 2]


def test_a_tag_that_the_host_ignores_joins_and_what_was_stated_stays(reporter: Reporter) -> None:
    one, two, other = reports(
        reporter, "ravi.k+one@dotless.example", "ravik@dotless-too.example", "ravi.k+one@mail.example"
    )
    assert parts() == {frozenset({one, two})}
    link = next(link for link in chain(OPERATOR, one)["links"] if link["report"] == two)
    assert (link["value"], link["rule"], link["joins"]) == ("ravi.k+one@dotless.example", "email-verified", True)
    assert chain(OPERATOR, one)["cluster"] == {"id": Cluster.objects.get().pk, "size": 2, "visible": 2}
    assert chain(OPERATOR, other)["cluster"] is None


def test_a_report_merges_two_clusters_and_the_history_says_by_what(reporter: Reporter) -> None:
    a, b, c, d, e = reports(
        reporter, "a@mail.example", "b@mail.example", "b@mail.example", "a@mail.example", "b@mail.example"
    )
    assert parts() == {frozenset({a, d}), frozenset({b, c, e})}
    bridge = filed(reporter, synthetic("bridge", "", email="a@mail.example", device="D1", files=0)).pk
    drain()
    last = filed(reporter, synthetic("last", "", email="b@mail.example", device="D1", files=0)).pk
    drain()
    assert parts() == {frozenset({a, b, c, d, e, bridge, last})} == scratch([a, b, c, d, e, bridge, last])
    merge = ClusterChange.objects.get(kind="merged")
    # of two of one size the older stays: what moved is the other one's, and the report that joined them
    assert set(merge.reports) >= {last} and merge.report_count == len(merge.reports)
    assert Edge.objects.get(report_id=bridge, rule="device").identifier_id in merge.identifiers


def test_weak_identifiers_join_only_together(reporter: Reporter) -> None:
    """The same handle at two platforms is a suggestion; with one connection of one minute it is a link."""
    at_ = (now()).replace(microsecond=0, second=0)
    base = synthetic("same_handle", "", files=0, email="one@mail.example")
    elsewhere = replace(base, platform="Clipwave", domain="clipwave.example", email="two@mail.example")
    seen = (Seen("192.0.2.9", 40123, at_, "Login"),)
    one = filed(reporter, replace(base, seen=seen)).pk
    two = filed(reporter, elsewhere).pk
    drain()
    assert parts() == set()
    weak = next(link for link in chain(OPERATOR, one)["links"] if link["report"] == two)
    assert (weak["rule"], weak["joins"]) == ("handle-across", False)
    assert weak["reason"].endswith("too weak to join them by itself")
    three = filed(reporter, replace(elsewhere, email="three@mail.example", seen=seen)).pk
    drain()
    # three is at two's platform under two's handle, and meets one by handle and connection together
    assert parts() == {frozenset({one, two, three})}
    pair = next(tie for tie in graph_told(OPERATOR, one)["ties"] if {tie["low"], tie["high"]} == {one, three})
    assert (pair["id"], len(pair["identifiers"])) == (None, 2)


def test_a_hub_links_nobody_and_one_that_is_none_any_more_links_again(reporter: Reporter, few: Strengths) -> None:
    ids = reports(reporter, *["school@mail.example"] * 3)
    assert parts() == {frozenset(ids)}
    ids += reports(reporter, "school@mail.example")
    assert Hub.objects.get(identifier__kind="email").degree == 4
    assert parts() == set()
    assert [link["hub"] for link in chain(OPERATOR, ids[0])["links"] if link["kind"] == "email"] == [True] * 3
    assert [row["id"] for row in graph_told(OPERATOR, ids[0])["reports"]] == [ids[0]]
    Report.objects.filter(pk=ids[3]).update(destroyed_at=now(), processing="none")
    services.read_again([ids[3]])
    assert not Hub.objects.filter(identifier__kind="email").exists()
    assert parts() == {frozenset(ids[:3])}


def test_a_report_that_goes_splits_what_only_it_held(reporter: Reporter) -> None:
    a, b = reports(reporter, "a@mail.example", "b@mail.example")
    c, d = reports(reporter, "a@mail.example", "b@mail.example", device="D9")
    assert parts() == {frozenset({a, b, c, d})}
    Report.objects.filter(pk=c).update(destroyed_at=now(), processing="none")
    services.read_again([c])
    assert parts() == {frozenset({b, d})}
    left = ClusterChange.objects.order_by("-pk")[0]
    assert (left.kind, left.reports) == ("left", [a, c])


def test_what_a_person_says_holds_until_they_take_it_back(reporter: Reporter) -> None:
    officer = person("US-NCMEC", Role.SUPERVISOR)
    a, b, c = reports(reporter, "a@mail.example", "b@mail.example", "b@mail.example")
    tie = services.tie(officer, c, a, "one writes of the other")
    assert parts() == {frozenset({a, b, c})}
    with pytest.raises(ConflictError, match="already"):
        services.tie(officer, a, c, "again")
    with pytest.raises(InvalidInputError, match="itself"):
        services.tie(officer, a, a, "same")
    with pytest.raises(InvalidInputError, match="say why"):
        services.tie(officer, a, b, " ")
    shared = at(b, "b@mail.example")
    made = services.cut(officer, shared, b, "another person's mailbox")
    assert parts() == {frozenset({a, c})}
    assert next(e for e in graph_told(OPERATOR, b)["edges"] if e["identifier"] == shared)["cut"] == made.pk
    services.end_cut(officer, made.pk, "it was theirs")
    services.end_tie(officer, tie.pk, "they are two matters")
    assert parts() == {frozenset({b, c})}
    done = Entry.objects.filter(action__startswith="link.").order_by("pk").values_list("action", flat=True)
    assert list(done) == ["link.tied", "link.cut", "link.uncut", "link.untied"]


def test_a_merge_is_undone_and_only_new_evidence_brings_it_back(reporter: Reporter) -> None:
    officer = person("US-NCMEC", Role.SUPERVISOR)
    a, b, c, d = reports(reporter, "a@mail.example", "a@mail.example", "a@mail.example", "d@mail.example")
    e = filed(reporter, synthetic("e_handle", "", email="d@mail.example", device="D7", files=0)).pk
    drain()
    bridge = filed(reporter, synthetic("bridge", "", email="a@mail.example", device="D7", files=0)).pk
    drain()
    assert parts() == {frozenset({a, b, c, d, e, bridge})}
    merge = ClusterChange.objects.get(kind="merged")
    assert set(merge.reports) == {d, e, bridge}
    undone = services.undo(officer, merge.pk, "a phone sold on")
    # what came stays together, and is parted from what was there
    assert parts() == {frozenset({a, b, c}), frozenset({d, e, bridge})}
    assert undone.undoes_id == merge.pk
    told = cluster_told(OPERATOR, a)
    assert told["cluster"]["id"] == merge.cluster_id
    assert [row["undone_by"] for row in told["history"] if row["id"] == merge.pk] == [undone.pk]
    with pytest.raises(ConflictError, match="already"):
        services.undo(officer, merge.pk, "again")
    Report.objects.filter(pk__in=[a, d, bridge]).update(processing="waiting")
    drain()
    assert parts() == {frozenset({a, b, c}), frozenset({d, e, bridge})}
    filed(reporter, synthetic("handle_1", "", email="d@mail.example", files=0))  # b's own account
    drain()
    assert len(parts()) == 1
    assert "parted" in ClusterChange.objects.latest("pk").why


def test_who_does_not_see_everything_may_not_and_is_told_whom_to_ask(reporter: Reporter, tmp_path: Path) -> None:
    factories.demo_ranges(tmp_path)
    ids = [
        filed(reporter, synthetic(handle, ip, email="shared@mail.example", files=0)).pk
        for handle, ip in (("at_jalgaon", "192.0.2.11"), ("at_pune", "192.0.2.70"), ("jalgaon_two", "192.0.2.12"))
    ]
    drain()
    here, pune, two = ids
    officer, state = person("IN-MH-JALGAON"), person("IN-MH-CYBER", Role.SUPERVISOR)
    shared = at(here, "shared@mail.example")
    with pytest.raises(NotPermittedError, match="ask IN-MH-CYBER"):
        services.cut(officer, shared, here, "no")
    with pytest.raises(NotFoundError, match=f"no report {pune}"):
        services.tie(officer, here, pune, "no")
    for stranger in (person("IN-DL-CYBER"), person("IN-MH-JALGAON", Role.STATISTICIAN)):
        with pytest.raises(NotFoundError):
            services.cut(stranger, shared, here, "no")
        with pytest.raises(NotFoundError):
            services.undo(stranger, ClusterChange.objects.earliest("pk").pk, "no")
        with acting(scope_of(stranger)) as scope:
            for tell in (graph_told, cluster_told):
                with pytest.raises(NotFoundError):
                    tell(scope, here)
    cluster = Cluster.objects.get()
    with acting(scope_of(officer)) as scope:
        told = cluster_told(scope, here)
        seen = told["cluster"]
        assert (seen["id"], seen["size"], seen["visible"]) == (cluster.pk, 3, 2)
        assert {row["id"] for row in told["reports"]} == {here, two}
        assert {row["id"] for row in graph_told(scope, here)["reports"]} == {here, two}
        assert set(queries.together(scope, here)[0]) == {here, two}
        (formed,) = told["history"]
        assert (set(formed["reports"]), formed["report_count"]) == ({here, two}, 3)
    services.cut(state, shared, pune, "another's")
    assert parts() == {frozenset({here, two})}
    assert Cut.objects.count() == 1 and not Tie.objects.exists()


def test_reports_hang_together_only_over_what_one_sees(reporter: Reporter, tmp_path: Path) -> None:
    factories.demo_ranges(tmp_path)
    one = filed(reporter, synthetic("one", "192.0.2.11", email="x@mail.example", files=0)).pk
    between = filed(reporter, synthetic("mid", "192.0.2.70", email="x@mail.example", device="D3", files=0)).pk
    two = filed(reporter, synthetic("two", "192.0.2.12", email="y@mail.example", device="D3", files=0)).pk
    drain()
    assert parts() == {frozenset({one, between, two})}
    with acting(scope_of(person("IN-MH-JALGAON"))) as scope:
        assert queries.together(scope, one) == ([one], False)
    assert queries.together(OPERATOR, one)[0] == [one, between, two]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Strengths:
    """Limits so small that a handful of reports makes a hub."""
    rules = tuple(r.model_copy(update={"most": 0 if r.id == "account" else 3}) for r in STRENGTHS.rules)
    small = STRENGTHS.model_copy(update={"rules": rules})
    for module in (edges, clusters, queries):
        monkeypatch.setattr(module, "STRENGTHS", small)
    return small


# What reports may come to name: an address, verified or not; a device; a handle at one of two platforms, the same or another; an account.
NAMED = [
    Named("email", "", "p.q@dotless.example", verified=True), Named("email", "", "pq+x@dotless-too.example"),
    Named("email", "", "r@mail.example"), Named("device", "installation", "D1"), Named("device", "installation", "D2"),
    Named("handle", "pictogram", "kite"), Named("handle", "clipwave", "kite"), Named("account_id", "pictogram", "77"),
    Named("url", "", "https://clipwave.example/kite?utm_source=a"), Named("url", "", "https://files.example/a"),
]  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("names"), st.integers(0, 6), st.sampled_from(NAMED)),
    st.tuples(st.just("names"), st.integers(0, 6), st.sampled_from(NAMED)),
    st.tuples(st.just("forgets"), st.integers(0, 6), st.just(None)),
    st.tuples(st.just("goes"), st.integers(0, 6), st.just(None)),
    st.tuples(st.just("ties"), st.integers(0, 6), st.integers(0, 6)),
    st.tuples(st.just("cuts"), st.integers(0, 6), st.integers(0, 3)),
    st.tuples(st.just("takes back"), st.integers(0, 3), st.just(None)),
    st.tuples(st.just("undoes"), st.integers(0, 5), st.just(None)),
    st.tuples(st.just("reads"), st.sets(st.integers(0, 6), min_size=1), st.just(None)),
)


def _name(report: int, one: Named) -> None:
    identifier, _ = Identifier.objects.get_or_create(
        digest=edges.digest(one.kind, one.scope, one.value),
        defaults={
            "kind": one.kind,
            "scope": one.scope,
            "value": one.value,
            "first_seen_at": now(),
            "last_seen_at": now(),
        },
    )
    position = Sighting.objects.filter(report_id=report).count()
    Sighting.objects.create(
        report_id=report, position=position, identifier=identifier, role="reported", original=one.value,
        verified=one.verified, path="",
    )  # fmt: skip


def _step(ids: list[int], officer: User, what: str, number: Any, more: Any) -> None:
    if what == "names":
        _name(ids[number], more)
        services.read_again([ids[number]])
    elif what == "forgets":
        Sighting.objects.filter(report_id=ids[number]).delete()
        services.read_again([ids[number]])
    elif what == "goes":
        Report.objects.filter(pk=ids[number]).update(destroyed_at=now(), processing="none")
        services.read_again([ids[number]])
    elif what == "ties" and number != more:
        services.tie(officer, ids[number], ids[more], "said")
    elif what == "cuts":
        edge = Edge.objects.filter(report_id=ids[number]).order_by("identifier_id")[more : more + 1]
        for one in edge:
            services.cut(officer, one.identifier_id, ids[number], "said", for_all=more == 3)
    elif what == "takes back":
        for cut in Cut.objects.filter(ended_at=None).order_by("pk")[number : number + 1]:
            services.end_cut(officer, cut.pk, "said")
        for tie in Tie.objects.filter(ended_at=None).order_by("pk")[number : number + 1]:
            services.end_tie(officer, tie.pk, "said")
    elif what == "undoes":
        for change in ClusterChange.objects.filter(kind__in=["merged", "joined"]).order_by("-pk")[number : number + 1]:
            services.undo(officer, change.pk, "said")
    elif what == "reads":
        services.read_again([ids[n] for n in number])


def test_any_order_of_it_all_ends_in_the_clusters_that_are_put_together_from_nothing(
    reporter: Reporter, few: Strengths
) -> None:
    officer = person("US-NCMEC", Role.SUPERVISOR)
    ids = [filed(reporter, synthetic(f"own_{n}", "", files=0)).pk for n in range(7)]
    drain()
    Sighting.objects.all().delete()
    services.read_again(ids)
    assert parts() == set()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEPS, min_size=1, max_size=14))
    def runs(steps: list[tuple[str, Any, Any]]) -> None:
        with transaction.atomic():
            for what, number, more in steps:
                try:
                    with transaction.atomic():
                        _step(ids, officer, what, number, more)
                except (ConflictError, InvalidInputError, NotFoundError):
                    continue
                assert parts() == scratch(ids), (what, number, more)
                shared = Edge.objects.values("identifier_id").annotate(n=Count("pk")).filter(n__gt=3)
                over = {row["identifier_id"] for row in shared} - set(
                    Edge.objects.filter(rule="account").values_list("identifier_id", flat=True)
                )
                assert set(Hub.objects.values_list("pk", flat=True)) == over
            transaction.set_rollback(True)

    runs()


def test_the_stage_links_as_the_truth_is_linked_in_memory_whatever_the_batches(reporter: Reporter) -> None:
    """The measured accuracy is that of the stage: the same reports, through the database, end in the same clusters."""
    made = generate(30, 7, Noise(family_device=0.2, common_handle=0.5, same_port=0.1))
    ids = [filed(reporter, synthetic(f"own_{n}", "", files=0)).pk for n in range(len(made))]
    drain()
    Sighting.objects.all().delete()
    for pk, report in zip(ids, made, strict=True):
        for one in report.named:
            _name(pk, one)
            if one.at:
                Sighting.objects.filter(report_id=pk, identifier__kind="ip").update(
                    ip=one.value, port=one.port, at=one.at
                )
    chance = random.Random(5)
    todo = chance.sample(ids, len(ids))
    while todo:
        size = chance.randrange(1, 30)
        services.read_again(todo[:size])
        del todo[:size]
    wanted = {frozenset(ids[n] for n in part) for part in linked(made) if len(part) > 1}
    assert parts() == wanted
    assert len(wanted) > 6
    # a full relink finds nothing to mend; and what was lost or wrong it finds again
    again = rebuild()
    assert (again.clusters, again.new, again.mended) == (len(wanted), 0, 0)
    first, two = list(Cluster.objects.filter(ended_at=None).order_by("-size")[:2])
    Member.objects.filter(cluster=first).delete()
    Member.objects.filter(report_id=two.members.order_by("pk")[0].pk).update(cluster=first)
    Cluster.objects.filter(pk=first.pk).update(size=1)
    third = Cluster.objects.filter(ended_at=None).exclude(pk__in=[first.pk, two.pk]).order_by("pk")[0]
    Member.objects.filter(cluster=third).delete()
    Cluster.objects.filter(pk=third.pk).update(size=0, ended_at=now())
    mended = rebuild()
    assert mended.new >= 1 and mended.mended > 0
    assert parts() == wanted


@pytest.mark.parametrize("_round", range(2))
def test_two_connections_that_meet_in_one_report_make_one_cluster(committed_db: None, _round: int) -> None:
    """Both join the same report, which was in no cluster, by different identifiers, and neither sees the other's."""
    factories.standard_tree()
    reporter = factories.provider()
    middle = filed(reporter, synthetic("middle", "", email="m@mail.example", device="D0", files=0)).pk
    drain()
    ends = [
        filed(reporter, synthetic("left", "", email="m@mail.example", files=0)).pk,
        filed(reporter, synthetic("right", "", email="r@mail.example", device="D0", files=0)).pk,
    ]
    drain()
    Edge.objects.filter(report_id__in=ends).delete()
    clusters.update((), ends, now())
    assert parts() == set()
    both = threading.Barrier(2, timeout=20)
    faults: list[BaseException] = []

    def work(report: int) -> None:
        try:
            with transaction.atomic():
                written = edges.write([report], now())
                both.wait()
                clusters.update(written.grown, written.shrunk, now())
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(report,)) for report in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert parts() == {frozenset({middle, *ends})}
