"""Letters of a case: made of the record in one act, edited, kept, masked, printed, and gone with what they state."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from tests import factories
from tests.factories import agency, drain, person
from tests.integration.trust.test_matrix import runner
from tipline.cli import app as commands
from tipline.core.clock import now
from tipline.core.config import load_config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.text import visible
from tipline.investigation.cases.closing import close_case
from tipline.investigation.cases.models import Case, CaseReport
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.legal.letters import services
from tipline.investigation.legal.letters.body import editable, lines_of, missing_of
from tipline.investigation.legal.letters.forms import LANGUAGES, forms
from tipline.investigation.legal.letters.models import Letter, LetterState, LetterVersion
from tipline.investigation.legal.letters.printing import FileKind, print_letters, zipped
from tipline.investigation.legal.letters.queries import readable, visible_letters
from tipline.investigation.legal.letters.record import gather
from tipline.investigation.process.directory import import_platforms
from tipline.investigation.process.holders import holders_of
from tipline.investigation.retention.destroying import carry_out
from tipline.investigation.retention.services import By, confirm, order
from tipline.reports.models import Identifier, ReportedFile
from tipline.trust.accounts.models import Rank, Reporter, ReporterKind, Role, User
from tipline.trust.agencies.letterheads import set_letterhead
from tipline.trust.audit.models import Entry
from tipline.trust.visibility import acting, scope_of

pytestmark = pytest.mark.django_db
__all__ = ["runner"]  # a fixture of the matrix
POCSO = ("IN-ITA-67B", "IN-POCSO-14", "IN-POCSO-15")
LETTERHEAD = {
    "station": "Cyber Police Station", "address": "Example Road 1\nJalgaon", "email": "cyber@jalgaon.example",
    "committee": "Child Welfare Committee, Example Road 2", "special_court": "Special Court, Example Road 3",
}  # fmt: skip

OWN_DIRECTORY = """
[about]
title = "Our contacts"
version = "1"
source = "Letter of the nodal officer"
licence = "-"
as_of = "2026-11-01"

