"""Letting sealed evidence travel: one person proposes it with a reason, a supervisor other than that one approves it, one package carries it.

What travels is the ciphertext as it stands in the store. No process here holds a key, so a copy cannot be sealed anew for somebody else:
only what was sealed to the receiver's custodian on its way in can go there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet

from tipline.core.clock import now
from tipline.core.config import Config
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.core.storage import open_store
from tipline.exchange.package.models import ReleaseState, SealedRelease, SentPackage
from tipline.exchange.package.sealing import HEAD_BYTES, check_head, sealed_path
from tipline.exchange.package.writing import Carry
from tipline.exchange.record.model import Record, Sealed
from tipline.referrals.models import LIVE, Referral
from tipline.reports.models import ReportedFile
from tipline.reports.queries import visible_reports
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor
from tipline.trust.agencies.agreements import terms_in_force
from tipline.trust.agencies.models import AgreedData
from tipline.trust.audit.services import Act, record
from tipline.trust.visibility import Can, Scope, may

SHORTEST_REASON, LONGEST_REASON = 10, 300
GOOD_FOR = timedelta(days=7)
# a package is put together in memory; what is larger goes by the custodian's own means (docs/how-to/open-a-seal.md)
MOST_BYTES = 256 * 1024**2


def may_hand_over(person: User) -> bool:
    """Whether a person's role hands reports over as a package: it lets them move reports, and take data out."""
    return may(person, Can.WORK_DESK) and may(person, Can.EXPORT)


def may_decide(person: User) -> bool:
    """Whether a person's role lets sealed evidence of the desk go."""
    return may(person, Can.RELEASE_EVIDENCE)


def releases(scope: Scope) -> QuerySet[SealedRelease]:
    """Releases of desks in scope, the latest first."""
    found = SealedRelease.objects.select_related("referral__to_agency", "proposed_by", "decided_by").order_by("-id")
    return found if scope.everything else found.filter(from_agency__in=scope.agency_ids)


@transaction.atomic
def told(scope: Scope, actor: Actor, limit: int) -> list[dict[str, Any]]:
    """The latest releases as plain data. That they were listed is an entry of the log."""
    rows = [
        {
            "release": one.pk, "state": one.state, "referral": one.referral_id, "report": one.report_id, "to": one.referral.to_agency.code,
            "custodian": one.custodian, "files": len(one.seals), "reason": one.reason, "proposed_at": one.proposed_at.isoformat(),
            "proposed_by": one.proposed_by.email, "decided_by": one.decided_by.email if one.decided_by else "",
        }
        for one in releases(scope)[:limit]
    ]  # fmt: skip
    record(actor, [Act("evidence.releases_listed", "package", "all", {"rows": len(rows)})])
    return rows


@transaction.atomic
def propose(person: User, scope: Scope, referral_id: int, custodian: str, reason: str) -> SealedRelease:
    """Propose that the sealed copies of a report go with its hop, to a custodian of the receiver's.

    Parameters
    ----------
    custodian
        the age public key of theirs, as they gave it to this desk.

    Raises
    ------
    NotPermittedError
        for a role that hands nothing over.
    NotFoundError
        for a referral that the person's desk did not send.
    InvalidInputError
        without a reason.
    ConflictError
        when the agreement does not let evidence travel, there is none, it is not sealed to that custodian, or it is proposed already.
    """
    if not may_hand_over(person):
        raise NotPermittedError("your role hands no sealed evidence over")
    text = " ".join(reason.split())
    if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
        raise InvalidInputError(f"say why in {SHORTEST_REASON} to {LONGEST_REASON} characters, and name no child")
    referral = (
        Referral.objects.select_for_update(of=("self",))
        .select_related("from_agency", "to_agency")
        .filter(pk=referral_id, from_agency=person.agency_id, report__in=visible_reports(scope))
        .first()
    )
    if referral is None:
        raise NotFoundError(f"your desk sent no referral {referral_id}")
    files = _agreed(referral, custodian.strip())
    if SealedRelease.objects.filter(
        referral=referral, state__in=(ReleaseState.PROPOSED, ReleaseState.APPROVED)
    ).exists():
        raise ConflictError(f"for referral {referral_id} it is proposed already")
    made = SealedRelease.objects.create(
        referral=referral, report_id=referral.report_id, from_agency=referral.from_agency, custodian=custodian.strip(), reason=text,
        seals=[one.sealed_sha256 for one in files], state=ReleaseState.PROPOSED, proposed_at=now(), proposed_by=person,
    )  # fmt: skip
    _log(person, "evidence.release_proposed", made)
    return made


