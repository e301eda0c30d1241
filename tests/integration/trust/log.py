"""A log to tamper with: entries made as the software makes them, checkpoints in between, a witness."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg

from tipline.core.config import Config, load_config
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.audit import tree, witness
from tipline.trust.audit.services import Act, record

OFFICER = Actor(ActorKind.PERSON, 7, "मीरा पाटील", 3)


def settings_for(folder: Path, **more: str) -> Config:
    """Settings with keys and a witness of their own."""
    return load_config({"TIPLINE_DATA_DIR": str(folder), **more})


def write(count: int, actor: Actor = OFFICER) -> None:
    """Entries of all shapes, in one transaction."""
    record(
        actor,
        [
            Act("report.read", "report", number, {"n": number, "codes": ["क", "b"], "deep": {"z": None, "a": True}})
            if number % 3
            else Act("report.finished", "report", number)
            for number in range(count)
        ],
    )


def round_of(settings: Config) -> int:
    """What the job does every minute. Returns the size of the checkpoint."""
    made = tree.checkpoint(settings)
    witness.publish(settings)
    return made.size if made else 0


@dataclass(frozen=True)
class Attack:
    """The log as its attacker sees it: a connection of the tables' owner, and the files."""

    owner: psycopg.Connection[tuple[object, ...]]
    settings: Config

    def do(self, *statements: str) -> None:
        for statement in statements:
            self.owner.execute(statement)  # type: ignore[call-overload]

    def entry(self, place: int) -> int:
        """The entry at a place."""
        row = self.owner.execute("SELECT entry_id FROM audit_leaf WHERE index = %s", [place]).fetchone()
        assert row is not None
        return int(str(row[0]))

    @property
    def witness(self) -> Path:
        folder = witness.directory(self.settings)
        assert folder is not None
        return folder