[[platforms]]
key = "pictogram"
name = "Pictogram of our directory"
names = ["Pictogram"]
company = "Pictogram Example Inc."
country = "US"
contact = { role = "Our contact", email = "desk@pictogram.example", placeholder = true }
accepts = [ { asking = "preservation", form = "By letter", days = 90 } ]
source = "Letter of the nodal officer"
as_of = "2026-11-01"
"""


@pytest.fixture
def provider(tmp_path: Path) -> Reporter:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.provider()


@pytest.fixture
def officer(provider: Reporter) -> User:
    return person("IN-MH-JALGAON")


@pytest.fixture
def case(provider: Reporter, officer: User) -> Case:
    reports = [factories.filed(provider, factories.synthetic(f"kite_{n}", f"192.0.2.{10 + n}")) for n in (1, 2)]
    drain()
    return open_case(officer, [report.pk for report in reports], "Kites")


def pocso(case: Case) -> Case:
    """The same with sections of the POCSO Act."""
    from tipline.investigation.cases.models import CaseOffence

    for section in POCSO[1:]:
        CaseOffence.objects.create(case=case, section_id=section, label=section, catalogue_version="2")
    return case


def text_of(letter: Letter) -> str:
    return lines_of(services.bodies_of([letter])[letter.pk].body)


def made(case: Case, form: str, language: str = "en") -> Letter:
    return Letter.objects.filter(case=case, form=form, language=language).order_by("-number")[0]


def test_the_set_is_made_in_one_act_with_one_entry_and_as_many_queries_for_many_as_for_few(
    case: Case, officer: User
) -> None:
    with CaptureQueriesContext(connection) as asked:
        done = services.make_set(officer, case.pk, "en")
    holders = holders_of(case)
    assert [h.kind for h in holders] == ["network", "platform"]
    assert (done.new, done.afresh, done.kept) == (6, 0, 0)
    assert sorted(Letter.objects.values_list("form", "holder_key")) == sorted(
        [("fir", ""), ("certificate", ""), *((form, h.key) for form in ("preservation", "production") for h in holders)]
    )
    assert len(asked) < 32
    assert Entry.objects.filter(action="letter.set_made", object_id=str(case.pk)).count() == 1


def test_a_section_of_the_pocso_act_adds_both_notices(case: Case, officer: User) -> None:
    set_letterhead(case.agency, LETTERHEAD, officer.actor)
    services.make_set(officer, pocso(case).pk, "en")
    committee, court = text_of(made(case, "cwc-notice")), text_of(made(case, "special-court-notice"))
    assert "Child Welfare Committee, Example Road 2" in committee and "section 19(6)" in committee
    assert "Special Court, Example Road 3" in court
    assert "within 24 hours" in text_of(made(case, "fir"))


def test_what_the_office_filed_out_of_a_reply_is_no_information_that_came_and_no_record_to_certify(
    case: Case, officer: User
) -> None:
    own = Reporter.objects.create(
        kind=ReporterKind.REPLY, agency=case.agency, name="Replies of providers", username="reply:x"
    )
    told = factories.filed(own, factories.synthetic("kite_9", "192.0.2.19"))
    CaseReport.objects.create(case=case, report=told, referral=None, added_at=now())
    services.make_set(officer, case.pk, "en")
    assert told.pk not in {one.report_id for one in gather(case, now().date()).hashes}
    fir = text_of(made(case, "fir"))
    assert "Reports: 2." in fir and "Replies of providers" not in fir
    assert "(s)" not in fir, "a number is said so that no plural has to be guessed"


def test_a_directory_of_ones_own_names_the_platforms_in_letters(case: Case, officer: User, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN_DIRECTORY)
    import_platforms(own, factories.TESTS)
    services.make_set(officer, case.pk, "en")
    assert "Pictogram of our directory" in text_of(made(case, "fir"))


def test_what_the_record_says_stands_in_it_and_what_it_lacks_is_named_and_never_invented(
    case: Case, officer: User
) -> None:
    services.make_set(officer, case.pk, "en")
    fir = made(case, "fir")
    text = text_of(fir)
    for said in (
        case.number,
        "kite_1",
        "kite_2",
        "Pictogram",
        "192.0.2.11",
        "50112",
        "IST",
        "Z",
        "Maharashtra",
        "s.67B",
    ):
        assert said in text, said
    assert {"agency.station", "officer.name", "officer.rank", "blank.place"} <= set(fir.missing)
    assert "[Rank of the investigating officer]" not in text and "Rank of the investigating officer: [to be" in text
    set_letterhead(case.agency, LETTERHEAD, officer.actor)
    case.investigating_officer = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    case.investigating_officer.rank = Rank.SUB_INSPECTOR
    case.investigating_officer.save()
    case.fir_number, case.fir_registered_at = "0123/2026", now()
    case.save()
    assert services.make_set(officer, case.pk, "en").afresh == 6
    fir.refresh_from_db()
    assert fir.version == 2 and not {"agency.station", "officer.name", "officer.rank"} & set(fir.missing)
    text = text_of(fir)
    assert "0123/2026" in text and "Cyber Police Station" in text and "below Inspector" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_made_and_printed_in_every_language(case: Case, officer: User, language: str) -> None:
    holder = next(h for h in holders_of(pocso(case)) if h.kind == "platform")
    for form in forms("IN"):
        letter = services.make(officer, case.pk, form.id, language, "" if form.addressee == "none" else holder.key) if (
            form.addressee == "none" or services.takes(form, holder)
        ) else None  # fmt: skip
        if letter is None:
            continue
        version = services.bodies_of([letter])[letter.pk]
        for kind in FileKind:
            content = print_letters(officer.actor, [(letter, version)], kind, "IN")[0].content
            assert content.startswith(b"%PDF" if kind == FileKind.PDF else b"PK"), (form.id, kind)
    assert Letter.objects.count() == sum(
        form.addressee == "none" or services.takes(form, holder) for form in forms("IN")
    )


def test_a_letter_goes_only_to_somebody_who_accepts_it(case: Case, officer: User) -> None:
    network = next(h for h in holders_of(case) if h.kind == "network")
    with pytest.raises(InvalidInputError, match="accepts no assistance request"):
        services.make(officer, case.pk, "assistance", "en", network.key)
    with pytest.raises(NotFoundError, match="somebody who holds records"):
        services.make(officer, case.pk, "preservation", "en", "IN/nobody")
    with pytest.raises(InvalidInputError, match="goes to nobody"):
        services.make(officer, case.pk, "fir", "en", network.key)
    with pytest.raises(InvalidInputError, match="not in 'fr'"):
        services.make_set(officer, case.pk, "fr")
    with pytest.raises(NotFoundError, match="no form 'x'"):
        services.make(officer, case.pk, "x", "en")
    assert not Letter.objects.exists()


def test_making_one_again_gives_the_draft_that_exists(case: Case, officer: User) -> None:
    first = services.make(officer, case.pk, "fir", "hi")
    assert services.make(officer, case.pk, "fir", "hi") == first
    services.review(officer, first.pk, 1)
    assert services.make(officer, case.pk, "fir", "hi").number == 2


def test_what_somebody_wrote_stays_when_the_set_is_made_again(case: Case, officer: User) -> None:
    services.make_set(officer, case.pk, "en")
    fir = made(case, "fir")
    body = services.bodies_of([fir])[fir.pk].body
    place = next(one for one in editable(body) if one["label"].startswith("Place of occurrence"))
    services.edit(officer, fir.pk, 1, {place["key"]: "Not known; \u202ethe accounts are online"})
    fir.refresh_from_db()
    assert (fir.version, fir.edited) == (2, True)
    assert "blank.place" not in fir.missing and "blank.delay" in fir.missing
    set_letterhead(case.agency, LETTERHEAD, officer.actor)
    done = services.make_set(officer, case.pk, "en")
    assert (done.new, done.afresh, done.kept) == (0, 5, 1)
    services.take_afresh(officer, fir.pk, 2)
    fir.refresh_from_db()
    assert fir.version == 3 and "agency.station" not in fir.missing
    assert visible("Not known; \u202ethe accounts are online") in text_of(fir)


def test_making_the_set_again_brings_back_nothing_that_was_withdrawn_and_adds_what_is_new(
    case: Case, officer: User
) -> None:
    services.make_set(officer, case.pk, "en")
    services.withdraw(officer, made(case, "certificate").pk, 1)
    done = services.make_set(officer, pocso(case).pk, "en")
    assert done.new == 2
    assert Letter.objects.filter(form="certificate").count() == 1


def test_two_who_edit_at_once_do_not_overwrite_each_other(case: Case, officer: User) -> None:
    fir = services.make(officer, case.pk, "fir", "en")
    key = editable(services.bodies_of([fir])[fir.pk].body)[0]["key"]
    services.edit(officer, fir.pk, 1, {key: "First"})
    with pytest.raises(ConflictError, match="you began with version 1, and version 2 is in force"):
        services.edit(officer, fir.pk, 1, {key: "Second"})
    with pytest.raises(InvalidInputError, match="does not fit this letter"):
        services.edit(officer, fir.pk, 2, {"999": "x"})
    with pytest.raises(InvalidInputError, match="at most"):
        services.edit(officer, fir.pk, 2, {key: "x" * 20_001})
    assert LetterVersion.objects.filter(letter=fir).count() == 2
    services.edit(officer, fir.pk, 2, {key: "First"})  # nothing differs: no version
    assert LetterVersion.objects.filter(letter=fir).count() == 2
    services.edit(officer, fir.pk, 2, {key: ""})  # a remark meant for the officer goes
    printed = print_letters(officer.actor, [_pair(fir)], FileKind.DOCX, "IN")[0].content
    assert "First" not in {paragraph.text for paragraph in docx.Document(io.BytesIO(printed)).paragraphs}


def test_a_reviewed_letter_is_marked_and_not_changed_and_never_signed(case: Case, officer: User) -> None:
    fir = services.make(officer, case.pk, "fir", "en")
    services.review(officer, fir.pk, 1)
    for act in (services.take_afresh, services.withdraw, services.review):
        with pytest.raises(ConflictError, match="the letter is reviewed"):
            act(officer, fir.pk, 1)
    printed = print_letters(officer.actor, [_pair(fir)], FileKind.DOCX, "IN")[0].content
    head = docx.Document(io.BytesIO(printed)).sections[0].header.paragraphs[0].text
    assert head.startswith(f"Reviewed by {officer.name} on ") and head.endswith("not signed by software")


def _pair(letter: Letter) -> tuple[Letter, LetterVersion]:
    letter = Letter.objects.select_related("case__agency", "reviewed_by").get(pk=letter.pk)
    return letter, services.bodies_of([letter])[letter.pk]


@pytest.mark.parametrize(
    ("language", "marking"),
    [("en", "DRAFT – REVIEW BEFORE USE"), ("hi", "प्रारूप – उपयोग से पहले जांच करें"), ("mr", "मसुदा – वापरण्यापूर्वी तपासा")],
)
def test_every_page_of_a_draft_says_so(case: Case, officer: User, language: str, marking: str) -> None:
    letter = services.make(officer, case.pk, "certificate", language)
    printed = print_letters(officer.actor, [_pair(letter)], FileKind.PDF, "IN")[0]
    pages = pypdfium2.PdfDocument(printed.content)
    assert len(pages) > 1
    if language == "en":  # what is drawn in Devanagari is not read back as the same text by every reader
        assert all(marking in page.get_textpage().get_text_range() for page in pages)
    head = docx.Document(io.BytesIO(print_letters(officer.actor, [_pair(letter)], FileKind.DOCX, "IN")[0].content))
    assert head.sections[0].header.paragraphs[0].text == marking


@pytest.mark.parametrize(("language", "district"), [("en", "Jalgaon"), ("hi", "जलगांव"), ("mr", "जळगाव")])
def test_the_district_is_written_in_the_letters_language(
    case: Case, officer: User, language: str, district: str
) -> None:
    services.make(officer, case.pk, "fir", language)
    assert district in text_of(made(case, "fir", language))


def test_what_is_printed_is_in_the_log_with_its_digest(case: Case, officer: User) -> None:
    services.make_set(officer, case.pk, "en")
    letters = [_pair(letter) for letter in Letter.objects.order_by("number")]
    files = print_letters(officer.actor, letters, FileKind.PDF, "IN")
    logged = Entry.objects.filter(action="letter.printed").order_by("id").values_list("detail", flat=True)
    assert [entry["sha256"] for entry in logged] == [file.sha256 for file in files]
    again = print_letters(officer.actor, letters, FileKind.PDF, "IN")
    assert [one.content for one in again] == [one.content for one in files]
    assert sorted(zipfile.ZipFile(io.BytesIO(zipped(files))).namelist()) == sorted(file.name for file in files)


def test_the_certificate_states_our_hashes_as_ours_and_the_providers_as_theirs(case: Case, officer: User) -> None:
    one = ReportedFile.objects.order_by("id")[0]
    ReportedFile.objects.filter(pk=one.pk).update(uploaded=False, md5="", sha1="")
    found = gather(case, now().date()).hashes
    assert {(h.algorithm, h.own) for h in found if h.name == one.wire_id} == {("SHA-256", False)}
    assert {(h.what, h.algorithm) for h in found if h.own} == {
        ("report", "SHA-256"), ("file", "SHA-256"), ("file", "SHA-1"), ("file", "MD5"),
    }  # fmt: skip
    text = text_of(services.make(officer, case.pk, "certificate", "en"))
    assert all(h.value in text for h in found)
    assert one.upload_name not in text and "the provider’s word" in text and "Part B" in text


# -- a child's identity ---------------------------------------------------------------------------------------------------


def test_a_childs_identity_is_in_no_letter_neither_now_nor_when_it_turns_out_later(case: Case, officer: User) -> None:
    services.make_set(officer, case.pk, "en")
    assert "kite_1" in text_of(made(case, "fir"))
    Identifier.objects.filter(value="kite_1", kind="handle").update(of_child=True)
    letters = list(Letter.objects.filter(case=case))
    for version in readable(case, letters).values():
        assert "kite_1" not in json.dumps(version.body).replace("kite_1@", "")
        assert "kite_1" not in lines_of(version.body)
    services.make_set(officer, case.pk, "hi")
    for letter in Letter.objects.filter(case=case, language="hi"):
        assert "kite_1" not in text_of(letter)


def test_children_of_a_report_are_counted_and_not_named(provider: Reporter, officer: User) -> None:
    from tests.canary import CANARY, canary_report

    report = factories.filed(provider, factories.synthetic("kite_9"))
    drain()
    case = pocso(open_case(officer, [report.pk], "Kite"))
    report.persons.create(
        position=900, role="victim", path="/x", first_name="Zyxa", last_name="Qwertz", child=1, details={}
    )
    assert canary_report and CANARY
    services.make_set(officer, case.pk, "en")
    notice = made(case, "cwc-notice")
    text = text_of(notice)
    assert f"Child 1 of report {report.pk}" in text and "Zyxa" not in text and "Qwertz" not in text
    assert "blank.child_identity" in notice.missing
    key = next(
        one["key"] for one in editable(services.bodies_of([notice])[notice.pk].body) if one["kind"] == "paragraph"
    )
    services.edit(officer, notice.pk, 1, {key: "To the committee, about Zyxa Qwertz"})
    notice.refresh_from_db()
    assert "Zyxa" not in lines_of(readable(case, [notice])[notice.pk].body)


# -- who may, and what becomes of it --------------------------------------------------------------------------------------


def test_the_wrong_person_makes_nothing_and_sees_nothing(case: Case, officer: User) -> None:
    fir = services.make(officer, case.pk, "fir", "en")
    for somebody in (
        person("IN-MH-PUNE"),
        person("IN-MH-CYBER", Role.SUPERVISOR),
        person("IN-MH-JALGAON", Role.AUDITOR),
    ):
        with acting(scope_of(somebody)) as scope:
            assert not Letter.objects.exists() and not LetterVersion.objects.exists()
            assert not visible_letters(scope, case).exists()
            for act in (
                lambda: services.make_set(somebody, case.pk, "en"),  # noqa: B023
                lambda: services.edit(somebody, fir.pk, 1, {}),  # noqa: B023
            ):
                with pytest.raises((NotFoundError, NotPermittedError)):
                    act()
    investigator = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    with pytest.raises(NotFoundError):
        services.make_set(investigator, case.pk, "en")
    assign(person("IN-MH-JALGAON", Role.SUPERVISOR), case, investigator)
    assert services.make_set(investigator, case.pk, "en").new == 5
    close_case(person("IN-MH-JALGAON", Role.SUPERVISOR), case, "untraced", "No log was left", despite=True)
    with pytest.raises(ConflictError, match="is closed"):
        services.make_set(investigator, case.pk, "en")


def test_a_version_is_never_changed_and_no_person_removes_one(case: Case, officer: User) -> None:
    services.make(officer, case.pk, "fir", "en")
    with pytest.raises(DatabaseError, match="is not changed"), transaction.atomic():
        LetterVersion.objects.update(why="edited")
    with pytest.raises(DatabaseError, match="is not changed"), acting(scope_of(officer)):
        LetterVersion.objects.all().delete()
    assert LetterVersion.objects.get().why == "made"


def test_letters_are_destroyed_with_what_they_state(case: Case, officer: User, tmp_path: Path) -> None:
    services.make_set(officer, case.pk, "en")
    chief, other = (person("IN-MH-JALGAON", Role.SUPERVISOR) for _ in range(2))
    close_case(chief, case, "untraced", "No log was left", despite=True)
    first, second = (By.somebody(one, scope_of(one)) for one in (chief, other))
    waits = order(first, reference="1", authority="Court", case_id=case.pk, court_order=True)
    confirm(second, waits.pk)
    assert carry_out(load_config({"TIPLINE_DATA_DIR": str(tmp_path / "data")}), waits.pk)
    assert not Letter.objects.exists() and not LetterVersion.objects.exists()


# -- the command line -----------------------------------------------------------------------------------------------------


def test_drafts_writes_every_draft_as_pdf_and_makes_the_set_if_there_is_none(
    case: Case, runner: CliRunner, tmp_path: Path
) -> None:
    out = tmp_path / "drafts"
    done = runner.invoke(commands, ["case", "drafts", case.number, "--lang", "mr", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.exception
    rows = json.loads(done.output)
    assert len(rows) == 6 and {row["form"] for row in rows} == {"fir", "certificate", "preservation", "production"}
    for row in rows:
        assert (
            Path(row["file"]).read_bytes().startswith(b"%PDF") and row["language"] == "mr" and len(row["sha256"]) == 64
        )
    again = json.loads(
        runner.invoke(commands, ["case", "drafts", str(case.pk), "--lang", "mr", "--out", str(out), "--json"]).output
    )
    assert [row["sha256"] for row in again] == [row["sha256"] for row in rows]
    for wrong in (
        ["case", "drafts", case.number, "--lang", "fr", "--out", str(out)],
        ["case", "drafts", "X/1", "--out", str(out)],
    ):
        assert isinstance(runner.invoke(commands, wrong).exception, (InvalidInputError, NotFoundError))


def test_letters_by_command_for_a_person_and_for_nobody_else(
    case: Case, officer: User, runner: CliRunner, tmp_path: Path
) -> None:
    mine = ["--as", officer.email, "case"]
    done = runner.invoke(commands, [*mine, "letter", "make", case.number, "fir", "--lang", "hi", "--json"])
    assert done.exit_code == 0, done.exception
    assert json.loads(done.output)["number"] == 1
    assert "fir" in runner.invoke(commands, [*mine, "letter", "list", case.number]).output
    target = tmp_path / "fir.docx"
    assert runner.invoke(commands, [*mine, "letter", "print", case.number, "1", "--out", str(target)]).exit_code == 0
    assert docx.Document(str(target)).paragraphs
    stranger = ["--as", person("IN-MH-PUNE").email, "case"]
    for words in (
        ["letter", "list", case.number], ["letter", "make", case.number, "fir"],
        ["letter", "print", case.number, "1", "--out", str(target)], ["drafts", case.number, "--out", str(tmp_path)],
    ):  # fmt: skip
        assert isinstance(runner.invoke(commands, [*stranger, *words]).exception, NotFoundError), words
    wrong = runner.invoke(commands, [*mine, "letter", "print", case.number, "1", "--out", str(tmp_path / "fir.doc")])
    assert isinstance(wrong.exception, InvalidInputError)
    assert isinstance(
        runner.invoke(commands, ["case", "letter", "make", case.number, "fir"]).exception, InvalidInputError
    )


def test_a_letterhead_is_checked_and_logged(provider: Reporter) -> None:
    jalgaon = agency("IN-MH-JALGAON")
    for wrong in ({"email": "nobody"}, {"station": "x" * 201}, {"telephone": "\u202e1"}):
        with pytest.raises(InvalidInputError):
            set_letterhead(jalgaon, wrong, factories.TESTS)
    made = set_letterhead(jalgaon, LETTERHEAD, factories.TESTS)
    assert made.address == "Example Road 1\nJalgaon"
    assert Entry.objects.filter(action="agency.letterhead_set").count() == 1
    assert missing_of({"head": [], "title": "", "blocks": []}) == [] and LetterState.DRAFT == "draft"
