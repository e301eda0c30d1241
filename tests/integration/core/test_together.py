"""Several queries in one statement answer as they do one by one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Count, F, QuerySet
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import person
from tipline.core.sql import together
from tipline.trust.accounts.models import ApiToken, Role, User
from tipline.trust.agencies.models import Agency, Jurisdiction

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people() -> list[User]:
    factories.standard_tree()
    made = [person(code, role) for code in ("IN-MH-JALGAON", "IN-MH-PUNE") for role in (Role.AUDITOR, Role.SUPERVISOR)]
    for somebody in made:
        factories.token(somebody)
    return made


def asked() -> list[QuerySet]:
    """Rows of many types: texts, numbers, times, lists, JSON; with what stands beside them, in an order of their own."""
    return [
        User.objects.select_related("agency__parent").order_by("-email"),
        Agency.objects.filter(code__startswith="IN-MH").annotate(many=Count("people")).order_by("-many", "code"),
        ApiToken.objects.order_by("id").values("scopes", "expires_at", agency=F("person__agency__code")),
        Jurisdiction.objects.order_by("-id").values_list("country", flat=True)[2:5],
        User.objects.filter(pk__in=[]),
        User.objects.filter(name="Nobody of this name"),
        User.objects.order_by("agency__name", "-id").values_list("agency__name").distinct(),
    ]


def test_every_query_has_its_own_rows_in_its_own_order() -> None:
    with CaptureQueriesContext(connection) as statements:
        found = together(*asked())
        names = [(somebody.email, somebody.agency.name, somebody.agency.parent.code) for somebody in found[0]]
        many = [agency.many for agency in found[1]]
    assert len(statements) == 1
    assert [list(rows) for rows in found] == [list(rows) for rows in asked()]
    assert names == [(u.email, u.agency.name, u.agency.parent.code) for u in asked()[0]]
    assert many == [agency.many for agency in asked()[1]]
    assert len({len(rows) for rows in found}) > 3


def test_what_a_query_prefetches_comes_with_it() -> None:
    (people, agencies) = together(User.objects.prefetch_related("tokens"), Agency.objects.all())
    with CaptureQueriesContext(connection) as statements:
        assert [len(somebody.tokens.all()) for somebody in people] == [1, 1, 1, 1]
    assert not list(statements)
    assert len(agencies) == Agency.objects.count()


def test_nothing_to_ask_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as statements:
        assert together() == ()
        assert together(User.objects.none(), User.objects.filter(pk__in=[])) == ([], [])
    assert not list(statements)


def test_a_query_can_be_asked_again() -> None:
    people = User.objects.order_by("id")
    (first,) = together(people)
    person("IN-MH-PUNE")
    assert len(people) == len(first) + 1
