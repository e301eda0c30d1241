"""A trainee's own desk: made with its bundle through the pipeline, theirs alone, and scored by what was really done on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps

from tests import training_attempts as factory
from tests.factories import agency, person, signed_in, standard_tree
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotPermittedError
from tipline.investigation.cases.models import Case, CasePerson, EvidenceKind, PersonEvidence, Standing
from tipline.investigation.cases.persons import Evidence, add_evidence
from tipline.investigation.cases.records import ProposalState, StandingProposal
from tipline.investigation.cases.registration import set_officer
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.cases.standing import propose
from tipline.investigation.outcomes.services import Given, record_outcome
from tipline.investigation.process.making import make
from tipline.investigation.process.models import Request, RequestKind
from tipline.investigation.process.services import Letter, send
from tipline.investigation.replies.applying import apply
from tipline.investigation.replies.queries import entries_of
from tipline.investigation.replies.services import Choice, Ticked, read, receive
from tipline.pipeline.attribution.log_expiry.models import LogClock
from tipline.pipeline.linking.models import Member
from tipline.reports.models import Holding, IdentifierKind, PersonRole, Report, Sighting
from tipline.training.attempts import desks
from tipline.training.attempts.models import Attempt
from tipline.training.attempts.services import Refusal
from tipline.training.attempts.words import LANGUAGES, reasons_of
from tipline.training.blocks.csam_referral import NETWORKS, leads_of
from tipline.training.courses.models import Exercise
from tipline.training.desk import services
from tipline.training.desk.bundle import reply_file
from tipline.training.desk.models import Desk
from tipline.training.desk.preparing import prepare
from tipline.training.scenarios.building import build
from tipline.training.scenarios.checks import known_checks
from tipline.training.scenarios.format import Level
from tipline.training.scenarios.loading import catalogue
from tipline.training.scenarios.worlds import World
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import Scope, acting, scope_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("training_range")]


def world(seed: str, level: Level = Level.ADVANCED) -> World:
    return build(catalogue().find("csam_referral"), level, seed)


def trainee(number: int = 0) -> User:
    services.ground()
    return User.objects.create(
        email=f"trainee{number}@range.example", name=f"Trainee {number}", agency=agency("RANGE-STATE"), role=Role.TRAINEE,
        password="!",
    )  # fmt: skip


def wanted(seed: str, user: User, level: Level = Level.ADVANCED) -> services.Wanted:
    return services.Wanted(user, "csam_referral", level.value, seed, world(seed, level))


@pytest.fixture
def desk() -> Desk:
    return services.open_desks([wanted("one", trainee())])[0]


def handles(agency_id: int) -> dict[str, int]:
    """Handle → report, of everything that lies on a desk."""
    rows = Sighting.objects.filter(
        report__holdings__agency_id=agency_id, report__holdings__held_until=None,
        role=PersonRole.REPORTED, identifier__kind=IdentifierKind.HANDLE,
    )  # fmt: skip
    return dict(rows.values_list("identifier__value", "report_id"))


def test_a_desk_has_its_whole_bundle_through_the_pipeline(desk: Desk) -> None:
    made = world("one")
    assert set(handles(desk.agency_id)) == {lead.handle for lead in leads_of(made)}
    assert desk.account.role == Role.DESK_OFFICER and not desk.account.has_usable_password()
    reports = Report.objects.filter(holdings__agency_id=desk.agency_id)
    assert reports.count() == 16
    path = Holding.objects.filter(report=reports[0]).order_by("held_from").values_list("agency__code", flat=True)
    assert list(path) == ["RANGE-CH", "RANGE-STATE", desk.agency.code]


def test_the_record_says_what_the_world_says(desk: Desk) -> None:
    """Solved from the desk alone: links give the matter, clocks say which log goes first and which are gone."""
    made, mine = world("one"), handles(desk.agency_id)
    by_report = {report: handle for handle, report in mine.items()}
    cluster = Member.objects.get(report_id=mine[str(made.facts["anchor"])]).cluster
    found = set(cluster.members.values_list("report_id", flat=True))
    assert {by_report[report] for report in found} == set(made.facts["matter"])
    clocks = LogClock.objects.filter(report_id__in=found, holder_key__in=NETWORKS).order_by("likely_gone_at")
    gone = {by_report[clock.report_id] for clock in clocks if clock.likely_gone_at < now()}
    assert gone == set(made.facts["gone"])
    assert next(by_report[c.report_id] for c in clocks if c.likely_gone_at > now()) == made.facts["first_gone"]
    keys = {f"IN/{clock.holder_key}" for clock in clocks if clock.likely_gone_at > now()}
    assert keys == set(made.facts["preserve"])


def test_asked_twice_there_is_one_desk(desk: Desk) -> None:
    assert services.open_desks([wanted("one", desk.user)]) == [desk]
    assert Report.objects.count() == 16


def test_a_live_database_gets_no_desk(postgres: Any, settings: Any) -> None:
    from tests.training_range import _stamp
    from tipline.core.database.layout import SUPERUSER

    user = trainee()
    url = postgres.layout.url(SUPERUSER, str(settings.DATABASES["default"]["NAME"]))
    _stamp(url, "live")
    try:
        with pytest.raises(NotPermittedError, match="this database is not one"):
            services.open_desks([wanted("one", user)])
    finally:
        _stamp(url, "range")


def test_a_trainee_of_one_desk_gets_404_for_everything_of_another(desk: Desk) -> None:
    other = services.open_desks([wanted("two", trainee(2))])[0]
    theirs = handles(other.agency_id)
    case = open_case(other.account, [min(theirs.values())], "A case of another desk")
    client = signed_in(desk.account)
    for report in theirs.values():
        assert client.get(f"/reports/{report}/").status_code == 404
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert client.get(f"/reports/{min(handles(desk.agency_id).values())}/").status_code == 200
    with acting(scope_of(desk.account)):  # the second lock, with the first one taken away
        assert set(Report.objects.values_list("pk", flat=True)) == set(handles(desk.agency_id).values())
        assert not Case.objects.filter(pk=case.pk).exists()


def test_a_child_named_in_the_bundle_is_masked(desk: Desk) -> None:
    (lead,) = [lead for lead in leads_of(world("one")) if lead.child]
    page = signed_in(desk.account).get(f"/reports/{handles(desk.agency_id)[lead.handle]}/").content.decode()
    assert lead.handle in page and lead.child not in page


def test_started_anew_there_is_another_desk_and_the_old_account_is_closed(desk: Desk) -> None:
    open_case(desk.account, list(handles(desk.agency_id).values())[:3], "Three")
    services.reset("one")
    (again,) = services.open_desks([wanted("one", desk.user)])
    assert again.agency_id != desk.agency_id
    assert len(handles(again.agency_id)) == 16 and not Case.objects.filter(agency=again.agency_id).exists()
    desk.account.refresh_from_db()
    assert not desk.account.is_active


def test_a_batch_of_desks_is_made_at_once() -> None:
    users = [trainee(number) for number in range(10)]
    made = services.open_desks([wanted(f"batch {number}", user) for number, user in enumerate(users)])
    assert Report.objects.count() == 160
    assert len({desk.agency_id for desk in made}) == 10


# -- the pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def attempt() -> tuple[User, Attempt]:
    apps.get_app_config("training_desk").ready()  # tests of attempts forget where desks are
    standard_tree()
    user = factory.trainee(made := factory.course())
    exercise = Exercise.objects.create(course=made, scenario="csam_referral", level="advanced", minutes=60)
    return user, factory.begin(user, exercise)


def test_a_trainee_opens_their_desk_works_there_and_comes_back(attempt: tuple[User, Attempt]) -> None:
    user, begun = attempt
    client = signed_in(user)
    page = f"/own-desk/{begun.pk}/"
    assert "reply.csv" not in client.get(page).content.decode()  # nothing to fetch before there is a desk
    assert client.get(f"{page}reply.csv").status_code == 404
    entered = client.post(page, {"act": "enter"}, follow=True)
    assert entered.redirect_chain[-1][0] == "/desk/"
    assert "Back to the exercise" in entered.content.decode() and "16" in entered.content.decode()
    agency_id = desks.agency_of(begun.pk)
    assert client.get(f"/reports/{min(handles(agency_id).values())}/").status_code == 200
    assert client.get(page).status_code == 404  # the account at the desk does no exercises
    back = client.post("/own-desk/back/", follow=True)
    assert back.redirect_chain[-1][0] == page
    assert client.get(f"/reports/{min(handles(agency_id).values())}/").status_code in {403, 404}
    assert client.get(f"{page}reply.csv").content.startswith(b"public_ip,public_port")
    assert client.post(page, {"act": "second"}, follow=True).status_code == 200
    client.post(page, {"act": "anew"})
    assert desks.agency_of(begun.pk) == agency_id, "without the tick nothing is thrown away"
    client.post(page, {"act": "anew", "sure": "1"})
    client.post(page, {"act": "enter"})
    assert desks.agency_of(begun.pk) != agency_id


def test_desks_made_beforehand_are_those_that_attempts_find(attempt: tuple[User, Attempt]) -> None:
    _, begun = attempt
    late = factory.trainee(begun.course)
    assert prepare(begun.exercise_id) == 2
    assert prepare(begun.exercise_id) == 2 and Desk.objects.count() == 2
    found = desks.agency_of(factory.begin(late, begun.exercise).pk)
    assert found == Desk.objects.get(user=late).agency_id != desks.agency_of(begun.pk)


def test_an_exercise_without_a_task_for_a_desk_gets_none(attempt: tuple[User, Attempt]) -> None:
    other = Exercise.objects.create(course=attempt[1].course, scenario="crypto", level="foundation", minutes=60)
    with pytest.raises(InvalidInputError, match="no task for a desk"):
        prepare(other.pk)


def test_nobody_opens_the_desk_of_another(attempt: tuple[User, Attempt]) -> None:
    _, begun = attempt
    stranger = factory.trainee(factory.course("other"))
    for who in (stranger, person("IN-MH-JALGAON", Role.SUPERVISOR)):
        client = signed_in(who)
        assert client.get(f"/own-desk/{begun.pk}/").status_code == 404
        assert client.post(f"/own-desk/{begun.pk}/", {"act": "enter"}).status_code == 404
        assert client.get(f"/own-desk/{begun.pk}/reply.csv").status_code == 404
        assert client.post("/own-desk/back/").status_code == 404
    assert not Desk.objects.exists()


def test_a_task_on_the_desk_is_scored_by_what_was_done_there(attempt: tuple[User, Attempt]) -> None:
    user, begun = attempt
    assert factory.give(user, begun, "case", []).refusal == Refusal.NO_DESK
    client = signed_in(user)
    client.post(f"/own-desk/{begun.pk}/", {"act": "enter"})
    made = factory.work(user, begun).world
    assert factory.give(user, begun, "case", []).answer.share == 0
    Trainee(Desk.objects.get(), made).accept(*made.facts["matter"])
    answered = factory.give(user, begun, "case", []).answer
    wanted = len(made.facts["matter"])
    assert answered.share == 1 and answered.reasons == [["case", {"there": wanted, "wanted": wanted, "strange": 0}]]
    for words in LANGUAGES.values():
        assert str(wanted) in " ".join(reasons_of(answered, words))


# -- what is scored ---------------------------------------------------------------------------------------------------


@dataclass
class Trainee:
    """Does on the desk what a trainee does in Tipline's screens, by the services behind them."""

    desk: Desk
    world: World

    @property
    def me(self) -> User:
        return self.desk.account

    def accept(self, *names: str) -> Case:
        there = handles(self.desk.agency_id)
        return open_case(self.me, [there[name] for name in names], "Referral of the clearinghouse")

    def officer(self, case: Case) -> None:
        assign(self.me, case, self.me)
        set_officer(self.me, case.pk, self.me)

    def letters(self, case: Case, kind: RequestKind, keys: list[str] | None = None, *, sent: bool = True) -> None:
        made = make(self.me, case.pk, kind, keys)
        if sent:
            send(self.me, case.pk, {one.pk: None for one in made.requests}, Letter(now(), "post", "1/2026"))

    def reply(self, case: Case, *, zone: str = "Asia/Kolkata", names: tuple[str, ...] = ("subscriber",)) -> None:
        name, body = reply_file(self.world, self.desk.made_at)
        reply = receive(self.me, case.pk, name, body, company="Example", choice=Choice(zone=zone))
        reply = read(reply.pk) or reply
        reply.refresh_from_db()
        whom = {str(self.world.facts[name]).casefold() for name in names}
        entries = [entry.key for entry in entries_of(reply) if entry.subscriber in whom]
        if entries:
            apply(self.me, case.pk, reply.number, Ticked(entries=entries))

    def proposal(self, case: Case, words: str = "Line, hour and payment point to the same holder.") -> None:
        who = CasePerson.objects.get(case=case, name=str(self.world.facts["subscriber_name"]))
        add_evidence(
            self.me,
            case.pk,
            who.pk,
            [Evidence(EvidenceKind.PAYMENT, "Paid for the device's plan", "Letter of the shop")],
        )
        propose(
            self.me,
            case.pk,
            who.pk,
            list(PersonEvidence.objects.filter(person=who).values_list("pk", flat=True)),
            words,
        )


