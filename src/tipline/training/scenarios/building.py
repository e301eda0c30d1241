"""Makes a trainee's world: the blocks of `world.toml` in order, with chance from a seed that is the trainee's own."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from pydantic import ValidationError

from tipline.core.errors import InvalidInputError
from tipline.training import blocks
from tipline.training.scenarios.format import Kind, Level, Task
from tipline.training.scenarios.loading import Folder
from tipline.training.scenarios.worlds import BLOCKS, VERSIONS, Block, Dice, Fact, World

KEPT_WORLDS = 400  # a process's share of 300 trainees at once


def seed_of(secret: bytes, exercise: str, who: str, scenario: str, level: Level) -> str:
    """The seed of a trainee's or team's world: nobody without the range's secret can make it, and no two are equal."""
    told = "\0".join((exercise, who, scenario, level.value))
    return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()


def known_blocks() -> dict[str, Block]:
    """Every block, by its name: the modules of `training.blocks` register theirs when they are imported."""
    for module in iter_modules(blocks.__path__):
        import_module(f"{blocks.__name__}.{module.name}")
    return BLOCKS


def block_versions(folder: Folder) -> dict[str, int]:
    """The versions that the blocks of a scenario have here; without those that there are not."""
    known_blocks()
    return {step.block: VERSIONS[step.block] for step in folder.world.steps if step.block in VERSIONS}


def build(folder: Folder, level: Level, seed: str) -> World:
    """Make the world of a seed, always the same one.

    Raises
    ------
    InvalidInputError
        naming the step of `world.toml` that cannot be done, and why.
    """
    known = known_blocks()
    world = World(seed=seed, level=level, papers=folder.papers)
    met: Counter[str] = Counter()
    for number, step in enumerate(folder.world.steps, start=1):
        met[step.block] += 1
        if step.only and level not in step.only:
            continue
        where = f"{folder.name}/world.toml, step {number} ({step.block}), {level}"
        if step.block not in known:
            raise InvalidInputError(f"{where}: there is no such block")
        # dice by the block's name and turn: a step put between others does not change what they draw
        dice = Dice(seed).fork(f"{step.block}/{met[step.block]}")
        try:
            known[step.block](world, dice, {**step.with_, **step.levels.get(level, {})})
        except InvalidInputError as error:
            raise InvalidInputError(f"{where}: {error}") from error
        except ValidationError as error:
            faults = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
            raise InvalidInputError(f"{where}: {'; '.join(faults)}") from error
        except (
            Exception
        ) as error:  # a parameter of the wrong kind fails somewhere inside the block: named like any other fault
            raise InvalidInputError(f"{where}: {type(error).__name__}: {error}") from error
    return world


class _Kept:
    """Worlds that were made lately, the least used first out."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._worlds: OrderedDict[tuple[str, Level, str], World] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, Level, str]) -> World | None:
        with self._lock:
            if key in self._worlds:
                self._worlds.move_to_end(key)
            return self._worlds.get(key)

    def put(self, key: tuple[str, Level, str], world: World) -> None:
        with self._lock:
            self._worlds[key] = world
            while len(self._worlds) > self._most:
                self._worlds.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._worlds.clear()


_kept = _Kept(KEPT_WORLDS)


def world_of(folder: Folder, level: Level, seed: str, made: Callable[[], World | None] = lambda: None) -> World:
    """As `made`, or where that has none as `build`; at hand for the next time. Whoever gets it only reads it."""
    key = (folder.digest, level, seed)
    world = _kept.get(key)
    if world is None:
        world = made() or build(folder, level, seed)
        _kept.put(key, world)
    return world


def forget_worlds() -> None:
    """Let go of the worlds at hand, as a process that starts anew has none."""
    _kept.clear()


def expected(task: Task, world: World) -> Fact:
    """What is right, in this world. Not for `desk`.

    Raises
    ------
    InvalidInputError
        when the world does not have it.
    """
    if task.kind is not Kind.DESK and task.answer in world.facts:
        return world.facts[task.answer]
    if isinstance(task.options, tuple) and task.answer in task.options:
        return task.answer
    raise InvalidInputError(f"the task {task.id!r}: no block makes the fact {task.answer!r}")


def options(task: Task, world: World) -> tuple[str, ...]:
    """What a trainee chooses from: ids whose words are in the texts, or values of the world; empty where nothing is to choose from."""
    if isinstance(task.options, tuple):
        return task.options
    found = world.facts.get(task.options)
    if not isinstance(found, tuple):
        raise InvalidInputError(f"the task {task.id!r}: options: no block makes a list {task.options!r}")
    return found
