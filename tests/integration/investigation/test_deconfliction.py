"""Deconfliction: that a contact exists and whom to call, and nothing more; never that a matter is clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tests.factories import agency, drain, person, signed_in
from tipline.core.errors import NotFoundError, NotPermittedError
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import open_case
from tipline.investigation.deconfliction import queries, services
from tipline.investigation.deconfliction.models import Check, Notice
from tipline.reports.models import Holding, Identifier, Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
HANDLE = "lantern_bay_12"


@pytest.fixture
def two(tmp_path: Path) -> tuple[Report, Report]:
    """The same account in a report at Jalgaon, and in one that Bihar's desk holds."""
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    filing = factories.provider()
    here, there = (factories.filed(filing, factories.synthetic(HANDLE)) for _ in range(2))
    drain()
    Holding.objects.filter(report=there, held_until__isnull=True).update(agency=agency("IN-BR-CYBER"))
    return here, there


def supervisor(code: str) -> User:
    return person(code, Role.SUPERVISOR)


def test_a_contact_is_told_with_whom_to_call_and_both_sides_know(two: tuple[Report, Report]) -> None:
    here, there = two
    other = supervisor("IN-BR-CYBER")
    services.set_policy(other, covert=False, call="Duty desk, +91 99999 00000")
    officer = person("IN-MH-JALGAON")
    with acting(scope_of(officer)):
        check = services.ask(officer, [here.pk])
        [contact] = services.result(check)
        assert (contact.code, contact.call) == ("IN-BR-CYBER", "Duty desk, +91 99999 00000")
        assert "1 other desk to call" in services.sentence(check, [contact])
        # the other report stays what it was: not to be seen
        assert not Report.objects.filter(pk=there.pk).exists() and not Notice.objects.exists()
    with acting(scope_of(other)):
        [told] = queries.notices(other.agency)
        assert told.notice.desk.code == "IN-MH-JALGAON" and HANDLE in told.identifiers
        assert not Check.objects.exists()
    actions = list(Entry.objects.filter(action__startswith="deconfliction.").values_list("action", "agency_id"))
    assert sorted(actions) == [
        ("deconfliction.asked", officer.agency_id), ("deconfliction.policy_set", other.agency_id),
        ("deconfliction.told", other.agency_id),
    ]  # fmt: skip


def test_nothing_found_is_never_clear_and_says_what_was_not_asked(two: tuple[Report, Report]) -> None:
    here, there = two
    Holding.objects.filter(report=there).update(held_until=there.received_at)
    check = services.ask(person("IN-MH-JALGAON"), [here.pk])
    said = services.sentence(check, [])
    assert "nothing found in reports, cases and persons of cases in this installation" in said
    assert "clear" not in said.lower()
    left = [one["source"] for one in check.not_checked]
    assert "other installations" in left and any(one.startswith("addresses and links (") for one in left)


def test_a_covert_agency_is_reached_by_the_desk_above(two: tuple[Report, Report]) -> None:
    here, _ = two
    services.set_policy(supervisor("IN-BR-CYBER"), covert=True, call="")
    check = services.ask(person("IN-MH-JALGAON"), [here.pk])
    assert [one.code for one in services.result(check)] == ["IN-NCRB"]
    assert sorted(Notice.objects.values_list("agency__code", "below", "identifiers__len")) == [
        ("IN-BR-CYBER", False, check.identifiers), ("IN-NCRB", True, 0),
    ]  # fmt: skip
    with pytest.raises(NotPermittedError):
        services.set_policy(person("IN-BR-CYBER"), covert=True, call="")


def test_cases_are_asked_too_and_what_is_a_childs_is_not(two: tuple[Report, Report]) -> None:
    here, there = two
    Holding.objects.filter(report=there).update(held_until=there.received_at)
    case = open_case(person("IN-MH-JALGAON"), [here.pk], "Kite")
    Case.objects.filter(pk=case.pk).update(agency=agency("IN-MH-PUNE"))
    Check.objects.all().delete()
    check = services.ask(person("IN-MH-JALGAON"), [here.pk])
    assert [one.code for one in services.result(check)] == ["IN-MH-PUNE"]
    Check.objects.all().delete()
    Identifier.objects.update(of_child=True)
    check = services.ask(person("IN-MH-JALGAON"), [here.pk])
    assert check.identifiers == 0 and not services.result(check)


def test_it_is_no_oracle(two: tuple[Report, Report], monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = two
    officer = person("IN-MH-JALGAON")
    with pytest.raises(NotFoundError):
        services.ask(officer, [there.pk])
    with pytest.raises(NotPermittedError):
        services.ask(person("IN-MH-JALGAON", Role.INVESTIGATOR), [here.pk])
    first = services.ask(officer, [here.pk])
    assert services.ask(officer, [here.pk]).pk == first.pk and Notice.objects.count() == 1
    monkeypatch.setattr(services, "SAME", services.SAME * 0)
    services.ask(officer, [here.pk])
    assert Notice.objects.count() == 1
    monkeypatch.setattr(services, "MOST_OF_PERSON", 2)
    refused = services.ask(officer, [here.pk])
    assert refused.asked == [] and refused.not_checked[0]["why"] == "your desk asked too often within the hour"
    assert services.sentence(refused, []) == "Nothing was asked."


def test_the_form_asks_before_a_case_is_opened_and_wants_it_read(two: tuple[Report, Report]) -> None:
    here, _ = two
    client = signed_in(person("IN-MH-JALGAON"))
    chosen = {"verb": "accept", "report": [here.pk]}
    form = client.post("/desk/act/", chosen).content.decode()
    name = agency("IN-BR-CYBER").name
    assert name in form and "Not checked:" in form
    filled = {**chosen, "step": "do", "title": "Kite", "section": ["IN-ITA-67B"]}
    refused = client.post("/desk/act/", filled)
    assert refused.status_code == 422 and not Case.objects.exists()
    check = Check.objects.get()
    done = client.post("/desk/act/", {**filled, "contacts-read": check.pk}, follow=True).content.decode()
    assert "is open with 1 report" in done
    check.refresh_from_db()
    assert check.case_id == Case.objects.get().pk and check.acknowledged_by_id is not None
    assert name in client.get("/desk/contacts/").content.decode()


def test_the_page_of_contacts_is_a_desks_own(two: tuple[Report, Report]) -> None:
    here, _ = two
    services.ask(person("IN-MH-JALGAON"), [here.pk])
    told = signed_in(supervisor("IN-BR-CYBER"))
    text = told.get("/desk/contacts/").content.decode()
    assert agency("IN-MH-JALGAON").name in text and HANDLE in text
    assert HANDLE not in signed_in(person("IN-MH-PUNE")).get("/desk/contacts/").content.decode()
    assert signed_in(person("IN-BR-CYBER", Role.INVESTIGATOR)).get("/desk/contacts/").status_code == 403
    notice = Notice.objects.get()
    stranger = signed_in(person("IN-MH-PUNE"))
    stranger.post("/desk/contacts/", {"verb": "seen", "notice": notice.pk})
    assert Notice.objects.get().seen_at is None
    told.post("/desk/contacts/", {"verb": "seen", "notice": notice.pk})
    assert Notice.objects.get().seen_at is not None
