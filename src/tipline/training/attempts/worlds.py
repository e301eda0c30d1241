"""The worlds that attempts and desks work in: kept as they were made, so that an attempt never changes under a trainee."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tipline.training.attempts.models import KeptWorld
from tipline.training.scenarios.building import block_versions, world_of
from tipline.training.scenarios.format import Level
from tipline.training.scenarios.keeping import packed, unpacked
from tipline.training.scenarios.loading import Folder
from tipline.training.scenarios.worlds import World


def kept_world(folder: Folder, level: Level, seed: str) -> World:
    """The world of an attempt. One from before worlds were kept is made again."""

    def read() -> World | None:
        body = KeptWorld.objects.filter(seed=seed, digest=folder.digest).values_list("world", flat=True).first()
        return None if body is None else unpacked(bytes(body), seed, level, folder.papers)

    return world_of(folder, level, seed, read)


def keep_worlds(folder: Folder, level: Level, seeds: Iterable[str]) -> dict[str, World]:
    """The worlds of these seeds, kept from now on; those that are kept already are as they were made. Two statements."""
    wanted = list(dict.fromkeys(seeds))
    there = dict(KeptWorld.objects.filter(digest=folder.digest, seed__in=wanted).values_list("seed", "world"))

    def read(seed: str) -> World | None:
        return unpacked(bytes(there[seed]), seed, level, folder.papers) if seed in there else None

    worlds = {seed: world_of(folder, level, seed, partial(read, seed)) for seed in wanted}
    blocks = block_versions(folder)
    KeptWorld.objects.bulk_create(
        [
            KeptWorld(seed=seed, digest=folder.digest, world=packed(world), blocks=blocks)
            for seed, world in worlds.items()
            if seed not in there
        ],
        ignore_conflicts=True,
    )
    return worlds
