"""The matrix of who gets what: one row for every address of the product. A new address without a row fails `test_matrix.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tipline.investigation.cases.models import Case
from tipline.reports.models import Report, Unmasking
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import MAY, Can

ALL = frozenset(Role)
REPORTS = MAY[Can.SEE_REPORTS]

# How the asker's agency stands to the report and the case: they lie at `own`; `above` passed the report down;
# `sibling` is another district of the same state, `stranger` another state.
RELATIONS = {"own": "IN-MH-JALGAON", "above": "IN-MH-CYBER", "sibling": "IN-MH-PUNE", "stranger": "IN-BR-CYBER"}
EVERYWHERE = frozenset(RELATIONS)
HELD = frozenset({"own", "above"})
OWN = frozenset({"own"})


@dataclass(frozen=True, slots=True)
class Things:
    """What lies at Jalgaon, somebody who works there, and an unmasking of theirs."""

    report: Report
    case: Case
    colleague: User
    unmasking: Unmasking


@dataclass(frozen=True, slots=True)
class Row:
    """Who gets an address.

    `roles` at an agency of one of the `relations` get it, with one of the statuses in `gets`. A role that is not named gets
    `refused`; a named role elsewhere gets 404, as if it were not there. Investigators must be `assigned` where it says so.
    """

    path: Callable[[Things], str]
    roles: frozenset[Role] = ALL
    relations: frozenset[str] = EVERYWHERE
    method: str = "get"
    data: Callable[[Things], Mapping[str, object]] = field(default=lambda _: {})
    gets: frozenset[int] = frozenset({200})
    refused: int = 404
    assigned: bool = False
    # shows the report's content to those who get it; all others' pages must not name it
    shows: bool = False


def _fixed(path: str) -> Callable[[Things], str]:
    return lambda _: path


REDIRECT = frozenset({302})

# pattern as urls.py has it → row
CONSOLE: dict[str, Row] = {
    "": Row(_fixed("/"), gets=REDIRECT),
    "desk/": Row(_fixed("/desk/?tab=all"), shows=True, relations=EVERYWHERE),
    "desk/act/": Row(
        _fixed("/desk/act/"), method="post", roles=MAY[Can.WORK_DESK], relations=HELD, refused=403,
        data=lambda t: {"verb": "return", "report": [t.report.pk], "reason": "not_our_place", "note": "x", "step": "do"},
        gets=frozenset({422}),  # "accepted", and to the desks above "no longer on your desk"
    ),
    "reports/<int:report_id>/": Row(lambda t: f"/reports/{t.report.pk}/", roles=REPORTS, relations=HELD, shows=True),
    "reports/<int:report_id>/text/": Row(
        lambda t: f"/reports/{t.report.pk}/text/", roles=REPORTS, relations=HELD, shows=True
    ),
    "reports/<int:report_id>/unmask/": Row(
        lambda t: f"/reports/{t.report.pk}/unmask/", roles=MAY[Can.UNMASK], relations=HELD
    ),
    "reports/<int:report_id>/mask/": Row(
        lambda t: f"/reports/{t.report.pk}/mask/", method="post", roles=REPORTS, relations=HELD, gets=REDIRECT
    ),
    "reports/<int:report_id>/export/": Row(
        lambda t: f"/reports/{t.report.pk}/export/", roles=MAY[Can.EXPORT], relations=HELD, shows=True
    ),
    "unmaskings/": Row(_fixed("/unmaskings/"), roles=MAY[Can.REVIEW_UNMASKING]),
    "unmaskings/<int:unmasking_id>/review/": Row(
        lambda t: f"/unmaskings/{t.unmasking.pk}/review/", method="post", roles=MAY[Can.REVIEW_UNMASKING], relations=OWN,
        gets=REDIRECT,
    ),
    "cases/": Row(_fixed("/cases/")),
    "cases/<int:case_id>/": Row(
        lambda t: f"/cases/{t.case.pk}/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/people/": Row(
        lambda t: f"/cases/{t.case.pk}/people/", method="post", roles=MAY[Can.ASSIGN_CASES], relations=OWN,
        data=lambda t: {"person": t.colleague.email}, gets=REDIRECT, refused=404,
    ),
    "agencies/": Row(_fixed("/agencies/")),
    "components/": Row(_fixed("/components/")),
}  # fmt: skip

# Open to people who have not signed in, and what each answers them with. None of it may name a report.
PUBLIC: dict[str, tuple[str, frozenset[int]]] = {
    "healthz": ("/healthz", frozenset({200})),
    "readyz": ("/readyz", frozenset({200})),
    "sign-in/": ("/sign-in/", frozenset({200})),
    "sign-out/": ("/sign-out/", frozenset({302, 405})),
}
# Behind HTTP Basic of providers: tests/integration/intake/test_door.py; here only that people's sessions mean nothing to it.
DOOR = {
    "ispws/status", "ispws/xsd", "ispws/submit", "ispws/upload", "ispws/fileinfo", "ispws/finish", "ispws/retract",
    "ispws/^.*$",
}  # fmt: skip
