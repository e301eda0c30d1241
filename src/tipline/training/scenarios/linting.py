"""Says what a scenario lacks, so that an author without code can finish it: every finding names the file, the key and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from pydantic import Field

from tipline.core.datafile import About, Strict, load_toml
from tipline.core.errors import InvalidInputError
from tipline.training.scenarios.building import build, expected, known_blocks, options
from tipline.training.scenarios.checks import known_checks
from tipline.training.scenarios.fiction import not_fictional
from tipline.training.scenarios.format import LANGUAGES, Kind, Level, Task, Texts
from tipline.training.scenarios.loading import DATA, Broken, Folder, labels
from tipline.training.scenarios.scoring import mark
from tipline.training.scenarios.skeleton import TODO
from tipline.training.scenarios.worlds import PLACE, Fact, World, words_of

SEEDS = 6  # worlds that are made of each level
_CITED = re.compile(r"\[([a-z][a-z0-9_]{0,39})\]")


class Finding(StrEnum):
    """What may be found. Each but those of `ADVICE` keeps a scenario from being released."""

    BROKEN = "broken"
    LANGUAGE_MISSING = "language_missing"
    TEXT_MISSING = "text_missing"
    TEXT_UNUSED = "text_unused"
    PLACE_UNKNOWN = "place_unknown"
    PLACES_DIFFER = "places_differ"
    BLOCK_UNKNOWN = "block_unknown"
    WORLD_FAILS = "world_fails"
    FACT_MISSING = "fact_missing"
    ANSWER_WRONG_KIND = "answer_wrong_kind"
    HINT_MISSING = "hint_missing"
    HINTS_TOO_DEAR = "hints_too_dear"
    SOURCE_UNKNOWN = "source_unknown"
    SOURCE_UNUSED = "source_unused"
    TASK_UNSOURCED = "task_unsourced"
    LEVEL_EMPTY = "level_empty"
    SKILL_UNKNOWN = "skill_unknown"
    POINTS_UNEVEN = "points_uneven"
    OPTIONS_FEW = "options_few"
    OPTIONS_WITHOUT_ANSWER = "options_without_answer"
    OPTIONS_ALL_TRIED = "options_all_tried"
    ANSWER_IN_STORY = "answer_in_story"
    ANSWER_STANDS_STILL = "answer_stands_still"
    WORLDS_EQUAL = "worlds_equal"
    COLUMN_UNLABELLED = "column_unlabelled"
    NOT_FICTIONAL = "not_fictional"
    FORBIDDEN_WORD = "forbidden_word"
    CHECK_UNKNOWN = "check_unknown"
    UNWRITTEN = "unwritten"


ADVICE = frozenset({Finding.TEXT_UNUSED, Finding.SOURCE_UNUSED, Finding.TASK_UNSOURCED, Finding.POINTS_UNEVEN})

MEANINGS: Mapping[Finding, str] = {
    Finding.BROKEN: "A file cannot be read, is not TOML, or has a key that is missing, unknown or wrong.",
    Finding.LANGUAGE_MISSING: "A file of texts is not there: every scenario speaks English, Hindi and Marathi.",
    Finding.TEXT_MISSING: "Words are missing for something that people see: a task, a hint, an option, a skill, a story, a document's title.",
    Finding.TEXT_UNUSED: "Words are there for something that the scenario does not have.",
    Finding.PLACE_UNKNOWN: "A text names a `{fact}` that no block makes at a level where the text is shown.",
    Finding.PLACES_DIFFER: "A text has other `{facts}` in one language than in English.",
    Finding.BLOCK_UNKNOWN: "A step names a block that there is not.",
    Finding.WORLD_FAILS: "A block refused its parameters, or failed.",
    Finding.FACT_MISSING: "A task's answer or options name a fact that no block makes at that level.",
    Finding.ANSWER_WRONG_KIND: "The fact is of a kind that the task cannot ask for, or rows are named that no document has.",
    Finding.HINT_MISSING: "A task has no hint: who is stuck has no way on.",
    Finding.HINTS_TOO_DEAR: "The hints of a task cost more than the task gives.",
    Finding.SOURCE_UNKNOWN: "A text cites a source that `scenario.toml` does not list.",
    Finding.SOURCE_UNUSED: "A source is listed and no debrief cites it.",
    Finding.TASK_UNSOURCED: "What explains a task cites no source.",
    Finding.LEVEL_EMPTY: "A level has minutes and no tasks, or tasks and no minutes.",
    Finding.SKILL_UNKNOWN: "A task trains a skill that the scenario does not list, or a listed skill has no task.",
    Finding.POINTS_UNEVEN: "One task gives more than half of a level's points.",
    Finding.OPTIONS_FEW: "A choice has fewer than three options, or one twice.",
    Finding.OPTIONS_WITHOUT_ANSWER: "What is right is not among the options, or every option is right.",
    Finding.OPTIONS_ALL_TRIED: "A choice has as many tries as options: each can be tried until one is right.",
    Finding.ANSWER_IN_STORY: "What is right stands word for word in the story, a question, a title or a hint of the same level.",
    Finding.ANSWER_STANDS_STILL: "What is right is the same in the worlds of all seeds: it can be passed on.",
    Finding.WORLDS_EQUAL: "Two seeds make the same documents.",
    Finding.COLUMN_UNLABELLED: "A column has no label in `scenarios/data/columns.toml` nor in the texts.",
    Finding.NOT_FICTIONAL: "A domain, address, telephone number, card or wallet may be somebody's.",
    Finding.FORBIDDEN_WORD: "A word stands there that scenarios do not use (`scenarios/data/forbidden.toml`).",
    Finding.UNWRITTEN: "A text is still the skeleton's: TODO stands in it.",
    Finding.CHECK_UNKNOWN: "A task names a check of the desk that there is not.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: where, and what."""

    finding: Finding
    file: str
    key: str
    what: str

    @property
    def advice(self) -> bool:
        """Whether it keeps nothing from being released."""
        return self.finding in ADVICE

    def __str__(self) -> str:
        return f"{self.file}{f', {self.key}' if self.key else ''}: {self.what}"


