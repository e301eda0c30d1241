"""A number of a day stays the number of that day, whatever is withdrawn, corrected or noted late after it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection

from tests import factories, world
from tests.factories import person
from tipline.core.errors import ConflictError, InvalidInputError
from tipline.statistics.catalogue import newest
from tipline.statistics.figures import Answer, Asked
from tipline.statistics.keeping import mark_all, refresh
from tipline.statistics.models import Fact
from tipline.statistics.queries import answer, fresh_at
from tipline.trust.visibility import OPERATOR

pytestmark = pytest.mark.django_db

# What happens to a record: things that are taken back, corrected, noted long after they were, and moved.
CHANGES = {
    "an outcome is withdrawn": "UPDATE outcomes_reportoutcome SET withdrawn_at = now() WHERE withdrawn_at IS NULL",
    "acceptances are returned": (
        "UPDATE referrals_referral SET state = 'returned', return_reason = 'other', state_at = now() WHERE state = 'accepted' AND report_id % 2 = 0"
    ),
    "referrals are recalled": "UPDATE referrals_referral SET state = 'recalled', state_at = now() WHERE state = 'acknowledged'",
    "an FIR is corrected to another day": "UPDATE cases_case SET fir_registered_at = fir_registered_at - interval '3 days' WHERE fir_number <> ''",
    "an FIR is noted late": "UPDATE cases_case SET fir_number = 'L' || id, fir_registered_at = opened_at WHERE fir_number = ''",
    "reports turn out to be of another district": "UPDATE attribution_whereabouts SET district = 'Nandurbar'",
    "logs are preserved": "UPDATE attribution_reportclock SET all_gone_at = all_gone_at + interval '90 days'",
    "a provider withdraws": "UPDATE reports_report SET state = 'retracted', processing = 'none', retracted_at = now() WHERE id % 5 = 0",
    "evidence is withdrawn": (
        "UPDATE cases_personevidence SET withdrawn_at = now(), withdrawn_by_id = added_by_id, withdrawn_why = 'wrong' WHERE withdrawn_at IS NULL"
    ),
    "a reply is noted late": (
        "UPDATE process_request SET state = 'replied', replied_at = sent_at + interval '1 day', answer = 'full', usefulness = 'none' WHERE state = 'sent'"
    ),
    "a request is withdrawn": "UPDATE process_request SET state = 'withdrawn', ended_at = now() WHERE id % 3 = 0",
    "feedback changes": "UPDATE doors_feedback SET useful = 'no', day = day + 1 WHERE useful = 'yes'",
    "a desk moves to another time zone": "UPDATE agencies_agency SET timezone = 'Pacific/Auckland'",
}


@pytest.fixture
def made() -> None:
    factories.standard_tree()
    world.make(400)
    refresh()


def told(as_of: datetime | None = None) -> dict[str, Answer]:
    """Every figure by all of its single dimensions, of the desk at the top and of one at the bottom."""
    found = {}
    for agency in ("US-NCMEC", "IN-MH-JALGAON"):
        for figure in newest():
            for by in ((), *((one,) for one in figure.definition.by)):
                asked = Asked(
                    figure.name, agency, date(2020, 1, 1), date(2030, 1, 1), by, as_of=as_of, suppressed=False
                )
                found[f"{agency} {figure.name} {by}"] = answer(OPERATOR, asked)
    return found


def rows(answers: dict[str, Answer]) -> dict[str, object]:
    return {name: found.rows for name, found in answers.items()}


def test_every_answer_of_a_moment_is_the_same_after_all_that_came_later(made: None) -> None:
    then = {fresh_at(): rows(told())}
    for what, statement in CHANGES.items():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, what
        assert refresh(), what
        at, new = fresh_at(), rows(told())
        assert new != then[max(then)], f"{what}: no figure shows it"
        then[at] = new
    mark_all()
    assert refresh() == 0, "counting everything again finds nothing new"
    assert Fact.objects.filter(known_until__isnull=False).exists()
    for at, before in then.items():
        again = rows(told(at))
        assert {name for name in before if again[name] != before[name]} == set(), at


def test_what_happened_after_a_moment_is_not_in_it_though_nothing_was_corrected(made: None) -> None:
    half_a_year_ago = fresh_at().replace(month=1, day=1)
    asked = Asked("funnel", "US-NCMEC", date(2020, 1, 1), date(2030, 1, 1), suppressed=False, as_of=half_a_year_ago)
    (row,) = answer(OPERATOR, asked).rows
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM referrals_referral f WHERE f.report_id = r.id AND f.sent_at <= %(at)s))"
            " FROM reports_report r WHERE r.received_at <= %(at)s AND coalesce(r.retracted_at > %(at)s, true)",
            {"at": half_a_year_ago},
        )
        assert [cell.value for cell in row.cells[:2]] == [float(n) for n in cursor.fetchone()]


def test_a_moment_that_facts_have_not_reached_has_no_answer_yet(made: None) -> None:
    late = fresh_at().replace(year=2039)
    with pytest.raises(InvalidInputError, match="kept up to"):
        told(late)


def test_before_the_first_refresh_nothing_is_told() -> None:
    factories.standard_tree()
    assert person("IN-MH-JALGAON")
    with pytest.raises(ConflictError, match="for the first time"):
        told()
