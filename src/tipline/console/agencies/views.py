"""The tree of agencies: who is responsible for what place. It holds no report data, so everybody signed in sees it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tipline.console.authorise import signed_in
from tipline.trust.accounts.models import User
from tipline.trust.agencies import queries
from tipline.trust.visibility import Scope


@require_safe
@signed_in
def tree(request: HttpRequest, person: User, scope: Scope) -> HttpResponse:
    """The whole tree, unfolded down to the person's agency."""
    roots = queries.tree()
    above = _way_to(person.agency_id, roots)
    return render(request, "console/agencies.html", {"roots": roots, "mine": person.agency_id, "unfolded": above})


def _way_to(agency_id: int, nodes: Sequence[queries.Node]) -> list[int]:
    """The keys of an agency and all above it, the top first; empty when it is not below these nodes."""
    for node in nodes:
        if node.agency.pk == agency_id:
            return [agency_id]
        below = _way_to(agency_id, node.children)
        if below:
            return [node.agency.pk, *below]
    return []