class _Forbidden(Strict):
    words: tuple[str, ...] = Field(min_length=1)
    instead: str


class ForbiddenWords(Strict):
    """`scenarios/data/forbidden.toml`."""

    about: About
    words: tuple[_Forbidden, ...]


@lru_cache(maxsize=1)
def _forbidden() -> tuple[tuple[re.Pattern[str], str], ...]:
    lists = load_toml(DATA / "forbidden.toml", ForbiddenWords).words
    return tuple(
        (re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, one.words))})(?!\w)", re.IGNORECASE), one.instead)
        for one in lists
    )


def lint(folder: Folder | Broken) -> tuple[Found, ...]:
    """Everything that is found, each thing once, errors first."""
    if isinstance(folder, Broken):
        return tuple(Found(Finding.BROKEN, folder.name, "", fault) for fault in folder.faults)
    worlds, found = _worlds(folder)
    looks: Iterable[Iterable[Found]] = (
        found, _languages(folder), _words(folder), _tasks(folder), _sources(folder), _levels(folder), _places(folder, worlds),
        _answers(folder, worlds), _documents(folder, worlds), _fiction(folder, worlds), _forbidden_words(folder, worlds),
    )  # fmt: skip
    once = dict.fromkeys(one for look in looks for one in look)
    return tuple(sorted(once, key=lambda one: one.advice))


def releasable(found: Iterable[Found]) -> bool:
    """Whether nothing but advice was found."""
    return all(one.advice for one in found)


Worlds = Mapping[Level, tuple[World, ...]]


def _worlds(folder: Folder) -> tuple[Worlds, list[Found]]:
    made: dict[Level, tuple[World, ...]] = {}
    found: list[Found] = []
    known = known_blocks()
    for number, step in enumerate(folder.world.steps, start=1):
        if step.block not in known:
            found.append(
                Found(
                    Finding.BLOCK_UNKNOWN,
                    "world.toml",
                    f"steps.{number}",
                    f"there is no block {step.block!r}: {', '.join(sorted(known))}",
                )
            )
    if found:
        return made, found
    for level in folder.levels:
        try:
            made[level] = tuple(build(folder, level, f"lint {turn}") for turn in range(SEEDS))
        except InvalidInputError as error:
            found.append(Found(Finding.WORLD_FAILS, "world.toml", "", str(error)))
    return made, found


def _languages(folder: Folder) -> Iterator[Found]:
    for language in LANGUAGES:
        if language not in folder.texts:
            yield Found(
                Finding.LANGUAGE_MISSING,
                f"texts/{language}.toml",
                "",
                "the file is missing: copy texts/en.toml and translate it",
            )