@transaction.atomic
def decide(person: User, scope: Scope, release_id: int, *, approve: bool) -> SealedRelease:
    """The second person's word. What was proposed is looked at again.

    Raises
    ------
    NotFoundError
        when there is no such release of the person's desk.
    NotPermittedError
        for a role that decides of none, and for whoever proposed it: to approve takes another person.
    ConflictError
        when it is decided, is too old, or what it rests on is gone.
    """
    found = releases(scope).select_for_update(of=("self",)).filter(pk=release_id, from_agency=person.agency_id).first()
    if found is None:
        raise NotFoundError(f"there is no release {release_id} of your desk")
    if not may_decide(person):
        raise NotPermittedError("your role decides of no sealed evidence")
    if found.proposed_by_id == person.pk:
        raise NotPermittedError("whoever proposed it does not decide of it: another person has to")
    if found.state != ReleaseState.PROPOSED:
        raise ConflictError(f"release {release_id} is decided: {found.get_state_display().lower()}")
    if approve:
        _still(found)
    found.state = ReleaseState.APPROVED if approve else ReleaseState.REFUSED
    found.decided_at, found.decided_by = now(), person
    found.save(update_fields=["state", "decided_at", "decided_by"])
    _log(person, "evidence.release_approved" if approve else "evidence.release_refused", found)
    return found


def approved(referral_ids: Sequence[int]) -> list[SealedRelease]:
    """The approved releases of these hops, locked: a package is about to carry them.

    Raises
    ------
    ConflictError
        when there is none, one is too old, or what it rests on is gone.
    """
    found = list(
        SealedRelease.objects.select_for_update(of=("self",))
        .select_related("referral__from_agency", "referral__to_agency")
        .filter(referral__in=referral_ids, state=ReleaseState.APPROVED)
        .order_by("report_id")
    )
    if not found:
        raise ConflictError(
            "no sealed evidence of these referrals is released: one person proposes it, another approves it"
        )
    for one in found:
        _still(one)
    return found


def with_seals(made: Record, ids: Sequence[int], found: Sequence[SealedRelease]) -> Record:
    """The record with the sealed copies that were released. `ids`: of its reports, in order.

    Raises
    ------
    InvalidInputError
        when they are more than one package carries.
    """
    files: dict[int, dict[str, Sealed]] = defaultdict(dict)
    rows = ReportedFile.objects.filter(report__in=[one.report_id for one in found])
    for row in rows.exclude(storage_key=""):
        copy = Sealed(
            path=sealed_path(row.sealed_sha256),
            sha256=row.sealed_sha256,
            size_bytes=row.sealed_bytes or 0,
            to=tuple(row.sealed_to),
        )
        files[row.report_id][row.wire_id] = copy
    if (size := sum(copy.size_bytes for of in files.values() for copy in of.values())) > MOST_BYTES:
        raise InvalidInputError(
            f"the sealed copies have {size:,} bytes; a package carries at most {MOST_BYTES:,}: hand fewer over at once"
        )
    reports = [
        report.model_copy(
            update={
                "files": tuple(one.model_copy(update={"sealed": files[number].get(one.uid)}) for one in report.files)
            }
        )
        for number, report in zip(ids, made.reports, strict=True)
    ]
    return made.model_copy(update={"reports": tuple(reports)})


