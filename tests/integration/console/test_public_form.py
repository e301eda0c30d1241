"""The desk's side of the public form: what the list and the report's page say, the messages, and the contact data."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.factories import TESTS, agency, drain, person
from tipline.core.config import config
from tipline.intake.public_form import services
from tipline.intake.public_form.models import Message, PublicReport, Side
from tipline.intake.public_form.reading import Contact, Given
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
CONTACT = Contact("Asha Example", "+91 99999 00000")


@pytest.fixture
def form(db: None) -> Reporter:
    factories.standard_tree()
    return services.open_form(agency("IN-NCRB"), config(), TESTS)


@pytest.fixture
def report(form: Reporter) -> Report:
    given = Given(danger="yes", account="harbour_lantern", app="Pictogram", story="A word", contact=CONTACT)
    receipt = services.file_report(form, given, "mr", "0" * 32)
    services.add_message(form, receipt.report_id, "It goes on. \u202e<b>")
    drain()
    return Report.objects.get()


def desk(role: Role = Role.DESK_OFFICER) -> Client:
    return factories.signed_in(person("IN-NCRB", role))


def test_the_desk_and_the_page_say_how_it_came_and_in_which_language(report: Report) -> None:
    client = desk()
    listed = client.get("/desk/").content.decode()
    assert "Public form" in listed and "in मराठी" in listed and "New message" in listed
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "the public form, in मराठी" in page
    assert "Urgent: a child may be in danger now" in page and "the provider asks for it" not in page
    assert "its time is not stated" in page
    assert "gave name, telephone number" in page
    for secret in ("Asha", "99999", "It goes on", "A word"):
        assert secret not in page and secret not in listed, secret
    assert 'value="forward"' in page and 'value="accept"' not in page and 'value="return"' not in page


def test_a_providers_report_says_nothing_of_it(report: Report) -> None:
    factories.filed(factories.provider())
    drain()
    other = Report.objects.order_by("id").last()
    assert other is not None
    client = factories.signed_in(person("US-NCMEC", Role.ANALYST))
    assert "From the public" not in client.get(f"/reports/{other.pk}/").content.decode()
    assert client.get(f"/reports/{other.pk}/messages/").status_code == 404
    assert client.get(f"/reports/{other.pk}/contact/").status_code == 404


def test_the_contact_is_on_a_page_of_its_own_and_opening_it_is_logged(report: Report) -> None:
    client = desk(Role.INVESTIGATOR)
    page = client.get(f"/reports/{report.pk}/contact/").content.decode()
    assert "Asha Example" in page and "+91 99999 00000" in page and "E-mail" not in page
    (entry,) = Entry.objects.filter(action="public_form.contact_read")
    assert (entry.object_id, entry.detail) == (str(report.pk), {})


def test_reading_marks_as_read_for_the_desk_that_holds_it_alone(report: Report) -> None:
    for somebody in (Role.INVESTIGATOR, Role.DESK_OFFICER):
        page = desk(somebody).get(f"/reports/{report.pk}/messages/").content.decode()
        assert "It goes on. ⟨U+202E⟩&lt;b&gt;" in page
        read = Message.objects.get().read_at is not None
        assert read == (somebody == Role.DESK_OFFICER)
        assert ("Send the answer" in page) == (somebody == Role.DESK_OFFICER)
    assert "New message" not in desk().get("/desk/").content.decode()
    assert Entry.objects.filter(action="public_form.messages_read").count() == 2


def test_an_answer_is_sent_and_changes_what_the_reporter_is_told(report: Report) -> None:
    client, path = desk(), f"/reports/{report.pk}/messages/"
    refused = client.post(path, {"verb": "answer", "text": " "})
    assert refused.status_code == 422 and "Write 1 to 4000 characters" in refused.content.decode()
    page = client.post(path, {"verb": "answer", "text": "Thank you.\r\nWe read it."}, follow=True).content.decode()
    assert "The answer waits for the reporter to come back" in page and "not read yet" in page
    message = Message.objects.get(side=Side.DESK)
    assert message.text == "Thank you.\nWe read it." and message.author is not None
    assert PublicReport.objects.get().told == "looked_at"
    assert client.post(path, {"verb": "tell", "told": "nonsense"}).status_code == 422
    client.post(path, {"verb": "tell", "told": "closed"})
    assert PublicReport.objects.get().told == "closed"
    acts = Entry.objects.filter(action__in=["public_form.answered", "public_form.told"]).order_by("id")
    assert [(a.action, a.detail) for a in acts] == [
        ("public_form.answered", {"signs": 22}), ("public_form.told", {"told": "closed"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "role", "status"),
    [
        ("IN-NCRB", Role.INVESTIGATOR, 403), ("IN-NCRB", Role.AUDITOR, 404), ("IN-MH-CYBER", Role.DESK_OFFICER, 404),
        ("US-NCMEC", Role.ANALYST, 404),
    ],
)  # fmt: skip
def test_nobody_else_answers(report: Report, code: str, role: Role, status: int) -> None:
    client = factories.signed_in(person(code, role))
    assert client.post(f"/reports/{report.pk}/messages/", {"verb": "answer", "text": "x"}).status_code == status
    assert not Message.objects.filter(side=Side.DESK).exists()