def _words(folder: Folder) -> Iterator[Found]:
    wanted = {task.id: task for task in folder.scenario.tasks}
    for language, texts in folder.texts.items():
        file = f"texts/{language}.toml"
        pairs: list[tuple[str, Iterable[str], Iterable[str]]] = [
            ("story", folder.levels, texts.story),
            ("skills", folder.scenario.skills, texts.skills),
            ("tasks", wanted, texts.tasks),
        ]
        for name, said in texts.tasks.items():
            if name in wanted:
                task = wanted[name]
                pairs.append((f"tasks.{name}.hints", [hint.id for hint in task.hints], said.hints))
                pairs.append(
                    (f"tasks.{name}.options", task.options if isinstance(task.options, tuple) else (), said.options)
                )
        for key, needs, has in pairs:
            needed, there = list(map(str, needs)), list(map(str, has))
            for one in needed:
                if one not in there:
                    yield Found(Finding.TEXT_MISSING, file, f"{key}.{one}", "words are missing")
            for one in there:
                if one not in needed:
                    yield Found(Finding.TEXT_UNUSED, file, f"{key}.{one}", "nothing of this name is in scenario.toml")


def _tasks(folder: Folder) -> Iterator[Found]:
    for task in folder.scenario.tasks:
        where = f"tasks.{task.id}"
        if not task.hints:
            yield Found(Finding.HINT_MISSING, "scenario.toml", f"{where}.hints", "the task has no hint")
        if (cost := sum(hint.cost for hint in task.hints)) > task.points:
            yield Found(
                Finding.HINTS_TOO_DEAR,
                "scenario.toml",
                f"{where}.hints",
                f"hints cost {cost}, the task gives {task.points}",
            )
        if task.skill not in folder.scenario.skills:
            yield Found(Finding.SKILL_UNKNOWN, "scenario.toml", f"{where}.skill", f"{task.skill!r} is not among skills")
        if task.kind is Kind.DESK and task.answer not in known_checks():
            yield Found(Finding.CHECK_UNKNOWN, "scenario.toml", f"{where}.answer", f"there is no check {task.answer!r}")
        if task.kind is Kind.CHOICE and not task.options:
            yield Found(Finding.OPTIONS_FEW, "scenario.toml", f"{where}.options", "a choice needs options")
    trained = {task.skill for task in folder.scenario.tasks}
    for skill in folder.scenario.skills:
        if skill not in trained:
            yield Found(Finding.SKILL_UNKNOWN, "scenario.toml", "skills", f"no task trains {skill!r}")


def _sources(folder: Folder) -> Iterator[Found]:
    known = {source.id for source in folder.scenario.sources}
    for language, texts in folder.texts.items():
        file = f"texts/{language}.toml"
        cited = set(_CITED.findall(texts.debrief))
        explained = {name: set(_CITED.findall(said.explains)) for name, said in texts.tasks.items()}
        for one in sorted(cited.union(*explained.values()) - known):
            yield Found(Finding.SOURCE_UNKNOWN, file, "debrief", f"[{one}] is no source of scenario.toml")
        for one in sorted(known - cited.union(*explained.values())):
            yield Found(Finding.SOURCE_UNUSED, file, "debrief", f"nothing cites [{one}]")
        for name, sources in explained.items():
            if not sources:
                yield Found(Finding.TASK_UNSOURCED, file, f"tasks.{name}.explains", "cites no source")


def _levels(folder: Folder) -> Iterator[Found]:
    used = {level for task in folder.scenario.tasks for level in task.levels}
    for level in Level:
        if level in folder.scenario.minutes and level not in used:
            yield Found(Finding.LEVEL_EMPTY, "scenario.toml", f"minutes.{level}", "the level has no tasks")
        if level in used and level not in folder.scenario.minutes:
            yield Found(Finding.LEVEL_EMPTY, "scenario.toml", f"minutes.{level}", "the level has tasks and no minutes")
        tasks = folder.tasks(level)
        for task in tasks:
            if len(tasks) > 1 and 2 * task.points > folder.points(level):
                yield Found(
                    Finding.POINTS_UNEVEN,
                    "scenario.toml",
                    f"tasks.{task.id}.points",
                    f"more than half of the points of {level}",
                )


def _said(folder: Folder, texts: Texts, level: Level | None = None) -> Iterator[tuple[str, str]]:
    """Every text with its key; of one level only, where one is given."""
    yield "title", texts.title
    yield "summary", texts.summary
    yield "debrief", texts.debrief
    for one, story in texts.story.items():
        if level in {None, one}:
            yield f"story.{one}", story
    tasks = {task.id for task in folder.scenario.tasks if level is None or level in task.levels}
    for name, said in texts.tasks.items():
        if name not in tasks:
            continue
        yield f"tasks.{name}.question", said.question
        yield f"tasks.{name}.explains", said.explains
        yield from ((f"tasks.{name}.hints.{one}", text) for one, text in said.hints.items())
        yield from ((f"tasks.{name}.options.{one}", text) for one, text in said.options.items())
    yield from ((f"documents.{one}", title) for one, title in texts.documents.items())


