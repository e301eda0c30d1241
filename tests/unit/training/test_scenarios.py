"""Scenarios' folders: every fault named and none fatal, worlds of seeds, the linter's findings, and what is not fictional."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training_attempts import EXAMPLES
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.training.scenarios import checks, loading
from tipline.training.scenarios.building import build, expected, seed_of
from tipline.training.scenarios.checks import because
from tipline.training.scenarios.fiction import not_fictional
from tipline.training.scenarios.format import Kind, Level, Topic
from tipline.training.scenarios.linting import MEANINGS, Finding, lint, releasable
from tipline.training.scenarios.loading import Broken, Folder, catalogue, load
from tipline.training.scenarios.skeleton import make


@pytest.fixture(autouse=True)
def _check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(checks.CHECKS, "example_desk", lambda agency, world: because(1, "words"))


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "example", tmp_path / "example"))


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def good(path: Path) -> Folder:
    folder = load(path)
    assert isinstance(folder, Folder), folder
    return folder


def test_the_example_has_every_kind_and_nothing_to_find(example: Path) -> None:
    folder = good(example)
    assert {task.kind for task in folder.scenario.tasks} == set(Kind)
    assert lint(folder) == ()


def test_every_fault_is_named_with_file_and_key_and_the_others_work(example: Path, tmp_path: Path) -> None:
    shutil.copytree(example, tmp_path / "second")
    change(tmp_path / "second" / "scenario.toml", 'name = "example"', 'name = "second"')
    change(example / "scenario.toml", 'kind = "number"', 'kind = "numbers"')
    change(example / "scenario.toml", "points = 5", "points = 500")
    change(example / "world.toml", 'block = "pick"', 'blok = "pick"')
    (example / "texts" / "mr.toml").write_bytes(b"\xff\xfe")
    found = catalogue(tmp_path)
    assert "second" in found.good
    faults = "\n".join(next(one for one in found.broken if one.name == "example").faults)
    for named in (
        "scenario.toml, tasks.1.kind",
        "scenario.toml, tasks.2.points",
        "world.toml, steps.0.block",
        "world.toml, steps.0.blok",
        "texts/mr.toml is not TOML",
    ):
        assert named in faults


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda path: (path / "scenario.toml").unlink(), "scenario.toml cannot be read"),
        (lambda path: (path / "scenario.toml").write_text("a = " + "[" * 20_000), "scenario.toml is not TOML"),
        (lambda path: (path / "papers" / "big.txt").write_bytes(b"x" * 1_000_001), "papers/big.txt is larger"),
        (lambda path: (path / "papers" / "link.txt").symlink_to("/etc/passwd"), "papers/link.txt is no file of this folder"),
        (lambda path: (path / "papers" / "odd.txt").write_bytes(b"\xff"), "papers/odd.txt is not UTF-8"),
        (lambda path: change(path / "scenario.toml", 'name = "example"', 'name = "other"'), "the folder is called 'example'"),
        (lambda path: change(path / "scenario.toml", 'id = "total"', 'id = "account"'), "'account' is there twice"),
        (lambda path: change(path / "scenario.toml", 'after = "account"', 'after = "desk"'), "tasks.next.after"),
        (lambda path: shutil.rmtree(path / "texts"), "texts/en.toml is missing"),
    ],
)  # fmt: skip
def test_a_broken_folder_says_what_is_wrong(example: Path, spoil: Callable[[Path], object], named: str) -> None:
    spoil(example)
    folder = load(example)
    assert isinstance(folder, Broken)
    assert named in "\n".join(folder.faults)
    assert not releasable(lint(folder))


def test_an_authors_folder_does_not_take_a_shipped_name(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SHIPPED", EXAMPLES)
    found = catalogue(tmp_path)
    assert found.good["example"].shipped
    assert "comes with Tipline" in found.broken[0].faults[0]


def test_a_seed_makes_the_same_world_again_and_another_seed_another(example: Path) -> None:
    folder = good(example)
    one, again, other = (build(folder, Level.FOUNDATION, seed) for seed in ("a", "a", "b"))
    assert (one.facts, one.documents) == (again.facts, again.documents)
    for task in folder.tasks(Level.FOUNDATION):
        if task.kind not in {Kind.DESK, Kind.ROWS} and not task.options:
            assert expected(task, one) != expected(task, other), task.id
    assert len(build(folder, Level.ADVANCED, "a").documents["statement"].rows) > len(one.documents["statement"].rows)
    seeds = {
        seed_of(key, exercise, who, "s", level)
        for key in (b"k", b"l")
        for exercise in "12"
        for who in "ab"
        for level in Level
    }
    assert len(seeds) == 2 * 2 * 2 * 3


def test_a_step_between_others_does_not_move_what_they_draw(example: Path) -> None:
    before = build(good(example), Level.FOUNDATION, "a").facts
    change(
        example / "world.toml",
        "[[steps]]",
        '[[steps]]\nblock = "number"\nwith = { name = "new", low = 1, high = 9 }\n\n[[steps]]',
    )
    after = build(good(example), Level.FOUNDATION, "a").facts
    assert {name: after[name] for name in ("bank", "mule_account", "paid_at")} == {
        name: before[name] for name in ("bank", "mule_account", "paid_at")
    }


def test_a_block_with_wrong_parameters_is_named_with_its_step(example: Path) -> None:
    change(example / "world.toml", "low = 10000, high = 49999", 'low = "many", high = 49999')
    with pytest.raises(InvalidInputError, match=r"world.toml, step 13 \(number\), foundation: low: Input should be"):
        build(good(example), Level.FOUNDATION, "a")


@pytest.mark.parametrize(
    ("file", "before", "after", "finding", "where"),
    [
        ("texts/hi.toml", 'total = "', 'totals = "', None, ""),
        ("texts/hi.toml", "[tasks.total]", "[tasks.totals]", Finding.TEXT_MISSING, "texts/hi.toml, tasks.total"),
        ("texts/en.toml", '[documents]', '[documents]\nghost = "Ghost"', Finding.TEXT_UNUSED, "texts/en.toml, documents.ghost"),
        ("texts/en.toml", "Find out where", "Find out {nothing} where", Finding.PLACE_UNKNOWN, "texts/en.toml, story.foundation"),
        ("texts/mr.toml", "{mule_account} वरून", "वरून", Finding.PLACES_DIFFER, "texts/mr.toml, tasks.next.question"),
        ("world.toml", 'block = "pick"', 'block = "picks"', Finding.BLOCK_UNKNOWN, "world.toml, steps.1"),
        ("world.toml", 'sort = "time"', 'sort = "tme"', Finding.WORLD_FAILS, "world.toml"),
        ("scenario.toml", 'answer = "total"', 'answer = "totals"', Finding.FACT_MISSING, "scenario.toml, tasks.total.answer"),
        ("scenario.toml", 'answer = "mule_rows"', 'answer = "path"', Finding.ANSWER_WRONG_KIND, "scenario.toml, tasks.evidence.answer"),
        ("scenario.toml", 'hints = [{ id = "add", cost = 2 }]', "", Finding.HINT_MISSING, "scenario.toml, tasks.total.hints"),
        ("scenario.toml", 'id = "add", cost = 2', 'id = "add", cost = 20', Finding.HINTS_TOO_DEAR, "scenario.toml, tasks.total.hints"),
        ("texts/en.toml", "is made under [bnss]", "is made under [ipc]", Finding.SOURCE_UNKNOWN, "texts/en.toml, debrief"),
        ("texts/en.toml", "in the statement [bnss]", "in the statement", Finding.TASK_UNSOURCED, "texts/en.toml, tasks.account.explains"),
        ("scenario.toml", "advanced = 40", "advanced = 40\npractitioner = 40", Finding.LEVEL_EMPTY, "scenario.toml, minutes.practitioner"),
        ("scenario.toml", 'skills = ["reading"', 'skills = ["patience", "reading"', Finding.SKILL_UNKNOWN, "scenario.toml, skills"),
        ("scenario.toml", 'points = 10', 'points = 100', Finding.POINTS_UNEVEN, "scenario.toml, tasks.account.points"),
        ("scenario.toml", ', "search_of_a_place"]', "]", Finding.OPTIONS_FEW, "scenario.toml, tasks.law.options"),
        ("scenario.toml", 'answer = "bank"', 'answer = "handle_one"', Finding.OPTIONS_WITHOUT_ANSWER, "scenario.toml, tasks.bank.options"),
        ("scenario.toml", "tries = 1", "tries = 3", Finding.OPTIONS_ALL_TRIED, "scenario.toml, tasks.law.tries"),
        ("texts/en.toml", "Find out where", "Find out of {mule_account} where", Finding.ANSWER_IN_STORY, "texts/en.toml, story.foundation"),
        ("world.toml", 'pattern = "0022########"', 'pattern = "002211223344"', Finding.ANSWER_STANDS_STILL, "scenario.toml, tasks.account.answer"),
        ("texts/hi.toml", "[columns]\nhandle", "[columns]\nhandles", Finding.COLUMN_UNLABELLED, "texts/hi.toml, columns.handle"),
        ("papers/mail.txt", "192.0.2.25", "8.8.8.8", Finding.NOT_FICTIONAL, "world.toml, document mail"),
        ("texts/en.toml", "Find out where", "Write to police@gmail.com where", Finding.NOT_FICTIONAL, "texts/en.toml, story.foundation"),
        ("texts/en.toml", "what is read, and", "what child porn is, and", Finding.FORBIDDEN_WORD, "texts/en.toml, debrief"),
        ("texts/en.toml", "Find out where", "TODO where", Finding.UNWRITTEN, "texts/en.toml, story.foundation"),
        ("scenario.toml", 'answer = "example_desk"', 'answer = "no_check"', Finding.CHECK_UNKNOWN, "scenario.toml, tasks.desk.answer"),
    ][1:],
)  # fmt: skip
def test_the_linter_finds(example: Path, file: str, before: str, after: str, finding: Finding, where: str) -> None:
    change(example / file, before, after)
    found = lint(load(example))
    assert any(one.finding is finding and str(one).startswith(where) for one in found), [
        (one.finding, str(one)) for one in found
    ]


def test_a_missing_language_and_equal_worlds_are_found(example: Path) -> None:
    (example / "texts" / "hi.toml").unlink()
    assert Finding.LANGUAGE_MISSING in {one.finding for one in lint(load(example))}
    (example / "world.toml").write_text('[[steps]]\nblock = "letter"\nwith = { id = "reply", text = "plain" }\n')
    (example / "papers" / "plain.txt").write_text("always the same")
    assert Finding.WORLDS_EQUAL in {one.finding for one in lint(load(example))}


def test_every_finding_says_what_it_means() -> None:
    assert set(MEANINGS) == set(Finding)


def test_a_new_scenario_lints_with_what_is_to_be_written_and_loads(tmp_path: Path) -> None:
    folder = good(make(tmp_path, "harbour", Topic.UPI))
    assert {one.finding for one in lint(folder)} == {Finding.UNWRITTEN, Finding.HINT_MISSING}
    for name in ("harbour", "../x", "Upper", "a b", ""):
        with pytest.raises((ConflictError, InvalidInputError)):
            make(tmp_path, name, Topic.UPI)


@pytest.mark.parametrize(
    "text",
    [
        "shop.com", "https://bank.co.in/x", "hello@mail.net", "see evil.onion now", "8.8.8.8", "2400:cb00::1", "+91 98765 43210",
        "9876543210", "09876543210", "+44 20 7946 1234", "4111 1111 1111 1111", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "cybercrime.gov.in",
    ],
)  # fmt: skip
def test_what_may_be_somebodys_is_found(text: str) -> None:
    assert list(not_fictional(f"It came from {text}, they say."))


@pytest.mark.parametrize(
    "text",
    [
        "pay.example", "https://a.b.test/x?y=1", "x@mail.invalid", "192.0.2.7:443", "198.51.100.9", "203.0.113.1", "10.0.0.1", "100.64.3.2",
        "2001:db8::7", "12:30:45", "AB:CD:EF:01:23:45:67:89", "0022123456789012", "report.pdf", "version 1.2.3", "e.g. this", "IT Act s.67B",
        "+91 00000 12345", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "name@examplebank", "2026-03-04T10:00:00+05:30", "call 1930",
    ],
)  # fmt: skip
def test_what_is_fictional_passes(text: str) -> None:
    assert list(not_fictional(f"It came from {text}, they say.")) == []


def test_portals_of_the_state_are_named_where_officers_are_sent() -> None:
    assert list(not_fictional("Report at cybercrime.gov.in.", official=True)) == []
