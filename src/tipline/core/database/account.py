"""The system user that the embedded server runs as when we are root: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple

import structlog

from tipline.core.errors import DatabaseUnavailableError

log = structlog.get_logger(__name__)

SYSTEM_USER = "tipline-postgres"


class Account(NamedTuple):
    """Numbers of the server's user and group."""

    uid: int
    gid: int


def server_account(pgdata: Path) -> Account | None:
    """Whom the server has to run as; None: as the user we are.

    Data that is there already is served as its owner: it may have been made by an ordinary user, or on a machine (another
    container image, say) where the system user had another number.

    Raises
    ------
    DatabaseUnavailableError
        when we are root and the system user can neither be found nor made.
    """
    if os.geteuid() != 0:
        return None
    try:
        found = pgdata.stat()
    except FileNotFoundError:
        pass
    else:
        if found.st_uid != 0:
            return Account(found.st_uid, found.st_gid)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _make_system_user()
    return Account(entry.pw_uid, entry.pw_gid)


def _make_system_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise DatabaseUnavailableError(
            "PostgreSQL does not run as root, and there is no `useradd` to make a user for it: "
            f"make a system user {SYSTEM_USER}, start Tipline as an ordinary user, or set TIPLINE_DATABASE_URL"
        )
    made = subprocess.run(
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        return pwd.getpwnam(SYSTEM_USER)  # also there when another instance made it at the same moment
    except KeyError as error:
        raise DatabaseUnavailableError(
            f"the system user {SYSTEM_USER} cannot be made ({made.stderr.strip()}): "
            "make it by hand, start Tipline as an ordinary user, or set TIPLINE_DATABASE_URL"
        ) from error


def hand_over(path: Path, account: Account | None) -> None:
    """Make the server's user the owner of a file or directory."""
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def reach(path: Path, account: Account | None) -> None:
    """Let the server's user pass through the directories above its files: the x bit for others, where it is missing.

    Passing is not reading: the names in those directories stay hidden. Every change is logged.
    """
    if account is None:
        return
    real = path.resolve()
    for directory in (real, *real.parents):
        status = directory.stat()
        if not status.st_mode & stat.S_IXOTH and status.st_uid != account.uid:
            directory.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
            log.warning(
                "others may now pass through a directory (o+x), so that the database's user reaches its files",
                directory=str(directory),
            )


def reach_package(package: Path, account: Account | None) -> None:
    """Let the server's user run the installed binaries, also where root installed them with a umask of 077.

    The package is public software; nothing of ours lies in it.
    """
    if account is None:
        return
    reach(package.parent, account)
    # the libraries that auditwheel put beside the package
    for root in (package, package.with_name(f"{package.name}.libs")):
        if not root.exists() or _open_to_others(root):
            continue
        for path in (root, *root.rglob("*")):
            if not path.is_symlink():
                mode = stat.S_IMODE(path.stat().st_mode)
                path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
        log.warning("others may now read PostgreSQL's program files (o+rX)", directory=str(root))


def _open_to_others(root: Path) -> bool:
    """Whether a wheel was unpacked with a umask that lets others in; one file tells for all of them."""
    sample = next((path for path in root.rglob("*") if path.is_file() and not path.is_symlink()), root)
    needed = stat.S_IROTH | stat.S_IXOTH
    return root.stat().st_mode & needed == needed and bool(sample.stat().st_mode & stat.S_IROTH)
