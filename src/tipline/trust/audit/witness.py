"""Checkpoints handed to a witness: a directory, or a URL that takes each by POST. What left the database cannot be changed in it.

The only address ever contacted is the configured one (`TIPLINE_AUDIT_WITNESS`). A witness that is away holds nothing up: what it
lacks is sent with the next round.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from django.db import transaction

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConflictError
from tipline.core.files import sync_directory
from tipline.trust.audit.models import Publication, StoredCheckpoint

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 500
_TIMEOUT_SECONDS = 10
_LONGEST_NOTE = 4_096
_FILE_NAME = re.compile(r"([0-9]{20})\.([A-Za-z0-9-]+)\.txt")


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
            log.error("the witness does not take checkpoints", witness=name_of(settings), error=type(error).__name__)
            break
        with transaction.atomic():
            Publication.objects.get_or_create(
                checkpoint=checkpoint, defaults={"at": now(), "witness": name_of(settings)}
            )
        taken += 1
    return taken


def name_of(settings: Config) -> str:
    """The witness as logs and records name it: its address without credentials and query."""
    parts = urlsplit(settings.audit_witness)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"[:500]


def file_name(size: int, key_name: str) -> str:
    """What the file of a checkpoint is called: sorted, they stand in order of size."""
    return f"{size:020d}.{key_name}.txt"


def parts_of(name: str) -> tuple[int, str]:
    """Size and key that a file's name tells."""
    match = _FILE_NAME.fullmatch(name)
    return (int(match[1]), match[2]) if match else (0, "")


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
    path = folder / file_name(checkpoint.size, checkpoint.key_name)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(checkpoint.note)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # whole or not at all, and never over another
    except FileExistsError:
        # either a crash came between the file and its record, or the witness knows another history
        if read_file(folder, path.name) != checkpoint.note:
            raise ConflictError(f"the witness has another checkpoint as {path.name}") from None
    finally:
        part.unlink()
    sync_directory(folder)


def file_names(settings: Config) -> list[str]:
    """What a witness directory holds, in order of size. Nothing for a URL: ask the witness itself."""
    folder = directory(settings)
    if folder is None or not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _FILE_NAME.fullmatch(path.name))


def read_file(folder: Path, name: str) -> str:
    """A note out of the directory; what cannot be read, or is too long to be one, is empty and so no checkpoint."""
    try:
        with (folder / name).open("rb") as file:
            content = file.read(_LONGEST_NOTE + 1)
    except OSError:
        return ""
    return content.decode("utf-8", "replace") if len(content) <= _LONGEST_NOTE else ""
