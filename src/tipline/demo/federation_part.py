"""One installation's part in the federation demo: a process of its own, on its own database. A line of JSON in, a line of JSON out.

Nothing here writes report data: reports come by the door or by the wire, and people of this installation move them.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import secrets
import sys
from collections.abc import Callable
from typing import Any

SEEN = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON")
NOTE = "the desk's own note, which stays with it"


def prepare(_: dict[str, Any]) -> dict[str, Any]:
    """All tables, and nothing in them."""
    from tipline.core.config import config
    from tipline.core.migrations import bring_up_to_date

    return {"migrations": bring_up_to_date(config())}


def set_up(given: dict[str, Any]) -> dict[str, Any]:
    """Agencies (the own one and its neighbours), people, sources of places; what this installation is called."""
    from tipline.core.config import config
    from tipline.demo.scenario import RANGES, load
    from tipline.exchange.parties.descriptor import fingerprint, spoken
    from tipline.exchange.parties.ourselves import describe, set_our_name
    from tipline.pipeline.attribution.services import import_source
    from tipline.referrals.models import StandingAction
    from tipline.referrals.services import set_standing_rule
    from tipline.trust.accounts.models import Rank, Role
    from tipline.trust.accounts.people import set_rank
    from tipline.trust.accounts.services import add_reporter, add_user
    from tipline.trust.actors import system
    from tipline.trust.agencies.queries import by_code
    from tipline.trust.agencies.services import import_tree

    settings, actor = config(), system("demo")
    tree = settings.data_dir / "tree.csv"
    tree.write_text(given["tree"], encoding="utf-8")
    import_tree(tree, actor)
    import_source(RANGES, settings.data_dir, actor)
    if given["below"]:
        set_standing_rule(by_code(given["agency"]), StandingAction.FORWARD, actor)
    officer = add_user(
        given["email"], "Demo Officer", by_code(given["agency"]), Role.DESK_OFFICER, secrets.token_urlsafe(18), actor
    )
    set_rank(officer, Rank.INSPECTOR, actor)
    passwords = {}
    if not given["above"]:
        for platform in load().platforms:
            passwords[platform.name] = (platform.username, secrets.token_urlsafe(18))
            add_reporter(platform.name, *passwords[platform.name], by_code(given["agency"]), actor)
    set_our_name(given["name"], given["url"], actor)
    ours = describe(settings)
    return {
        "descriptor": ours.model_dump_json(), "providers": passwords,
        "fingerprint": spoken(fingerprint(ours.name, [line.key for line in ours.keys])),
    }  # fmt: skip


def link(given: dict[str, Any]) -> dict[str, Any]:
    """Take up with the neighbours: descriptors, fingerprints as heard, where their agencies work, what may travel."""
    from tipline.exchange.parties.descriptor import read_descriptor
    from tipline.exchange.parties.ourselves import our_name
    from tipline.exchange.parties.services import add_peer, confirm_peer, place_desk
    from tipline.trust.actors import system
    from tipline.trust.agencies.agreements import Bounds, set_agreement
    from tipline.trust.agencies.queries import by_code

    actor = system("demo")
    for one in given["peers"]:
        peer = add_peer(read_descriptor(one["descriptor"].encode()), our_name(), actor)
        confirm_peer(peer, one["fingerprint"], actor)
        place_desk(by_code(one["agency"]), peer, actor)
    for above, below in given["agreements"]:
        bounds = Bounds("a fictional act", ("investigation",), frozenset({"metadata", "document"}), 3650)
        set_agreement(by_code(above), by_code(below), "a fictional memorandum", actor, bounds=bounds)
    return {}


def file(given: dict[str, Any]) -> dict[str, Any]:
    """File reports of the scenario at the door of the clearinghouse, as their providers; which number each was given."""
    from tipline.core.clock import now
    from tipline.demo.installations import READY_SECONDS
    from tipline.demo.provider import Provider
    from tipline.demo.scenario import load

    scenario, at, filed = load(), now(), {}
    for platform, (username, password) in given["providers"].items():
        provider = Provider(f"{given['url']}/ispws", username, password, patience_seconds=READY_SECONDS)
        try:
            for entry in scenario.reports:
                if entry.platform == platform and entry.handle in given["handles"]:
                    filed[entry.handle] = provider.file(scenario.synthetic(entry, at)).report_id
        finally:
            provider.close()
    return {"filed": filed}


def backlog(given: dict[str, Any]) -> dict[str, Any]:
    """File synthetic reports of the real mix without a door, and forward all of them at once, as the officer of the desk."""
    from tipline.core.clock import now
    from tipline.demo.synthetic import SyntheticReport, file_details_xml, report_xml, stream
    from tipline.intake.cybertipline.document import header_of, parse_report
    from tipline.referrals.services import forward
    from tipline.reports.filing import Filing, StatedFile, file_reports
    from tipline.reports.models import Channel
    from tipline.reports.received import ReceivedDocument
    from tipline.trust.accounts.models import Reporter
    from tipline.trust.agencies.queries import by_code

    reporter = Reporter.objects.filter(agency__code=given["agency"]).earliest("pk")

    def stated(report: SyntheticReport, at: int, body: bytes) -> StatedFile:
        return StatedFile(lambda pk, file: file_details_xml(pk, file, body, report, at), size_bytes=len(body))

    def filing(report: SyntheticReport) -> Filing:
        body = report_xml(report)
        files = tuple(stated(report, at, one) for at, one in enumerate(report.files, 1))
        document = ReceivedDocument(body, hashlib.sha256(body).hexdigest(), "text/xml", secrets.token_hex(16))
        return Filing(document, header_of(parse_report(body)), files)

    reports = list(stream(given["size"], given["seed"], now(), ((reporter.name, "bench.example"),)))
    for at in range(0, len(reports), 100):
        file_reports(reporter, [filing(one) for one in reports[at : at + 100]], Channel.BULK)
    person, mine = _desk(given)
    for at in range(0, len(mine), 500):
        forward(person, mine[at : at + 500], by_code(given["below"]))
    return {"forwarded": len(mine)}


def send_back(given: dict[str, Any]) -> dict[str, Any]:
    """As the officer of the desk: return one report up, with a reason."""
    from tipline.referrals.models import ReturnReason
    from tipline.referrals.services import return_up

    person, mine = _desk(given)
    return_up(person, mine[:1], ReturnReason.NOT_OUR_PLACE, "another district's, as it looks from here")
    return {"returned": mine[:1]}


def send_down(given: dict[str, Any]) -> dict[str, Any]:
    """As the officer of a desk: forward a report that lies on it to the desk below."""
    from tipline.referrals.services import forward
    from tipline.trust.agencies.queries import by_code

    person, _ = _desk(given)
    forward(person, [given["report"]], by_code(given["below"]), "looked at again: it is theirs")
    return {}


def decide(given: dict[str, Any]) -> dict[str, Any]:
    """As the officer of the district: open a case of all that lies on the desk, and write its outcome; withdraw one, write another."""
    from tipline.investigation.cases.services import open_case
    from tipline.investigation.outcomes.services import Given, record_outcome, withdraw_outcome

    person, mine = _desk(given)
    case = open_case(person, mine, "Handles referred by the clearinghouse")
    wrong = record_outcome(person, case.pk, Given("devices_seized", 1, text=NOTE))
    withdraw_outcome(person, wrong.pk, "written to the wrong case")
    record_outcome(person, case.pk, Given("accounts_traced", 16, text=NOTE))
    return {"case": case.number, "reports": mine}


def pack(given: dict[str, Any]) -> dict[str, Any]:
    """As the operator: what went to a desk and is with it, as a signed package for a stick."""
    from tipline.core.config import config
    from tipline.exchange.package.sending import hand_over
    from tipline.referrals.models import LIVE, Referral
    from tipline.trust.visibility import OPERATOR

    sent = Referral.objects.filter(to_agency__code=given["below"], state__in=LIVE).order_by("pk")
    out = io.BytesIO()
    made = hand_over(config(), OPERATOR, None, list(sent.values_list("pk", flat=True)), out)
    return {"package": base64.b64encode(out.getvalue()).decode("ascii"), "reports": made.reports}


def unpack(given: dict[str, Any]) -> dict[str, Any]:
    """As the operator: take what came on a stick."""
    from tipline.core.config import config
    from tipline.exchange.package.format import PackageError
    from tipline.exchange.package.receiving import receive

    try:
        taken = receive(config(), None, io.BytesIO(base64.b64decode(given["package"])))
    except PackageError as error:
        return {"refused": error.code}
    return {"refused": "", "new": taken.new_reports, "again": taken.again}


def look(given: dict[str, Any]) -> dict[str, Any]:
    """What the page of a link says."""
    from tipline.exchange.federation.queries import links

    return next(one for one in links() if one["name"] == given["peer"])


def retry(given: dict[str, Any]) -> dict[str, Any]:
    """As the operator, once a link is known to be up again: `tipline peer retry`."""
    from tipline.exchange.federation.queries import retry_now
    from tipline.exchange.parties.models import Peer
    from tipline.trust.actors import system

    return {"messages": sum(retry_now(peer, system("demo")) for peer in Peer.objects.order_by("name"))}


def verify(_: dict[str, Any]) -> dict[str, Any]:
    """Derive the whole log again."""
    from tipline.core.config import config
    from tipline.trust.audit import tree
    from tipline.trust.audit.verifying import verify as verify_log

    tree.checkpoint(config())
    found = verify_log(config())
    return {"ok": found.ok, "entries": found.entries, "fault": found.fault.text if found.fault else ""}


def _desk(given: dict[str, Any]) -> tuple[Any, list[int]]:
    from tipline.reports.models import Holding
    from tipline.trust.accounts.models import User

    person = User.objects.select_related("agency").get(email=given["email"])
    here = Holding.objects.filter(agency=person.agency, held_until__isnull=True, joint=False).order_by("report_id")
    return person, list(here.values_list("report_id", flat=True))


PARTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "prepare": prepare, "set_up": set_up, "link": link, "file": file, "backlog": backlog, "send_back": send_back, "send_down": send_down,
    "decide": decide, "pack": pack, "unpack": unpack, "look": look, "retry": retry, "verify": verify,
}  # fmt: skip


def serve() -> None:
    """Do parts as they are asked for, until there are no more. As a command of the operator does: the database is seen whole."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django

    django.setup()
    from django.db import connections

    from tipline.core.faults import describe
    from tipline.trust.visibility import OPERATOR, assume

    assume(OPERATOR)
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever is printed is no answer
    for line in sys.stdin:
        given = json.loads(line)
        try:
            answer: dict[str, Any] = {"done": PARTS[given["part"]](given)}
        except Exception as error:
            answer = {"failed": f"{describe(error)}: {error}"}
        connections.close_all()  # the server may be killed before the next
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    serve()