def shares(desk: Desk, made: World) -> dict[str, float]:
    with acting(Scope(agency_ids=frozenset({desk.agency_id}))):
        return {
            name: round(look(desk.agency_id, made).share, 2)
            for name, look in known_checks().items()
            if name.startswith("desk_")
        }


def test_nothing_done_is_worth_nothing(desk: Desk) -> None:
    assert set(shares(desk, world("one")).values()) == {0.0}


def test_everything_done_is_worth_everything(desk: Desk) -> None:
    made = world("one")
    at = Trainee(desk, made)
    case = at.accept(*made.facts["matter"])
    at.officer(case)
    at.letters(case, RequestKind.PRESERVATION)
    at.letters(case, RequestKind.PRODUCTION)
    at.reply(case)
    at.proposal(case)
    assert shares(desk, made)["desk_person"] == 0.7  # the second officer was not asked
    assert services.second_officer("one") == 1
    assert StandingProposal.objects.get().state == ProposalState.CONFIRMED
    record_outcome(at.me, case.pk, Given("accounts_traced", number=1))
    assert shares(desk, made) == dict.fromkeys(shares(desk, made), 1.0)


def test_a_draft_that_nobody_sent_is_worth_nothing(desk: Desk) -> None:
    made = world("one")
    at = Trainee(desk, made)
    case = at.accept(*made.facts["matter"])
    at.letters(case, RequestKind.PRESERVATION, sent=False)
    at.letters(case, RequestKind.PRODUCTION, sent=False)
    found = shares(desk, made)
    assert (found["desk_preservation"], found["desk_production"]) == (0, 0)
    with acting(Scope(agency_ids=frozenset({desk.agency_id}))):
        told = [name for name, _ in known_checks()["desk_preservation"](desk.agency_id, made).reasons]
    assert told == ["preservation", "drafts"]
    drafts = Request.objects.filter(case=case, kind=RequestKind.PRESERVATION).values_list("pk", flat=True)
    send(at.me, case.pk, dict.fromkeys(drafts), Letter(now(), "post", "1/2026"))
    assert shares(desk, made)["desk_preservation"] == 1


