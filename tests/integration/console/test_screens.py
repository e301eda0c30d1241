"""Every screen: what the right person sees, and that the wrong person gets nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from tests import factories
from tests.factories import drain
from tests.integration.console.test_questions import MOST
from tipline.console.security import CONTENT_SECURITY_POLICY
from tipline.core.clock import now
from tipline.demo.scenario import load
from tipline.investigation.cases.models import Case
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry

WAY = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")


@pytest.fixture
def reporter(db: None, tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding(*WAY)
    return factories.provider()


@pytest.fixture
def report(reporter: Reporter) -> Report:
    filed = factories.filed(reporter, factories.synthetic("monsoon_kite_07", files=2))
    factories.filed(reporter, factories.synthetic("other_one", email="monsoon_kite_07@mail.example"))
    drain()
    return filed


@pytest.fixture
def officer(reporter: Reporter) -> User:
    return factories.person("IN-MH-JALGAON")


def page(user: User, path: str) -> str:
    response = factories.signed_in(user).get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_desk_lists_what_lies_on_it(report: Report, officer: User) -> None:
    text = page(officer, "/desk/")
    assert "monsoon_kite_07" in text
    assert "Jalgaon, Maharashtra" in text
    assert (
        "10 days left" in text and "likely gone" in text
    )  # used three days ago, in a network that no directory knows: 14 days
    assert "Accept into a case" in text


def test_the_report_page_shows_the_whole_chain(report: Report, officer: User) -> None:
    text = page(officer, f"/reports/{report.pk}/")
    for words in ("monsoon_kite_07", "192.0.2.11", "50112", "high confidence (95 %)", "ranges.csv", "US-NCMEC", "IN-NCRB",
                  "by the standing rule of", "Hashes only", "A linked e-mail address is given", "both name the same e-mail address"):  # fmt: skip
        assert words in text, words
    assert Entry.objects.filter(action="report.read", object_id=str(report.pk), actor_id=officer.pk).count() == 1
    assert "<img" not in text


def test_a_report_that_needs_a_person_says_why(reporter: Reporter) -> None:
    scenario = load()
    entry = next(e for e in scenario.reports if e.handle == "two_cities")
    report = factories.filed(reporter, scenario.synthetic(entry, now()))
    drain()
    text = page(factories.person("US-NCMEC", Role.ANALYST), f"/reports/{report.pk}/")
    assert "its addresses lie in different districts of Maharashtra" in text
    assert "Best guesses, not acted on" in text
    assert "Needs a person" in page(factories.person("US-NCMEC", Role.ANALYST), "/desk/")


def test_a_child_is_named_as_withheld_and_nothing_of_it_is_shown(reporter: Reporter, officer: User) -> None:
    from tipline.demo.synthetic import report_xml
    from tipline.reports.services import finish, open_report

    victim = (
        b"<victim><victimPerson><firstName>Kiran-Secret</firstName><email>child@mail.example</email><age>12</age></victimPerson>"
        b"<screenName>child_handle</screenName></victim></report>"
    )
    body = report_xml(factories.synthetic()).replace(b"</report>", victim)
    opened = open_report(reporter, factories.document(body), factories.header())
    finish(reporter, opened.report_id)
    drain()
    for text in (page(officer, f"/reports/{opened.report_id}/"), page(officer, "/desk/")):
        for secret in ("Kiran-Secret", "child@mail.example", "child_handle"):
            assert secret not in text
    assert "Withheld: identifiers and names of a child" in page(officer, f"/reports/{opened.report_id}/")


def test_hostile_text_is_shown_as_text(reporter: Reporter, officer: User) -> None:
    report = factories.filed(reporter, factories.synthetic("<script>alert(1)</script>\u202e\u200bevil"))
    drain()
    for text in (page(officer, f"/reports/{report.pk}/"), page(officer, "/desk/")):
        assert "<script" not in text.replace('<script src="/static/console/desk.js" defer>', "")
        assert "\u202e" not in text
        assert "&lt;script&gt;" in text
        assert "⟨U+202E⟩" in text


def test_accepting_opens_a_case_with_its_handles(report: Report, officer: User) -> None:
    client = factories.signed_in(officer)
    chosen = {"verb": "accept", "report": [report.pk]}
    form = client.post("/desk/act/", chosen).content.decode()
    assert "Title of the case" in form and "s.67B" in form
    refused = client.post("/desk/act/", {**chosen, "step": "do", "title": " "})
    assert refused.status_code == 422
    assert "There is a problem" in refused.content.decode()
    done = client.post("/desk/act/", {**chosen, "step": "do", "title": "Kite", "section": ["IN-ITA-67B"]}, follow=True)
    text = done.content.decode()
    case = Case.objects.get()
    assert case.number in text and "monsoon_kite_07" in text and "s.67B" in text
    assert case.number in page(officer, "/cases/")


def test_forwarding_and_returning_from_the_screen(report: Report, officer: User) -> None:
    client = factories.signed_in(officer)
    client.post("/desk/act/", {"verb": "return", "report": [report.pk], "step": "do", "reason": "not_our_place"})
    assert report.holdings.get(held_until=None).agency.code == "IN-MH-CYBER"
    state = factories.signed_in(factories.person("IN-MH-CYBER"))
    state.post("/desk/act/", {"verb": "forward", "report": [report.pk], "step": "do", "agency": "IN-MH-PUNE"})
    assert report.holdings.get(held_until=None).agency.code == "IN-MH-PUNE"


def test_the_tree_and_the_components_render(officer: User) -> None:
    assert "Jalgaon district cyber police station" in page(officer, "/agencies/")
    assert "Form with error summary" in page(officer, "/components/")


# -- the wrong person -----------------------------------------------------------------------------------------------------


def routes() -> set[str]:
    """Every address of the console, as Django knows them."""
    console = next(p for p in get_resolver().url_patterns if getattr(p, "app_name", "") == "console")
    return {str(p.pattern) for p in console.url_patterns}  # type: ignore[union-attr]


def addresses(report: Report, case: Case) -> dict[str, str]:
    return {
        "desk/bundles/": "/desk/bundles/", "desk/bundles/<int:bundle_id>/": "/desk/bundles/1/",
        "desk/counts/": "/desk/counts/", "desk/second-look/": "/desk/second-look/", "desk/hand-over/": "/desk/hand-over/", "desk/contacts/": "/desk/contacts/",
        "desk/overdue/seen/": "/desk/overdue/seen/", "sent/": "/sent/", "drafts/": "/drafts/",
        "": "/", "desk/": "/desk/", "desk/act/": "/desk/act/", "desk/expiring/seen/": "/desk/expiring/seen/", "needs-a-person/": "/needs-a-person/",
        "reports/<int:report_id>/preservation/": f"/reports/{report.pk}/preservation/", "cases/": "/cases/", "outcomes/": "/outcomes/", "outcomes/reminders/seen/": "/outcomes/reminders/seen/",
        "cases/<int:case_id>/outcome/": f"/cases/{case.pk}/outcome/", "cases/<int:case_id>/safeguarding/": f"/cases/{case.pk}/safeguarding/",
        "reports/<int:report_id>/outcome/": f"/reports/{report.pk}/outcome/", "outcomes/<int:outcome_id>/withdraw/": "/outcomes/1/withdraw/",
        "agencies/": "/agencies/",
        "components/": "/components/", "sign-in/": "/sign-in/", "sign-out/": "/sign-out/",
        "reports/<int:report_id>/": f"/reports/{report.pk}/", "cases/<int:case_id>/": f"/cases/{case.pk}/",
        "cases/<int:case_id>/people/": f"/cases/{case.pk}/people/",
        "cases/<int:case_id>/clocks/": f"/cases/{case.pk}/clocks/", "clocks/": "/clocks/", "clocks/clocks.ics": "/clocks/clocks.ics",
        "clocks/rules/": "/clocks/rules/", "clocks/<int:clock_id>/": "/clocks/1/",
        "cases/<int:case_id>/requests/": f"/cases/{case.pk}/requests/",
        "cases/<int:case_id>/requests/draft/": f"/cases/{case.pk}/requests/draft/",
        "cases/<int:case_id>/requests/send/": f"/cases/{case.pk}/requests/send/",
        "cases/<int:case_id>/requests/<int:request_id>/": f"/cases/{case.pk}/requests/1/",
        "requests/": "/requests/", "requests/seen/": "/requests/seen/", "requests/rates/": "/requests/rates/",
        "holders/": "/holders/", "holders/<path:key>/": "/holders/pictogram/",
        "cases/<int:case_id>/replies/": f"/cases/{case.pk}/replies/",
        "cases/<int:case_id>/replies/upload/": f"/cases/{case.pk}/replies/upload/",
        "cases/<int:case_id>/replies/<int:number>/": f"/cases/{case.pk}/replies/1/",
        "cases/<int:case_id>/replies/<int:number>/act/": f"/cases/{case.pk}/replies/1/act/",
        "cases/<int:case_id>/replies/<int:number>/problems.csv": f"/cases/{case.pk}/replies/1/problems.csv",
        "cases/<int:case_id>/letters/": f"/cases/{case.pk}/letters/",
        "cases/<int:case_id>/letters/set/": f"/cases/{case.pk}/letters/set/",
        "cases/<int:case_id>/letters/make/": f"/cases/{case.pk}/letters/make/",
        "cases/<int:case_id>/letters/all.<str:kind>.zip": f"/cases/{case.pk}/letters/all.pdf.zip",
        "cases/<int:case_id>/letters/<int:letter_id>/": f"/cases/{case.pk}/letters/1/",
        "cases/<int:case_id>/letters/<int:letter_id>/edit/": f"/cases/{case.pk}/letters/1/edit/",
        "cases/<int:case_id>/letters/<int:letter_id>/act/": f"/cases/{case.pk}/letters/1/act/",
        "cases/<int:case_id>/letters/<int:letter_id>/letter.<str:kind>": f"/cases/{case.pk}/letters/1/letter.pdf",
        "agencies/<str:code>/letterhead/": "/agencies/IN-MH-JALGAON/letterhead/",
        "cases/<int:case_id>/close/": f"/cases/{case.pk}/close/", "retention/": "/retention/",
        "cases/<int:case_id>/diary/": f"/cases/{case.pk}/diary/", "cases/<int:case_id>/diary.pdf": f"/cases/{case.pk}/diary.pdf",
        "cases/<int:case_id>/persons/": f"/cases/{case.pk}/persons/", "cases/<int:case_id>/tasks/": f"/cases/{case.pk}/tasks/",
        "cases/<int:case_id>/registration/": f"/cases/{case.pk}/registration/",
        "cases/<int:case_id>/links/": f"/cases/{case.pk}/links/", "tasks/": "/tasks/",
        "cases/transfers/": "/cases/transfers/", "cases/transfers/<int:transfer_id>/": "/cases/transfers/1/",
        "agencies/<str:code>/case-numbers/": "/agencies/IN-MH-JALGAON/case-numbers/",
        "retention/hold/": f"/retention/hold/?report={report.pk}", "retention/order/": f"/retention/order/?report={report.pk}",
        "retention/holds/<int:hold_id>/lift/": "/retention/holds/1/lift/",
        "retention/orders/<int:number>/": "/retention/orders/1/",
        "retention/certificates/<int:number>/": "/retention/certificates/1/",
        "retention/certificates/<int:number>.json": "/retention/certificates/1.json",
        **{
            f"cases/<int:case_id>/{page}": f"/cases/{case.pk}/{page.replace('<int:exhibit_id>', '1')}"
            for page in (
                "exhibits/", "exhibits/new/", "exhibits/reported-file/", "exhibits/numbering/", "exhibits/<int:exhibit_id>/",
                "exhibits/<int:exhibit_id>/custody/", "exhibits/<int:exhibit_id>/hashes/", "exhibits/<int:exhibit_id>/finding/", "exhibits/<int:exhibit_id>/label.pdf",
                "exhibits/<int:exhibit_id>/custody.pdf", "export/",
            )
        },
        "reports/<int:report_id>/text/": f"/reports/{report.pk}/text/",
        "reports/<int:report_id>/messages/": f"/reports/{report.pk}/messages/",
        "reports/<int:report_id>/contact/": f"/reports/{report.pk}/contact/",
        "reports/<int:report_id>/unmask/": f"/reports/{report.pk}/unmask/",
        "reports/<int:report_id>/mask/": f"/reports/{report.pk}/mask/",
        "reports/<int:report_id>/step/": f"/reports/{report.pk}/step/",
        "reports/<int:report_id>/summary.pdf": f"/reports/{report.pk}/summary.pdf",
        "reports/<int:report_id>/export/": f"/reports/{report.pk}/export/",
        "reports/<int:report_id>/map/": f"/reports/{report.pk}/map/",
        "reports/<int:report_id>/linked/map/": f"/reports/{report.pk}/linked/map/", "map/": "/map/",
        "clusters/<int:report_id>/": f"/clusters/{report.pk}/", "clusters/<int:report_id>/graph.json": f"/clusters/{report.pk}/graph.json",
        "clusters/<int:report_id>/export/": f"/clusters/{report.pk}/export/",
        "clusters/<int:report_id>/<slug:verb>/<int:which>/": f"/clusters/{report.pk}/tie/0/",
        "unmaskings/": "/unmaskings/", "unmaskings/<int:unmasking_id>/review/": "/unmaskings/1/review/",
        "log/": "/log/", "log/checkpoints/": "/log/checkpoints/", "log/<int:entry_id>/proof/": "/log/1/proof/",
        "sign-in/second-factor/": "/sign-in/second-factor/", "sign-in/passkey/": "/sign-in/passkey/",
        "sign-in/single-sign-on/": "/sign-in/single-sign-on/",
        "sign-in/single-sign-on/done/": "/sign-in/single-sign-on/done/", "confirm/": "/confirm/", "account/": "/account/",
        "account/password/": "/account/password/", "account/authenticator/": "/account/authenticator/",
        "account/passkey/": "/account/passkey/", "account/recovery-codes/": "/account/recovery-codes/",
        "account/factors/<int:factor_id>/": "/account/factors/1/", "account/sessions/": "/account/sessions/",
        "people/": "/people/", "people/add/": "/people/add/", "people/<int:person_id>/": "/people/1/",
        "people/<int:person_id>/act/": "/people/1/act/",
        "providers/": "/providers/", "providers/<int:provider_id>/": "/providers/1/",
        "providers/<int:provider_id>/limits/": "/providers/1/limits/",
        "providers/alerts/<int:alert_id>/acknowledge/": "/providers/alerts/1/acknowledge/",
        "operations/": "/operations/", "operations/new/": "/operations/new/",
        "operations/<slug:code>/days/<int:day_id>/": "/operations/quiet-harbour/days/1/",
        "operations/<slug:code>/figures/<slug:name>/": "/operations/quiet-harbour/figures/cases/",
        **{
            f"operations/<slug:code>/{page}": f"/operations/quiet-harbour/{page}"
            for page in ("", "people/", "cases/", "rules/", "tasks/", "days/", "report/", "report.pdf", "briefing.pdf")
        },
        "counts/": "/counts/", "statistics/": "/statistics/", "statistics/kept/": "/statistics/kept/",
        "statistics/figures/<str:name>/": "/statistics/figures/funnel/", "statistics/kept/<int:number>/": "/statistics/kept/1/",
        "statistics/figures/<str:name>/chart.<str:kind>": "/statistics/figures/funnel/chart.svg",
        "statistics/figures/<str:name>/table.<str:kind>": "/statistics/figures/funnel/table.csv",
        "statistics/reports/": "/statistics/reports/", "statistics/reports/<int:number>/end/": "/statistics/reports/1/end/",
        "statistics/files/<int:number>/": "/statistics/files/1/", "statistics/transparency/": "/statistics/transparency/",
        "statistics/transparency/<int:number>/": "/statistics/transparency/1/",
        "statistics/transparency/<int:number>/preview.pdf": "/statistics/transparency/1/preview.pdf",
        "statistics/returns/": "/statistics/returns/",
        "statistics/returns/<str:name>/return.<str:kind>": "/statistics/returns/in-crime-in-india/return.csv",
        "reports/<int:report_id>/reroute/": f"/reports/{report.pk}/reroute/",
        "routing/": "/routing/", "routing/draft/": "/routing/draft/", "routing/what-if/": "/routing/what-if/",
        "routing/rules/<int:number>/": "/routing/rules/1/", "routing/rules/<int:number>/text/": "/routing/rules/1/text/",
        "routing/rules/<int:number>/preview/": "/routing/rules/1/preview/",
        "routing/rules/<int:number>/release/": "/routing/rules/1/release/",
        "routing/rules/<int:number>/roll-back/": "/routing/rules/1/roll-back/",
        "routing/previews/<int:preview_id>/": "/routing/previews/1/",
        "triage/": "/triage/", "triage/draft/": "/triage/draft/", "triage/rules/<str:version>/": "/triage/rules/3/",
        "triage/sets/<int:number>/": "/triage/sets/1/", "triage/sets/<int:number>/weights/": "/triage/sets/1/weights/",
        "triage/sets/<int:number>/simulate/": "/triage/sets/1/simulate/",
        "triage/sets/<int:number>/release/": "/triage/sets/1/release/",
        "triage/sets/<int:number>/roll-back/": "/triage/sets/1/roll-back/",
        "triage/simulations/<int:simulation_id>/": "/triage/simulations/1/",
        "triage/fairness/": "/triage/fairness/", "triage/fairness/table.csv": "/triage/fairness/table.csv",
        "reports/<int:report_id>/priority/": f"/reports/{report.pk}/priority/",
        "agencies/<str:code>/": "/agencies/IN-MH-JALGAON/",
        "agencies/<str:code>/standing-rule/": "/agencies/IN-MH-JALGAON/standing-rule/",
        "agencies/<str:code>/hours/": "/agencies/IN-MH-JALGAON/hours/",
        "hashes/": "/hashes/", "hashes/new/": "/hashes/new/", "hashes/<int:list_id>/": "/hashes/1/",
        "hashes/<int:list_id>/act/": "/hashes/1/act/", "hashes/<int:list_id>/subscriber/": "/hashes/1/subscriber/",
        "hashes/findings/<int:number>/withdraw/": "/hashes/findings/1/withdraw/",
        "hashes/known/": "/hashes/known/", "hashes/known/new/": "/hashes/known/new/", "hashes/known/<int:list_id>/": "/hashes/known/1/",
        "hashes/known/<int:list_id>/file/": "/hashes/known/1/file/", "hashes/known/<int:list_id>/act/": "/hashes/known/1/act/",
        "hashes/known/<int:list_id>/imports/<int:import_id>/": "/hashes/known/1/imports/1/",
        "exchange/": "/exchange/", "packages/": "/packages/", "packages/new/": "/packages/new/",
        "packages/receive/": "/packages/receive/", "packages/receipt/": "/packages/receipt/",
        "packages/taken/<uuid:uid>/receipt.json": "/packages/taken/00000000-0000-4000-8000-000000000001/receipt.json",
        "agreements/": "/agreements/", "agreements/new/": "/agreements/new/",
        "agreements/proposals/<int:proposal_id>/": "/agreements/proposals/1/",
        "agreements/<str:giver>/<str:taker>/": "/agreements/IN-MH-CYBER/IN-MH-JALGAON/",
        "agreements/<str:giver>/<str:taker>/end/": "/agreements/IN-MH-CYBER/IN-MH-JALGAON/end/",
        "links/": "/links/", "links/add/": "/links/add/", "links/descriptor.json": "/links/descriptor.json",
        "links/alerts/<int:alert_id>/seen/": "/links/alerts/1/seen/", "links/peers/<slug:name>/": "/links/peers/ncrb/",
        "links/peers/<slug:name>/act/": "/links/peers/ncrb/act/",
        "reports/<int:report_id>/finding/": f"/reports/{report.pk}/finding/?file={report.files.earliest('id').wire_id}",
        "webhooks/": "/webhooks/", "webhooks/new/": "/webhooks/new/", "webhooks/<int:webhook_id>/act/": "/webhooks/1/act/",
        "account/tokens/": "/account/tokens/", "account/tokens/new/": "/account/tokens/new/",
        "account/tokens/<int:token_id>/revoke/": "/account/tokens/1/revoke/",
    }  # fmt: skip


@pytest.fixture
def case(report: Report, officer: User) -> Case:
    from tipline.investigation.cases.services import open_case

    return open_case(officer, [report.pk], "Kite")


def test_every_address_is_in_these_tests(report: Report, case: Case) -> None:
    assert routes() == set(addresses(report, case))


def test_a_stranger_is_sent_to_sign_in(report: Report, case: Case) -> None:
    for pattern, path in addresses(report, case).items():
        if pattern.startswith("sign-") or pattern in {
            "desk/act/",
            "desk/expiring/seen/",
            "desk/overdue/seen/",
            "outcomes/reminders/seen/",
            "reports/<int:report_id>/preservation/",
            "cases/<int:case_id>/people/",
            "cases/<int:case_id>/exhibits/reported-file/",
            "cases/<int:case_id>/exhibits/numbering/",
            "cases/<int:case_id>/exhibits/<int:exhibit_id>/custody/",
            "account/recovery-codes/",
            "account/tokens/<int:token_id>/revoke/",
            "webhooks/<int:webhook_id>/act/",
            "hashes/<int:list_id>/act/",
            "hashes/<int:list_id>/subscriber/",
            "hashes/findings/<int:number>/withdraw/",
            "hashes/known/<int:list_id>/file/",
            "hashes/known/<int:list_id>/act/",
            "account/factors/<int:factor_id>/",
            "account/sessions/",
            "people/<int:person_id>/act/",
            "providers/alerts/<int:alert_id>/acknowledge/",
            "clocks/<int:clock_id>/",
            "cases/<int:case_id>/requests/draft/",
            "cases/<int:case_id>/requests/send/",
            "requests/seen/",
            "cases/<int:case_id>/replies/upload/",
            "cases/<int:case_id>/replies/<int:number>/act/",
            "cases/<int:case_id>/letters/set/",
            "cases/<int:case_id>/letters/make/",
            "cases/<int:case_id>/letters/<int:letter_id>/act/",
            "reports/<int:report_id>/mask/",
            "reports/<int:report_id>/step/",
            "reports/<int:report_id>/reroute/",
            "routing/rules/<int:number>/preview/",
            "triage/sets/<int:number>/simulate/",
            "reports/<int:report_id>/priority/",
            "unmaskings/<int:unmasking_id>/review/",
            "statistics/reports/<int:number>/end/",
            "packages/receipt/",
            "agreements/proposals/<int:proposal_id>/",
            "agreements/<str:giver>/<str:taker>/end/",
            "links/add/",
            "links/alerts/<int:alert_id>/seen/",
            "links/peers/<slug:name>/act/",
        }:  # forms are sent to them
            continue
        response = Client().get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/sign-in/?next="), path
    response = Client().post("/desk/act/", {"verb": "accept", "report": [report.pk], "step": "do", "title": "x"})
    assert response.status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "role"),
    [("IN-MH-PUNE", Role.DESK_OFFICER), ("IN-GJ-CYBER", Role.SUPERVISOR), ("IN-MH-JALGAON", Role.ADMINISTRATOR),
     ("IN-MH-JALGAON", Role.AUDITOR), ("IN-MH-JALGAON", Role.STATISTICIAN), ("IN-MH-JALGAON", Role.TRAINEE)],
)  # fmt: skip
def test_the_wrong_person_gets_nothing(report: Report, case: Case, code: str, role: Role) -> None:
    client = factories.signed_in(factories.person(code, role))
    for path in (f"/reports/{report.pk}/", f"/cases/{case.pk}/", "/reports/999999/"):
        assert client.get(path).status_code == 404, path
    for path in ("/desk/", "/desk/?tab=all", "/cases/"):
        text = client.get(path).content.decode()
        assert "monsoon_kite_07" not in text and case.number not in text, path
    act = client.post("/desk/act/", {"verb": "return", "report": [report.pk], "step": "do", "reason": "duplicate"})
    assert act.status_code in {403, 404}
    assert Report.objects.get(pk=report.pk).holdings.get(held_until=None).agency.code == "IN-MH-JALGAON"


def test_the_desk_that_sent_it_on_still_sees_the_report_but_not_the_case(report: Report, case: Case) -> None:
    client = factories.signed_in(factories.person("IN-MH-CYBER"))
    assert client.get(f"/reports/{report.pk}/").status_code == 200
    assert client.get(f"/cases/{case.pk}/").status_code == 404


def test_a_linked_report_of_another_desk_is_told_as_a_fact_only(reporter: Reporter) -> None:
    mine = factories.filed(reporter, factories.synthetic("mine", "192.0.2.11", email="shared@mail.example"))
    theirs = factories.filed(reporter, factories.synthetic("theirs", "192.0.2.70", email="shared@mail.example"))
    drain()
    text = page(factories.person("IN-MH-JALGAON"), f"/reports/{mine.pk}/")
    assert "A report of another desk" in text
    assert f"/reports/{theirs.pk}/" not in text


# -- signing in, headers, cost ---------------------------------------------------------------------------------------------


def test_signing_in_and_out(officer: User) -> None:
    officer.set_password(factories.PASSWORD)
    officer.save()
    client = Client()
    wrong = client.post("/sign-in/", {"email": officer.email, "password": "no"})
    nobody = client.post("/sign-in/", {"email": "nobody@agency.example", "password": "no"})
    assert (wrong.status_code, nobody.status_code) == (401, 401)
    assert "do not belong together" in wrong.content.decode() and "do not belong together" in nobody.content.decode()
    done = client.post("/sign-in/?next=/cases/", {"email": officer.email.upper(), "password": factories.PASSWORD})
    assert done["Location"] == "/cases/"
    assert client.get("/desk/")["Location"] == "/account/authenticator/"  # more in trust/test_accounts.py
    client.post("/sign-out/")
    assert client.get("/desk/")["Location"] == "/sign-in/?next=/desk/"


def test_sign_in_never_leads_elsewhere(officer: User) -> None:
    officer.set_password(factories.PASSWORD)
    officer.save()
    target = {"email": officer.email, "password": factories.PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/sign-in/", target)["Location"] == "/"


@pytest.mark.parametrize("path", ["/sign-in/", "/nosuchpage", "/ispws/status", "/healthz"])
@pytest.mark.django_db
def test_every_answer_carries_the_headers(path: str) -> None:
    response = Client().get(path)
    assert response["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/desk/", "/desk/?tab=all", "/cases/", "/agencies/", "report"])
def test_a_page_asks_few_questions_however_much_it_shows(
    reporter: Reporter, report: Report, officer: User, path: str
) -> None:
    for number in range(12):
        factories.filed(reporter, factories.synthetic(f"h{number}", email="monsoon_kite_07@mail.example", files=3))
    drain()
    client = factories.signed_in(officer)
    address = f"/reports/{report.pk}/" if path == "report" else path
    client.get(address)  # who looks first gives the receipts of what was sent there
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    # the frame of a transaction, which row-level security is told in, is no question
    questions = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(questions) <= MOST, questions
