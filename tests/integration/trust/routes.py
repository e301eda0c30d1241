"""The matrix of who gets what: one row for every address of the product. A new address without a row fails `test_matrix.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tipline.investigation.cases.models import Case
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, TokenScope, User
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
    """What lies at Jalgaon, and somebody who works there."""

    report: Report
    case: Case
    colleague: User


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
    "cases/": Row(_fixed("/cases/")),
    "cases/<int:case_id>/": Row(
        lambda t: f"/cases/{t.case.pk}/", roles=REPORTS, relations=OWN, assigned=True, shows=True
    ),
    "cases/<int:case_id>/people/": Row(
        lambda t: f"/cases/{t.case.pk}/people/", method="post", roles=MAY[Can.ASSIGN_CASES], relations=OWN,
        data=lambda t: {"person": t.colleague.email}, gets=REDIRECT, refused=404,
    ),
    "counts/": Row(_fixed("/counts/"), roles=MAY[Can.SEE_COUNTS], refused=403),
    "account/tokens/": Row(_fixed("/account/tokens/")),
    "account/tokens/new/": Row(_fixed("/account/tokens/new/")),
    "account/tokens/<int:token_id>/revoke/": Row(  # somebody else's
        lambda t: f"/account/tokens/{t.colleague.tokens.get().pk}/revoke/", method="post", roles=frozenset()
    ),
    "agencies/": Row(_fixed("/agencies/")),
    "components/": Row(_fixed("/components/")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ApiRow:
    """Who gets an endpoint of the JSON face with a token that has every scope.

    A role that is not named gets 403, as does a token without `scope`; a named role elsewhere than in `relations` gets 404.
    `names`: from where the answer names the report's account, or the case.
    """

    path: Callable[[Things], str]
    scope: TokenScope | None = None
    roles: frozenset[Role] = ALL
    relations: frozenset[str] = EVERYWHERE
    names: frozenset[str] = frozenset()
    assigned: bool = False


API: dict[str, ApiRow] = {
    "api/v1/me": ApiRow(_fixed("/api/v1/me")),
    "api/v1/agencies": ApiRow(_fixed("/api/v1/agencies")),
    "api/v1/reports": ApiRow(_fixed("/api/v1/reports"), TokenScope.REPORTS, REPORTS),
    "api/v1/reports/<int:report_id>": ApiRow(
        lambda t: f"/api/v1/reports/{t.report.pk}", TokenScope.REPORTS, REPORTS, HELD, names=HELD
    ),
    "api/v1/cases": ApiRow(_fixed("/api/v1/cases"), TokenScope.CASES, REPORTS, names=OWN),
    "api/v1/cases/<int:case_id>": ApiRow(
        lambda t: f"/api/v1/cases/{t.case.pk}", TokenScope.CASES, REPORTS, OWN, names=OWN, assigned=True
    ),
    "api/v1/counts": ApiRow(_fixed("/api/v1/counts?agency=IN-MH-JALGAON"), TokenScope.COUNTS, MAY[Can.SEE_COUNTS], OWN),
    "api/v1/log": ApiRow(_fixed("/api/v1/log"), TokenScope.LOG, MAY[Can.SEE_LOG], names=OWN),
}

# Open to people who have not signed in, and what each answers them with. None of it may name a report.
PUBLIC: dict[str, tuple[str, frozenset[int]]] = {
    "healthz": ("/healthz", frozenset({200})),
    "readyz": ("/readyz", frozenset({200})),
    "sign-in/": ("/sign-in/", frozenset({200})),
    "sign-out/": ("/sign-out/", frozenset({302, 405})),
    "api/v1/": ("/api/v1/", frozenset({404})),
    "api/v1/openapi.json": ("/api/v1/openapi.json", frozenset({200})),
    "api/v1/^.*$": ("/api/v1/elsewhere", frozenset({404})),
}
# Behind HTTP Basic of providers: tests/integration/intake/test_door.py; here only that people's sessions mean nothing to it.
DOOR = {
    "ispws/status", "ispws/xsd", "ispws/submit", "ispws/upload", "ispws/fileinfo", "ispws/finish", "ispws/retract",
    "ispws/^.*$",
}  # fmt: skip
