"""Blocks have versions: one that makes another world of the same seed is another version. `python -m tests.unit.training.test_block_versions` writes the file anew."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path

import pytest

from tipline.training.scenarios.building import block_versions, build, known_blocks
from tipline.training.scenarios.keeping import packed, unpacked
from tipline.training.scenarios.loading import Folder, catalogue
from tipline.training.scenarios.worlds import VERSIONS, World

WORLDS = Path(__file__).with_name("worlds.json")
SEED = "0123456789abcdef" * 4
FOLDERS = [folder for folder in catalogue().good.values() if folder.shipped]


def digest(world: World) -> str:
    """What is equal for equal worlds."""
    return hashlib.sha256(zlib.decompress(packed(world))).hexdigest()


def now_made() -> dict[str, dict[str, object]]:
    return {
        f"{folder.name}, {level}": {
            "scenario": folder.digest, "blocks": block_versions(folder), "world": digest(build(folder, level, SEED)),
        }
        for folder in FOLDERS for level in folder.levels
    }  # fmt: skip


def test_who_changes_what_a_block_makes_raises_its_version() -> None:
    known, made = json.loads(WORLDS.read_text()), now_made()
    same = [name for name, one in made.items() if name in known and all(one[k] == known[name][k] for k in ("scenario", "blocks"))]  # fmt: skip
    changed = [name for name in same if made[name]["world"] != known[name]["world"]]
    assert not changed, (
        f"{', '.join(changed)}: another world of the same seed. Raise the version of the block that changed (`@block(NAME, version=…)`),"
        " then run python -m tests.unit.training.test_block_versions"
    )
    assert made == known, "run python -m tests.unit.training.test_block_versions"


def test_every_block_has_a_version() -> None:
    assert set(known_blocks()) == set(VERSIONS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_world_is_the_same_after_it_was_kept(folder: Folder) -> None:
    for level in folder.levels:
        world = build(folder, level, SEED)
        assert unpacked(packed(world), world.seed, level, folder.papers) == world


if __name__ == "__main__":
    WORLDS.write_text(json.dumps(now_made(), indent=1) + "\n")
