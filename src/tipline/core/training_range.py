"""The training range is an installation of its own: its environment is made from the live one by leaving out all but a few names.

Its process is started anew with that environment (`enter`), so that nothing of the live installation is in it: no address of its
database, no path to its secrets, nothing that was read before. docs/explanation/training-range.md.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from tipline.core.config import load_config, read_address, read_postgres_url
from tipline.core.errors import ConfigurationError

BIND = "127.0.0.1:8010"
FOLDER = "training"  # below the data directory of the live installation
# How this machine is reached; none of them leads to data, and none is a secret.
_KEPT = ("TIPLINE_ALLOWED_HOSTS", "TIPLINE_HTTPS", "TIPLINE_TRUSTED_PROXIES", "TIPLINE_METRICS")
_URL, _OWNER_URL = "TIPLINE_TRAINING_DATABASE_URL", "TIPLINE_TRAINING_DATABASE_OWNER_URL"


def range_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the range beside this live installation; of a range's own environment, that environment.

    Raises
    ------
    ConfigurationError
        when a setting is wrong, or the range is given the live database or a role of it.
    """
    live = load_config(environ)
    if live.range:
        return dict(environ)
    url, owner_url = read_postgres_url(environ, _URL), read_postgres_url(environ, _OWNER_URL)
    bind = read_address(environ, "TIPLINE_TRAINING_BIND")
    if owner_url and not url:
        raise ConfigurationError(f"{_OWNER_URL} is set but {_URL} is not: set both")
    for name, given in ((_URL, url), (_OWNER_URL, owner_url)):
        if given and live.database_url:
            _refuse_live(name, given, (live.database_url, live.database_owner_url))
    # libpq's own variables may name the live server or its password as well
    kept = {name: value for name, value in environ.items() if not name.startswith(("TIPLINE_", "PG"))}
    return {
        **kept,
        **{name: environ[name] for name in _KEPT if name in environ},
        "TIPLINE_RANGE": "1",
        "TIPLINE_DATA_DIR": str(live.data_dir / FOLDER),
        "TIPLINE_BIND": str(bind) if bind else BIND,
        **({"TIPLINE_DATABASE_URL": url, "TIPLINE_DATABASE_OWNER_URL": owner_url or url} if url else {}),
    }


def enter() -> None:
    """Make this process one of the range: it begins again with the range's environment. Returns where it is one already.

    Raises
    ------
    ConfigurationError
        as `range_environment`.
    """
    if os.environ.get("TIPLINE_RANGE") == "1":
        return
    environ = range_environment(os.environ)
    load_config(environ)  # what is wrong is told before anything is replaced
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "tipline", *sys.argv[1:]], environ)  # noqa: S606 - this program, with its own arguments


def _refuse_live(name: str, given: str, live: tuple[str, ...]) -> None:
    from psycopg.conninfo import conninfo_to_dict

    found = conninfo_to_dict(given)
    for theirs in map(conninfo_to_dict, live):
        same_server = all(
            str(found.get(key) or usual) == str(theirs.get(key) or usual)
            for key, usual in (("host", ""), ("port", "5432"))
        )
        if same_server and found.get("dbname") == theirs.get("dbname"):
            raise ConfigurationError(f"{name} names the live database: the training range needs a database of its own")
        if same_server and found.get("user") == theirs.get("user"):
            raise ConfigurationError(
                f"{name} uses a role of the live database: the training range needs roles of its own"
            )
