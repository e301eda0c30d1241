"""Making letters, changing them, and saying that a person has read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet

from tipline.core.clock import now
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError
from tipline.investigation.cases.models import Case, CaseState
from tipline.investigation.cases.working import work_on
from tipline.investigation.legal.letters.body import Body, afresh, build, edited, is_edited, missing_of
from tipline.investigation.legal.letters.fields import Source
from tipline.investigation.legal.letters.forms import LANGUAGES, Form, form_of, forms, vocabulary
from tipline.investigation.legal.letters.masking import masked, terms_of_case
from tipline.investigation.legal.letters.models import Letter, LetterState, LetterVersion
from tipline.investigation.legal.letters.record import CONDITIONS, Record, gather
from tipline.investigation.process.holders import Holder
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.audit.services import Act, record


@dataclass(frozen=True, slots=True)
class MadeSet:
    """What making the set did: letters that are new, those made afresh from the record, and those left as they are."""

    new: int
    afresh: int
    kept: int


@transaction.atomic
def make(person: User, case_id: int, form_id: str, language: str, holder_key: str = "") -> Letter:
    """Make one letter of the record. A draft of the same form, language and addressee that exists is returned as it is.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `cases.working.work_on` does; for a form or an addressee that is not known.
    InvalidInputError
        for an unknown language, or when the addressee accepts no such letter, or one is missing.
    """
    case = work_on(person, case_id)
    _language(language)
    known = _record(case)
    form = form_of(known.country, form_id)
    holder = _addressee(known, form, holder_key)
    key = holder.key if holder else ""
    found = Letter.objects.filter(
        case=case, form=form.id, language=language, holder_key=key, state=LetterState.DRAFT
    ).first()
    if found:
        return found
    made = _new(case, known, [(form, holder)], language, person)[0]
    record(person.actor, [Act("letter.made", "case", case.pk, {"form": form.id, "letter": made.number})])
    return made


@transaction.atomic
def make_set(person: User, case_id: int, language: str) -> MadeSet:
    """Make every letter that the case needs, at once: FIR, certificate, a preservation letter and an order for each who holds
    records, and the notices when a section of the POCSO Act is chosen. Made again it adds what is new, takes what nobody
    changed afresh from the record, and leaves what somebody changed, reviewed or withdrew.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `cases.working.work_on` does.
    InvalidInputError
        for an unknown language, or when the case's country has no forms yet.
    """
    return _make_set(work_on(person, case_id), language, person.actor, person)


@transaction.atomic
def make_set_for(actor: Actor, case: Case, language: str) -> MadeSet:
    """As `make_set`, for the operator at the machine.

    Raises
    ------
    ConflictError
        when the case is closed or destroyed.
    """
    case = Case.objects.select_for_update(of=("self",), no_key=True).select_related("agency").get(pk=case.pk)
    if case.state == CaseState.CLOSED or case.destroyed_at is not None:
        raise ConflictError(f"case {case.number} is closed, and has no drafts")
    return _make_set(case, language, actor, None)


def _make_set(case: Case, language: str, actor: Actor, person: User | None) -> MadeSet:
    _language(language)
    known = _record(case)
    wanted = _wanted(known)
    if not wanted:
        raise InvalidInputError(f"there are no forms for the country of {case.agency.code} yet")
    # the newest of each is what counts
    have = {
        (letter.form, letter.holder_key): letter
        for letter in Letter.objects.filter(case=case, language=language).order_by("number")
    }
    new = [(form, holder) for form, holder in wanted if (form.id, holder.key if holder else "") not in have]
    untouched = [
        (have[form.id, holder.key if holder else ""], form, holder)
        for form, holder in wanted
        if (letter := have.get((form.id, holder.key if holder else "")))
        and letter.state == LetterState.DRAFT
        and not letter.edited
    ]
    _new(case, known, new, language, person)
    again = _afresh(known, untouched, person)
    made = MadeSet(len(new), again, len(wanted) - len(new) - again)
    record(
        actor,
        [
            Act(
                "letter.set_made",
                "case",
                case.pk,
                {"language": language, "new": made.new, "afresh": made.afresh, "kept": made.kept},
            )
        ],
    )
    return made


def _wanted(known: Record) -> list[tuple[Form, Holder | None]]:
    """The forms of a set, each with its addressees."""
    found: list[tuple[Form, Holder | None]] = []
    for form in forms(known.country):
        if form.in_set == "never" or (form.in_set == "pocso" and not CONDITIONS["pocso"](known, None)):
            continue
        if form.addressee == "none":
            found.append((form, None))
        else:
            found += [(form, holder) for holder in known.holders if takes(form, holder)]
    return found


def takes(form: Form, holder: Holder) -> bool:
    """Whether somebody who holds records accepts this sort of letter."""
    return any(one.asking == form.addressee for one in holder.accepts)


def _addressee(known: Record, form: Form, key: str) -> Holder | None:
    if form.addressee == "none":
        if key:
            raise InvalidInputError(f"{form.title.en} goes to nobody who holds records")
        return None
    holder = known.holder(key)
    if holder is None:
        raise NotFoundError("choose somebody who holds records of this case")
    if not takes(form, holder):
        raise InvalidInputError(f"{holder.name} accepts no {form.addressee} request")
    return holder


def _record(case: Case, at: datetime | None = None) -> Record:
    """The record as of a moment's day at the desk; left out: today."""
    return gather(case, (at or now()).astimezone(ZoneInfo(case.agency.timezone)).date())


