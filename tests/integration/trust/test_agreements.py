"""Agreements and calendars: made by a tree, set and ended by people, kept with what they rest on."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.factories import TESTS, agency
from tipline.core.clock import now
from tipline.core.errors import InvalidInputError, NotFoundError
from tipline.trust.agencies.agreements import end_agreement, hops_without, in_force, set_agreement
from tipline.trust.agencies.calendars import calendars, clear_calendar, set_calendar
from tipline.trust.agencies.models import Agreement, DeskCalendar
from tipline.trust.agencies.services import COLUMNS, STANDARD_TREE, import_tree
from tipline.trust.audit.models import Entry

pytestmark = pytest.mark.django_db
TREE = "AA,Above,national,,IN,,,UTC,en{0}\nBB,Below,state,AA,IN,Maharashtra,,Asia/Kolkata,mr{1}\n"


def imported(tmp_path: Path, *agreements: str) -> Path:
    path = tmp_path / "tree.csv"
    head = (*COLUMNS, "agreement") if agreements else COLUMNS
    cells = [f",{one}" for one in agreements] or ["", ""]
    path.write_text(",".join(head) + "\n" + TREE.format(*cells))
    import_tree(path, TESTS)
    return path


def hop() -> tuple[int, int]:
    return agency("AA").pk, agency("BB").pk


def test_the_links_of_a_tree_rest_on_its_file() -> None:
    factories.standard_tree()
    sha256 = hashlib.sha256(STANDARD_TREE.read_bytes()).hexdigest()
    assert set(Agreement.objects.values_list("reference", flat=True)) == {f"tree agencies.csv, sha256 {sha256}"}
    known = in_force(now().date())
    assert (agency("IN-MH-CYBER").pk, agency("IN-MH-JALGAON").pk) in known
    assert (agency("IN-MH-JALGAON").pk, agency("IN-MH-CYBER").pk) not in known
    before = Agreement.objects.count()
    factories.standard_tree()
    assert Agreement.objects.count() == before


def test_the_tenth_column_names_another_reference_or_none(tmp_path: Path) -> None:
    imported(tmp_path, "", "MoU 7/2019")
    assert in_force(now().date()) == {hop(): "MoU 7/2019"}
    imported(tmp_path, "", "none")
    assert in_force(now().date()) == {}
    imported(tmp_path)  # nine columns say nothing of it
    assert in_force(now().date()) == {}
    imported(tmp_path, "", "MoU 8/2026")
    assert in_force(now().date()) == {hop(): "MoU 8/2026"}
    with pytest.raises(InvalidInputError, match="line 2, agreement"):
        imported(tmp_path, "MoU 9", "")
    with pytest.raises(InvalidInputError, match="line 3, agreement"):
        imported(tmp_path, "", "x" * 301)


def test_what_a_person_ended_a_tree_does_not_bring_back(tmp_path: Path) -> None:
    imported(tmp_path)
    end_agreement(agency("AA"), agency("BB"), TESTS)
    imported(tmp_path)
    assert hops_without([hop()], now().date()) == [hop()]
    with pytest.raises(NotFoundError, match="no agreement by which AA hands to BB"):
        end_agreement(agency("AA"), agency("BB"), TESTS)


def test_an_agreement_is_in_force_from_its_first_day_to_before_its_last(tmp_path: Path) -> None:
    imported(tmp_path, "", "none")
    today = now().date()
    first, last = today + timedelta(days=2), today + timedelta(days=5)
    set_agreement(agency("AA"), agency("BB"), "Order 3", TESTS, since=first, until=last)
    days = [day for day in range(8) if hop() in in_force(today + timedelta(days=day))]
    assert days == [2, 3, 4]
    set_agreement(agency("AA"), agency("BB"), "Order 4", TESTS)
    set_agreement(agency("AA"), agency("BB"), "Order 5", TESTS)
    assert in_force(today)[hop()] == "Order 5"
    assert Agreement.objects.filter(until__isnull=True).count() == 1
    for wrong in ({"reference": " "}, {"reference": "R", "since": last, "until": first}):
        with pytest.raises(InvalidInputError):
            set_agreement(agency("AA"), agency("BB"), actor=TESTS, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="itself"):
        set_agreement(agency("AA"), agency("AA"), "R", TESTS)
    assert Entry.objects.filter(action="agency.agreement_set").count() == 3


CALENDAR = """out_until = 2026-12-07T09:30:00+05:30
closed_days = [2027-01-26]
deputy = "AA"
[about]
title = "Hours"
version = "2"
source = "Order 3/2026"
licence = "none"
as_of = "2026-11-28"
[weekly]
mon = [["14:00", "18:00"], ["09:30", "13:30"]]
"""


def test_a_calendar_is_taken_from_a_file_and_away_again(tmp_path: Path) -> None:
    imported(tmp_path)
    file = tmp_path / "hours.toml"
    file.write_text(CALENDAR)
    row = set_calendar(agency("BB"), file, TESTS)
    assert row.weekly == {"mon": [["09:30", "13:30"], ["14:00", "18:00"]]}
    found = calendars()[agency("BB").pk]
    assert (str(found.zone), found.deputy_id) == ("Asia/Kolkata", agency("AA").pk)
    clear_calendar(agency("BB"), TESTS)
    assert not DeskCalendar.objects.exists()
    with pytest.raises(NotFoundError):
        clear_calendar(agency("BB"), TESTS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('deputy = "AA"', 'deputy = "BB"', "stand in for itself"),
        ('deputy = "AA"', 'deputy = "ZZ"', "no active agency 'ZZ'"),
        ('"13:30"', '"14:30"', "overlap"),
        ("+05:30", "", "out_until"),
        ("mon =", "someday =", "weekly"),
        ('version = "2"', "", "about.version"),
    ],
)
def test_a_wrong_calendar_is_refused_by_its_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    imported(tmp_path)
    file = tmp_path / "hours.toml"
    file.write_text(CALENDAR.replace(old, new))
    with pytest.raises(InvalidInputError, match=words):
        set_calendar(agency("BB"), file, TESTS)
    assert not DeskCalendar.objects.exists()
