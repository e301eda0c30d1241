"""Reads scenarios' folders: those that come with Tipline and those of authors. A broken one is listed with its faults; the rest works."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tipline.core.datafile import load_toml, read_toml
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.training.scenarios.format import LANGUAGES, Columns, Label, Level, Scenario, Task, Texts, WorldFile

DATA = Path(__file__).parent / "data"
SHIPPED = DATA  # where the folders are that come with Tipline
MOST_BYTES = 1_000_000  # of one file: what people write is far below, and an instructor's upload has an end
MOST_PAPERS = 200


@dataclass(frozen=True, slots=True)
class Folder:
    """A scenario as its folder has it. `digest` is the version: it changes with every byte of what is read."""

    path: Path
    shipped: bool
    digest: str
    scenario: Scenario
    world: WorldFile
    texts: Mapping[str, Texts]
    papers: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.scenario.name

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that it has, easiest first."""
        return tuple(level for level in Level if level in self.scenario.minutes)

    @property
    def title(self) -> str:
        """Its title in English, or in the language that it has."""
        return (self.texts.get("en") or next(iter(self.texts.values()))).title

    def tasks(self, level: Level) -> tuple[Task, ...]:
        """The tasks of a level, in order."""
        return tuple(task for task in self.scenario.tasks if level in task.levels)

    def task(self, level: Level, task_id: str) -> Task:
        """One task of a level.

        Raises
        ------
        NotFoundError
            when the level has no such task.
        """
        for task in self.tasks(level):
            if task.id == task_id:
                return task
        raise NotFoundError(f"{self.name}, {level}: there is no task {task_id[:40]!r}")

    def points(self, level: Level) -> int:
        """The most points that a level gives."""
        return sum(task.points for task in self.tasks(level))


@dataclass(frozen=True, slots=True)
class Broken:
    """A folder that is not a scenario, and everything that keeps it from being one."""

    path: Path
    shipped: bool
    faults: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.name


def load(path: Path, *, shipped: bool = False) -> Folder | Broken:
    """Read one folder. Every fault names its file and key."""
    try:
        read_files = contents(path)
    except InvalidInputError as error:
        return Broken(path, shipped, (str(error),))
    scenario, faults = read_toml(path / "scenario.toml", Scenario)
    world, found = read_toml(path / "world.toml", WorldFile)
    faults += found
    texts: dict[str, Texts] = {}
    for language in LANGUAGES:
        if f"texts/{language}.toml" not in read_files:
            continue  # the linter says what is missing; a draft in one language can be tried
        read, found = read_toml(path / "texts" / f"{language}.toml", Texts)
        faults += [f"texts/{fault}" for fault in found]
        if read is not None:
            texts[language] = read
    papers: dict[str, str] = {}
    for name, content in read_files.items():
        if name.startswith("papers/"):
            try:
                papers[Path(name).stem] = content.decode()
            except UnicodeDecodeError:
                faults.append(f"{name} is not UTF-8")
    if not texts and not faults:
        faults.append("texts/en.toml is missing")
    if scenario is not None:
        if scenario.name != path.name:
            faults.append(f"scenario.toml, name: the folder is called {path.name!r} and not {scenario.name!r}")
        faults += [f"scenario.toml, {fault}" for fault in (*_twice(scenario), *_out_of_order(scenario))]
    if faults or scenario is None or world is None:
        return Broken(path, shipped, tuple(faults))
    return Folder(path, shipped, _digest(read_files), scenario, world, texts, papers)


def _twice(scenario: Scenario) -> list[str]:
    lists: tuple[tuple[str, list[str]], ...] = (
        ("tasks", [task.id for task in scenario.tasks]),
        ("sources", [source.id for source in scenario.sources]),
        *((f"tasks.{task.id}.hints", [hint.id for hint in task.hints]) for task in scenario.tasks),
    )
    return [
        f"{where}: {one!r} is there twice"
        for where, ids in lists
        for one in sorted({i for i in ids if ids.count(i) > 1})
    ]


