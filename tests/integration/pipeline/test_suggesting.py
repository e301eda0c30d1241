"""Suggestions: what looks alike is proposed and never joined, what is a child's is never compared, what was refused stays away."""

from __future__ import annotations

import pytest

from tests.factories import drain, filed, provider, standard_tree, synthetic
from tipline.core.clock import now
from tipline.pipeline.linking.models import Compared, Edge, Hub, Member, Suggestion, SuggestionState
from tipline.pipeline.linking.suggesting import services
from tipline.reports.models import Identifier, Person, Report, ReportState, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> list[int]:
    """Two reports of accounts whose names differ by one digit and whose people have one name in two scripts, and one of somebody else."""
    standard_tree()
    filing = provider()
    made = [
        filed(filing, synthetic("monsoon_kite_07")).pk,
        filed(filing, synthetic("Monsoon.Kite-08", "192.0.2.12")).pk,
        filed(filing, synthetic("quiet_harbour", "192.0.2.13")).pk,
    ]
    drain()
    for report_id, first, last in ((made[0], "रवि", "कुमार"), (made[1], "Ravi", "Kumaar")):
        Person.objects.filter(report_id=report_id, role="reported").update(first_name=first, last_name=last)
    return made


def test_what_looks_alike_is_suggested_with_its_reasons_and_joins_nobody(world: list[int]) -> None:
    before = Member.objects.count()
    looked = services.look()
    assert (looked.reports, looked.opened) == (3, 1)
    found = Suggestion.objects.get()
    assert (found.low_id, found.high_id, found.state) == (world[0], world[1], SuggestionState.OPEN)
    said = {one["field"]: one for one in found.comparisons}
    assert said["names"]["level"] == "same"
    assert said["nicks"]["level"] == "one_apart"
    of_low = Identifier.objects.filter(pk__in=said["nicks"]["low"])
    assert {one.value for one in of_low} <= {"monsoon_kite_07", "monsoon_kite_07@mail.example"} and of_low
    assert "kite" not in str([one["sentence"] for one in found.comparisons])
    assert Member.objects.count() == before
    assert services.look() == services.Looked()  # nothing came since


def test_what_is_a_childs_is_not_compared(world: list[int]) -> None:
    theirs = Sighting.objects.filter(report_id=world[0], role="reported")
    Identifier.objects.filter(pk__in=theirs.values("identifier_id")).update(of_child=True)
    Person.objects.filter(report_id=world[0], role="reported").update(child=1)
    services.look()
    assert Suggestion.objects.count() == 0
    assert Compared.objects.get(report_id=world[0]).keys == []


def test_a_hub_is_not_compared(world: list[int]) -> None:
    Person.objects.update(first_name="", last_name="", display_names=[])
    for one in Identifier.objects.filter(pk__in=Edge.objects.filter(report_id=world[0]).values("identifier_id")):
        Hub.objects.create(identifier=one, rule="x", degree=900, most=50, since=now())
    services.look()
    assert Suggestion.objects.count() == 0


def test_what_was_refused_comes_back_only_with_new_evidence(world: list[int]) -> None:
    services.look()
    Suggestion.objects.update(state=SuggestionState.REFUSED)
    again(world)
    assert Suggestion.objects.get().state == SuggestionState.REFUSED
    other = (
        Identifier.objects.filter(kind="handle", value__startswith="monsoon.kite", sightings__isnull=False)
        .distinct()
        .get()
    )
    twin = Identifier.objects.create(
        kind="handle", scope="elsewhere", value="monsoonkite07", digest=b"x" * 32,
        first_seen_at=now(), last_seen_at=now(),
    )  # fmt: skip
    Sighting.objects.filter(identifier=other).update(identifier=twin)
    again(world)
    found = Suggestion.objects.get()
    assert found.state == SuggestionState.OPEN
    assert "Refused before" in str(found.comparisons)


def test_what_was_taken_back_is_no_longer_suggested_and_comes_again_when_it_is_there_again(world: list[int]) -> None:
    services.look()
    Report.objects.filter(pk=world[0]).update(state=ReportState.RETRACTED, retracted_at=now(), processing="none")
    assert services.look().gone == 1
    assert Suggestion.objects.get().state == SuggestionState.GONE


def again(reports: list[int]) -> None:
    """As if the reports had been read again."""
    Compared.objects.filter(report_id__in=reports).update(model_version="older")
    services.look()
