"""What tests of lists that come in begin with: hashes of numbers, a file that is imported, and what a list says then."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import connection

from tipline.pipeline.matching.hashes import text_of
from tipline.pipeline.matching.lists import importing
from tipline.pipeline.matching.lists.importing import How
from tipline.pipeline.matching.lists.models import ListImport
from tipline.pipeline.matching.models import KnownHash, KnownList
from tipline.trust.actors import system


def md5(number: int) -> str:
    return hashlib.md5(str(number).encode()).hexdigest()


def pdq(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def brought_in(known: KnownList, body: str | bytes, folder: Path, **how: Any) -> ListImport:
    path = folder / "list"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    given = How(**how)
    actor = system("test")
    return importing.run(importing.begin(known, "list.txt", path.stat().st_size, given, actor), path, given, actor)


def listed(known: KnownList) -> dict[tuple[str, str], KnownHash]:
    rows = KnownHash.objects.filter(known_list=known, revoked_at=None).select_related("value")
    return {(row.value.algorithm, text_of(row.value.algorithm, bytes(row.value.value))): row for row in rows}


def procured(task: str) -> list[dict[str, Any]]:
    """The arguments of the jobs of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task])
        return [json.loads(row[0]) for row in cursor.fetchall()]
