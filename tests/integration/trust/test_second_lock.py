"""Row-level security by itself: with the first lock taken away, a sibling agency still gets nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tests import factories
from tests.factories import agency, drain, person
from tipline.core.clock import now
from tipline.investigation.cases.models import Case
from tipline.investigation.cases.services import assign, open_case
from tipline.investigation.chain import chain
from tipline.pipeline.attribution.models import EarlierAnswer
from tipline.reports import queries as report_queries
from tipline.reports.models import Report
from tipline.trust.accounts.models import Role, User
from tipline.trust.visibility import NOTHING, OPERATOR, Scope, acting, assume, provider_scope, scope_of

pytestmark = pytest.mark.django_db

# Tables that hold report data, and what leads from each to the report or the case whose visibility is its own.
PROTECTED = {
    "reports_report", "reports_document", "reports_reportedfile", "reports_person", "reports_identifier",
    "reports_sighting", "reports_holding", "referrals_referral", "attribution_attribution",
    "linking_edge", "linking_hub", "linking_cluster", "linking_member", "linking_tie", "linking_cut", "linking_clusterchange", "linking_suggestion", "linking_compared",
    "attribution_whereabouts", "attribution_earlieranswer",
    "attribution_logclock", "attribution_reportclock", "attribution_preservationnote", "attribution_expirynotice",
    "triage_score", "triage_lane", "triage_prioritymark", "triage_simulation", "routing_decision", "pipeline_stagerun", "pipeline_quarantine", "cybertipline_refuseddocument",
    "audit_entry", "cases_case", "cases_caseassignment", "cases_caseoffence", "cases_casereport", "cases_casehandle",
    "cases_caseperson", "cases_personevidence", "clocks_clock", "clocks_pause",
    "cases_diaryentry", "cases_casetask", "cases_standingproposal", "cases_proposalevidence", "cases_standingchange", "cases_caselink", "cases_casetransfer", "cases_officerchange", "cases_offenceact", "cases_firentry", "cases_preliminaryenquiry", "cases_caseending",
    "process_request", "process_requestitem", "process_requestevent", "process_requestalert",
    "replies_reply", "replies_replyfile", "replies_replyrow", "replies_replyfinding", "replies_replymapping",
    "exhibits_exhibit", "exhibits_exhibitdigest", "exhibits_custodyevent", "exhibits_hashimport", "exhibits_exhibithash",
    "letters_letter", "letters_letterversion",
    "leads_stepmark",
    "records_reportorigin", "records_hoporigin", "federation_outgoing", "federation_incoming", "federation_below", "retention_agreed",
    "packages_sentpackage", "packages_senthop", "packages_takenpackage", "packages_refusedpackage", "packages_takenreturn",
    "packages_sealedrelease",
    "outcomes_outcome", "outcomes_reportoutcome", "outcomes_reminder", "doors_judgement", "safeguarding_child", "safeguarding_step", "safeguarding_childnote", "safeguarding_supportreferral", "safeguarding_supportanswer", "safeguarding_preference",
    "retention_hold", "retention_destruction", "retention_destructionitem", "retention_certificate",
    "reports_unmasking", "reports_unmaskingend", "reports_unmaskingreview", "doors_doorcall", "doors_feedback",
    "sandbox_sandboxreport", "sandbox_sandboxfile",
    "public_form_publicreport", "public_form_publiccontact", "public_form_message",
    "referrals_referralevent", "referrals_duenotice", "referrals_deskrow",
    "queue_handling", "queue_closing", "queue_lastlook", "bundles_bundle", "bundles_bundlemember", "bundles_bundledecision",
    "deconfliction_check", "deconfliction_contact", "deconfliction_notice",
    "publishing_schedule", "publishing_scheduledreport", "publishing_draw", "publishing_transparency", "publishing_publishedfile",
    # of the training range alone (tests/integration/training/test_who.py): a live database takes no row of them
    "training_attempts_attempt", "training_attempts_answer", "training_attempts_hinttaken", "training_attempts_kept", "training_attempts_expected", "training_attempts_event", "training_attempts_keptworld", "training_attempts_review",
    "training_courses_certificate", "training_courses_course", "training_courses_attendance", "training_courses_enrolment", "training_courses_entrycode", "training_courses_exercise", "training_courses_instructor", "training_courses_paper", "training_courses_session", "training_courses_trainee", "training_desk_desk",
    "referrals_waiting", "routing_decisiondesk", "routing_reroute", "routing_rulesample", "routing_rulepreview",
    "operations_operation", "operations_goal", "operations_operationagency", "operations_operationmember", "operations_rule", "operations_membership", "operations_phase", "operations_operationtask", "operations_districttask", "operations_actionday", "operations_boardentry", "operations_closing", "operations_fact", "operations_tally",
    "api_answered",
    "hash_lists_finding", "hash_lists_foundhash", "hash_lists_entry", "matching_importpart",
    "matching_hashvalue", "matching_filehash", "matching_nearvalue", "matching_knownhash", "matching_match",
    "statistics_fact", "statistics_requestfact", "statistics_snapshot", "statistics_cell", "statistics_tally",
}  # fmt: skip
# Tables without row security, and why they need none.
OPEN = {
    "accounts_user": "people who work here; needed to find out who asks",
    "accounts_tries": "keyed hashes of who tried to sign in; counted before anybody is known",
    "account_emailaddress": "of django-allauth, unused", "account_emailconfirmation": "of django-allauth, unused",
    "mfa_authenticator": "second factors, encrypted; needed to find out who asks",
    "usersessions_usersession": "sessions of people; needed to end them",
    "socialaccount_socialaccount": "whom a provider of single sign-on means; needed to find out who asks",
    "socialaccount_socialapp": "of django-allauth, unused", "socialaccount_socialtoken": "of django-allauth, unused",
    "accounts_reporter": "providers; the door asks before anybody is known",
    "accounts_reportercredential": "hashes of providers' passwords; the door asks before anybody is known",
    "accounts_apitoken": "hashes of tokens; asked before anybody is known",
    "agencies_agency": "the tree is public within the installation",
    "agencies_jurisdiction": "the tree is public within the installation",
    "agencies_oversight": "read to find out what somebody may see",
    "attribution_source": "sources of places of addresses, nobody's data",
    "matching_knownlist": "names of hash lists that were brought in, whose each is and how far it is believed; no hashes",
    "matching_settled": "how far the comparing of hashes came: numbers", "matching_matchingrun": "how far history is matched against a list: numbers",
    "attribution_recomputation": "how far a recomputation came; the number of the last report",
    "attribution_providerdirectory": "networks and whom to write to there, nobody's data",
    "clocks_rulesfile": "clocks and holidays of the installation, nobody's data",
    "process_platformdirectory": "platforms and whom to write to there, nobody's data",
    "attribution_addressrange": "places of addresses, nobody's data",
    "attribution_sourcepart": "files of sources of places of addresses, nobody's data",
    "audit_log": "the log's name", "audit_pending": "the log: ids only", "audit_leaf": "the log: hashes",
    "audit_node": "the log: hashes", "audit_checkpoint": "the log: signed heads", "audit_publication": "the log: times",
    "auth_group": "of Django, unused", "auth_group_permissions": "of Django, unused", "auth_permission": "of Django, unused",
    "django_content_type": "of Django", "django_migrations": "of Django", "django_session": "keyed by a secret",
    "doors_alert": "which provider's format changed, and in what element; no text of a report",
    "doors_feedbackday": "days that were looked through, and how many rows changed",
    "doors_providerday": "counts by provider and day; quotas are held against them before a call is read",
    "procrastinate_events": "the queue: ids only", "procrastinate_jobs": "the queue: ids only",
    "procrastinate_periodic_defers": "the queue: ids only", "procrastinate_workers": "the queue: ids only",
    "cases_numberscheme": "how an agency numbers its cases", "cases_numbercounter": "the last number of a year",
    "exhibits_exhibitscheme": "how an agency numbers its exhibits",
    "exhibits_hashlayout": "names of columns of forensic tools, nobody's data",
    "deconfliction_contactpolicy": "whom to call at an agency, and whether it is named; asked for others",
    "retention_schedule": "whether an agency's things go by themselves",
    "referrals_standingrule": "what a desk does by itself",
    "agencies_agencyletterhead": "addresses of desks and of the authorities that their notices go to",
    "agencies_agreementproposal": "what was proposed of these, and who decided",
    "parties_linkalert": "what is wrong between installations: names of peers, codes of desks and of refusals, no report",
    "agencies_agreement": "who may hand reports to whom; asked on every way",
    "agencies_deskcalendar": "office hours and leave of desks",
    "training_stamp": "whether this database is live or a training range",
    "routing_ruleset": "rules, as written; they name no report",
    "triage_triageruleset": "rules, as written; they name no report",
    "triage_rescoring": "how far scoring anew came; the number of the last report",
    "statistics_stale": "numbers of reports and requests to be counted again: ids only",
    "hash_lists_hashlist": "rules of lists that agencies publish; no hashes", "hash_lists_edition": "counts, roots and signatures of what is published",
    "matching_listimport": "files of lists that came in: counts and line numbers, no hashes",
    "matching_listcount": "how many entries a list has", "matching_listsource": "how far a list is fetched: cursors and times, no keys",
    "hash_lists_moment": "times of positions", "hash_lists_subscriber": "who may read a list; needed to find out who asks; keys hashed",
    "webhooks_subscription": "addresses of agencies that are told of events; secrets encrypted; no report data",
    "webhooks_delivery": "that something happened to a number: ids only, as the queue",
    "operations_changed": "numbers of reports and cases that rules and figures are to look at again: ids only",
    "statistics_kept": "how far figures are kept",
    "federation_nonce": "nonces of calls of peers", "federation_link": "how sending to peers does",
    "parties_ownname": "what this installation is called", "parties_peer": "other installations, nobody's data",
    "parties_peerkey": "public keys of other installations", "parties_remotedesk": "which agencies work elsewhere; asked on every way",
}  # fmt: skip


@pytest.fixture
def report() -> Report:
    """A report that came down to Jalgaon, with everything that stages make of it."""
    factories.standard_tree()
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    return factories.filed(factories.provider(), factories.synthetic(device="imei-1"))


@pytest.fixture
def placed(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Report:
    factories.demo_ranges(tmp_path_factory.mktemp("ranges"))
    twin = factories.filed(report.reporter, factories.synthetic("kite_two", email="monsoon_kite_07@mail.example"))
    drain()
    assert twin.pk
    EarlierAnswer.objects.create(report=report, answer={}, answered_at=now(), replaced_at=now())
    return report


@pytest.fixture
def case(placed: Report) -> Case:
    return open_case(person("IN-MH-JALGAON"), [placed.pk], "Kite")


@pytest.fixture
def told_nothing() -> Iterator[None]:
    """As a web server's connection is: nobody has said who asks."""
    assume(NOTHING)
    yield
    connection.rollback() if connection.needs_rollback else None
    assume(OPERATOR)


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _seen(scope: Scope) -> dict[str, int]:
    with acting(scope):
        return {table: _rows(table) for table in sorted(PROTECTED)}