def _language(language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidInputError(f"letters are made in {', '.join(LANGUAGES)}, not in {language[:20]!r}")


def source_of(known: Record, form: Form, language: str, number: int, holder: Holder | None) -> Source:
    """What a letter's fields are read from."""
    reference = f"{known.case.number} / L{number}"
    return Source(known, form, language, vocabulary(known.country), reference, holder)


def _reports(known: Record, holder: Holder | None) -> list[int]:
    """The reports whose data stands in a letter."""
    if holder is None:
        return [report.pk for report in known.reports]
    return sorted({one.report_id for one in holder.sought})


def _new(
    case: Case, known: Record, wanted: Iterable[tuple[Form, Holder | None]], language: str, person: User | None
) -> list[Letter]:
    at = now()
    first = (Letter.objects.filter(case=case).aggregate(top=Max("number"))["top"] or 0) + 1
    letters, bodies = [], []
    for number, (form, holder) in enumerate(wanted, first):
        body = build(source_of(known, form, language, number, holder))
        bodies.append((body, _reports(known, holder)))
        letters.append(
            Letter(
                case=case, number=number, form=form.id, form_version=form.about.version, language=language,
                holder_key=holder.key if holder else "", holder_name=holder.name[:200] if holder else "",
                missing=missing_of(body), made_at=at, made_by=person,
            )
        )  # fmt: skip
    Letter.objects.bulk_create(letters)
    LetterVersion.objects.bulk_create(
        LetterVersion(
            case=case, letter=letter, number=1, body=body, why="made", report_ids=reports,
            law_version=known.law.about.version, at=at, by=person,
        )
        for letter, (body, reports) in zip(letters, bodies, strict=True)
    )  # fmt: skip
    return letters


def _afresh(known: Record, letters: list[tuple[Letter, Form, Holder | None]], person: User | None) -> int:
    """Drafts that nobody changed, as the record has them now. Returns how many differ from before."""
    current = bodies_of([letter for letter, _, _ in letters])
    changed, versions = [], []
    for letter, form, holder in letters:
        body = build(source_of(known, form, letter.language, letter.number, holder))
        if body != current[letter.pk].body:
            changed.append(letter)
            versions.append(_next(letter, body, "afresh", _reports(known, holder), known, person))
            letter.form_version = form.about.version
    Letter.objects.bulk_update(changed, ["version", "missing", "form_version", "edited"])
    LetterVersion.objects.bulk_create(versions)
    return len(changed)


def _next(
    letter: Letter, body: Body, why: str, reports: list[int], known: Record, person: User | None
) -> LetterVersion:
    """The next version of a letter; both are yet to be written."""
    letter.version += 1
    letter.missing = missing_of(body)
    letter.edited = is_edited(body)
    return LetterVersion(
        case_id=letter.case_id, letter=letter, number=letter.version, body=body, why=why, report_ids=reports,
        law_version=known.law.about.version, at=now(), by=person,
    )  # fmt: skip


def bodies_of(letters: Iterable[Letter]) -> dict[int, LetterVersion]:
    """The version in force of each letter, by the letter's id; one query."""
    wanted = list(letters)
    return in_force(wanted, bodies_asked(wanted))


def bodies_asked(letters: Sequence[Letter]) -> QuerySet[LetterVersion]:
    """Versions of letters, for `in_force`."""
    numbers = {letter.version for letter in letters}
    return LetterVersion.objects.filter(letter_id__in=[letter.pk for letter in letters], number__in=numbers)


def in_force(letters: Sequence[Letter], versions: Iterable[LetterVersion]) -> dict[int, LetterVersion]:
    """The version in force of each letter, by the letter's id."""
    wanted = {letter.pk: letter.version for letter in letters}
    return {version.letter_id: version for version in versions if wanted[version.letter_id] == version.number}


def fresh_body(letter: Letter, before: Body) -> Body | None:
    """What the record gives for a letter now, dated as the letter is, with what people wrote kept in what it was before; None when
    its form or addressee is gone or is another version by now."""
    return _fresh(letter, _record(letter.case, letter.made_at), before)


def _fresh(letter: Letter, known: Record, before: Body) -> Body | None:
    try:
        form = form_of(known.country, letter.form)
    except NotFoundError:
        return None
    holder = known.holder(letter.holder_key) if letter.holder_key else None
    if (letter.holder_key and holder is None) or (letter.edited and form.about.version != letter.form_version):
        return None
    return afresh(before, build(source_of(known, form, letter.language, letter.number, holder)))


def _draft(person: User, letter_id: int, version: int | None = None) -> Letter:
    """A draft, locked with its case.

    Raises
    ------
    ConflictError
        when it is no draft any more, or somebody else changed it since `version`.
    """
    found = Letter.objects.filter(pk=letter_id).first()
    if found is None:
        raise NotFoundError(f"there is no letter {letter_id}")
    work_on(person, found.case_id)
    letter = Letter.objects.select_for_update(of=("self",)).select_related("case__agency").get(pk=letter_id)
    if letter.state != LetterState.DRAFT:
        raise ConflictError(f"the letter is {letter.get_state_display().lower()}: it is not changed any more")
    if version is not None and letter.version != version:
        raise ConflictError(
            f"somebody changed the letter meanwhile: you began with version {version}, and version {letter.version} is in force"
        )
    return letter


@transaction.atomic
def edit(person: User, letter_id: int, version: int, texts: Mapping[str, str]) -> Letter:
    """Change texts of a draft: a new version of it. Its tables are taken afresh from the record.

    Parameters
    ----------
    version
        the version that the person began with.
    texts
        by the keys of `body.editable`.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `cases.working.work_on` does; when the letter is no draft any more, or was changed meanwhile.
    InvalidInputError
        as `body.edited` does.
    """
    letter = _draft(person, letter_id, version)
    known = _record(letter.case)
    before = bodies_of([letter])[letter.pk]
    # what they saw and sent back is masked; a text that they did not change stays as it is
    shown = masked(before.body, terms_of_case(letter.case))
    body = edited(before.body, shown, texts, vocabulary(known.country), letter.language)
    if body == before.body:
        return letter
    letter.edited = True
    fresh = _fresh(letter, known, body)
    tables = {block["form"]: block for block in (fresh or body)["blocks"] if block["kind"] == "table"}
    body = body | {"blocks": [tables.get(block["form"], block) for block in body["blocks"]]}
    holder = known.holder(letter.holder_key) if letter.holder_key else None
    reports = sorted({*before.report_ids, *(_reports(known, holder) if fresh else ())})
    _next(letter, body, "edited", reports, known, person).save()
    letter.save(update_fields=["version", "missing", "edited"])
    record(
        person.actor,
        [Act("letter.edited", "case", letter.case_id, {"letter": letter.number, "version": letter.version})],
    )
    return letter


@transaction.atomic
def take_afresh(person: User, letter_id: int, version: int) -> Letter:
    """Take a draft afresh from the record; what people wrote stays.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `edit` does; when its form or its addressee is not there any more.
    """
    letter = _draft(person, letter_id, version)
    known = _record(letter.case)
    before = bodies_of([letter])[letter.pk]
    body = _fresh(letter, known, before.body)
    if body is None:
        raise ConflictError("its form or its addressee has changed: withdraw it and make a new one")
    if body != before.body:
        holder = known.holder(letter.holder_key) if letter.holder_key else None
        _next(letter, body, "afresh", _reports(known, holder), known, person).save()
        letter.form_version = form_of(known.country, letter.form).about.version
        letter.save(update_fields=["version", "missing", "edited", "form_version"])
        record(
            person.actor,
            [Act("letter.taken_afresh", "case", letter.case_id, {"letter": letter.number, "version": letter.version})],
        )
    return letter


@transaction.atomic
def review(person: User, letter_id: int, version: int) -> Letter:
    """Note that a person has read this version and answers for it. It is marked so; it is signed by hand, on paper.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `edit` does.
    """
    letter = _draft(person, letter_id, version)
    letter.state, letter.reviewed_at, letter.reviewed_by = LetterState.REVIEWED, now(), person
    letter.save(update_fields=["state", "reviewed_at", "reviewed_by"])
    record(
        person.actor,
        [Act("letter.reviewed", "case", letter.case_id, {"letter": letter.number, "version": letter.version})],
    )
    return letter


@transaction.atomic
def withdraw(person: User, letter_id: int, version: int) -> Letter:
    """Take a draft out of use. It stays, and making the set does not bring it back.

    Raises
    ------
    NotFoundError, NotPermittedError, ConflictError
        as `edit` does.
    """
    letter = _draft(person, letter_id, version)
    letter.state, letter.withdrawn_at, letter.withdrawn_by = LetterState.WITHDRAWN, now(), person
    letter.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    record(person.actor, [Act("letter.withdrawn", "case", letter.case_id, {"letter": letter.number})])
    return letter
