"""One installation's part in the federation demo: run in a process of its own, on its own database. JSON in, JSON out.

Nothing here writes report data: reports come by the door or by the wire, and people of this installation move them.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SEEN = ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER", "IN-MH-JALGAON")
NOTE = "the desk's own note, which stays with it"


def set_up(given: dict[str, Any]) -> dict[str, Any]:
    """Agencies (the own one and its neighbours), people, sources of places; what this installation is called."""
    from tipline.core.config import config
    from tipline.core.migrations import bring_up_to_date
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
    bring_up_to_date(settings)
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
    """File the sixteen at the door of the clearinghouse, as their providers."""
    from tipline.core.clock import now
    from tipline.demo.provider import Provider
    from tipline.demo.scenario import load

    scenario, at, filed = load(), now(), []
    for platform, (username, password) in given["providers"].items():
        provider = Provider(f"{given['url']}/ispws", username, password, patience_seconds=60)
        try:
            for entry in scenario.reports:
                if entry.platform == platform and entry.expect == "IN-MH-JALGAON":
                    filed.append(provider.file(scenario.synthetic(entry, at)).report_id)
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

    reporter = Reporter.objects.filter(agency__code=given["agency"]).order_by("pk")[0]

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
    """As the officer of a desk: forward what lies on it to the desk below."""
    from tipline.referrals.services import forward
    from tipline.trust.agencies.queries import by_code

    person, mine = _desk(given)
    if mine:
        forward(person, mine, by_code(given["below"]), "looked at again: it is theirs")
    return {"forwarded": mine}


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


def _desk(given: dict[str, Any]) -> tuple[Any, list[int]]:
    from tipline.reports.models import Holding
    from tipline.trust.accounts.models import User

    person = User.objects.select_related("agency").get(email=given["email"])
    here = Holding.objects.filter(agency=person.agency, held_until__isnull=True, joint=False).order_by("report_id")
    return person, list(here.values_list("report_id", flat=True))


PARTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "set_up": set_up, "link": link, "file": file, "backlog": backlog, "send_back": send_back, "send_down": send_down, "decide": decide,
}  # fmt: skip


def _set_up_django() -> None:
    """As a command of the operator does: this process sees its installation's database whole."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django

    django.setup()
    from tipline.trust.visibility import OPERATOR, assume

    assume(OPERATOR)


if __name__ == "__main__":
    _set_up_django()
    answer = Path(sys.argv[2])
    answer.write_text(json.dumps(PARTS[sys.argv[1]](json.load(sys.stdin))), encoding="utf-8")
