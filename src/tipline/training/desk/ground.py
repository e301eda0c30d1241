"""What all desks of the range stand on: a clearinghouse and a state of the range, its networks, the fictional platforms' accounts."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from tipline.core.config import config
from tipline.core.errors import NotPermittedError
from tipline.pipeline.attribution.log_expiry.services import import_directory
from tipline.pipeline.attribution.services import import_source
from tipline.referrals.models import StandingAction
from tipline.referrals.standing import set_standing_rule
from tipline.training.blocks.csam_referral import PLATFORMS
from tipline.trust.accounts.models import Reporter, Role, User
from tipline.trust.actors import Actor, system
from tipline.trust.agencies.models import Agency
from tipline.trust.agencies.services import COLUMNS, import_tree
from tipline.trust.audit.services import Act, record

DATA = Path(__file__).parent / "data"
CLEARINGHOUSE, STATE = "RANGE-CH", "RANGE-STATE"
RANGE = system("training-range")
_NO_PASSWORD = "!"  # noqa: S105 - what no password hashes to: nobody signs in with it
_LOCK = 0x7469_706C_7261  # any number of our own


@dataclass(frozen=True, slots=True)
class Ground:
    """The range's own agencies, who hands down at each, and in whose names the platforms file."""

    clearinghouse: Agency
    state: Agency
    analyst: User
    officer: User
    reporters: dict[str, Reporter]


def refuse_live() -> None:
    """Refuse a database that is not stamped as a training range's.

    Raises
    ------
    NotPermittedError
        because desks hold made-up reports, which must never lie among real ones.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM training_stamp WHERE kind = 'range')")
        row = cursor.fetchone()
    if row != (True,):
        raise NotPermittedError("desks for training are made in a training range: this database is not one")


def ground() -> Ground:
    """The ground, made if it is not there. Inside a transaction: the first desks wait for each other."""
    found = _found()
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        found = _found() or _made()
    return found


def _found() -> Ground | None:
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=(CLEARINGHOUSE, STATE))}
    people = {user.email: user for user in User.objects.filter(email__in=(_email("analyst"), _email("state")))}
    reporters = {r.name: r for r in Reporter.objects.filter(agency__code=CLEARINGHOUSE, name__in=PLATFORMS)}
    if len(agencies) < 2 or len(people) < 2 or len(reporters) < len(PLATFORMS):
        return None
    return Ground(
        agencies[CLEARINGHOUSE], agencies[STATE], people[_email("analyst")], people[_email("state")], reporters
    )


def _made() -> Ground:
    plant(
        [
            # of no place of its own: a clearinghouse is a door
            (CLEARINGHOUSE, "Training clearinghouse (fictional)", "clearinghouse", "", "US", "", ""),
            (STATE, "Training state desk (fictional)", "state", CLEARINGHOUSE, "IN", "", ""),
        ],
        RANGE,
    )
    import_source(DATA / "ranges.csv", config().data_dir, RANGE)
    import_directory(DATA / "networks.toml", RANGE)
    clearinghouse, state = Agency.objects.get(code=CLEARINGHOUSE), Agency.objects.get(code=STATE)
    set_standing_rule(clearinghouse, StandingAction.FORWARD, RANGE)
    account("analyst", "Clearinghouse analyst (played by the range)", clearinghouse, Role.ANALYST)
    account("state", "State desk (played by the range)", state, Role.DESK_OFFICER)
    made = Reporter.objects.bulk_create(
        Reporter(name=name, username=f"range:{name.lower()}", agency=clearinghouse) for name in PLATFORMS
    )  # a colon, which HTTP Basic cannot carry: nobody signs in as it
    record(RANGE, [Act("reporter.added", "reporter", one.pk, {"username": one.username}) for one in made])
    found = _found()
    assert found is not None  # noqa: S101 - made just now
    return found


def plant(rows: Iterable[tuple[str, ...]], actor: Actor) -> None:
    """Put agencies into the tree: code, name, kind, parent, country, state, district of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "training-range.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(COLUMNS)
            out.writerows((*row, "Asia/Kolkata", "en hi mr") for row in rows)
        import_tree(path, actor)


def _email(who: str) -> str:
    return f"{who}@range.example"


def account(who: str, name: str, agency: Agency, role: Role, **more: str) -> User:
    """Somebody of the range. Nobody signs in as them: a session is lent by the range (`services.enter`)."""
    made = User.objects.create(email=_email(who), name=name, agency=agency, role=role, password=_NO_PASSWORD, **more)
    record(RANGE, [Act("account.user_added", "user", made.pk, {"agency": agency.code, "role": role.value})])
    return made
