"""What people do with the lists of their agency. Authorised here; hashes themselves are nobody's to read, so the acts run beside the scope."""

from __future__ import annotations

from collections.abc import Iterable

from tipline.pipeline.matching.lists import services
from tipline.pipeline.matching.lists.importing import How
from tipline.pipeline.matching.lists.models import ListImport
from tipline.pipeline.matching.lists.queries import list_to_manage, refuse_who_manages_none
from tipline.pipeline.matching.lists.services import Terms
from tipline.pipeline.matching.models import KnownList
from tipline.trust.accounts.models import User
from tipline.trust.visibility import OPERATOR, acting


def add_by(person: User, name: str, terms: Terms) -> KnownList:
    """Begin a list of the person's agency. Errors as `services.add`; NotPermittedError for who manages none."""
    refuse_who_manages_none(person)
    return services.add(name, terms, person.agency, person.actor)


def change_by(person: User, list_id: int, terms: Terms) -> KnownList:
    """As `services.change`, for a list of the person's agency. NotFoundError for another's."""
    return services.change(list_to_manage(person, list_id).pk, terms, person.actor)


def end_by(person: User, list_id: int) -> KnownList:
    """As `services.end`, for a list of the person's agency."""
    found = list_to_manage(person, list_id)
    with acting(OPERATOR):
        return services.end(found.pk, person.actor)


def revoke_by(person: User, list_id: int, kind: str, text: str, reason: str) -> KnownList:
    """As `services.revoke`, for a list of the person's agency."""
    found = list_to_manage(person, list_id)
    with acting(OPERATOR):
        return services.revoke(found.pk, kind, text, reason, person.actor)


def put_by(person: User, list_id: int, name: str, pieces: Iterable[bytes], how: How) -> ListImport:
    """As `services.put`, for a list of the person's agency."""
    found = list_to_manage(person, list_id)
    with acting(OPERATOR):
        return services.put(found.pk, name, pieces, how, person.actor)