def _places(folder: Folder, worlds: Worlds) -> Iterator[Found]:
    english = dict(_said(folder, folder.texts["en"])) if "en" in folder.texts else {}
    for language, texts in folder.texts.items():
        file = f"texts/{language}.toml"
        for key, text in _said(folder, texts):
            if key in english and sorted(PLACE.findall(text)) != sorted(PLACE.findall(english[key])):
                yield Found(
                    Finding.PLACES_DIFFER, file, key, f"has {_braced(text)}, English has {_braced(english[key])}"
                )
        for level, made in worlds.items():
            for key, text in _said(folder, texts, level):
                if key.startswith("documents.") and key.removeprefix("documents.") not in _document_ids(made):
                    continue
                for place in dict.fromkeys(PLACE.findall(text)):
                    if any(place not in world.facts for world in made):
                        yield Found(
                            Finding.PLACE_UNKNOWN, file, key, f"no block makes the fact {place!r} at the level {level}"
                        )


def _braced(text: str) -> str:
    return ", ".join(f"{{{place}}}" for place in sorted(PLACE.findall(text))) or "none"


def _document_ids(worlds: Iterable[World]) -> set[str]:
    return {document for world in worlds for document in world.documents}


def _answers(folder: Folder, worlds: Worlds) -> Iterator[Found]:
    for level, made in worlds.items():
        for task in folder.tasks(level):
            if task.kind is Kind.DESK:
                continue
            where = f"tasks.{task.id}"
            try:
                right = [expected(task, world) for world in made]
                choices = [options(task, world) for world in made]
            except InvalidInputError as error:
                yield Found(Finding.FACT_MISSING, "scenario.toml", f"{where}.answer", f"{level}: {error}")
                continue
            yield from _kinds(task, level, made, right)
            if task.options:
                yield from _options(task, level, right, choices)
            elif len(set(map(repr, right))) == 1:
                yield Found(
                    Finding.ANSWER_STANDS_STILL,
                    "scenario.toml",
                    f"{where}.answer",
                    f"{level}: the same in {SEEDS} worlds: {_short(right[0])}",
                )
            yield from _given_away(folder, task, level, made, right)


def _kinds(task: Task, level: Level, worlds: Iterable[World], right: Iterable[Fact]) -> Iterator[Found]:
    for world, fact in zip(worlds, right, strict=True):
        what = ""
        values = fact if isinstance(fact, tuple) else (words_of(fact),)
        if task.kind in {Kind.MANY, Kind.ORDER, Kind.ROWS} and (not isinstance(fact, tuple) or not fact):
            what = "the fact is no list, or an empty one"
        elif task.kind is Kind.ROWS:
            rows = {row.id for document in world.documents.values() for row in document.rows}
            lost = [one for one in values if one not in rows]
            what = f"no document has a row {lost[0]!r}" if lost else ""
        elif mark(task, values if task.kind in {Kind.MANY, Kind.ORDER} else values[:1], fact).share < 1:
            what = f"{_short(fact)} is no answer to a task of the kind {task.kind}, form {task.form}"
        if what:
            yield Found(Finding.ANSWER_WRONG_KIND, "scenario.toml", f"tasks.{task.id}.answer", f"{level}: {what}")
            return


def _options(task: Task, level: Level, right: Iterable[Fact], choices: Iterable[tuple[str, ...]]) -> Iterator[Found]:
    where = f"tasks.{task.id}.options"
    for fact, offered in zip(right, choices, strict=True):
        values = fact if isinstance(fact, tuple) else (words_of(fact),)
        if len(offered) < 3 or len(set(offered)) < len(offered):
            yield Found(Finding.OPTIONS_FEW, "scenario.toml", where, f"{level}: {len(set(offered))} different options")
        if not set(values) <= set(offered):
            yield Found(
                Finding.OPTIONS_WITHOUT_ANSWER, "scenario.toml", where, f"{level}: {_short(fact)} is not among them"
            )
        elif task.kind is Kind.MANY and set(values) == set(offered):
            yield Found(Finding.OPTIONS_WITHOUT_ANSWER, "scenario.toml", where, f"{level}: every option is right")
        if task.kind is Kind.CHOICE and task.tries >= len(offered):
            yield Found(
                Finding.OPTIONS_ALL_TRIED,
                "scenario.toml",
                f"tasks.{task.id}.tries",
                f"{task.tries} tries for {len(offered)} options",
            )