def _out_of_order(scenario: Scenario) -> list[str]:
    """A task comes after one that stands before it, and is there at every level that it is at."""
    before: dict[str, Task] = {}
    faults: list[str] = []
    for task in scenario.tasks:
        if task.after is not None and not set(task.levels) <= set(
            before[task.after].levels if task.after in before else ()
        ):
            faults.append(f"tasks.{task.id}.after: no task {task.after!r} stands before it at all of its levels")
        before[task.id] = task
    return faults


def contents(path: Path) -> dict[str, bytes]:
    """The files that count, by their names inside the folder, in order. Nothing is followed out of the folder."""
    if not path.is_dir():
        raise InvalidInputError(f"{path} is no folder")
    papers = sorted(path.glob("papers/*.txt"))
    if len(papers) > MOST_PAPERS:
        raise InvalidInputError(f"papers/ holds {len(papers)} files: the most is {MOST_PAPERS}")
    wanted = [
        path / "scenario.toml",
        path / "world.toml",
        *(path / "texts" / f"{one}.toml" for one in LANGUAGES),
        *papers,
    ]
    inside = path.resolve()
    found: dict[str, bytes] = {}
    for file in wanted:
        name = file.relative_to(path).as_posix()
        if not file.exists() and not file.is_symlink():
            continue
        if not file.resolve().is_relative_to(inside) or not file.is_file():
            raise InvalidInputError(f"{name} is no file of this folder")
        if file.stat().st_size > MOST_BYTES:
            raise InvalidInputError(f"{name} is larger than {MOST_BYTES:,} bytes")
        try:
            found[name] = file.read_bytes()
        except OSError as error:
            raise InvalidInputError(f"{name} cannot be read: {error.strerror}") from error
    return found


def _digest(contents: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in contents.items():
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All scenarios of an installation. An author's folder cannot take the name of a shipped one."""

    good: Mapping[str, Folder]
    broken: tuple[Broken, ...]

    def find(self, name: str) -> Folder:
        """A scenario by its name.

        Raises
        ------
        NotFoundError
            when there is none, or it is broken: then with its first fault.
        """
        if name in self.good:
            return self.good[name]
        for one in self.broken:
            if one.name == name:
                raise NotFoundError(f"the scenario {name!r} is broken: {one.faults[0]}")
        raise NotFoundError(f"there is no scenario {name[:40]!r}")


def catalogue(own: Path | None = None) -> Catalogue:
    """Read every folder: the shipped ones, and those in `own`. What has not changed since the last call is not read again."""
    good: dict[str, Folder] = {}
    broken: list[Broken] = []
    places = [(SHIPPED, True)] + ([(own, False)] if own is not None and own.is_dir() else [])
    for place, shipped in places:
        for path in _folders(place):
            found = _load_once(path, shipped, _stamp(path))
            if isinstance(found, Broken):
                broken.append(found)
            elif found.name in good:
                broken.append(
                    Broken(path, shipped, (f"{found.name!r} is the name of a scenario that comes with Tipline",))
                )
            else:
                good[found.name] = found
    return Catalogue(good, tuple(broken))


def _folders(place: Path) -> Iterable[Path]:
    return sorted(path for path in place.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells that a folder changed, without reading it."""
    files = [path / "scenario.toml", path / "world.toml", *path.glob("texts/*"), *path.glob("papers/*")]
    found = ((file, file.lstat()) for file in sorted(files) if file.is_symlink() or file.exists())
    return tuple((file.name, stat.st_mtime_ns, stat.st_size) for file, stat in found)


@lru_cache(maxsize=256)
def _load_once(path: Path, shipped: bool, stamp: object) -> Folder | Broken:
    return load(path, shipped=shipped)


@lru_cache(maxsize=1)
def labels() -> Mapping[str, Label]:
    """Labels of the columns that blocks make."""
    return load_toml(DATA / "columns.toml", Columns).columns