def test_every_table_is_in_one_of_the_lists() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        found = dict(cursor.fetchall())
    assert {table for table, secured in found.items() if secured} == PROTECTED
    assert {table for table, secured in found.items() if not secured} == set(OPEN)


def test_who_said_nothing_sees_nothing(case: Case, told_nothing: None) -> None:
    assert {table: _rows(table) for table in PROTECTED} == dict.fromkeys(PROTECTED, 0)


def test_the_holder_sees_its_report_in_every_table(case: Case) -> None:
    seen = _seen(scope_of(person("IN-MH-JALGAON")))
    empty = {table for table, rows in seen.items() if not rows}
    # nothing came by the public form (tests/integration/intake/test_public_form.py), nobody is assigned, no call was made at the door, nothing was refused, quarantined or unmasked (tests/integration/reports/test_masking.py), held or
    # destroyed (tests/integration/investigation/test_retention.py): all else has rows, so that the tests below prove something
    assert empty == {
        "cases_caseassignment", "doors_doorcall", "doors_feedback", "sandbox_sandboxreport", "sandbox_sandboxfile",
        "cybertipline_refuseddocument", "pipeline_quarantine",
        "public_form_publicreport", "public_form_publiccontact", "public_form_message",
        "reports_unmasking", "reports_unmaskingend", "reports_unmaskingreview",
        "retention_hold", "retention_destruction", "retention_destructionitem", "retention_certificate",
        # tests/integration/pipeline/test_linking.py: nobody tied or cut anything, and nothing is shared by so many
        "linking_hub", "linking_tie", "linking_cut", "linking_suggestion", "linking_compared",
        # nobody noted a preservation, and no log ends soon: tests/integration/pipeline/test_log_expiry_raising.py
        "attribution_preservationnote", "attribution_expirynotice",
        # tests/integration/pipeline/test_matching.py: there is no list, and no PDQ is stated
        "matching_nearvalue", "matching_knownhash", "matching_match",
        # tests/integration/pipeline/test_routing_*.py
        # tests/integration/referrals/test_due_times.py: nothing is due yet
        "referrals_duenotice",
        # tests/integration/referrals/test_queue.py, tests/integration/investigation/test_deconfliction.py
        "queue_handling", "queue_closing", "queue_lastlook", "bundles_bundle", "bundles_bundlemember", "bundles_bundledecision", "deconfliction_contact", "deconfliction_notice",
        "training_attempts_attempt", "training_attempts_answer", "training_attempts_hinttaken", "training_attempts_kept", "training_attempts_expected", "training_attempts_event", "training_attempts_keptworld", "training_attempts_review",
        "training_courses_certificate", "training_courses_course", "training_courses_attendance", "training_courses_enrolment", "training_courses_entrycode", "training_courses_exercise", "training_courses_instructor", "training_courses_paper", "training_courses_session", "training_courses_trainee", "training_desk_desk",
        "referrals_waiting", "routing_reroute", "routing_rulesample", "routing_rulepreview",
        # tests/integration/pipeline/test_triage.py: nothing is urgent, and nobody said anything
        "triage_lane", "triage_prioritymark", "triage_simulation",
        # tests/integration/statistics/test_schedules.py, test_transparency.py: nothing was published
        "publishing_schedule", "publishing_scheduledreport", "publishing_draw", "publishing_transparency", "publishing_publishedfile",
        # tests/integration/statistics/test_answer.py: nothing was counted yet; who sees counts sees facts, which are rows of times and no names
        # tests/integration/api/test_writing.py: no program wrote
        "api_answered",
        # tests/integration/exchange/test_hash_lists.py: nobody said what a file is
        "hash_lists_finding", "hash_lists_foundhash", "hash_lists_entry",
        # tests/integration/console/test_known_lists.py: nobody sent a file
        "matching_importpart",
        "statistics_fact", "statistics_requestfact", "statistics_snapshot", "statistics_cell", "statistics_tally",
        # tests/integration/investigation/: a case that was only opened has none of these
        "cases_caseperson", "cases_personevidence", "clocks_pause",
    "cases_casetask", "cases_standingproposal", "cases_proposalevidence", "cases_standingchange", "cases_caselink", "cases_casetransfer", "cases_officerchange", "cases_firentry", "cases_preliminaryenquiry", "cases_caseending",
        # tests/integration/investigation/test_requests.py
    "process_request", "process_requestitem", "process_requestevent", "process_requestalert",
    "replies_reply", "replies_replyfile", "replies_replyrow", "replies_replyfinding", "replies_replymapping",
    "exhibits_exhibit", "exhibits_exhibitdigest", "exhibits_custodyevent", "exhibits_hashimport", "exhibits_exhibithash",
    "letters_letter", "letters_letterversion",
    "leads_stepmark",
    "records_reportorigin", "records_hoporigin", "federation_outgoing", "federation_incoming", "federation_below", "retention_agreed",
    "packages_sentpackage", "packages_senthop", "packages_takenpackage", "packages_refusedpackage", "packages_takenreturn",
    "packages_sealedrelease",
        # tests/integration/investigation/test_operations.py
    "operations_operation", "operations_goal", "operations_operationagency", "operations_operationmember", "operations_rule", "operations_membership", "operations_phase", "operations_operationtask", "operations_districttask", "operations_actionday", "operations_boardentry", "operations_closing", "operations_fact", "operations_tally",
        # tests/integration/investigation/test_outcomes.py, test_safeguarding.py
    "outcomes_outcome", "outcomes_reportoutcome", "outcomes_reminder", "doors_judgement", "safeguarding_child", "safeguarding_step", "safeguarding_childnote", "safeguarding_supportreferral", "safeguarding_supportanswer", "safeguarding_preference",
    }  # fmt: skip


