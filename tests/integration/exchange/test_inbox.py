"""What a peer may tell, and what comes of it: once, in order, and only by whom it concerns."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from tests.exchange_peers import Elsewhere, agreed, elsewhere, send
from tests.factories import TESTS, agency, person, standard_tree
from tipline.core.clock import now
from tipline.core.keys import rotate_signing_key, signing_key
from tipline.exchange.federation.models import Incoming, Outgoing
from tipline.exchange.federation.signing import Call, sign_call
from tipline.exchange.federation.wire import LARGEST_CALL_BYTES, messages_path
from tipline.exchange.parties.models import PeerState
from tipline.exchange.parties.ourselves import our_name
from tipline.exchange.parties.services import revoke_key, set_state
from tipline.exchange.record.models import HopOrigin
from tipline.investigation.outcomes.models import ReportOutcome
from tipline.referrals.models import Referral, ReferralState, ReturnReason
from tipline.referrals.services import accept, forward, return_up
from tipline.reports.models import Holding, Report
from tipline.trust.agencies.agreements import Bounds, end_agreement

pytestmark = pytest.mark.django_db


@pytest.fixture
def above(tmp_path: Path) -> Elsewhere:
    """The clearinghouse, in an installation of its own; this one is the national desk's."""
    standard_tree()
    agreed("US-NCMEC", "IN-NCRB")
    return elsewhere(tmp_path, "clearinghouse", "US-NCMEC")


def owner(report_id: int) -> str:
    return Holding.objects.get(report_id=report_id, held_until=None, joint=False).agency.code


def handed(above: Elsewhere, *numbers: int) -> list[dict[str, object]]:
    messages = [above.message("referral", above.hop(number), package=0) for number in numbers]
    return above.tell(*messages, packages=(above.package(*numbers),))


def hop(above: Elsewhere, number: int) -> Referral:
    return Referral.objects.get(origin__uid=above.hop(number))


def test_referrals_lie_on_the_desk_with_their_reports(above: Elsewhere) -> None:
    assert [one["status"] for one in handed(above, 1, 2, 3)] == ["done"] * 3
    assert Report.objects.count() == 3
    assert {owner(pk) for pk in Report.objects.values_list("pk", flat=True)} == {"IN-NCRB"}
    assert hop(above, 2).state == ReferralState.SENT


