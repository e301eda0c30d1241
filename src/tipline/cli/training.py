"""`tipline training …`: the training range. Here are its scenarios; courses are in `training_courses.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tipline.cli import training_courses, training_desk
from tipline.cli.runtime import as_person, refuse_person, write_json
from tipline.core.errors import NotFoundError
from tipline.core.training_range import enter

if TYPE_CHECKING:
    from collections.abc import Callable

    from tipline.training.attempts.models import Review
    from tipline.training.scenarios.loading import Broken, Folder
    from tipline.trust.accounts.models import User

app = typer.Typer(
    help="The training range: scenarios, courses, exercises. Nothing in it is real.", no_args_is_help=True
)
scenario = typer.Typer(help="Scenarios: what they are, what they lack, and who released them.", no_args_is_help=True)
app.add_typer(scenario, name="scenario")
app.command("up")(training_courses.up)
app.command("demo")(training_courses.demo)
app.add_typer(training_courses.roster, name="roster")
app.add_typer(training_courses.course, name="course")
app.add_typer(training_courses.instructor, name="instructor")
app.add_typer(training_courses.batch, name="batch")
app.add_typer(training_courses.exercise, name="exercise")
app.add_typer(training_desk.app, name="desk")
app.command("cards")(training_courses.cards)
app.command("results")(training_courses.results)
app.add_typer(training_courses.certificate, name="certificate")
_AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


# What instructors do with scenarios in the pages too (`tipline --as EMAIL`); everything else is the operator's.
FOR_INSTRUCTORS = frozenset({"review", "release", "withdraw"})


@app.callback()
def _in_the_range(context: typer.Context) -> None:
    """Every command runs as the range, with nothing of the live installation in its process."""
    if context.invoked_subcommand != "scenario":  # that group says it itself
        refuse_person()
        enter()


@scenario.callback()
def _of_scenarios(context: typer.Context) -> None:
    if context.invoked_subcommand not in FOR_INSTRUCTORS:
        refuse_person()
    enter()


@scenario.command("list")
def list_(as_json: _AsJson = False) -> None:
    """Show all scenarios, an entry for each level, and the broken ones with their faults. Needs no database."""
    from tipline.training.scenarios.places import all_scenarios

    found = all_scenarios()
    entries: list[dict[str, Any]] = [
        {
            "name": folder.name, "topic": folder.scenario.topic.value, "level": level.value, "title": folder.title,
            "minutes": folder.scenario.minutes[level], "tasks": len(folder.tasks(level)), "points": folder.points(level),
            "shipped": folder.shipped, "version": folder.digest, "faults": [],
        }
        for folder in found.good.values() for level in folder.levels
    ]  # fmt: skip
    broken = [{"name": one.name, "shipped": one.shipped, "faults": list(one.faults)} for one in found.broken]
    if as_json:
        write_json([*entries, *({"topic": None, "level": None, "title": one["name"], **one} for one in broken)])
        return
    for entry in entries:
        typer.echo(
            f"{entry['name']}, {entry['level']}: {entry['title']} ({entry['tasks']} tasks, {entry['minutes']} min)"
        )
    for one in found.broken:
        typer.echo(f"{one.name}: broken", err=True)
        for fault in one.faults:
            typer.echo(f"  {fault}", err=True)


@scenario.command()
def lint(
    folder: Annotated[str, typer.Argument(help="a scenario's folder, or the name of one that is installed")],
    as_json: _AsJson = False,
) -> None:
    """Say what a scenario lacks. Ends with 1 where something keeps it from being released. Needs no database."""
    from tipline.training.scenarios.linting import lint as look
    from tipline.training.scenarios.linting import releasable

    found = look(_found(folder))
    good = releasable(found)
    if as_json:
        write_json(
            {
                "releasable": good,
                "findings": [
                    {
                        "finding": one.finding.value,
                        "file": one.file,
                        "key": one.key,
                        "what": one.what,
                        "advice": one.advice,
                    }
                    for one in found
                ],
            }
        )
    else:
        for one in found:
            typer.echo(f"{'advice: ' if one.advice else ''}{one} [{one.finding}]")
        typer.echo("nothing keeps it from being released" if good else "not to be released yet")
    if not good:
        raise typer.Exit(1)


def _found(folder: str) -> Folder | Broken:
    from tipline.training.scenarios.format import NAME
    from tipline.training.scenarios.loading import load
    from tipline.training.scenarios.places import all_scenarios

    path = Path(folder)
    if path.is_dir():
        return load(path.resolve())
    if not re.fullmatch(NAME, folder):
        raise NotFoundError(f"{folder} is no folder")
    everything = all_scenarios()
    return next((one for one in everything.broken if one.name == folder), None) or everything.find(folder)


@scenario.command()
def new(
    name: Annotated[str, typer.Argument(help="lower-case letters, digits and _")],
    topic: Annotated[str, typer.Option(help="phishing, crypto, darknet, upi or csam_referral")] = "phishing",
    parent: Annotated[
        Path | None, typer.Option("--in", help="where to make it; left out: the range's own scenarios")
    ] = None,
) -> None:
    """Make a new scenario's folder, and say what is to be written in it. Needs no database and no code."""
    from tipline.core.config import config
    from tipline.core.errors import InvalidInputError
    from tipline.training.scenarios.format import Topic
    from tipline.training.scenarios.linting import lint as look
    from tipline.training.scenarios.loading import load
    from tipline.training.scenarios.places import own_scenarios
    from tipline.training.scenarios.skeleton import make

    if topic not in list(Topic):
        raise InvalidInputError(f"there is no topic {topic!r}: {', '.join(Topic)}")
    folder = make(parent or own_scenarios(config()), name, Topic(topic))
    typer.echo(f"{folder}\nTo be written:")
    for one in look(load(folder)):
        typer.echo(f"  {one}")


_Name = Annotated[str, typer.Argument(metavar="NAME", help="a scenario of an author's own")]
_Note = Annotated[str, typer.Option(help="what was looked at, or why")]


@scenario.command()
def review(name: _Name, note: _Note = "") -> None:
    """Say that you read the version as it lies there, and found it good (tipline --as EMAIL: an instructor)."""
    _act("review", name, note)


@scenario.command()
def release(name: _Name, note: _Note = "") -> None:
    """Release a version that somebody else reviewed to exercises (tipline --as EMAIL: an instructor)."""
    _act("release", name, note)


@scenario.command()
def withdraw(name: _Name, note: _Note = "") -> None:
    """Take a version back: no exercise begins on it any more (tipline --as EMAIL: an instructor)."""
    _act("withdraw", name, note)


def _act(act: str, name: str, note: str) -> None:
    with as_person() as (person, _):
        from tipline.training.attempts import reviews

        acts: dict[str, Callable[[User, str, str], Review]] = {
            "review": reviews.review, "release": reviews.release, "withdraw": reviews.withdraw,
        }  # fmt: skip
        done = acts[act](person, name, note)
    typer.echo(f"{name}: version {done.digest[:12]} is {done.act}")