@pytest.mark.parametrize("code", ["IN-MH-PUNE", "IN-DL-CYBER", "IN-BR-CYBER"])
def test_a_sibling_and_a_stranger_see_no_row(case: Case, code: str) -> None:
    assert _seen(scope_of(person(code))) == dict.fromkeys(PROTECTED, 0)


def test_the_desks_it_came_by_see_the_report_and_not_the_case(case: Case) -> None:
    for code in ("US-NCMEC", "IN-NCRB", "IN-MH-CYBER"):
        seen = _seen(scope_of(person(code, Role.SUPERVISOR)))
        assert seen["reports_report"] == 2, code
        assert seen["cases_casereport"] == 1, code
        assert seen["cases_case"] == seen["cases_casehandle"] == seen["cases_caseoffence"] == 0, code


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.STATISTICIAN, Role.TRAINER, Role.TRAINEE])
def test_roles_without_reports_see_no_row_of_their_own_agency(case: Case, role: Role) -> None:
    seen = _seen(scope_of(person("IN-MH-JALGAON", role)))
    log = seen.pop("audit_entry")
    assert set(seen.values()) == {0}
    assert (log > 0) == (role == Role.AUDITOR)


def _counted(scope: Scope, code: str) -> float:
    with acting(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(value), 0) FROM tipline_counts(%s) WHERE figure = 'held'", [agency(code).pk]
        )
        return float(cursor.fetchone()[0])


