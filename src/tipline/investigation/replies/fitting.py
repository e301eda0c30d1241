"""What of a reply fits its case: addresses, accounts, and the handles that each ties to. Set-wise, and never a child's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from django.db import connection

from tipline.investigation.cases.models import CaseHandle
from tipline.investigation.replies.layouts import Meaning, layouts
from tipline.investigation.replies.models import Reply
from tipline.pipeline.extraction.kinds import UNREADABLE, Normal, normal
from tipline.reports.models import TRACED_ROLES, Identifier, IdentifierKind

# Columns that are identifiers, by the kind that reports have.
KINDS: dict[Meaning, IdentifierKind] = {
    Meaning.HANDLE: IdentifierKind.HANDLE,
    Meaning.ACCOUNT: IdentifierKind.ACCOUNT_ID,
    Meaning.EMAIL: IdentifierKind.EMAIL,
    Meaning.MSISDN: IdentifierKind.PHONE,
    Meaning.IMEI: IdentifierKind.DEVICE,
    Meaning.DEVICE: IdentifierKind.DEVICE,
}
WITHHELD = "withheld: a child's"
_MOST_KEYS = 20_000
_SHARES_ADDRESS = """
SELECT EXISTS (
  SELECT 1 FROM cases_casereport cr JOIN reports_sighting s ON s.report_id = cr.report_id
  JOIN reports_identifier i ON i.id = s.identifier_id
  JOIN replies_replyrow r ON r.reply_id = %(reply)s AND r.ip = s.ip AND r.problem = ''
  WHERE cr.case_id = %(case)s AND s.ip IS NOT NULL AND s.role = ANY (%(roles)s) AND s.child IS NULL AND NOT i.of_child)
"""
_KEYS = """
SELECT DISTINCT said ->> 'handle', said ->> 'account', said ->> 'email', said ->> 'msisdn', said ->> 'imei', said ->> 'device'
FROM replies_replyrow WHERE reply_id = %(reply)s AND problem = '' LIMIT %(most)s
"""
_COLUMNS = (Meaning.HANDLE, Meaning.ACCOUNT, Meaning.EMAIL, Meaning.MSISDN, Meaning.IMEI, Meaning.DEVICE)


def stated_platform(reply: Reply) -> str:
    """On which platform a reply's accounts are, as its layout or the person who named its columns says; empty: nobody does."""
    layout = layouts().get(reply.layout.rpartition(" ")[0])
    return layout.platform if layout else str(reply.choice.get("platform", ""))


def platform_of(reply: Reply) -> str:
    """As `stated_platform`; where nobody says it, the company's name stands for it, as extraction does with providers."""
    return stated_platform(reply) or reply.company or "not stated"


def identifiers_in(said: Mapping[str, str], platform: str) -> list[Normal]:
    """The identifiers of a row, in normal form."""
    found = []
    for meaning, kind in KINDS.items():
        text = said.get(meaning.value)
        if not text:
            continue
        if kind is IdentifierKind.PHONE:
            text = phone(text)
        scope = (
            platform
            if kind in {IdentifierKind.HANDLE, IdentifierKind.ACCOUNT_ID}
            else "IMEI"
            if meaning is Meaning.IMEI
            else ""
        )
        if one := normal(kind, text, scope):
            found.append(one)
    return found


def phone(text: str) -> str:
    """A number as an Indian operator writes it, with its country: ten digits, or 91 and ten. Others stay as they are."""
    digits = text.strip()
    if digits.isascii() and digits.isdigit():
        if len(digits) == 10 and digits[0] in "6789":
            return f"+91{digits}"
        if len(digits) == 12 and digits.startswith("91"):
            return f"+{digits}"
    return text


def international(text: str) -> str | None:
    """A number in the form in which equal numbers are equal (E.164); None when it is none, as a service's short code."""
    one = normal(IdentifierKind.PHONE, phone(text))
    return one.value if one is not None and one.scope != UNREADABLE else None


