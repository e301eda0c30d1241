"""Bundles: proposed by rules, decided once, each member its own entry; what cannot be done is named and left."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tests.factories import agency, drain, person, signed_in
from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.referrals.bundles import queries, services
from tipline.referrals.bundles.models import Bundle, BundleAct, BundleMember
from tipline.referrals.bundles.proposing import propose
from tipline.referrals.models import DeskRow, Referral, ReferralEvent, ReferralState
from tipline.referrals.services import acknowledge
from tipline.reports.models import Report, ReportedFile
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
DESK = "IN-MH-JALGAON"


@pytest.fixture
def reporter(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


def viral(reporter: Reporter, count: int) -> list[int]:
    """Reports of different accounts with one and the same file."""
    made = [factories.filed(reporter, factories.synthetic(f"kite_{now().timestamp()}_{n}")).pk for n in range(count)]
    drain()
    DeskRow.objects.update(priority=5, urgent=False)
    return made


@pytest.fixture
def officer(reporter: Reporter) -> User:
    return person(DESK)


def the(officer: User) -> Bundle:
    return queries.bundles_of(officer.agency).get()


def test_the_same_file_in_three_reports_is_proposed_once_and_with_its_reason(reporter: Reporter, officer: User) -> None:
    two = viral(reporter, 2)
    assert propose() == 0
    three = [*two, *viral(reporter, 1)]
    assert propose() == 3 and propose() == 0
    bundle = the(officer)
    assert (bundle.rule, bundle.waiting) == ("file", 3)  # type: ignore[attr-defined]
    member = bundle.members.order_by("report_id")[0]
    assert (member.report_id, member.why) == (three[0], "the same file value (MD5) (bundles/file, version 1)")
    later = viral(reporter, 1)
    assert propose() == 1
    assert set(bundle.members.values_list("report_id", flat=True)) == {*three, *later}
    # the desks that sent it on have it no more, and no bundle of it
    assert set(Bundle.objects.values_list("agency__code", flat=True)) == {DESK}


def test_an_empty_file_is_not_the_same_file(reporter: Reporter, officer: User) -> None:
    viral(reporter, 3)
    ReportedFile.objects.update(md5="d41d8cd98f00b204e9800998ecf8427e")
    assert propose() == 0


def test_a_batch_of_a_day_is_one(reporter: Reporter, officer: User) -> None:
    viral(reporter, 3)
    Report.objects.update(batch_reason="viral")
    propose()
    assert the(officer).rule == "batch"


def test_one_decision_goes_to_each_member_and_names_the_bundle(reporter: Reporter, officer: User) -> None:
    ids = viral(reporter, 3)
    propose()
    bundle = the(officer)
    decision = services.decide(officer, bundle.pk, BundleAct.RETURN, reason="duplicate", note="All one film")
    assert (decision.done, decision.left) == (ids, [])
    for one in ids:
        hop = Referral.objects.get(report=one, to_agency__code=DESK)
        assert (hop.state, hop.answer) == (ReferralState.RETURNED, "All one film")
        assert ReferralEvent.objects.filter(referral=hop, act="return", person=officer).count() == 1
        entries = Entry.objects.filter(object_type="report", object_id=str(one))
        assert entries.get(action="bundle.member_decided").detail["bundle"] == bundle.pk
        assert entries.filter(action="referral.returned").count() == 1
    with pytest.raises(ConflictError, match="none of its reports"):
        services.decide(officer, bundle.pk, BundleAct.RETURN, reason="duplicate")


def test_what_cannot_be_done_is_named_and_left(reporter: Reporter, officer: User) -> None:
    ids = viral(reporter, 4)
    propose()
    bundle = the(officer)
    # accepted by somebody, though the desk's row does not say so yet
    Referral.objects.filter(report=ids[2], to_agency__code=DESK).update(state=ReferralState.ACCEPTED)
    DeskRow.objects.filter(report=ids[2], agency__code=DESK).update(pile="new")
    decision = services.decide(officer, bundle.pk, BundleAct.RETURN, reason="duplicate")
    assert decision.done == [ids[0], ids[1], ids[3]]
    [left] = decision.left
    assert left["report"] == ids[2] and "belongs to its case" in left["why"]


def test_an_urgent_one_is_left_unless_somebody_looked_at_it(reporter: Reporter, officer: User) -> None:
    ids = viral(reporter, 4)
    propose()
    other = person(DESK)
    bundle = the(officer)
    Report.objects.filter(pk__in=ids[:2]).update(escalated=True)
    decision = services.decide(officer, bundle.pk, BundleAct.RETURN, reason="duplicate", urgent_shown=[ids[1]])
    assert decision.done == ids[2:] and decision.proposed == [ids[1]]
    assert [one["report"] for one in decision.left] == [ids[0]]
    assert other.agency_id == officer.agency_id


def test_what_comes_after_the_decision_is_shown_as_new_and_decided_by_a_person(
    reporter: Reporter, officer: User
) -> None:
    viral(reporter, 3)
    propose()
    bundle = the(officer)
    services.decide(officer, bundle.pk, BundleAct.INFORMATIONAL, note="A film that goes round")
    assert not queries.bundles_of(officer.agency).exists()
    [new] = viral(reporter, 1)
    propose()
    found = the(officer)
    assert (found.pk, found.fresh, found.waiting) == (bundle.pk, 1, 1)  # type: ignore[attr-defined]
    assert DeskRow.objects.get(report=new, agency__code=DESK).informational is False
    text = signed_in(officer).get(f"/desk/bundles/{bundle.pk}/").content.decode()
    assert text.count("New since the decision") == 1


def test_a_person_adds_takes_out_and_takes_apart(reporter: Reporter, officer: User) -> None:
    ids = viral(reporter, 3)
    propose()
    bundle = the(officer)
    assert services.remove(officer, bundle.pk, ids[:1]) == 1
    assert propose() == 0  # no rule puts it in again
    assert services.add(officer, bundle.pk, ids[:1], "It is the same after all") == 1
    with pytest.raises(ConflictError, match=f"is in bundle {bundle.pk} already"):
        services.make(officer, ids, "Another")
    services.take_apart(officer, bundle.pk)
    assert propose() == 0
    made = services.make(officer, ids[:2], "The film of March")
    assert made.members.count() == 2
    with pytest.raises(InvalidInputError, match="at least two"):
        services.make(officer, ids[2:], "One alone")


def test_a_bundle_is_its_desks_own(reporter: Reporter, officer: User) -> None:
    ids = viral(reporter, 3)
    propose()
    bundle = the(officer)
    for stranger in (person("IN-MH-PUNE"), person("IN-MH-CYBER")):
        with acting(scope_of(stranger)):
            assert not Bundle.objects.exists() and not BundleMember.objects.exists()
            with pytest.raises(NotFoundError):
                services.decide(stranger, bundle.pk, BundleAct.RETURN, reason="duplicate")
        assert signed_in(stranger).get(f"/desk/bundles/{bundle.pk}/").status_code == 404
    with pytest.raises(NotPermittedError):
        services.remove(person(DESK, Role.INVESTIGATOR), bundle.pk, ids)


def test_the_pages_decide_and_open_one_case(reporter: Reporter, officer: User) -> None:
    ids = viral(reporter, 3)
    propose()
    bundle = the(officer)
    client = signed_in(officer)
    assert f"/desk/bundles/{bundle.pk}/" in client.get("/desk/bundles/").content.decode()
    path = f"/desk/bundles/{bundle.pk}/"
    assert client.post(path, {"verb": "decide"}).status_code == 422
    assert client.post(path, {"verb": "decide", "act": "return"}).status_code == 422
    acknowledge(officer, ids[:1])
    done = client.post(path, {"verb": "decide", "act": "accept", "title": "The film"}, follow=True).content.decode()
    assert "Decided: 3 done" in done
    assert Case.objects.get().case_reports.count() == 3 and agency(DESK).pk == Case.objects.get().agency_id
