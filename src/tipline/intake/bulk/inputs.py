"""From paths to items: files, directories and ZIPs of every form, one after the other, in a fixed order, a few in memory at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tipline.intake.bulk import archives
from tipline.intake.bulk.documents import UnreadableError, bundles, is_xml, parts_folder, read_bundle
from tipline.intake.bulk.items import Found, PassedOver, Place, refused

DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are told apart and read.

    Parameters
    ----------
    limit
        the most bytes of one document.
    xml
        whether XML files are CyberTipline documents.
    whole
        suffix → how a file that is one document becomes an item: its place, its bytes, its size in the input; `*`: of any other.
    tables
        suffix → how a file of many becomes items, one after the other.
    """

    limit: int
    xml: bool
    whole: dict[str, Callable[[Place, bytes, int], Found]]
    tables: dict[str, Callable[[Path], Iterator[Found]]]

    def knows(self, name: str) -> bool:
        """Whether a file of this name is one document of a form that is read here, when it is met in a directory or an archive."""
        return (self.xml and is_xml(name)) or (
            self.reader(name) is not None and (_suffix(name) in self.whole or _suffix(name) in _TEXTS)
        )

    def reader(self, name: str) -> Callable[[Place, bytes, int], Found] | None:
        """How a file of this name that is one document is read."""
        return self.whole.get(_suffix(name)) or self.whole.get("*")


# What a form that reads whatever it is given reads of a directory: other files may be the media that a report is about.
_TEXTS = frozenset({"", ".json", ".xml", ".eml", ".txt"})


@dataclass(frozen=True, slots=True)
class File:
    """A file on disk."""

    path: str
    limit: int
    size_bytes: int

    @property
    def name(self) -> str:
        """Without its directory."""
        return Path(self.path).name

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.path)

    def read(self) -> bytes:
        """All of it, as far as a document may go.

        Raises
        ------
        UnreadableError
        """
        try:
            with Path(self.path).open("rb") as file:
                body = file.read(self.limit + 1)
        except OSError as error:
            raise UnreadableError(f"it cannot be read: {error.strerror}") from error
        if len(body) > self.limit:
            raise UnreadableError(f"it is larger than {self.limit} bytes")
        return body


def size_of(paths: Sequence[Path]) -> int:
    """How many bytes of input there are, for the progress."""
    total = 0
    for path in paths:
        if path.is_dir():
            for folder, _, names in os.walk(path):
                total += sum(_size(f"{folder}/{name}") for name in names)
        else:
            total += _size(str(path))
    return total


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def read_paths(paths: Sequence[Path], reading: Reading) -> Iterator[Found]:
    """Every item of these files and directories."""
    for path in paths:
        if path.is_dir():
            yield from _folder(str(path), reading, 0)
        else:
            yield from _named(path, reading)


def _named(path: Path, reading: Reading) -> Iterator[Found]:
    """A file that the operator named: also through a symbolic link, and never passed over."""
    suffix, size = _suffix(path.name), _size(str(path))
    file = File(str(path), reading.limit, size)
    if suffix == ".zip":
        yield from _archive(path, reading, size)
    elif suffix in reading.tables:
        yield from reading.tables[suffix](path)
    elif reading.xml and is_xml(path.name):
        yield from (read_bundle(bundle) for bundle in bundles([file], lambda name: _parts(path.parent, name, reading)))
    elif reading.reader(path.name) is not None:
        yield _whole(file, reading)
    else:
        yield refused(Place(str(path)), "its name does not tell which form it has: say it with --form", size)


def _whole(file: File | archives.Member, reading: Reading) -> Found:
    try:
        body = file.read()
    except UnreadableError as error:
        return refused(file.place, str(error), file.size_bytes)
    reader = reading.reader(file.name)
    assert reader is not None  # noqa: S101 - it is known by its name
    return reader(file.place, body, file.size_bytes)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


# -- directories --------------------------------------------------------------------------------------------------------


def _folder(path: str, reading: Reading, depth: int) -> Iterator[Found]:
    if depth > DEEPEST:
        yield refused(Place(path), f"directories nest deeper than {DEEPEST}")
        return
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        yield refused(Place(path), f"it cannot be read: {error.strerror}")
        return
    documents: list[File] = []
    folders: dict[str, None] = {}
    for entry in entries:
        if entry.is_symlink():
            yield refused(Place(entry.path), "it is a symbolic link, which is not followed")
        elif entry.is_dir(follow_symlinks=False):
            folders[entry.name] = None
        elif not entry.is_file(follow_symlinks=False):
            yield refused(Place(entry.path), "it is no file")
        elif reading.xml and is_xml(entry.name):
            documents.append(File(entry.path, reading.limit, _size(entry.path)))
        elif _suffix(entry.name) == ".zip" or _suffix(entry.name) in reading.tables or reading.knows(entry.name):
            yield from _named(Path(entry.path), reading)
        else:
            yield PassedOver(Place(entry.path), _size(entry.path))
    del entries
    with_details = {parts_folder(file.name) for file in documents}
    yield from (
        read_bundle(bundle)
        for bundle in bundles(documents, lambda name: _parts(Path(path), name, reading) if name in folders else ())
    )
    for name in folders:
        if name in with_details:
            yield from _beside_parts(f"{path}/{name}", reading)
        else:
            yield from _folder(f"{path}/{name}", reading, depth + 1)


def _parts(folder: Path, name: str, reading: Reading) -> Sequence[File]:
    """The details in one of a directory's own directories."""
    inside = folder / name
    if inside.is_symlink() or not inside.is_dir():
        return ()
    return [
        File(entry.path, reading.limit, _size(entry.path))
        for entry in sorted(os.scandir(inside), key=lambda entry: entry.name)
        if is_xml(entry.name) and entry.is_file(follow_symlinks=False)
    ]


def _beside_parts(path: str, reading: Reading) -> Iterator[Found]:
    """What else lies in a directory of details: the files themselves, perhaps. They are not read."""
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if not (is_xml(entry.name) and entry.is_file(follow_symlinks=False)):
            yield PassedOver(Place(entry.path), _size(entry.path))


# -- ZIPs ---------------------------------------------------------------------------------------------------------------


def _archive(path: Path, reading: Reading, size: int) -> Iterator[Found]:
    try:
        with archives.opened(path) as archive:
            yield from _members(archives.members(archive, str(path), reading.limit, reading.knows), reading)
    except UnreadableError as error:
        yield refused(Place(str(path)), str(error), size)


def _members(found: Iterator[archives.Member | Found], reading: Reading) -> Iterator[Found]:
    documents: dict[str, list[archives.Member]] = {}
    for member in found:
        if not isinstance(member, archives.Member):
            yield member
        elif reading.xml and is_xml(member.name):
            documents.setdefault(member.folder, []).append(member)
        else:
            yield _whole(member, reading)
    of_reports = {folder + parts_folder(member.name) + "/" for folder, inside in documents.items() for member in inside}
    for folder, inside in documents.items():
        if folder not in of_reports:
            own = bundles(inside, lambda name, folder=folder: documents.get(f"{folder}{name}/", ()))  # type: ignore[misc]
            yield from map(read_bundle, own)
        elif _parent(folder) in of_reports:  # details of details
            yield from (PassedOver(member.place, member.size_bytes) for member in inside)


def _parent(folder: str) -> str:
    return folder[: folder.rstrip("/").rfind("/") + 1]
