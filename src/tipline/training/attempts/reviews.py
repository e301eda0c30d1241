"""Who may work on which version of a scenario: reviewed by one person, released by another. What comes with Tipline is released by us."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tipline.core.clock import now
from tipline.core.config import config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.training.attempts.models import Review, ReviewAct
from tipline.training.scenarios.building import block_versions
from tipline.training.scenarios.linting import lint, releasable
from tipline.training.scenarios.loading import Broken, Folder, contents, load
from tipline.training.scenarios.places import all_scenarios, own_scenarios
from tipline.trust.accounts.models import Role, User
from tipline.trust.audit.services import Act, record

DRAFT = "draft"
SHIPPED = "shipped"
MOST_NOTE = 500
_BLOCKS = "blocks.json"  # beside a kept version: which block had which version then


@dataclass(frozen=True, slots=True)
class Version:
    """A scenario as it lies there now, and what was done with this version and the one that is worked on."""

    found: Folder | Broken
    state: str
    acts: tuple[Review, ...] = ()
    released: str = ""

    @property
    def name(self) -> str:
        return self.found.name

    @property
    def broken(self) -> bool:
        return isinstance(self.found, Broken)

    @property
    def reviewed_by(self) -> User | None:
        """Who reviewed this version last."""
        return next((act.by for act in reversed(self.acts) if act.act == ReviewAct.REVIEWED), None)


def versions() -> list[Version]:
    """Every scenario with its state, broken ones too."""
    everything = all_scenarios()
    acts = _acts()
    found = [_version(folder, acts) for folder in everything.good.values()]
    return [*found, *(Version(one, "broken") for one in everything.broken)]


def version_of(name: str) -> Version:
    """One scenario with its state.

    Raises
    ------
    NotFoundError
        when there is none.
    """
    for one in versions():
        if one.name == name:
            return one
    raise NotFoundError(f"there is no scenario {name[:40]!r}")


def _acts() -> Mapping[str, list[Review]]:
    acts: dict[str, list[Review]] = {}
    for act in Review.objects.select_related("by").order_by("pk"):
        acts.setdefault(act.scenario, []).append(act)
    return acts


def _version(folder: Folder, acts: Mapping[str, list[Review]]) -> Version:
    if folder.shipped:
        return Version(folder, SHIPPED, released=folder.digest)
    done = acts.get(folder.name, [])
    own = tuple(act for act in done if act.digest == folder.digest)
    return Version(folder, own[-1].act if own else DRAFT, own, _released(done))


def _released(acts: list[Review]) -> str:
    """The version that was released last and not withdrawn since."""
    last: dict[str, str] = {}
    for act in acts:
        last.pop(act.digest, None)
        last[act.digest] = act.act
    return next((digest for digest, act in reversed(last.items()) if act == ReviewAct.RELEASED), "")


def released(name: str) -> Folder:
    """The version of a scenario that exercises work on.

    Raises
    ------
    NotFoundError
        when there is no such scenario.
    ConflictError
        when no version of it is released.
    """
    found = all_scenarios().good.get(name)
    if found is not None and found.shipped:
        return found
    digest = _released(list(Review.objects.filter(scenario=name).order_by("pk")))
    if not digest:
        if found is None:
            all_scenarios().find(name)  # says what is wrong with it
        raise ConflictError(
            f"no version of the scenario {name!r} is released: a second person reviews it, another releases it"
        )
    return version(name, digest)


def version(name: str, digest: str) -> Folder:
    """A version of a scenario: the folder as it lies there, or what was kept of it when it was released.

    Raises
    ------
    NotFoundError
        when neither is that version.
    """
    found = all_scenarios().good.get(name)
    if found is not None and found.digest == digest:
        return found
    kept = load(_kept(name, digest))
    if isinstance(kept, Folder) and kept.digest == digest:
        return kept
    raise NotFoundError(f"the scenario {name!r} was changed since: its version {digest[:12]} is no longer there")


def _kept(name: str, digest: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise InvalidInputError("a version is 64 hexadecimal digits")
    return own_scenarios(config()) / ".released" / digest / name


def keep(folder: Folder) -> None:
    """Keep a copy of a version, so that what is begun on it goes on when the folder changes, or a newer Tipline brings another.

    Raises
    ------
    ConflictError
        when the folder was changed since it was read.
    """
    kept = _kept(folder.name, folder.digest)
    if kept.exists():
        return
    # made beside its place and moved there at once: two processes may begin at the same time
    part = kept.parent.with_name(f".{folder.digest}.{secrets.token_hex(8)}") / folder.name
    for name, content in contents(folder.path).items():
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_bytes(content)
    (part / _BLOCKS).write_text(json.dumps(block_versions(folder)))
    try:
        if getattr(load(part), "digest", "") != folder.digest:
            raise ConflictError(f"the scenario {folder.name!r} was changed just now: look at it again")
        kept.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # somebody else was first
            part.rename(kept)
    finally:
        shutil.rmtree(part.parent, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class ChangedBlock:
    """A block that makes another world than when a version was kept. `now` is 0: there is none of that name any more."""

    name: str
    then: int
    now: int


def changed_blocks(name: str, digest: str) -> tuple[ChangedBlock, ...]:
    """What changed under a version since it was kept: what was begun stays as it was, and what begins now is made anew."""
    path = _kept(name, digest) / _BLOCKS
    then: dict[str, int] = json.loads(path.read_text()) if path.is_file() else {}
    here = block_versions(version(name, digest)) if then else {}
    return tuple(
        ChangedBlock(block, was, here.get(block, 0)) for block, was in sorted(then.items()) if here.get(block, 0) != was
    )


def review(person: User, name: str, note: str = "") -> Review:
    """Write that this person read the version as it lies there now, and found it good.

    Raises
    ------
    ConflictError
        when the linter finds more than advice, or it was reviewed already.
    """
    found = _own(person, name)
    faults = [one for one in lint(found.found) if not one.advice]
    if faults:
        raise ConflictError(f"the linter finds {len(faults)} things, the first: {faults[0]}")
    if found.state in {ReviewAct.REVIEWED, ReviewAct.RELEASED}:
        raise ConflictError(f"this version of {name!r} is {found.state} already")
    return _done(person, found, ReviewAct.REVIEWED, note)


def release(person: User, name: str, note: str = "") -> Review:
    """Release the version that lies there now to exercises, and keep a copy of it: an author may go on writing.

    Raises
    ------
    ConflictError
        when it was not reviewed.
    NotPermittedError
        when this person reviewed it: two people stand for what is released.
    """
    found = _own(person, name)
    if found.state != ReviewAct.REVIEWED:
        raise ConflictError(f"this version of {name!r} is {found.state}: a person reviews it first")
    if found.reviewed_by == person:
        raise NotPermittedError("you reviewed this version: somebody else releases it")
    if not releasable(lint(found.found)):
        raise ConflictError("the linter finds more than advice now")
    folder = found.found
    assert isinstance(folder, Folder)  # noqa: S101 - for the type: a broken one has findings
    keep(folder)
    return _done(person, found, ReviewAct.RELEASED, note)


def withdraw(person: User, name: str, note: str) -> Review:
    """Take the version back: no exercise begins on it any more; what was begun goes on.

    Raises
    ------
    ConflictError
        when it is not released or reviewed.
    """
    found = _own(person, name)
    if found.state not in {ReviewAct.REVIEWED, ReviewAct.RELEASED}:
        raise ConflictError(f"this version of {name!r} is {found.state}")
    return _done(person, found, ReviewAct.WITHDRAWN, note)


def _own(person: User, name: str) -> Version:
    if Role(person.role) is not Role.TRAINER or not person.is_active:
        raise NotPermittedError("scenarios are reviewed and released by instructors")
    found = version_of(name)
    if found.state == SHIPPED:
        raise ConflictError(f"{name!r} comes with Tipline and is released with it")
    return found


def _done(person: User, found: Version, act: ReviewAct, note: str) -> Review:
    if len(note) > MOST_NOTE:
        raise InvalidInputError(f"a note has at most {MOST_NOTE} characters")
    digest = getattr(found.found, "digest", "")
    if not digest:
        raise ConflictError(f"{found.name!r} is broken")
    made = Review.objects.create(scenario=found.name, digest=digest, act=act, by=person, at=now(), note=note.strip())
    record(person.actor, [Act(f"scenario.{act}", "scenario", found.name, {"version": digest})])
    return made
