"""A run of the bulk door: lots of items, each looked up, checked and written in one transaction.

Nothing is remembered beside the record: a report's key is its content, so a run that was killed is run again, and what is on record
already is known by its key before it is parsed.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from tipline.core.errors import TiplineError
from tipline.intake.bulk.items import INVALID, Draft, Found, Item, PassedOver, Place, Refused, RefusedError
from tipline.intake.cybertipline.models import RefusedDocument
from tipline.intake.cybertipline.refused import Kept, keep_refused
from tipline.intake.doors.calls import Fault
from tipline.reports.filing import Filing, file_reports, known_keys
from tipline.reports.models import Channel
from tipline.reports.services import ReceivedDocument
from tipline.trust.accounts.models import Reporter
from tipline.trust.actors import system
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import acting, provider_scope

log = structlog.get_logger(__name__)

LOT = 500
# a lot ends earlier when its documents are large
LOT_BYTES = 32 * 1024 * 1024
CALL = "import"
SERVER_FAULT = 1000


@dataclass(slots=True)
class Tally:
    """How far a run is. `there`: on record before, or twice in the input; `taken`: of a dry run, what would be."""

    taken: int = 0
    there: int = 0
    refused: int = 0
    passed_over: int = 0
    read_bytes: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What a run works for and whom it tells.

    Parameters
    ----------
    refused
        called for each thing that is not taken.
    drafted
        called with each report that passed the checks.
    progress
        called after each lot.
    stop
        asked before each item; when it says yes the lot is written and the run ends.
    """

    reporter: Reporter
    dry: bool
    refused: Callable[[Refused], None]
    drafted: Callable[[Item, Draft], None]
    progress: Callable[[Tally], None]
    stop: Callable[[], bool]
    lot: int = LOT


def run(what: Run, found: Iterable[Found]) -> Tally:
    """Take in all of it, lot by lot.

    Raises
    ------
    DatabaseError
        when the database is away; what was taken until then stays, and the same run goes on from there.
    """
    number = uuid.uuid4().hex
    tally = Tally()
    if not what.dry:
        _log(what, "import.started", {"run": number})
    for lot in _lots(what, found, tally):
        _take(what, lot, number, tally)
        what.progress(tally)
    if not what.dry:
        _log(what, "import.finished", {"run": number, **asdict(tally)})
    return tally


def _log(what: Run, action: str, detail: dict[str, object]) -> None:
    with transaction.atomic():
        record(system("cli"), [Act(action, "reporter", what.reporter.pk, detail)])


def _lots(what: Run, found: Iterable[Found], tally: Tally) -> Iterator[list[Item | Refused]]:
    lot: list[Item | Refused] = []
    held = 0
    for one in found:
        tally.read_bytes += one.size_bytes
        if isinstance(one, PassedOver):
            tally.passed_over += 1
        else:
            lot.append(one)
            held += one.held_bytes if isinstance(one, Item) else len(one.body)
        if len(lot) >= what.lot or held >= LOT_BYTES:
            yield lot
            lot, held = [], 0
        if what.stop():
            tally.stopped = True
            break
    if lot:
        yield lot


def _take(what: Run, lot: Sequence[Item | Refused], number: str, tally: Tally) -> None:
    refusals = [one for one in lot if isinstance(one, Refused)]
    items = {item.key: item for item in reversed(lot) if isinstance(item, Item)}
    known = known_keys(what.reporter, items)
    drafts: list[tuple[str, Item, Draft]] = []
    for key, item in reversed(items.items()):
        if key in known:
            continue
        try:
            draft = item.draft()
        except RefusedError as error:
            refusals.append(_refusal(item, error))
        except Exception as fault:  # a fault of ours in one document must not hold up the backlog
            log.exception("import: fault", file=item.place.file, member=item.place.member, line=item.place.line)
            rule = f"a fault on our side: {type(fault).__name__}"
            refusals.append(Refused(item.place, (Fault("", 0, rule),), SERVER_FAULT, item.body))
        else:
            what.drafted(item, draft)
            drafts.append((key, item, draft))
    tally.there += sum(isinstance(one, Item) for one in lot) - len(items) + len(known)
    if what.dry:
        tally.taken += len(drafts)
    elif drafts:
        refusals += _file(what, drafts, number, tally)
    tally.refused += len(refusals)
    if not what.dry:
        _keep(what.reporter, refusals, number)
    for refusal in refusals:
        what.refused(refusal)


def _refusal(item: Item, error: RefusedError) -> Refused:
    body = error.document.body if error.document else item.body
    return Refused(item.place, error.faults, error.code, body)


def _file(what: Run, drafts: Sequence[tuple[str, Item, Draft]], number: str, tally: Tally) -> list[Refused]:
    """Write reports; of a lot that the database refuses, halves are tried until the one that it refuses stands alone."""
    try:
        answers = file_reports(what.reporter, [_filing(key, draft, number) for key, _, draft in drafts], Channel.BULK)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError as error:
        if len(drafts) == 1:
            item = drafts[0][1]
            log.warning("import: the database refused a report", file=item.place.file, error=type(error).__name__)
            rule = f"the database refuses it: {type(error).__name__}"
            return [Refused(item.place, (Fault("", 0, rule),), INVALID, item.body)]
        half = len(drafts) // 2
        return _file(what, drafts[:half], number, tally) + _file(what, drafts[half:], number, tally)
    refusals: list[Refused] = []
    for (_, item, _), answer in zip(drafts, answers, strict=True):
        if isinstance(answer, TiplineError):
            refusals.append(Refused(item.place, (Fault("", 0, str(answer)),), INVALID, item.body))
        elif answer.repeated:
            tally.there += 1
        else:
            tally.taken += 1
    return refusals


def _filing(key: str, draft: Draft, number: str) -> Filing:
    document = ReceivedDocument(draft.body, hashlib.sha256(draft.body).hexdigest(), "", number, draft.source)
    return Filing(document, draft.header, draft.files, key)


def _keep(reporter: Reporter, refusals: Sequence[Refused], number: str) -> None:
    """Keep refused documents where an administrator sees them, each content once however often the run is repeated."""
    documents = (Kept(refusal.body, refusal.code, describe(refusal)) for refusal in refusals if refusal.body)
    kept = {document.digest: document for document in documents}
    if not kept:
        return
    with acting(provider_scope(reporter.pk)):
        there = set(
            RefusedDocument.objects.filter(reporter=reporter, call=CALL, sha256__in=list(kept)).values_list(
                "sha256", flat=True
            )
        )
        new = [document for digest, document in kept.items() if digest not in there]
        keep_refused(reporter, new, call=CALL, request_id=number)


def where(place: Place) -> str:
    """A place in one line, not yet fit for a terminal."""
    return place.file + (f" » {place.member}" if place.member else "") + (f", line {place.line}" if place.line else "")


def describe(refusal: Refused) -> str:
    """Where it stands and what is wrong, for the administrator. Text of a database holds no NUL."""
    told = "; ".join(
        (f"{fault.path}" + (f", line {fault.line}" if fault.line else "") + ": " if fault.path else "") + fault.rule
        for fault in refusal.faults[:20]
    )
    text = f"{where(refusal.place)}: {told}".encode("utf-8", "backslashreplace").decode()
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