def _given_away(
    folder: Folder, task: Task, level: Level, worlds: Iterable[World], right: Iterable[Fact]
) -> Iterator[Found]:
    """Whether a text that is read before the end has the answer. Short ones stand somewhere by chance."""
    if task.options or task.kind is Kind.ROWS:
        return
    later = _later(folder, task)
    for world, fact in zip(worlds, right, strict=True):
        values = fact if isinstance(fact, tuple) else (words_of(fact),)
        if min(map(len, values)) < 4:
            continue
        for language, texts in folder.texts.items():
            for key, text in _said(folder, texts, level):
                if key.endswith(".explains") or key == "debrief" or ".options." in key or key.split(".")[1:2] in later:
                    continue
                said = PLACE.sub(lambda place, facts=world.facts: words_of(facts.get(place[1], "")), text)  # type: ignore[misc]
                if all(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said, re.IGNORECASE) for value in values):
                    yield Found(
                        Finding.ANSWER_IN_STORY,
                        f"texts/{language}.toml",
                        key,
                        f"{level}: tells the answer of {task.id!r}",
                    )


def _later(folder: Folder, task: Task) -> list[list[str]]:
    """Tasks that are shown only when this one is over."""
    later = {task.id}
    for one in folder.scenario.tasks:
        if one.after in later:
            later.add(one.id)
    return [[one] for one in later - {task.id}]


def _documents(folder: Folder, worlds: Worlds) -> Iterator[Found]:
    known = labels()
    everywhere = _document_ids(world for made in worlds.values() for world in made)
    for language, texts in folder.texts.items():
        file = f"texts/{language}.toml"
        for one in sorted(everywhere - set(texts.documents)):
            yield Found(Finding.TEXT_MISSING, file, f"documents.{one}", "the document has no title")
        for one in sorted(set(texts.documents) - everywhere if worlds else ()):
            yield Found(Finding.TEXT_UNUSED, file, f"documents.{one}", "no block makes this document")
        keys = {
            column.key
            for made in worlds.values() for world in made for document in world.documents.values() for column in document.columns
        }  # fmt: skip
        for key in sorted(keys - known.keys() - texts.columns.keys()):
            yield Found(Finding.COLUMN_UNLABELLED, file, f"columns.{key}", "the column has no label")
    for level, made in worlds.items():
        if len({repr(world.documents) for world in made}) < len(made):
            yield Found(
                Finding.WORLDS_EQUAL, "world.toml", "", f"{level}: two of {len(made)} seeds make the same documents"
            )


def _in_world(world: World) -> Iterator[tuple[str, str]]:
    for name, fact in world.facts.items():
        yield f"fact {name}", words_of(fact)
    for document in world.documents.values():
        yield f"document {document.id}", document.body
        for row in document.rows:
            # the space keeps cells apart: two beside each other are no number together
            yield f"document {document.id}", " | ".join(row.cells)


def _fiction(folder: Folder, worlds: Worlds) -> Iterator[Found]:
    for language, texts in folder.texts.items():
        for key, text in _said(folder, texts):
            official = not key.startswith(("story", "documents"))
            for one in not_fictional(text, official=official):
                yield Found(Finding.NOT_FICTIONAL, f"texts/{language}.toml", key, f"{one} may be somebody's")
    for level, made in worlds.items():
        met = {(where, one) for world in made[:2] for where, text in _in_world(world) for one in not_fictional(text)}
        for where, one in sorted(met)[:20]:
            yield Found(Finding.NOT_FICTIONAL, "world.toml", where, f"{level}: {one} may be somebody's")


def _forbidden_words(folder: Folder, worlds: Worlds) -> Iterator[Found]:
    said = [
        (f"texts/{language}.toml", key, text)
        for language, texts in folder.texts.items()
        for key, text in _said(folder, texts)
    ]
    said += [
        ("world.toml", where, text)
        for made in worlds.values()
        for world in made[:2]
        for where, text in _in_world(world)
    ]
    for file, key, text in said:
        if TODO.search(text):
            yield Found(Finding.UNWRITTEN, file, key, "is to be written")
        for pattern, instead in _forbidden():
            if met := pattern.search(text):
                yield Found(Finding.FORBIDDEN_WORD, file, key, f"{met[0]!r}: write {instead}")


def _short(fact: Fact) -> str:
    text = words_of(fact)
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
