"""Phishing, UPI fraud, dark net: every world can be solved from its papers alone, differs from the next, and separates trainees by skill."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import pytest

from tests.unit.training.solving import darknet, phishing, upi
from tests.unit.training.solving.papers import Answers, Papers
from tipline.training.scenarios.building import build, expected, options
from tipline.training.scenarios.format import Kind, Level, Task
from tipline.training.scenarios.linting import lint
from tipline.training.scenarios.loading import SHIPPED, Folder, load
from tipline.training.scenarios.scoring import mark, points
from tipline.training.scenarios.worlds import World

SEEDS = [f"seed {number}" for number in range(40)]
Solver = Callable[[Papers], Answers]
SOLVERS: dict[str, tuple[Solver, Solver]] = {
    "phishing": (phishing.solve, phishing.tempted),
    "upi": (upi.solve, upi.tempted),
    "darknet": (darknet.solve, darknet.tempted),
}
EACH = pytest.mark.parametrize(("name", "level"), [(name, level) for name in SOLVERS for level in Level])


@lru_cache
def folder(name: str) -> Folder:
    found = load(SHIPPED / name, shipped=True)
    assert isinstance(found, Folder), found
    return found


@lru_cache(maxsize=400)
def world(name: str, level: Level, seed: str) -> World:
    return build(folder(name), level, seed)


def answers(name: str, made: World, *, good: bool) -> Answers:
    papers = Papers(made.documents)
    given = SOLVERS[name][0 if good else 1](papers)
    told = made.facts
    if good and "wish_at" in told:  # these stand in the questions
        given["may"] = [
            darknet.may(papers, str(told["wish_market"]), int(str(told["wish_price"])), str(told["wish_at"]))
        ]
    if good and "count_from" in told:
        since, until = told["count_from"], told["count_to"]
        assert isinstance(since, datetime) and isinstance(until, datetime)
        given["sales"] = [str(darknet.sales(papers, since, until))]
    return given


def share(task: Task, given: Answers, made: World) -> float:
    return mark(task, given[task.id], expected(task, made)).share


@EACH
@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_works_as_taught_gets_everything_right_from_the_papers_alone(
    name: str, level: Level, seed: str
) -> None:
    made = world(name, level, seed)
    given = answers(name, made, good=True)
    assert {task.id: share(task, given, made) for task in folder(name).tasks(level)} == {
        task.id: 1.0 for task in folder(name).tasks(level)
    }


@EACH
def test_what_is_laid_out_to_mislead_is_wrong(name: str, level: Level) -> None:
    for seed in SEEDS:
        made = world(name, level, seed)
        given = answers(name, made, good=False)
        right = [task.id for task in folder(name).tasks(level) if share(task, given, made) == 1]
        assert right == [], seed


@EACH
def test_answers_do_not_travel_from_one_trainee_to_the_next(name: str, level: Level) -> None:
    for task in folder(name).tasks(level):
        if task.id == "freeze_items":
            continue  # what belongs into a request is the same in every case
        right = [repr(expected(task, world(name, level, seed))) for seed in SEEDS]
        few = {Kind.CHOICE: 2, Kind.ROWS: 6, Kind.NUMBER: 6}
        assert len(set(right)) >= (3 if task.id == "false_letter" else few.get(task.kind, 30)), task.id
        assert max(right.count(one) for one in right) <= 28, task.id


@EACH
def test_a_good_a_middling_and_a_poor_trainee_are_told_apart(name: str, level: Level) -> None:
    tasks = folder(name).tasks(level)
    most = Decimal(folder(name).points(level))
    for seed in SEEDS[:10]:
        made = world(name, level, seed)
        knows, falls = answers(name, made, good=True), answers(name, made, good=False)

        def total(trainee: list[tuple[Answers, int]], made: World = made) -> Decimal:
            gained = (
                points(task, share(task, given, made), tries_before=0, hints_cost=hints)
                for task, (given, hints) in zip(tasks, trainee, strict=True)
            )
            return sum(gained, Decimal(0)) / most

        good = total([(knows, 0)] * len(tasks))
        # knows half of it, one in four of these with a hint
        middling = total([(knows if at % 2 else falls, 4 if at % 4 == 1 else 0) for at in range(len(tasks))])
        poor = total([(falls, 0)] * len(tasks))
        assert good == 1
        assert Decimal("0.3") <= middling <= Decimal("0.75")
        assert poor <= Decimal("0.35")
        assert good - middling >= Decimal("0.25") and middling - poor >= Decimal("0.15"), seed


@EACH
def test_everything_is_made_up(name: str, level: Level) -> None:
    networks = [ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for seed in SEEDS[:10]:
        for paper in world(name, level, seed).documents.values():
            text = "\n".join([paper.body, *(" | ".join(row.cells) for row in paper.rows)])
            for address in re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text):
                assert any(ipaddress.ip_address(address) in network for network in networks), address
            for url in re.findall(r"https?://([^/\s|]+)", text) + re.findall(r"@([\w-]+\.[\w.-]+)", text):
                assert url.rstrip(".").endswith((".example", ".invalid", ".test")), url
            assert all(number.startswith(" 00") for number in re.findall(r"\+91([ \d]+)", text))
            assert all(bank.startswith("Example ") for bank in re.findall(r"(\w+ \w+) Bank\b", text))


@EACH
def test_rows_have_names_of_their_own_and_options_hold_the_answer(name: str, level: Level) -> None:
    for seed in SEEDS:
        made = world(name, level, seed)
        ids = [row.id for paper in made.documents.values() for row in paper.rows]
        assert len(ids) == len(set(ids))
        for task in folder(name).tasks(level):
            if task.options:
                right = expected(task, made)
                assert set(right if isinstance(right, tuple) else (right,)) <= set(options(task, made))


@pytest.mark.parametrize("name", SOLVERS)
def test_the_linter_finds_nothing(name: str) -> None:
    assert lint(folder(name)) == ()


@pytest.mark.parametrize(
    ("level", "least", "most"), [(Level.FOUNDATION, 5, 6), (Level.PRACTITIONER, 7, 8), (Level.ADVANCED, 9, 10)]
)
@pytest.mark.parametrize("name", SOLVERS)
def test_a_level_asks_for_more_than_the_one_below(name: str, level: Level, least: int, most: int) -> None:
    tasks = folder(name).tasks(level)
    assert least <= len(tasks) <= most
    assert len({task.kind for task in tasks}) >= 4


@pytest.mark.parametrize("level", Level)
def test_statements_add_up_and_every_transfer_stands_on_both_sides(level: Level) -> None:
    for seed in SEEDS:
        papers = Papers(world("upi", level, seed).documents)
        sides: dict[str, list[Decimal]] = {}
        for name in papers.documents:
            if not name.startswith("statement_"):
                continue
            before: Decimal | None = None
            for row in papers.rows(name):
                moved = Decimal(row["credit"] or 0) - Decimal(row["debit"] or 0)
                balance = Decimal(row["balance"])
                assert balance >= 0
                assert before is None or before + moved == balance
                before = balance
                sides.setdefault(row["reference"], []).append(moved)
        assert all(sum(both) == 0 for both in sides.values() if len(both) == 2)
        assert all(len(both) <= 2 for both in sides.values())
