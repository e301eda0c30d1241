"""The end of the federation demo: everything that is not as it should be, over all four databases and what the processes wrote."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from tipline.core.database.server import binary
from tipline.demo.federation_part import NOTE
from tipline.demo.installations import Installation
from tipline.demo.scenario import load

HANDLES = 16
# Reports that go less far, and the last of the four that has them: of nothing further down does anybody there know the place.
STAYING = {"unlisted_net": 0, "salt.desert": 1, "fort_view_1": 2}


def expected() -> list[str]:
    """Handles of what is filed."""
    return [one.handle for one in load().reports if one.expect == "IN-MH-JALGAON"] + list(STAYING)


def on_desk(one: Installation) -> int:
    """How many reports lie on the desk of an installation."""
    [(count,)] = one.ask(
        "SELECT count(*) FROM reports_holding h JOIN agencies_agency a ON a.id = h.agency_id "  # noqa: S608 - a constant of the demo
        f"WHERE a.code = '{one.agency}' AND h.held_until IS NULL AND NOT h.joint"
    )
    return int(count)


def heard(one: Installation) -> tuple[int, int]:
    """Outcomes that stand, and that were withdrawn."""
    [(stand, gone)] = one.ask(
        "SELECT count(*) FILTER (WHERE withdrawn_at IS NULL), count(*) FILTER (WHERE withdrawn_at IS NOT NULL) FROM outcomes_reportoutcome WHERE heard_at IS NOT NULL"
    )
    return int(stand), int(gone)


def waiting(one: Installation) -> int:
    """How many messages wait."""
    [(count,)] = one.ask("SELECT count(*) FROM federation_outgoing WHERE delivery = 'waiting'")
    return int(count)


def check(four: list[Installation]) -> Iterator[str]:
    """Everything that is not as it should be."""
    for at, one in enumerate(four):
        yield from _counts(one, at, four)
        yield from _log(one)
    yield from _same_reports(four)
    yield from _strays(four)


def _counts(one: Installation, at: int, four: list[Installation]) -> Iterator[str]:
    last = len(four) - 1
    staying = [handle for handle, where in STAYING.items() if where >= at]
    [(reports,)] = one.ask("SELECT count(*) FROM reports_report WHERE finished_at IS NOT NULL")
    if reports != HANDLES + len(staying):
        yield f"{one.name} has {reports} reports and not {HANDLES + len(staying)}"
    want = HANDLES if at == last else sum(where == at for where in STAYING.values())
    if (here := on_desk(one)) != want:
        yield f"{here} reports lie on the desk of {one.name} and not {want}"
    if twice := one.ask(
        "SELECT report_id FROM referrals_referral WHERE state IN ('sent','received','acknowledged','merged','accepted') AND lead GROUP BY 1 HAVING count(*) > 1"
    ):
        yield f"{one.name} has reports with two live hops: {twice}"
    [(live,)] = one.ask("SELECT count(*) FROM referrals_referral WHERE state = 'accepted'")
    if live != (HANDLES if at >= last - 1 else 0):
        yield f"{one.name} knows of {live} accepted hops"
    if refused := one.ask("SELECT kind, why FROM federation_outgoing WHERE delivery = 'refused'"):
        yield f"messages of {one.name} were refused: {refused}"
    [(cases,)] = one.ask("SELECT count(*) FROM cases_case")
    if cases != (1 if at == last else 0):
        yield f"{one.name} has {cases} cases"
    if at < last and heard(one) != (HANDLES, HANDLES):
        yield f"{one.name} heard of {heard(one)} outcomes, standing and withdrawn"
    codes = {code for (code,) in one.ask("SELECT code FROM agencies_agency")}
    if codes != {other.agency for other in four[max(0, at - 1) : at + 2]}:
        yield f"{one.name} knows of {codes}"


def _log(one: Installation) -> Iterator[str]:
    """Whether everything that is in the provable log is as it was written."""
    found = one.run("verify")
    if not found["ok"] or not found["entries"]:
        yield f"the log of {one.name} does not verify: {found}"


def _same_reports(four: list[Installation]) -> Iterator[str]:
    """Whether a report is the same wherever it is: its document to the byte, and the hashes of its files."""
    said = (
        "r.document_sha256, array(SELECT f.sha256 || f.md5 || f.size_bytes FROM reports_reportedfile f"
        " WHERE f.report_id = r.id ORDER BY 1) FROM reports_report r"
    )
    top = {uid: rest for uid, *rest in four[0].ask(f"SELECT 'urn:tipline:{four[0].name}:report:' || r.id, {said}")}
    for one in four[1:]:
        for uid, *rest in one.ask(f"SELECT o.uid, {said} JOIN records_reportorigin o ON o.report_id = r.id"):
            if top.get(uid) != rest:
                yield f"{uid} is not at {one.name} what it is at {four[0].name}"


def _strays(four: list[Installation]) -> Iterator[str]:
    """Whether anything of a report, or of the district's own note, is where it never came: in the database, or in what processes wrote."""
    entries = {entry.handle: entry for entry in load().reports}
    for at, one in enumerate(four):
        text = _everything(one)
        if entries[next(iter(expected()))].email not in text:
            yield f"nothing was looked at in {one.name}"
        if at < len(four) - 1 and NOTE in text:
            yield f"the district's own note is at {one.name}"
        for handle in [handle for handle, last in STAYING.items() if last < at]:
            for word in (handle, entries[handle].email, entries[handle].ips[0][0]):
                if word in text:
                    yield f"{word} of a report that never came is at {one.name}"


def _everything(one: Installation) -> str:
    """The database's rows and the log, as text. Bytes stand in hexadecimal there, so they are read as well."""
    dumped = subprocess.run(
        [binary("pg_dump"), "--data-only", one.check_url],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    documents = b" ".join(bytes(body) for (body,) in one.ask("SELECT body FROM reports_document"))
    return "\n".join([dumped, documents.decode("utf-8", "replace"), one.log.read_text("utf-8", "replace")])