def test_counting_is_for_the_agencies_in_scope_and_for_no_other(case: Case) -> None:
    statistician = scope_of(person("IN-MH-JALGAON", Role.STATISTICIAN))
    assert statistician.empty
    assert _counted(statistician, "IN-MH-JALGAON") == 2
    for scope in (
        scope_of(person("IN-MH-PUNE", Role.STATISTICIAN)),
        scope_of(person("IN-MH-CYBER", Role.STATISTICIAN)),
        scope_of(person("IN-MH-JALGAON", Role.INVESTIGATOR)),
        scope_of(person("IN-MH-JALGAON", Role.AUDITOR)),
        provider_scope(1),
        NOTHING,
    ):
        assert _counted(scope, "IN-MH-JALGAON") == 0, scope


def test_an_investigator_sees_a_case_only_while_assigned(case: Case) -> None:
    investigator, supervisor = person("IN-MH-JALGAON", Role.INVESTIGATOR), person("IN-MH-JALGAON", Role.SUPERVISOR)
    assert _seen(scope_of(investigator))["cases_case"] == 0
    assign(supervisor, case, investigator)
    assert _seen(scope_of(investigator))["cases_case"] == 1
    assert _seen(scope_of(person("IN-MH-JALGAON", Role.INVESTIGATOR)))["cases_case"] == 0


