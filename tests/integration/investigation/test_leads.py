"""The lead: what the page says of it, its checklist, who may tick, and its summary on paper in three languages."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from typer.testing import CliRunner

from tests import factories
from tests.canary import CANARY
from tests.factories import agency, drain, person, signed_in
from tests.integration.reports.test_masking import file_documents, with_child
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.investigation.cases.services import open_case
from tipline.investigation.leads.models import StepMark, StepStanding
from tipline.investigation.leads.queries import marks_of
from tipline.investigation.leads.services import mark_step
from tipline.pipeline.attribution.log_expiry.models import PreservationKind
from tipline.pipeline.attribution.log_expiry.services import note_preservation
from tipline.referrals.models import ReturnReason
from tipline.referrals.services import return_up
from tipline.reports.models import Report
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["runner"]  # a fixture of the matrix


@pytest.fixture
def reporter(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


@pytest.fixture
def report(reporter: Reporter) -> Report:
    filed = factories.filed(reporter, factories.synthetic("monsoon_kite_07", files=2))
    factories.filed(reporter, factories.synthetic("other_one", email="monsoon_kite_07@mail.example"))
    drain()
    return Report.objects.get(pk=filed.pk)


@pytest.fixture
def officer(report: Report) -> User:
    return person("IN-MH-JALGAON")


def page(user: User, report: Report) -> str:
    return signed_in(user).get(f"/reports/{report.pk}/").content.decode()


def pdf_text(made: bytes) -> str:
    return "\n".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(made))


def squeezed(text: str) -> str:
    """Without blanks: lines break anywhere, and readers of PDFs guess where a blank stands."""
    return "".join(text.split())


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_known_what_is_not_and_what_to_do(report: Report, officer: User) -> None:
    text = page(officer, report)
    for words in (
        "What is known", "What is not known", "Next steps", "IP addresses with port and time: 1.", "Who used the account.",
        "Ask the holders of the logs to preserve them", "Acknowledge the report.", "Not checked by Tipline",
        "BNSS 2023 s.173", "Related reports that you may see: 1.", "Next log",
    ):  # fmt: skip
        assert words in text, words
    for sentence in ("addresses", "identifiers", "reported", "files", "related"):
        assert f'href="#{sentence}"' in text and f'id="{sentence}"' in text, sentence
    assert text.index("What is known") < text.index('id="reported"')


def test_every_part_that_a_sentence_leads_to_is_on_the_page(report: Report, officer: User) -> None:
    from tipline.investigation.leads.steps import ANCHORS

    text = page(officer, report)
    assert [anchor for anchor in sorted(ANCHORS) if f'id="{anchor}"' not in text] == []


def test_the_desk_above_sees_the_report_and_neither_steps_nor_ticks(report: Report, officer: User) -> None:
    mark_step(officer, report.pk, "deconflict", StepStanding.DONE)
    above = person("IN-MH-CYBER", Role.SUPERVISOR)
    text = page(above, report)
    assert "monsoon_kite_07" in text and "summary.pdf?language=mr" in text
    assert "Next steps" not in text and officer.name not in text
    with acting(scope_of(above)):
        assert StepMark.objects.count() == 0
    with acting(scope_of(officer)):
        assert StepMark.objects.count() == 1


def test_related_leads_say_how_where_and_how_far(report: Report, officer: User) -> None:
    other = Report.objects.exclude(pk=report.pk).get()
    case = open_case(officer, [other.pk], "Kite")
    text = page(officer, report)
    related = text[text.index('id="related"') : text.index('id="retention"')]
    for words in (f"Report {other.pk}", "both name the same e-mail address", "IN-MH-JALGAON", "Accepted", case.number):
        assert words in related, words
    above = page(person("IN-MH-CYBER"), report)
    assert case.number in above  # told to every desk that the report came by


# -- ticks -------------------------------------------------------------------------------------------------------------


def test_a_step_is_ticked_taken_back_and_not_needed_and_each_is_on_record(report: Report, officer: User) -> None:
    client = signed_in(officer)
    path = f"/reports/{report.pk}/step/"
    answer = client.post(path, {"step": "ask-platform", "standing": "done"})
    assert answer["Location"] == f"/reports/{report.pk}/#next-steps"
    text = page(officer, report)
    assert "1 step done or not needed" in text and officer.name in text[text.index("1 step done") :]
    client.post(path, {"step": "ask-platform", "standing": "open"})
    assert "Taken back" in page(officer, report)
    client.post(path, {"step": "ask-platform", "standing": "not_needed", "reason": "asked in another case <b>"})
    assert "Not needed: asked in another case &lt;b&gt;" in page(officer, report)
    assert [m.standing for m in StepMark.objects.order_by("id")] == ["done", "open", "not_needed"]
    logged = Entry.objects.filter(action="lead.step_marked", actor_id=officer.pk).order_by("id")
    assert [entry.detail["standing"] for entry in logged] == ["done", "open", "not_needed"]
    assert "another case" not in str(list(logged.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"step": "ask-platform", "standing": "maybe"}, "Choose whether the step is done"),
        ({"step": "nosuch", "standing": "done"}, "There is no step"),
        ({"step": "ask-platform", "standing": "not_needed", "reason": " "}, "Say why the step is not needed"),
        ({"step": "ask-platform", "standing": "not_needed", "reason": "x" * 301}, "Say why the step is not needed"),
        ({"step": "ask-platform", "standing": "not_needed", "reason": "a\u202eb"}, "hide or reorder"),
        ({"step": "ask-platform", "standing": "open"}, "to be done already"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    report: Report, officer: User, data: dict[str, str], complaint: str
) -> None:
    text = signed_in(officer).post(f"/reports/{report.pk}/step/", data, follow=True).content.decode()
    assert complaint in text and "Nothing was changed." in text
    assert not StepMark.objects.exists()


def test_who_comes_second_is_told_who_was_first(report: Report, officer: User) -> None:
    mark_step(officer, report.pk, "deconflict", StepStanding.DONE)
    with pytest.raises(ConflictError, match=f"done already, said by {officer.name}"):
        mark_step(person("IN-MH-JALGAON"), report.pk, "deconflict", StepStanding.DONE)


def test_only_the_desk_that_holds_it_ticks(report: Report, officer: User) -> None:
    mark_step(officer, report.pk, "deconflict", StepStanding.DONE)
    with pytest.raises(ConflictError, match="lies with another agency"):
        mark_step(person("IN-MH-CYBER"), report.pk, "deconflict", StepStanding.DONE)
    with pytest.raises(NotFoundError):
        mark_step(person("IN-MH-PUNE"), report.pk, "deconflict", StepStanding.DONE)
    with pytest.raises(NotPermittedError):
        mark_step(person("IN-MH-JALGAON", Role.AUDITOR), report.pk, "deconflict", StepStanding.DONE)
    for somebody in (person("IN-MH-PUNE"), person("IN-MH-JALGAON", Role.ADMINISTRATOR)):
        client = signed_in(somebody)
        assert client.post(f"/reports/{report.pk}/step/", {"step": "deconflict", "standing": "done"}).status_code == 404
        assert client.get(f"/reports/{report.pk}/summary.pdf").status_code == 404
    return_up(officer, [report.pk], ReturnReason.NOT_OUR_PLACE)
    with pytest.raises(ConflictError):
        mark_step(officer, report.pk, "deconflict", StepStanding.OPEN)
    assert "Next steps" not in page(officer, report)
    assert marks_of(report.pk, agency("IN-MH-CYBER").pk) == {}  # the next desk begins its own


def test_software_sees_by_itself_what_is_done(report: Report, officer: User) -> None:
    sighting = report.log_clocks.values_list("sighting", flat=True)[0]
    today = report.received_at.date()
    note_preservation(officer, sighting, PreservationKind.ASKED, today, "Letter 1")
    open_case(officer, [report.pk], "Kite")
    text = page(officer, report)
    done = text[text.index("done or not needed") : text.index("Print a summary")]
    assert done.count("Done, as the record shows") == 3  # preserve, acknowledge, accept
    assert "Accept the report into a case" in done and "Ask the holders of the logs" in done
    assert "Have an officer of the rank of Inspector" in text


def test_a_tick_is_never_changed_or_taken_away(report: Report, officer: User) -> None:
    made = mark_step(officer, report.pk, "deconflict", StepStanding.DONE)
    for statement in ("UPDATE leads_stepmark SET standing = 'open'", "DELETE FROM leads_stepmark"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert StepMark.objects.get() == made


# -- the summary -------------------------------------------------------------------------------------------------------

SAYS = {
    "en": ("CONFIDENTIAL", "What is known", "Next steps", "IP addresses with port and time: 1.", "Handle", "likely gone", "Hashes only", "Jalgaon, Maharashtra"),
    "hi": ("गोपनीय", "क्या ज्ञात है", "आगे के", "पोर्ट और समय सहित", "हैंडल", "केवल हैश", "जलगांव, महाराष्ट्र"),
    "mr": ("गोपनीय", "काय माहीत आहे", "पुढील पावले", "पोर्ट आणि वेळेसह", "हँडल", "फक्त हॅश", "जळगाव, महाराष्ट्र"),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(SAYS))
def test_the_summary_is_accessible_masked_and_in_its_language(report: Report, officer: User, language: str) -> None:
    mark_step(officer, report.pk, "deconflict", StepStanding.NOT_NEEDED, "asked by telephone")
    answer = signed_in(officer).get(f"/reports/{report.pk}/summary.pdf?language={language}")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="report-{report.pk}-{language}.pdf"'
    made = answer.content
    assert b"pdfuaid" in made and b"/StructTreeRoot" in made and f"/Lang({language})".encode() in made
    text = pdf_text(made)
    file = report.files.order_by("id")[0]
    other = Report.objects.exclude(pk=report.pk).get()
    for words in (
        *SAYS[language], f"{report.pk}", "Jalgaon district cyber police", officer.email, "monsoon_kite_07", "192.0.2.11:50112",
        file.sha256, "IN-MH-CYBER", "BNSS 2023 s.173", "UTC: ", str(other.pk), "asked by telephone",
        "A linked e-mail address is given", report.incident_at_text,
    ):  # fmt: skip
        assert squeezed(words) in squeezed(text), words
    assert b"/Subtype /Image" not in made and b"/Subtype/Image" not in made
    entry = Entry.objects.get(action="report.summary_printed", actor_id=officer.pk)
    assert (entry.object_id, entry.detail) == (str(report.pk), {"language": language, "masked": False})


def test_without_a_language_it_is_in_the_desks_first(report: Report, officer: User) -> None:
    first = agency("IN-MH-JALGAON").languages.split()[0]
    for asked in ("", "?language=xx", "?language=../../etc"):
        made = signed_in(officer).get(f"/reports/{report.pk}/summary.pdf{asked}")
        assert f"-{first}.pdf" in made["Content-Disposition"]


def test_the_desk_above_prints_it_without_the_checklist(report: Report) -> None:
    text = pdf_text(signed_in(person("IN-MH-CYBER")).get(f"/reports/{report.pk}/summary.pdf?language=en").content)
    assert "monsoon_kite_07" in text and "Next steps" not in text


def test_nothing_of_a_child_is_on_the_paper_even_while_unmasked(reporter: Reporter) -> None:
    from tests.canary import canary_report

    plain = file_documents(reporter, with_child())
    canary = file_documents(reporter, canary_report(), f"{CANARY}.png", details=True)
    drain()
    investigator = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    client = signed_in(investigator)
    for report in (plain, canary):
        client.post(f"/reports/{report.pk}/unmask/", {"code": "identify", "reason": "Order 7 of the Special Court"})
        for language in SAYS:
            text = pdf_text(client.get(f"/reports/{report.pk}/summary.pdf?language={language}").content)
            for secret in (CANARY, "Kiran", "paper_boat", "little.boat", "192.0.2.70", "Hill Side School", "mill"):
                assert squeezed(secret).casefold() not in squeezed(text).casefold(), (secret, language)
            assert "Child1" in squeezed(text)
    assert "Child Welfare Committee" in page(investigator, plain)


def test_hostile_text_is_text_on_paper(reporter: Reporter) -> None:
    report = factories.filed(reporter, factories.synthetic('#read("/etc/passwd")\u202ekite\u0a97\U0001f3c6'))
    drain()
    made = signed_in(person("IN-MH-JALGAON")).get(f"/reports/{report.pk}/summary.pdf?language=en").content
    assert b"pdfuaid" in made
    text = squeezed(pdf_text(made))
    assert '#read("/etc/passwd")' in text and "U+202E" in text and "U+1F3C6" in text


def test_the_command_prints_the_same_and_overwrites_nothing(
    report: Report, officer: User, runner: CliRunner, tmp_path: Path
) -> None:
    out = tmp_path / "lead.pdf"
    command = ["report", "summary", str(report.pk), "--language", "mr", "--out", str(out)]
    assert runner.invoke(commands, ["--as", officer.email, *command]).exit_code == 0
    assert squeezed("पुढील पावले") in squeezed(pdf_text(out.read_bytes()))
    assert isinstance(runner.invoke(commands, ["--as", officer.email, *command]).exception, InvalidInputError)
    other = [*command[:-1], str(tmp_path / "operator.pdf")]
    runner.invoke(commands, ["--as", ""])
    wrong = runner.invoke(commands, [*other[:3], "--language", "fr", "--out", other[-1]])
    assert isinstance(wrong.exception, InvalidInputError) and "'fr'" in str(wrong.exception)
    stranger = runner.invoke(commands, ["--as", person("IN-MH-PUNE").email, *other])
    assert isinstance(stranger.exception, NotFoundError)
    assert not Path(other[-1]).exists()