def test_the_same_message_has_one_effect_and_one_answer(above: Elsewhere) -> None:
    message = above.message("referral", above.hop(1), package=0)
    answers = [above.tell(message, packages=(above.package(1),)) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert (Report.objects.count(), Referral.objects.count(), Incoming.objects.count()) == (1, 1, 1)


def test_a_busy_installation_answers_in_time_and_takes_the_rest_later(
    above: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [above.message("referral", above.hop(number), package=number - 1) for number in (1, 2, 3)]
    packages = tuple(above.package(number) for number in (1, 2, 3))
    with monkeypatch.context() as patched:
        clock = itertools.count(step=10)
        patched.setattr("tipline.exchange.federation.inbox.monotonic", lambda: next(clock))
        told = above.tell(*messages, packages=packages)
    assert [(one["status"], one["code"]) for one in told] == [("done", ""), ("later", "busy"), ("later", "busy")]
    assert Report.objects.count() == 1
    assert [one["status"] for one in above.tell(*messages, packages=packages)] == ["done"] * 3
    assert Report.objects.count() == 3


def test_a_hop_under_another_number_is_still_the_same_hop(above: Elsewhere) -> None:
    handed(above, 1)
    assert handed(above, 1)[0]["status"] == "done"
    assert Referral.objects.count() == 1


def test_one_bad_report_of_a_package_leaves_the_others(above: Elsewhere) -> None:
    package = above.package(1, 2).replace(b"urn:tipline:clearinghouse:report:2", b"urn:tipline:clearinghouse:report:1")
    messages = [above.message("referral", above.hop(number), package=0) for number in (1, 2)]
    assert sorted(one["status"] for one in above.tell(*messages, packages=(package,))) == ["done", "refused"]
    assert Report.objects.count() == 1


def test_what_the_desk_does_goes_back_up(above: Elsewhere) -> None:
    handed(above, 1)
    accept(person("IN-NCRB"), [hop(above, 1).report_id])
    [row] = Outgoing.objects.all()
    assert (row.peer_id, row.kind, row.act) == (above.peer.pk, "state", "accept")


def test_a_return_gives_it_back_and_says_why(above: Elsewhere) -> None:
    handed(above, 1)
    return_up(person("IN-NCRB"), [hop(above, 1).report_id], ReturnReason.NOT_OUR_PLACE, "elsewhere")
    [row] = Outgoing.objects.all()
    assert (row.act, row.reason) == ("return", "not_our_place")
    assert owner(row.report_id) == "US-NCMEC"
    # and down again: the same report, another hop
    assert handed_again(above, report=1, number=7)["status"] == "done"
    assert Report.objects.count() == 1
    assert owner(row.report_id) == "IN-NCRB"


def handed_again(above: Elsewhere, *, report: int, number: int) -> dict[str, object]:
    package = above.package(report).replace(above.hop(report).encode(), above.hop(number).encode())
    return above.tell(above.message("referral", above.hop(number), package=0), packages=(package,))[0]


def test_a_report_that_is_here_is_not_handed_over_again(above: Elsewhere) -> None:
    handed(above, 1)
    assert handed_again(above, report=1, number=7)["status"] == "refused"
    assert Referral.objects.count() == 1


def test_a_recall_takes_it_back_until_somebody_accepts(above: Elsewhere) -> None:
    handed(above, 1, 2)
    accept(person("IN-NCRB"), [hop(above, 2).report_id])
    answers = above.tell(*(above.message("recall", above.hop(n), act="recall", reason="wrong_desk") for n in (1, 2)))
    assert [one["status"] for one in answers] == ["done", "refused"]
    assert "accepted" in str(answers[1]["text"])
    assert (owner(hop(above, 1).report_id), owner(hop(above, 2).report_id)) == ("US-NCMEC", "IN-NCRB")


def test_a_recall_of_what_never_came_is_done(above: Elsewhere) -> None:
    assert above.tell(above.message("recall", above.hop(9), act="recall"))[0]["status"] == "done"


def test_how_it_goes_below_is_told_hop_by_hop(above: Elsewhere, tmp_path: Path) -> None:
    state = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    agreed("IN-NCRB", "IN-MH-CYBER")
    handed(above, 1)
    forward(person("IN-NCRB"), [hop(above, 1).report_id], agency("IN-MH-CYBER"))
    down = Referral.objects.get(to_agency__code="IN-MH-CYBER")
    name = f"urn:tipline:{our_name()}:hop:{down.pk}"
    told = state.tell(state.message("state", name, act="receive"), state.message("state", name, act="accept"))
    assert [one["status"] for one in told] == ["done", "done"]
    down.refresh_from_db()
    assert down.state == ReferralState.ACCEPTED
    up = Outgoing.objects.filter(peer=above.peer).order_by("id").values_list("kind", "act", "agency")
    assert list(up) == [
        ("state", "forward", ""), ("progress", "send", "IN-MH-CYBER"), ("progress", "receive", "IN-MH-CYBER"),
        ("progress", "accept", "IN-MH-CYBER"),
    ]  # fmt: skip


def test_an_outcome_is_kept_and_passed_on_up(above: Elsewhere, tmp_path: Path) -> None:
    state = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    agreed("IN-NCRB", "IN-MH-CYBER")
    handed(above, 1)
    forward(person("IN-NCRB"), [hop(above, 1).report_id], agency("IN-MH-CYBER"))
    name = f"urn:tipline:{our_name()}:hop:{Referral.objects.get(to_agency__code='IN-MH-CYBER').pk}"
    outcome = {
        "uid": "urn:tipline:maharashtra:outcome:4", "agency": "IN-MH-CYBER", "kind": "arrest", "number": 1,
        "on": "2026-01-05", "recorded_at": now().isoformat(),
    }  # fmt: skip
    state.tell(state.message("outcome", name, act="record", outcome=outcome))
    state.tell(state.message("outcome", name, act="withdraw", outcome=outcome | {"withdrawn_at": now().isoformat()}))
    heard = ReportOutcome.objects.get()
    assert (heard.said_by, heard.agency.code, heard.number) == ("IN-MH-CYBER", "IN-MH-CYBER", 1)
    assert heard.withdrawn_at and heard.outcome.withdrawn_at
    assert [row.act for row in Outgoing.objects.filter(peer=above.peer, kind="outcome").order_by("id")] == [
        "record",
        "withdraw",
    ]


def test_a_peer_speaks_of_its_own_hops_only(above: Elsewhere, tmp_path: Path) -> None:
    state = elsewhere(tmp_path, "maharashtra", "IN-MH-CYBER")
    agreed("IN-NCRB", "IN-MH-CYBER")
    handed(above, 1)
    came = hop(above, 1)
    # the state installation knows neither the hop from above nor may it take it back
    for message in (
        state.message("state", f"urn:tipline:{our_name()}:hop:{came.pk}", act="accept"),
        state.message("state", f"urn:tipline:{our_name()}:hop:99999", act="accept"),
    ):
        assert state.tell(message)[0]["code"] == "unknown"
    state.tell(state.message("recall", above.hop(1), act="recall"))
    came.refresh_from_db()
    assert came.state == ReferralState.SENT
    # nor does it hand over in the clearinghouse's name
    message = state.message("referral", state.hop(1), package=0)
    assert state.tell(message, packages=(state.package(1),))[0]["status"] == "later"
    assert not HopOrigin.objects.filter(uid=state.hop(1)).exists()


def test_without_an_agreement_in_force_nothing_is_taken_and_nothing_is_lost(above: Elsewhere) -> None:
    end_agreement(agency("US-NCMEC"), agency("IN-NCRB"), TESTS)
    message = above.message("referral", above.hop(1), package=0)
    answer = above.tell(message, packages=(above.package(1),))[0]
    assert (answer["status"], answer["code"]) == ("later", "agreement")
    agreed("US-NCMEC", "IN-NCRB", Bounds())  # of metadata alone
    assert above.tell(message, packages=(above.package(1),))[0]["code"] == "agreement"
    agreed("US-NCMEC", "IN-NCRB")
    assert above.tell(message, packages=(above.package(1),))[0]["status"] == "done"


def test_the_very_same_call_is_refused_the_second_time(above: Elsewhere) -> None:
    body = above.batch(above.message("recall", above.hop(9), act="recall"))
    call = Call("POST", f"http://testserver{messages_path(1)}", {})
    sign_call(signing_key(above.settings), call, body, us=above.name, them=our_name())
    assert send(body, dict(call.headers)).status_code == 200
    assert send(body, dict(call.headers)).status_code == 409


def test_an_altered_call_is_not_believed(above: Elsewhere) -> None:
    body = above.batch(above.message("recall", above.hop(9), act="recall"))
    call = Call("POST", f"http://testserver{messages_path(1)}", {})
    sign_call(signing_key(above.settings), call, body, us=above.name, them=our_name())
    assert send(body.replace(b"hop:9", b"hop:8"), dict(call.headers)).status_code == 401
    assert send(body, dict(call.headers) | {"tipline-from": "other"}).status_code == 401
    assert send(body, {}).status_code == 401
    other = Call("POST", f"http://testserver{messages_path(1)}", {})
    sign_call(signing_key(above.settings), other, body, us=above.name, them="another-installation")
    assert "is signed for" in send(body, dict(other.headers)).json()["detail"]


@pytest.mark.parametrize(("minutes", "status"), [(-4, 200), (-11, 401), (4, 200), (11, 401)])
def test_clocks_may_differ_by_minutes(
    above: Elsewhere, monkeypatch: pytest.MonkeyPatch, minutes: int, status: int
) -> None:
    from http_message_signatures import HTTPMessageSigner

    real = HTTPMessageSigner.sign
    skewed = lambda self, message, **more: real(self, message, **more | {"created": now() + timedelta(minutes=minutes)})  # noqa: E731
    body = above.batch(above.message("recall", above.hop(9), act="recall"))
    call = Call("POST", f"http://testserver{messages_path(1)}", {})
    with monkeypatch.context() as patch:
        patch.setattr(HTTPMessageSigner, "sign", skewed)
        sign_call(signing_key(above.settings), call, body, us=above.name, them=our_name())
    answer = send(body, dict(call.headers))
    assert answer.status_code == status
    if status == 401:  # which the other side shows on its page of the link
        assert "the clocks differ" in answer.json()["detail"]


def test_a_new_key_is_believed_by_the_one_before_it(above: Elsewhere) -> None:
    rotate_signing_key(above.settings)
    assert handed(above, 1)[0]["status"] == "done"
    assert above.peer.keys.filter(endorsed=True).count() == 1


def test_a_revoked_key_opens_nothing(above: Elsewhere) -> None:
    revoke_key(above.peer, str(signing_key(above.settings).public), "stolen", TESTS)
    body = above.batch(above.message("recall", above.hop(9), act="recall"))
    assert above.post(body).status_code == 401
    rotate_signing_key(above.settings)  # nor the key for which it vouches
    assert above.post(above.batch(above.message("recall", above.hop(9), act="recall"))).status_code == 401


def test_a_suspended_peer_is_told_so(above: Elsewhere) -> None:
    set_state(above.peer, PeerState.SUSPENDED, "they were broken into", TESTS)
    answer = above.post(above.batch(above.message("recall", above.hop(9), act="recall")))
    assert (answer.status_code, answer["Retry-After"]) == (403, "300")


def test_what_is_no_batch_or_too_large_is_refused(above: Elsewhere) -> None:
    assert above.post(b"{").status_code == 422
    assert above.post(b"[]").status_code == 422
    assert above.post(b" " * (LARGEST_CALL_BYTES + 1)).status_code == 413


def test_a_package_that_was_altered_or_is_missing_is_refused(above: Elsewhere) -> None:
    message = above.message("referral", above.hop(1), package=0)
    altered = above.package(1).replace(b"data/documents/1.xml", b"data/documents/2.xml", 1)
    assert above.tell(message, packages=(altered,))[0]["status"] == "refused"
    assert above.tell(above.message("referral", above.hop(2), package=5))[0]["status"] == "refused"
    assert Report.objects.count() == 0