def test_an_investigator_cannot_assign_themselves(case: Case) -> None:
    investigator = person("IN-MH-JALGAON", Role.INVESTIGATOR)
    with pytest.raises(ProgrammingError, match="row-level security"), acting(scope_of(investigator)):
        connection.cursor().execute(
            "INSERT INTO cases_caseassignment (case_id, agency_id, person_id, assigned_at, assigned_by)"
            " VALUES (%s, %s, %s, now(), '')",
            [case.pk, case.agency_id, investigator.pk],
        )
    assert _seen(scope_of(investigator))["cases_case"] == 0


def test_a_provider_sees_what_it_filed_and_nothing_of_what_became_of_it(case: Case, placed: Report) -> None:
    seen = _seen(provider_scope(placed.reporter_id))
    assert {table for table, rows in seen.items() if rows} == {
        "reports_report", "reports_document", "reports_reportedfile", "reports_holding",
    }  # fmt: skip
    assert _seen(provider_scope(factories.provider("Other").pk)) == dict.fromkeys(PROTECTED, 0)


@pytest.fixture
def without_first_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test build of the issue: the visibility function lets everything through, in every room that asks it."""
    import tipline.investigation.cases.queries as cases
    import tipline.investigation.chain as whole_chain
    import tipline.referrals.queries as referrals

    def all_reports(scope: Scope) -> object:
        return Report.objects.all()

    for module in (report_queries, referrals, whole_chain):
        monkeypatch.setattr(module, "visible_reports", all_reports)
    monkeypatch.setattr(
        cases,
        "visible_cases",
        lambda scope: Case.objects.select_related("agency", "opened_by").order_by("id"),
    )


def _pages(user: User, report: Report, case: Case) -> list[tuple[int, str]]:
    client = factories.signed_in(user)
    paths = (f"/reports/{report.pk}/", f"/cases/{case.pk}/", "/cases/", "/desk/?tab=all")
    return [(answer.status_code, answer.content.decode()) for answer in map(client.get, paths)]


def test_without_the_first_lock_a_sibling_still_gets_nothing(
    case: Case, placed: Report, without_first_lock: None
) -> None:
    # the holder does get it: the pages work, and only the second lock stands between
    own = _pages(person("IN-MH-JALGAON"), placed, case)
    assert [status for status, _ in own] == [200, 200, 200, 200]
    assert all("monsoon_kite_07" in text for _, text in (own[0], own[1], own[3]))
    for code in ("IN-MH-PUNE", "IN-DL-CYBER"):
        pages = _pages(person(code), placed, case)
        assert [status for status, _ in pages] == [404, 404, 200, 200], code
        assert not any("monsoon_kite_07" in text or case.number in text for _, text in pages), code


def test_without_the_first_lock_the_chain_of_a_stranger_is_not_there(placed: Report, without_first_lock: None) -> None:
    from tipline.core.errors import NotFoundError

    with pytest.raises(NotFoundError), acting(scope_of(person("IN-MH-PUNE"))) as scope:
        chain(scope, placed.pk)


def test_without_the_second_lock_either_the_page_shows_it(case: Case, placed: Report, without_first_lock: None) -> None:
    """What the two tests above would look like if row security did not hold: they can fail."""
    with acting(OPERATOR):
        assert chain(Scope(), placed.pk)["id"] == placed.pk


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE reports_report DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE reports_report NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY reports_report_visible ON reports_report",
        "ALTER POLICY reports_report_visible ON reports_report USING (true)",
        "CREATE POLICY mine ON reports_report USING (true)",
        "ALTER ROLE tipline_app BYPASSRLS",
        "CREATE OR REPLACE FUNCTION tipline_sees_report(wanted bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "GRANT tipline_owner TO tipline_app",
    ],
)
def test_the_application_cannot_switch_it_off(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner|permission"), transaction.atomic():
        connection.cursor().execute(statement)


def test_switching_it_off_for_a_session_is_an_error_and_not_a_view(report: Report) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), acting(NOTHING), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT count(*) FROM reports_report")


def test_nobody_writes_rows_that_they_could_not_see(placed: Report) -> None:
    stranger = scope_of(person("IN-MH-PUNE"))
    with pytest.raises(ProgrammingError, match="row-level security"), acting(stranger):
        connection.cursor().execute(
            "INSERT INTO reports_holding (report_id, agency_id, held_from) VALUES (%s, %s, now())",
            [placed.pk, agency("US-NCMEC").pk],
        )
    with acting(stranger), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_report SET state = 'retracted' WHERE id = %s", [placed.pk])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM reports_document")
        assert cursor.rowcount == 0


@pytest.mark.parametrize("code", ["IN-MH-PUNE", "IN-BR-CYBER"])
def test_nobody_makes_a_report_visible_to_themselves(placed: Report, code: str) -> None:
    stranger = scope_of(person(code))
    with pytest.raises(ProgrammingError, match="row-level security"), acting(stranger):
        connection.cursor().execute(
            "INSERT INTO reports_holding (report_id, agency_id, held_from) VALUES (%s, %s, now())",
            [placed.pk, agency(code).pk],
        )
    assert _seen(stranger)["reports_report"] == 0


def test_an_inner_block_ends_and_the_outer_scope_counts_again(placed: Report) -> None:
    with acting(scope_of(person("IN-MH-PUNE"))):
        with acting(OPERATOR):
            assert _rows("reports_report") == 2
        assert _rows("reports_report") == 0
        with pytest.raises(ValueError, match="out"), acting(OPERATOR):
            raise ValueError("out")
        assert _rows("reports_report") == 0
    assert _rows("reports_report") == 2  # the test's own connection is the operator's


def test_oversight_shows_what_the_overseen_holds(placed: Report) -> None:
    from tipline.core.errors import InvalidInputError, NotFoundError
    from tipline.trust.agencies.services import end_oversight, set_oversight

    unit, state = agency("IN-MH-PUNE"), agency("IN-MH-CYBER")
    watcher = person("IN-MH-PUNE", Role.SUPERVISOR)
    assert _seen(scope_of(watcher))["reports_report"] == 0
    with pytest.raises(InvalidInputError, match="order or agreement"):
        set_oversight(unit, state, with_below=False, reason=" ", actor=factories.TESTS)
    set_oversight(unit, state, with_below=False, reason="Order 7 of 2026", actor=factories.TESTS)
    assert scope_of(watcher).agency_ids == {unit.pk, state.pk}
    set_oversight(unit, state, with_below=True, reason="Order 8 of 2026", actor=factories.TESTS)
    assert agency("IN-MH-JALGAON").pk in scope_of(watcher).agency_ids
    assert _seen(scope_of(watcher))["reports_report"] == 2
    assert scope_of(person("IN-MH-PUNE", Role.ADMINISTRATOR)) == NOTHING
    end_oversight(unit, state, factories.TESTS)
    assert scope_of(watcher).agency_ids == {unit.pk}
    with pytest.raises(NotFoundError):
        end_oversight(unit, state, factories.TESTS)
