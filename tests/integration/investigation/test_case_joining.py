"""Reports that lie on the desk are put into an open case: from the lead, in bulk, and what is refused says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tests.factories import agency, person
from tests.integration.investigation.casework import DESK, Work, worked
from tipline.core.errors import ConflictError, NotFoundError, NotPermittedError
from tipline.investigation.cases import joining
from tipline.investigation.cases.closing import close_case
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.cases.records import DiaryEntry
from tipline.investigation.cases.services import open_case
from tipline.referrals.holding import stamps
from tipline.referrals.models import Referral
from tipline.referrals.services import acknowledge
from tipline.trust.accounts.models import Role
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return worked(tmp_path)


def test_several_go_into_the_case_with_one_entry_of_log_and_diary(work: Work) -> None:
    client = factories.signed_in(work.supervisor)
    both = [report.pk for report in work.reports[1:]]
    assert 'value="join"' in client.get("/desk/").content.decode()
    assert 'value="join"' in client.get(f"/reports/{both[0]}/").content.decode()
    form = client.post("/desk/act/", {"verb": "join", "report": both}).content.decode()
    assert "Put 2 reports into an open case" in form and f'<option value="{work.case.number}">' in form
    fields = {"verb": "join", "step": "do", "report": both, "case": work.case.number}
    done = client.post("/desk/act/", fields, follow=True).content.decode()
    assert f"2 reports accepted into case {work.case.number}" in done and "harbour_lantern_31" in done
    assert CaseReport.objects.filter(case=work.case).count() == 3
    assert set(Referral.objects.filter(report__in=both, to_agency=agency(DESK)).values_list("state", flat=True)) == {"accepted"}  # fmt: skip
    (entry,) = DiaryEntry.objects.filter(case=work.case, act="case.reports_added")
    assert str(both[0]) in entry.text and entry.author == work.supervisor
    assert Entry.objects.filter(action="case.reports_added").count() == 1
    assert client.get("/desk/").content.decode().count('name="report"') == 0


def test_a_case_that_is_closed_elsewhere_or_unknown_is_refused_and_says_why(work: Work) -> None:
    client = factories.signed_in(work.supervisor)
    other = open_case(work.supervisor, [work.reports[1].pk], "Lantern")
    close_case(work.supervisor, other, "untraced", "No log was left", despite=True)
    left = work.reports[2].pk
    fields = {"verb": "join", "step": "do", "report": [left]}
    for given, why in ((other.number, "is closed"), ("XX/1", "no case of that number"), ("", "no case of that number")):
        answer = client.post("/desk/act/", fields | {"case": given})
        assert answer.status_code == 422 and why in answer.content.decode(), given
    Case.objects.filter(pk=work.case.pk).update(agency=agency("IN-MH-PUNE"))
    hidden = client.post("/desk/act/", fields | {"case": work.case.number})
    assert "no case of that number that you see" in hidden.content.decode()
    with pytest.raises(NotFoundError):
        joining.add_reports(work.supervisor, work.case.pk, [left])
    assert CaseReport.objects.count() == 2


def test_who_oversees_a_case_does_not_fill_it(work: Work) -> None:
    state = person("IN-MH-CYBER", Role.SUPERVISOR)
    with pytest.raises((NotFoundError, NotPermittedError)):
        joining.add_reports(state, work.case.pk, [work.reports[1].pk])
    answer = factories.signed_in(state).post(
        "/desk/act/", {"verb": "join", "step": "do", "report": [work.reports[1].pk], "case": work.case.number}
    )
    assert answer.status_code == 422
    assert CaseReport.objects.count() == 1


def test_what_is_in_a_case_is_named_with_it_and_none_of_the_others_go(work: Work) -> None:
    other = open_case(work.supervisor, [work.reports[1].pk], "Lantern")
    with pytest.raises(ConflictError, match=f"in another case already, {other.number}"):
        joining.add_reports(work.supervisor, work.case.pk, [work.reports[1].pk, work.reports[2].pk])
    with pytest.raises(ConflictError, match=f"in case {work.case.number} already"):
        joining.add_reports(work.supervisor, work.case.pk, [work.reports[0].pk])
    assert not CaseReport.objects.filter(report=work.reports[2]).exists()
    told = factories.signed_in(work.supervisor).post(
        "/desk/act/", {"verb": "join", "step": "do", "report": [work.reports[1].pk], "case": work.case.number}
    )
    assert told.status_code == 422 and "Nothing was changed" in told.content.decode()


def test_a_stale_form_is_told_what_happened(work: Work) -> None:
    left = work.reports[1].pk
    seen = stamps(agency(DESK), [left])
    acknowledge(person(DESK), [left])
    with pytest.raises(ConflictError, match="since you opened it"):
        joining.add_reports(work.supervisor, work.case.pk, [left], stamps=seen)
    answer = factories.signed_in(work.supervisor).post(
        "/desk/act/",
        {"verb": "join", "step": "do", "report": [left], f"as-{left}": seen[left], "case": work.case.number},
    )
    assert answer.status_code == 422 and "since you opened it" in answer.content.decode()
    assert not CaseReport.objects.filter(report=left).exists()


def test_who_writes_in_no_case_is_not_offered_it(work: Work) -> None:
    analyst = person(DESK, Role.ANALYST)
    client = factories.signed_in(analyst)
    assert 'value="join"' not in client.get("/desk/").content.decode()
    answer = client.post(
        "/desk/act/", {"verb": "join", "step": "do", "report": [work.reports[1].pk], "case": work.case.number}
    )
    assert answer.status_code == 403
    with pytest.raises(NotPermittedError):
        joining.add_reports(work.one, work.case.pk, [work.reports[1].pk])  # an investigator accepts nothing
    assert CaseReport.objects.count() == 1
