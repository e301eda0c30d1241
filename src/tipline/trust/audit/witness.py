"""Checkpoints handed to a witness: a directory, or a URL that takes each by POST. What left the database cannot be changed in it.

The only address ever contacted is the configured one (`TIPLINE_AUDIT_WITNESS`). A witness that is away holds nothing up: what it
lacks is sent with the next round.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from django.db import transaction

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.files import sync_directory
from tipline.trust.audit.models import Publication, StoredCheckpoint

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 500
_TIMEOUT_SECONDS = 10
_LONGEST_NOTE = 4_096


def directory(settings: Config) -> Path | None:
    """Where checkpoints are written as files; None when the witness is a URL."""
    parts = urlsplit(settings.audit_witness)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def publish(settings: Config) -> int:
    """Hand over the checkpoints that the witness lacks, oldest first. Returns how many it took.

    A failure is logged and leaves the rest for the next round.
    """
    missing = StoredCheckpoint.objects.filter(publication__isnull=True).order_by("size", "id")[:MOST_AT_ONCE]
    taken = 0
    for checkpoint in missing:
        try:
            _hand_over(settings, checkpoint)
        except Exception as error:  # files and networks fail in many ways; none of them may stop the log
            log.error("the witness does not take checkpoints", witness=_named(settings), error=type(error).__name__)
            break
        with transaction.atomic():
            Publication.objects.get_or_create(checkpoint=checkpoint, defaults={"at": now()})
        taken += 1
    return taken


def _named(settings: Config) -> str:
    parts = urlsplit(settings.audit_witness)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _hand_over(settings: Config, checkpoint: StoredCheckpoint) -> None:
    folder = directory(settings)
    if folder is None:
        import httpx  # heavy, and most installations have a directory

        with httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client:
            client.post(
                settings.audit_witness,
                content=checkpoint.note.encode(),
                headers={"Content-Type": "text/plain; charset=utf-8"},
            ).raise_for_status()
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    path = folder / f"{checkpoint.size:020d}.{checkpoint.key_name}.txt"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return  # a crash came between the file and its record
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(checkpoint.note)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(folder)


def witnessed(settings: Config) -> Iterator[tuple[str, str]]:
    """What a witness directory holds: file name and note, in order of size. Nothing for a URL: ask the witness itself."""
    folder = directory(settings)
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.txt")):
        if re.fullmatch(r"[0-9]{20}\.[A-Za-z0-9-]+\.txt", path.name) and path.stat().st_size <= _LONGEST_NOTE:
            yield path.name, path.read_text(encoding="utf-8", errors="replace")