def test_half_done_and_wrongly_done_is_worth_part(desk: Desk) -> None:
    made = world("one")
    at = Trainee(desk, made)
    matter = [handle for handle in made.facts["matter"] if handle != made.facts["first_gone"]]
    case = at.accept(*matter, str(made.facts["near_miss"]), str(made.facts["neighbour"]))
    first = f"IN/{made.facts['reply_key']}"
    at.letters(case, RequestKind.PRESERVATION, [first])
    at.reply(case, names=("subscriber", "other_subscriber"))
    at.proposal(case, "The suspect did it.")
    found = shares(desk, made)
    assert 0 < found["desk_case"] < 1
    assert found["desk_section"] == 0.5  # no officer of the rank that the law asks for
    assert 0 < found["desk_preservation"] < 1
    assert found["desk_production"] == 0
    assert found["desk_reply"] == 0.6
    assert found["desk_words"] == 0
    assert found["desk_outcome"] == 0


def test_a_reply_read_in_the_wrong_zone_is_no_use(desk: Desk) -> None:
    made = world("one")
    at = Trainee(desk, made)
    at.reply(at.accept(*made.facts["matter"]), zone="UTC")
    assert shares(desk, made)["desk_reply"] == 0.25


def test_the_second_officer_refuses_what_rests_on_one_source(desk: Desk) -> None:
    made = world("one")
    at = Trainee(desk, made)
    case = at.accept(*made.facts["matter"])
    at.reply(case)
    who = CasePerson.objects.get(case=case)
    source = PersonEvidence.objects.filter(person=who).values_list("source", flat=True)[0]
    add_evidence(at.me, case.pk, who.pk, [Evidence(EvidenceKind.PAYMENT, "The same again", source)])
    propose(at.me, case.pk, who.pk, list(PersonEvidence.objects.values_list("pk", flat=True)), "It fits.")
    services.second_officer("one")
    assert StandingProposal.objects.get().state == ProposalState.REFUSED
    assert CasePerson.objects.get(case=case).standing == Standing.ACCOUNT_HOLDER
