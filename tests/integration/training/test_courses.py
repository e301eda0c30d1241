"""A course from its roster to its certificates, as an instructor and a trainee work on it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.integration.training.courses import PASSWORD, course, enrolments, entered, officers, roster, teacher
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.training.courses import certificates, entry, papers
from tipline.training.courses.models import Attendance, Certificate, Course, Enrolment, Moment, Paper
from tipline.training.courses.rosters import read_roster
from tipline.training.courses.services import (
    add_instructor,
    add_session,
    import_roster,
    make_course,
    note_attendance,
    place,
    withdraw,
)
from tipline.trust.accounts.models import User
from tipline.trust.actors import system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("training_range")]
BY = system("test")


def test_the_same_roster_again_imports_nothing_twice() -> None:
    made = make_course("C", BY)
    read = read_roster(roster(officers(320)))
    first, again = import_roster(read, made, BY), import_roster(read, made, BY)
    assert (first.imported, first.already) == (320, 0)
    assert (again.imported, again.already) == (0, 320)
    assert Enrolment.objects.filter(course=made).count() == User.objects.filter(role="trainee").count() == 320


def test_somebody_of_another_course_is_enrolled_and_keeps_their_account() -> None:
    one, two = course("One"), make_course("Two", BY)
    renamed = [("Another Name", *officers(1)[0][1:])]
    done = import_roster(read_roster(roster(renamed)), two, BY)
    assert done.imported == 1
    assert any("which was kept" in note for note in done.notes)
    assert User.objects.get(email="officer0@police.example").name == "Officer 0"
    assert enrolments(one)[0].trainee == enrolments(two)[0].trainee


def test_an_instructors_address_is_no_trainees() -> None:
    made = course("One")
    done = import_roster(read_roster(roster([("T", "teacher-one@range.example", "", "")])), made, BY)
    assert done.imported == 0
    assert "not a trainee's account" in done.refused[-1].why
    with pytest.raises(ConflictError, match="one or the other"):
        add_instructor("officer1@police.example", "X", PASSWORD, [made], BY, must_change=False)


def test_who_was_withdrawn_stays_out_when_the_roster_comes_again() -> None:
    made = course()
    withdraw(enrolments(made)[0], BY)
    done = import_roster(read_roster(roster(officers(6))), made, BY)
    assert done.imported == 0
    assert any("stays so" in note for note in done.notes)


def test_the_page_shows_a_roster_before_it_writes_it() -> None:
    made = course()
    browser = teacher(made)
    body = roster([("=HYPERLINK(1)", "formula@police.example", "Constable", "jalgaon"), ("No Address", "none", "", "")])
    shown = browser.post(f"/courses/{made.code}/roster/", {"file": SimpleUploadedFile("r.csv", body), "batch": "B 1"})
    text = shown.content.decode()
    assert "=HYPERLINK(1)" in text and "is not an e-mail address" in text
    assert not User.objects.filter(email="formula@police.example").exists()
    carried = re.search(r'name="confirmed" value="([^"]+)"', text)
    assert carried
    tampered = browser.post(f"/courses/{made.code}/roster/", {"confirmed": carried[1][:-3] + "abc"})
    assert tampered.status_code == 422
    assert browser.post(f"/courses/{made.code}/roster/", {"confirmed": carried[1]}).status_code == 302
    found = Enrolment.objects.get(trainee__user__email="formula@police.example")
    assert (found.trainee.user.name, found.trainee.district, found.batch) == ("=HYPERLINK(1)", "Jalgaon", "B 1")
    csv = browser.get(f"/courses/{made.code}/results.csv").content.decode()
    assert "'=HYPERLINK(1)" in csv


def test_a_code_opens_the_trainees_own_pages_until_it_is_renewed() -> None:
    made = course()
    one = enrolments(made)[0]
    browser = entered(one)
    assert made.name in browser.get("/mine/").content.decode()
    assert browser.get("/", follow=True).redirect_chain[-1][0] == "/mine/"
    entered(one)  # a new card
    assert browser.get("/mine/").status_code == 302  # who was in by the old one is out


def test_a_lost_card_that_is_nobodys_ends_nobody_elses() -> None:
    made, other = course(), course("Other", 2, "other")
    browser = entered(enrolments(made)[0])
    for one in ("", "x", "²", str(enrolments(other)[0].pk)):
        teacher(made).post(f"/courses/{made.code}/cards/", {"one": one})
    assert browser.get("/mine/").status_code == 200
    assert entered(enrolments(other)[0]).get("/mine/").status_code == 200


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "é" * 200])
def test_a_wrong_code_opens_nothing_and_is_counted(code: str) -> None:
    made = course()
    entered(enrolments(made)[0])
    stranger = Client()
    answers = [
        stranger.post("/enter/", {"email": "officer0@police.example", "code": code}).status_code for _ in range(12)
    ]
    assert answers[:10] == [401] * 10
    assert answers[-1] == 429


def test_a_hall_behind_one_address_is_not_locked_out_by_its_slips() -> None:
    made = course(count=8)
    one = enrolments(made)[-1]
    card = entry.make_cards(made, BY, enrolment_id=one.pk)[0]
    slips = [
        Client().post("/enter/", {"email": f"officer{n % 7}@police.example", "code": "x"}).status_code
        for n in range(70)
    ]
    assert slips == [401] * 70
    assert Client().post("/enter/", {"email": card.email, "code": card.code}).status_code == 302


def test_a_withdrawn_trainee_does_not_enter() -> None:
    made = course()
    one = enrolments(made)[0]
    browser = entered(one)
    card = entry.make_cards(made, BY, enrolment_id=one.pk)[0]
    withdraw(one, BY)
    assert browser.get("/mine/").status_code == 302
    assert Client().post("/enter/", {"email": card.email, "code": card.code}).status_code == 401


def test_attendance_says_who_noted_it() -> None:
    made = course()
    place(made, [one.pk for one in enrolments(made)[:4]], BY, batch="B 1", team=None)
    browser = teacher(made)
    answer = browser.post(
        f"/courses/{made.code}/sessions/", {"title": "Day 1", "held_on": "2026-11-30", "batch": "B 1"}
    )
    page = answer["Location"]
    present = [one.pk for one in enrolments(made)[:3]]
    outsider = enrolments(made)[5].pk
    browser.post(page, {"person": [*present, outsider, "x"]})
    noted = Attendance.objects.all()
    assert {one.enrolment_id for one in noted if one.present} == set(present)
    assert len(noted) == 4
    assert {one.noted_by.email for one in noted if one.noted_by} == {f"teacher-{made.code}@range.example"}


def test_a_new_card_of_one_course_ends_no_card_of_another() -> None:
    one = course("One")
    two = course("Two")  # the same officers
    cards = {made.code: entry.make_cards(made, BY)[0] for made in (one, two)}
    again = entry.make_cards(two, BY)[0]

    def opens(card: entry.Card) -> bool:
        return Client().post("/enter/", {"email": card.email, "code": card.code}).status_code == 302

    assert (opens(cards["one"]), opens(cards["two"]), opens(again)) == (True, False, True)
    withdraw(enrolments(two)[0], BY)
    assert (opens(cards["one"]), opens(again)) == (True, False), "a card opens while its course has the trainee"


def test_a_certificate_is_printed_in_each_language_and_each_verifies() -> None:
    made = course()
    _passing(made)
    (issued,) = certificates.issue(made, BY)
    papers_of = {language: certificates.pdf(certificates.signed(issued), language) for language in ("en", "hi", "mr")}
    assert len(set(papers_of.values())) == 3
    for body in papers_of.values():
        found = certificates.read_certificate(body)
        assert found.statement == issued.statement and certificates.same_page(found, body)
    page = teacher(made).get(f"/courses/{made.code}/certificates/{issued.number}.pdf?language=mr")
    assert page.content == papers_of["mr"]


def _right_answers(paper: Paper) -> dict[str, str]:
    return {key: str(order.index(0)) for key, order in paper.items}


def test_a_test_is_taken_once_and_its_page_does_not_tell_what_is_right() -> None:
    made = course()
    one = enrolments(made)[0]
    browser = entered(one)
    page = f"/mine/{one.pk}/tests/before/"
    browser.post(page, {"act": "begin"})
    paper = Paper.objects.get(enrolment=one)
    text = browser.get(page).content.decode()
    for key, order in paper.items:
        values = re.findall(rf'name="{re.escape(key)}" value="(\d)"', text)
        assert values == ["0", "1", "2", "3"]  # numbered as they stand, whatever the order
        assert sorted(order) == [0, 1, 2, 3]
    given = _right_answers(paper)
    first = next(iter(given))
    browser.post(page, given | {first: "9", "phishing/not_on_it": "0"})
    paper.refresh_from_db()
    assert paper.right == len(given) - 1
    browser.post(page, given)
    paper.refresh_from_db()
    assert paper.right == len(given) - 1  # the first time counts


def test_form_a_before_means_form_b_after() -> None:
    for one in enrolments(course()):
        before, after = (papers.take(one, moment, BY) for moment in (Moment.BEFORE, Moment.AFTER))
        assert {before.form, after.form} == {"A", "B"}
        assert not {key for key, _ in before.items} & {key for key, _ in after.items}


def _passing(made: Course) -> Enrolment:
    one = enrolments(made)[0]
    person = User.objects.get(email=f"teacher-{made.code}@range.example")
    made.pass_points = 0
    made.save()
    note_attendance(add_session(made, "Day 1", made.made_at.date(), "", BY), [one.pk], person)
    for moment in Moment:
        paper = papers.take(one, moment, BY)
        papers.hand_in(paper, _right_answers(paper), BY)
    return one


def test_certificates_go_to_who_passes_and_verify_without_tipline(tmp_path: Path, project: Path) -> None:
    made = course()
    one = _passing(made)
    browser = teacher(made)
    browser.post(f"/courses/{made.code}/certificates/", {"act": "issue"})
    browser.post(f"/courses/{made.code}/certificates/", {"act": "issue"})
    certificate = Certificate.objects.get()
    assert certificate.enrolment_id == one.pk
    archive = zipfile.ZipFile(io.BytesIO(browser.get(f"/courses/{made.code}/certificates.zip").content))
    body = archive.read(f"{certificate.number}.pdf")
    assert body == entered(one).get(f"/mine/certificates/{certificate.number}.pdf").content
    signed = certificates.read_certificate(body)
    assert certificates.check(signed, certificates.own_keys())
    assert certificates.same_page(signed, body)

    def verify(content: bytes, key: str = certificate.key) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "c.pdf"
        file.write_bytes(content)
        return subprocess.run([sys.executable, "-I", str(project / "tools" / "verify_audit.py"), str(file), "--key", key], capture_output=True, text=True, check=False)  # fmt: skip

    said = verify(body)
    assert said.returncode == 0, said.stderr
    assert "Officer 0" in said.stdout
    other = "x+" + certificate.key.partition("+")[2]
    assert verify(body, other).returncode != 0
    changed = certificates.pdf(
        certificates.Signed(signed.statement.replace("Officer 0", "Officer 1"), signed.key, signed.signature)
    )
    assert verify(changed).returncode == 1
    with pytest.raises(InvalidInputError, match="something in it was changed"):
        certificates.check(certificates.read_certificate(changed), certificates.own_keys())
    page_only = body.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert page_only != body and not certificates.same_page(signed, page_only)


def test_a_certificate_is_revoked_with_a_reason_and_issued_anew() -> None:
    made = course()
    _passing(made)
    (first,) = certificates.issue(made, BY)
    with pytest.raises(InvalidInputError):
        certificates.revoke(first.number, " ", BY)
    certificates.revoke(first.number, "Wrong name", BY)
    with pytest.raises(ConflictError):
        certificates.revoke(first.number, "Again", BY)
    (second,) = certificates.issue(made, BY)
    assert second.number != first.number