def about_the_case(reply: Reply) -> bool:
    """Whether anything in a staged reply is something that reports of its case name."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARES_ADDRESS, {"reply": reply.pk, "case": reply.case_id, "roles": [r.value for r in TRACED_ROLES]})  # fmt: skip
        row = cursor.fetchone()
        if row is not None and row[0]:
            return True
        cursor.execute(_KEYS, {"reply": reply.pk, "most": _MOST_KEYS})
        rows = cursor.fetchall()
    platform = stated_platform(reply)
    seen: set[tuple[IdentifierKind, str]] = set()
    for values in rows:
        said = {m.value: text for m, text in zip(_COLUMNS, values, strict=True) if text}
        seen |= {(one.kind, one.value) for one in identifiers_in(said, platform)}
    return any(_known(reply.case_id, batch) for batch in _batches(seen, 2_000))


def _batches(values: Iterable[tuple[IdentifierKind, str]], size: int) -> Iterable[list[tuple[IdentifierKind, str]]]:
    rest = iter(sorted(values))
    while batch := list(islice(rest, size)):
        yield batch


def _known(case_id: int, keys: list[tuple[IdentifierKind, str]]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM cases_casereport cr JOIN reports_sighting s ON s.report_id = cr.report_id"
            " JOIN reports_identifier i ON i.id = s.identifier_id"
            " JOIN unnest(%s::text[], %s::text[]) AS k(kind, value) ON k.kind = i.kind AND k.value = i.value"
            " WHERE cr.case_id = %s AND s.role = ANY (%s) AND s.child IS NULL AND NOT i.of_child AND NOT i.names_child)",
            [[k.value for k, _ in keys], [v for _, v in keys], case_id, [r.value for r in TRACED_ROLES]],
        )
        row = cursor.fetchone()
        return row is not None and bool(row[0])


# The account beside which an address stands in its report; where the report names one handle alone, that one.
_HANDLES_OF = """
SELECT s.id, h.id FROM reports_sighting s
JOIN reports_sighting hs ON hs.report_id = s.report_id
JOIN cases_casehandle h ON h.identifier_id = hs.identifier_id AND h.case_id = %(case)s
WHERE s.id = ANY (%(sightings)s) AND (
  hs.person_id = s.person_id
  OR (s.person_id IS NULL AND 1 = (SELECT count(DISTINCT h2.id) FROM reports_sighting o
      JOIN cases_casehandle h2 ON h2.identifier_id = o.identifier_id AND h2.case_id = %(case)s WHERE o.report_id = s.report_id)))
GROUP BY s.id, h.id ORDER BY s.id, h.id
"""


def handles_of(case_id: int, sighting_ids: Iterable[int]) -> dict[int, list[int]]:
    """Sighting of an address → the handles of the case whose account used it."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HANDLES_OF, {"case": case_id, "sightings": list(sighting_ids)})
        for sighting_id, handle_id in cursor.fetchall():
            found.setdefault(sighting_id, []).append(handle_id)
    return found


def case_handles(case_id: int) -> dict[int, CaseHandle]:
    """The handles of a case that may be shown, by id."""
    handles = CaseHandle.objects.filter(case_id=case_id, identifier__of_child=False, identifier__names_child=False)
    return {one.pk: one for one in handles.select_related("identifier")}


def handles_named(handles: Mapping[int, CaseHandle], found: Iterable[Normal]) -> list[int]:
    """The handles of a case that a row names itself; a row without a platform names a handle by its text alone."""
    wanted = list(found)
    return [
        pk for pk, handle in handles.items()
        if any(
            one.kind == handle.identifier.kind and one.value == handle.identifier.value
            and one.scope in {"", handle.identifier.scope}
            for one in wanted
        )
    ]  # fmt: skip


def childs(found: Iterable[Normal]) -> set[bytes]:
    """Digests among these that some report names as a child's, or that repeat what is a child's: they are shown nowhere."""
    wanted = [one.digest for one in found]
    rows = Identifier.objects.filter(digest__in=wanted).filter(of_child=True) | Identifier.objects.filter(digest__in=wanted, names_child=True)  # fmt: skip
    return {bytes(digest) for digest in rows.values_list("digest", flat=True)}
