"""`tipline training …`: running the range, and its courses from a roster to certificates. Imported by `training.py`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli.runtime import installation, password_from_stdin, refuse_existing, write_json, write_new

if TYPE_CHECKING:
    from tipline.training.courses.services import Imported

roster = typer.Typer(help="Rosters: who comes to a course.", no_args_is_help=True)
course = typer.Typer(help="Courses, and what they ask of who passes.", no_args_is_help=True)
instructor = typer.Typer(help="Instructors: they see the trainees of their courses.", no_args_is_help=True)
batch = typer.Typer(help="Batches and teams of a course.", no_args_is_help=True)
exercise = typer.Typer(help="What a course works on.", no_args_is_help=True)
certificate = typer.Typer(help="Certificates, signed and verifiable.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
CourseName = Annotated[str, typer.Argument(metavar="COURSE", help="its name or code")]
OfBatch = Annotated[str, typer.Option("--batch", help="of this batch alone")]
Output = Annotated[Path, typer.Option("-o", "--output", help="file to write; it must not be there yet")]


def up(
    bind: Annotated[str, typer.Option(help="HOST:PORT to listen on; overrides TIPLINE_TRAINING_BIND")] = "",
    workers: Annotated[int, typer.Option(min=0, max=64, help="workers on this machine, for trainees' own desks")] = 1,
) -> None:
    """Run the range: its own database, web server and workers. The live installation may run beside it, or not."""
    from tipline.cli.up import up as run

    run(bind, workers)


def demo(as_json: AsJson = False) -> None:
    """Make a course with 320 fictional officers of Maharashtra in eight batches, for a first look."""
    with installation():
        from tipline.training.courses.demo import make
        from tipline.trust.actors import system

        done = _told(make(system("cli")))
    _show(done, as_json)


@roster.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="F.csv", help="columns: name,email,rank,district")],
    course: Annotated[str, typer.Option(help="name of the course; it is made if it is not there")],
    batch: Annotated[str, typer.Option(help="put those who are new into this batch")] = "",
    as_json: AsJson = False,
) -> None:
    """Take in the officers of a roster. The same file again changes nothing; a row that cannot be taken is named."""
    from tipline.core.errors import InvalidInputError, NotFoundError

    try:
        body = file.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from error
    with installation():
        from django.db import transaction

        from tipline.training.courses.rosters import read_roster
        from tipline.training.courses.services import course_named, import_roster, make_course
        from tipline.trust.actors import system

        try:
            read = read_roster(body)
        except InvalidInputError as error:
            raise InvalidInputError(f"{file.name}: {error}") from error
        with transaction.atomic():
            try:
                into = course_named(course)
            except NotFoundError:
                into = make_course(course, system("cli"))
            done = {"encoding": read.encoding, **_told(import_roster(read, into, system("cli"), batch=batch))}
    _show(done, as_json)


def _told(done: Imported) -> dict[str, Any]:
    return {
        "course": done.course.code,
        "imported": done.imported,
        "already": done.already,
        "refused": [{"line": one.line, "what": one.what, "why": one.why} for one in done.refused],
        "notes": list(done.notes),
    }


def _show(done: dict[str, Any], as_json: bool) -> None:
    if as_json:
        write_json(done)
        return
    typer.echo(
        f"{done['course']}: {done['imported']} imported, {done['already']} were there, {len(done['refused'])} refused"
    )
    for one in done["refused"]:
        typer.echo(f"  line {one['line']}, {one['what']}: {one['why']}", err=True)
    for note in done["notes"]:
        typer.echo(f"  {note}")


@course.command("add")
def course_add(
    name: Annotated[str, typer.Argument(help="as it stands on certificates")],
    points: Annotated[int, typer.Option(help="percent of the points that passing asks; 0: not asked")] = 50,
    attendance: Annotated[int, typer.Option(help="percent of the sessions; 0: not asked")] = 75,
    test: Annotated[int, typer.Option(help="percent of the test after the course; 0: not asked")] = 50,
    starts: Annotated[str, typer.Option(help="its first day, as 2027-01-26")] = "",
    ends: Annotated[str, typer.Option(help="its last day")] = "",
) -> None:
    """Make a course, or change when one is held and what it asks."""
    with installation():
        from django.db import transaction

        from tipline.core.errors import NotFoundError
        from tipline.training.courses.services import course_named, make_course, set_course
        from tipline.trust.actors import system

        with transaction.atomic():
            try:
                found = course_named(name)
            except NotFoundError:
                found = make_course(name, system("cli"))
            criteria = {"pass_points": points, "pass_attendance": attendance, "pass_test": test}
            set_course(found, system("cli"), criteria=criteria, starts_on=_day(starts), ends_on=_day(ends))
        code = found.code
    typer.echo(code)


@course.command("list")
def course_list(as_json: AsJson = False) -> None:
    """Show the courses, how many trainees they have, and what they ask."""
    with installation():
        from django.db.models import Count, Q

        from tipline.training.courses.models import Course

        enrolled = Count("enrolments", filter=Q(enrolments__withdrawn_at=None))
        found = [
            {
                "code": one.code, "name": one.name, "trainees": one.trainees, "starts_on": one.starts_on, "ends_on": one.ends_on,
                "asked": {"points": one.pass_points, "attendance": one.pass_attendance, "test": one.pass_test},
            }
            for one in Course.objects.annotate(trainees=enrolled)
        ]  # fmt: skip
    if as_json:
        write_json(found)
        return
    for one in found:
        typer.echo(f"{one['code']:<40} {one['trainees']:>5} trainees  {one['name']}")


@instructor.command("add")
def instructor_add(
    email: Annotated[str, typer.Argument(help="signs in with it")],
    name: Annotated[str, typer.Option(help="as trainees know them")],
    course: Annotated[list[str] | None, typer.Option(help="a course that they teach; may be repeated. Left out: all there are")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="read the password from standard input")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Add an instructor. Without --password-stdin a password is made and shown once; it has to be changed at the first sign-in."""
    with installation():
        from tipline.training.courses.models import Course
        from tipline.training.courses.services import add_instructor, course_named
        from tipline.trust.accounts.models import User
        from tipline.trust.accounts.passwords import one_time_password
        from tipline.trust.actors import system

        known = User.objects.filter(email=email.lower()).exists()
        password = password_from_stdin() if password_stdin else one_time_password()
        taught = [course_named(one) for one in course] if course else list(Course.objects.all())
        person = add_instructor(email, name, password, taught, system("cli"), must_change=not password_stdin)
        done: dict[str, Any] = {"email": person.email, "courses": [one.code for one in taught]}
        if not known and not password_stdin:
            done["password"] = password
    if as_json:
        write_json(done)
        return
    typer.echo(f"{done['email']} teaches {', '.join(done['courses']) or 'no course yet'}")
    if "password" in done:
        typer.echo(f"password (shown once): {done['password']}")


