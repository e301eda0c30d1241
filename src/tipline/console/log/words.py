"""An entry of the log in words that an auditor reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tipline.trust.audit.models import Entry

# Where "verb object number" would not be plain English; all other acts are told by that rule.
_SENTENCES = {
    "access.refused": "asked for {id}, which is not theirs or not there",
    "account.sign_in_failed": "failed to sign in",
    "account.signed_in": "signed in",
    "account.signed_out": "signed out",
    "agency.imported": "imported the tree of agencies",
    "api.acted": "acted by a token: {id}",
    "case.listed": "read the list of cases",
    "desk.read": "read the list of reports on the desk {id}",
    "log.checkpoints_read": "read the list of checkpoints",
    "log.read": "read the log",
    "log.proof_taken": "took a proof of entry {id}",
    "referral.accepted": "accepted report {id} into a case",
    "referral.forwarded": "forwarded report {id}",
    "referral.returned": "returned report {id}",
    "request.made": "drafted a request in case {id}",
    "request.sent": "noted a request of case {id} as sent",
    "request.reminded": "noted a reminder in case {id}",
    "request.replied": "noted a reply in case {id}",
    "request.renewed": "noted the renewal of a preservation in case {id}",
    "request.closed": "closed a request of case {id}",
    "request.withdrawn": "withdrew a request of case {id}",
    "request.letter_linked": "said which letter goes with a request of case {id}",
    "request.alerted": "told that a request of case {id} is due",
    "request.alert_seen": "said that an alert of case {id} was seen",
    "request.listed": "read the list of requests of {id}",
    "request.read": "read a request of case {id}",
    "report.details_added": "added the details of a file to report {id}",
    "report.file_added": "added a file to report {id}",
    "report.processed": "took report {id} through the stages",
}


def sentence(entry: Entry) -> str:
    """What was done, to what: "read report 12"."""
    known = _SENTENCES.get(entry.action)
    if known is not None:
        return known.format(id=entry.object_id)
    verb = entry.action.partition(".")[2].replace("_", " ")
    return f"{verb} {entry.object_type.replace('_', ' ')} {entry.object_id}"


def details(detail: Any) -> list[tuple[str, str]]:
    """Name and value of what stands in the entry besides: ids, codes and counts."""
    if not isinstance(detail, Mapping):
        return []
    return [(str(name).replace("_", " "), _value(value)) for name, value in sorted(detail.items()) if value is not None]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(each)}" for name, each in sorted(value.items()))
    return str(value)
