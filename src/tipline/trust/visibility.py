"""Who may see what: the one place that every screen, command and count asks.

A person sees a report if their agency holds it or held it. Administrators, auditors, trainers, trainees and
statisticians see no report at all. Rooms below the faces take the `Scope` and never a person, so that a query
cannot forget the question.
"""

from __future__ import annotations

from dataclasses import dataclass

from tipline.trust.accounts.models import Role, User

# Roles whose task needs the content of reports. Whoever is not named here sees none.
REPORT_ROLES = frozenset({Role.DESK_OFFICER, Role.INVESTIGATOR, Role.SUPERVISOR, Role.ANALYST})
# Roles that may accept, forward and return what lies on their desk.
DESK_ROLES = frozenset({Role.DESK_OFFICER, Role.SUPERVISOR, Role.ANALYST})


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of all reports that somebody may see: those that one of these agencies holds or held.

    `everything` is for the operator at the machine (the command line without a user), who holds the database anyway.
    """

    agency_ids: frozenset[int]
    everything: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing at all is visible."""
        return not self.everything and not self.agency_ids


NOTHING = Scope(frozenset())
OPERATOR = Scope(frozenset(), everything=True)


def scope_of(person: User) -> Scope:
    """What this person may see."""
    if not person.is_active or Role(person.role) not in REPORT_ROLES:
        return NOTHING
    return Scope(frozenset({person.agency_id}))


def may_work_the_desk(person: User) -> bool:
    """Whether this person may accept, forward and return reports of their agency."""
    return person.is_active and Role(person.role) in DESK_ROLES