def carrying(settings: Config, found: Sequence[SealedRelease]) -> Carry:
    """What writes a released copy out of the store into a package, as sealed as it stands there."""
    rows = ReportedFile.objects.filter(report__in=[one.report_id for one in found]).exclude(storage_key="")
    stored = {row.sealed_sha256: row for row in rows}
    store = open_store(settings)

    def carry(sha256: str, out: BinaryIO) -> None:
        going = _Watched(out, sealed_path(sha256), stored[sha256].sealed_to)
        if store.carry(stored[sha256].storage_key, going) != sha256:  # type: ignore[arg-type]  # all that is done with it is to write
            raise ConflictError(
                f"the sealed copy {sha256[:16]}… is not in the store as it was sealed: `tipline evidence check --deep`"
            )

    return carry


class _Watched:
    """A file into which nothing is written that does not begin as something sealed."""

    def __init__(self, out: BinaryIO, path: str, to: Sequence[str]) -> None:
        self._out, self._path, self._to, self._begun = out, path, to, False

    def write(self, piece: bytes) -> int:
        if not self._begun:
            check_head(self._path, piece[:HEAD_BYTES], self._to)
            self._begun = True
        return self._out.write(piece)


def carried(found: Sequence[SealedRelease], package: SentPackage) -> list[Act]:
    """Note that a package carries them; the entries of the log to write."""
    for one in found:
        one.state, one.package = ReleaseState.CARRIED, package
    SealedRelease.objects.bulk_update(found, ["state", "package"])
    return [
        Act("evidence.carried", "report", one.report_id, _detail(one) | {"package": str(package.uid)}) for one in found
    ]


def _agreed(referral: Referral, custodian: str) -> list[ReportedFile]:
    """The sealed files of a hop's report, if they may go where it goes.

    Raises
    ------
    ConflictError
        naming what stands against it.
    """
    if referral.state not in LIVE:
        raise ConflictError(f"referral {referral.pk} is no longer with {referral.to_agency.code}")
    terms = terms_in_force(referral.from_agency_id, referral.to_agency_id, now().date())
    if terms is None or AgreedData.EVIDENCE not in terms.data:
        raise ConflictError(f"no agreement lets sealed evidence travel to {referral.to_agency.code}")
    files = list(ReportedFile.objects.filter(report=referral.report_id).exclude(storage_key="").order_by("id"))
    if not files:
        raise ConflictError(f"report {referral.report_id} has no sealed file")
    for one in files:
        if not one.sealed_sha256 or not one.sealed_bytes:
            raise ConflictError(
                f"of file {one.wire_id} it was not noted what its sealed copy is: it cannot be checked on its way"
            )
        if custodian not in one.sealed_to:
            raise ConflictError(
                f"file {one.wire_id} is sealed to {len(one.sealed_to)} keys, and {custodian[:24]!r} is none of them. Nobody here can open it"
                " to seal it anew: whoever holds one of the keys has to"
            )
    return files


def _still(one: SealedRelease) -> None:
    """Whether a release is as it was when it was proposed. Raises ConflictError."""
    if one.proposed_at < now() - GOOD_FOR:
        raise ConflictError(f"release {one.pk} was proposed more than {GOOD_FOR.days} days ago: propose it anew")
    if [file.sealed_sha256 for file in _agreed(one.referral, one.custodian)] != one.seals:
        raise ConflictError(
            f"the sealed files of report {one.report_id} are others than when this was proposed: propose it anew"
        )


def _detail(one: SealedRelease) -> dict[str, object]:
    return {
        "release": one.pk,
        "referral": one.referral_id,
        "to": one.referral.to_agency.code,
        "custodian": one.custodian,
        "seals": one.seals,
    }


def _log(person: User, action: str, one: SealedRelease) -> None:
    record(person.actor, [Act(action, "report", one.report_id, _detail(one))])