@batch.command("assign")
def batch_assign(
    course: CourseName,
    size: Annotated[
        int, typer.Option(min=1, help="trainees of a batch; those in none are put into new ones, by district")
    ] = 40,
) -> None:
    """Put trainees who are in no batch into batches of about this size."""
    with installation():
        from tipline.training.courses.batches import assign
        from tipline.training.courses.services import course_named
        from tipline.trust.actors import system

        made = assign(course_named(course), size, system("cli"))
    typer.echo(", ".join(f"{name}: {count}" for name, count in made.items()) or "everybody is in a batch")


@batch.command("teams")
def batch_teams(
    course: CourseName,
    size: Annotated[int, typer.Option(min=2, max=20, help="members of a team")] = 4,
    batch: OfBatch = "",
) -> None:
    """Make teams, each of people from different districts as far as there are."""
    with installation():
        from tipline.training.courses.services import course_named, make_teams
        from tipline.trust.actors import system

        made = make_teams(course_named(course), size, system("cli"), batch=batch)
    typer.echo(f"{made} teams")


@exercise.command("add")
def exercise_add(
    course: CourseName,
    scenario: Annotated[str, typer.Argument(help="a released scenario's name")],
    level: Annotated[str, typer.Option(help="foundation, practitioner or advanced")] = "foundation",
    minutes: Annotated[int, typer.Option(help="how long an attempt lasts; 0: as the scenario says")] = 0,
    opens: Annotated[str, typer.Option(help="from when, as 2027-01-26T09:30+05:30; left out: now")] = "",
    closes: Annotated[str, typer.Option(help="until when; left out: always")] = "",
    teams: Annotated[bool, typer.Option("--teams", help="one world for each team")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a course work on a scenario."""
    with installation():
        from tipline.training.courses.exercises import add
        from tipline.training.courses.services import course_named
        from tipline.trust.actors import system

        made = add(
            course_named(course), scenario, level, minutes, system("cli"),
            opens_at=_moment(opens), closes_at=_moment(closes), for_teams=teams,
        )  # fmt: skip
        done = {"id": made.pk, "scenario": scenario, "level": level, "minutes": made.minutes}
    if as_json:
        write_json(done)
    else:
        typer.echo(f"exercise {done['id']}: {scenario}, {level}, {done['minutes']} minutes")


def cards(course: CourseName, output: Output, batch: OfBatch = "", url: Annotated[str, typer.Option(help="where trainees go; left out: where the range listens")] = "") -> None:  # fmt: skip
    """Make new entry codes for a course or a batch, and write the cards to print. Codes of before no longer open."""
    with installation() as settings:
        from tipline.core.printing.pdf import to_pdf
        from tipline.training.courses.entry import cards_document, make_cards
        from tipline.training.courses.services import course_named
        from tipline.trust.actors import system

        found = course_named(course)
        refuse_existing(output)
        made = make_cards(found, system("cli"), batch=batch)
        address = url or f"http{'s' if settings.https else ''}://{settings.bind}/enter/"
        write_new(output, to_pdf(cards_document(found, made, address)), private=True)
    typer.echo(f"written: {output} ({len(made)} cards)")


def results(
    course: CourseName,
    batch: OfBatch = "",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="as CSV")] = False,
) -> None:
    """Show what each trainee of a course has got, and who passes."""
    with installation():
        from tipline.training.courses.export import rows_of, to_csv
        from tipline.training.courses.results import results_of
        from tipline.training.courses.services import course_named

        rows = rows_of(results_of(course_named(course), batch=batch))
        text = to_csv(rows) if as_csv else ""
    if as_csv:
        typer.echo(text, nl=False)
    elif as_json:
        write_json(rows)
    else:
        from tipline.core.text import visible

        for one in rows:
            state = "passed" if one["passed"] else f"lacks {one['lacks']}"
            typer.echo(
                f"{visible(str(one['district'])):<20} {visible(str(one['name'])):<30} {one['points_percent']!s:>5} %  {state}"
            )


@certificate.command("issue")
def certificate_issue(course: CourseName, output: Output, batch: OfBatch = "") -> None:
    """Issue certificates to all who passed and have none, and write all valid ones of the course as a ZIP."""
    with installation():
        from tipline.training.courses.certificates import archive, issue
        from tipline.training.courses.models import Certificate
        from tipline.training.courses.services import course_named
        from tipline.trust.actors import system

        found = course_named(course)
        refuse_existing(output)
        made = issue(found, system("cli"), batch=batch)
        valid = Certificate.objects.filter(enrolment__course=found, revoked_at=None)
        every = list((valid.filter(enrolment__batch=batch) if batch else valid).order_by("number"))
        write_new(output, archive(every))
    typer.echo(f"{len(made)} issued now; written: {output} ({len(every)} certificates)")


@certificate.command("verify")
def certificate_verify(
    file: Annotated[Path, typer.Argument(metavar="F", help="a certificate, PDF")],
    key: Annotated[str, typer.Option(help="the range's key, NAME+HASH+KEY; left out: this range's own keys")] = "",
    as_json: AsJson = False,
) -> None:
    """Say whether a certificate is as it was signed. With the range's own keys also whether it still stands; with --key no database is needed."""
    from tipline.core.errors import InvalidInputError

    try:
        body = file.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}") from error
    if key:
        from tipline.cli.runtime import setup_django

        setup_django()
        done = _verified(body, key)
    else:
        with installation():
            done = _verified(body, "")
    if as_json:
        write_json(done)
    else:
        typer.echo(f"{done['certificate']}: signed by {done['signed_by']}; {done['state']}")
        for name, value in done["statement"].items():
            typer.echo(f"  {name}: {value!r}")
    if done["state"].startswith("revoked"):
        raise typer.Exit(1)


def _verified(body: bytes, key: str) -> dict[str, Any]:
    from tipline.training.courses import certificates
    from tipline.training.courses.models import Certificate

    found = certificates.read_certificate(body)
    signer = certificates.check(found, certificates.given_key(key) if key else certificates.own_keys())
    number = str(found.content.get("certificate", ""))
    state = "whether it was revoked since is not known without the range"
    if not key:
        kept = Certificate.objects.filter(number=number).first()
        state = "not known here" if kept is None else f"revoked: {kept.revoked_why}" if kept.revoked_at else "valid"
    same = not body.startswith(b"%PDF") or certificates.same_page(found, body)
    if not same:
        state = f"{state}; the page is not what this version prints of it: it was changed, or another version printed it. Go by the statement"
    return {
        "certificate": number, "signed_by": signer.name, "state": state, "page_as_signed": same, "statement": found.content,
    }  # fmt: skip


@certificate.command("revoke")
def certificate_revoke(
    number: Annotated[str, typer.Argument(help="as it stands on the certificate")],
    why: Annotated[str, typer.Option(help="the reason")],
) -> None:
    """Take a certificate back."""
    with installation():
        from tipline.training.courses.certificates import revoke
        from tipline.trust.actors import system

        revoke(number, why, system("cli"))
    typer.echo(f"{number} is revoked")


def _day(text: str) -> date | None:
    from tipline.core.errors import InvalidInputError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInputError(f"{text[:20]!r} is not a date: write it as 2027-01-26") from error


def _moment(text: str) -> datetime | None:
    from tipline.core.errors import InvalidInputError

    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInputError(f"{text[:40]!r} is no time: write it as 2027-01-26T09:30+05:30") from error
    if found is not None and found.tzinfo is None:
        raise InvalidInputError(f"{text[:40]!r} has no zone: write it as 2027-01-26T09:30+05:30")
    return found
