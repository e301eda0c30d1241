"""The funnel and the medians again, by somebody who has never seen the facts: plain Python over the rows of the record."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from tests import factories, world
from tests.factories import agency
from tipline.statistics.figures import Asked, Dimension
from tipline.statistics.keeping import refresh
from tipline.statistics.queries import answer
from tipline.trust.visibility import OPERATOR

pytestmark = pytest.mark.django_db


def table(statement: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Record:
    """The raw rows, each table by what one looks it up by."""

    def __init__(self) -> None:
        self.reports = {row["id"]: row for row in table("SELECT * FROM reports_report WHERE retracted_at IS NULL")}
        self.held: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        for row in table("SELECT * FROM reports_holding"):
            self.held[row["report_id"]][row["agency_id"]] = row
        self.hops: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in table("SELECT * FROM referrals_referral ORDER BY id"):
            self.hops[row["report_id"]].append(row)
        self.case_of = {row["report_id"]: row for row in table("SELECT * FROM cases_casereport")}
        self.cases = {row["id"]: row for row in table("SELECT * FROM cases_case")}
        self.place = {row["report_id"]: row for row in table("SELECT * FROM attribution_whereabouts")}
        self.told: dict[int, list[datetime]] = defaultdict(list)
        for row in table("SELECT * FROM outcomes_reportoutcome"):
            if row["withdrawn_at"] is None:
                self.told[row["report_id"]].append(row["recorded_at"])
        raised = {row["person_id"]: row["at"] for row in table("SELECT * FROM cases_standingchange")}
        handles = {row["id"]: row["report_id"] for row in table("SELECT * FROM cases_casehandle")}
        tied: dict[int, set[int]] = defaultdict(set)
        for row in table("SELECT * FROM cases_personevidence"):
            if row["withdrawn_at"] is None and row["handle_id"] is not None:
                tied[row["person_id"]].add(handles[row["handle_id"]])
        self.traced: dict[int, datetime] = {}
        for row in table("SELECT * FROM cases_caseperson WHERE standing = 'person_of_interest'"):
            for report, joined in self.case_of.items():
                if joined["case_id"] == row["case_id"] and (report in tied[row["id"]] or not tied[row["id"]]):
                    self.traced[report] = min(raised[row["id"]], self.traced.get(report, raised[row["id"]]))

    def steps(self, report: int) -> dict[str, datetime | None]:
        """When a report reached each step of the funnel."""
        sent = [hop["sent_at"] for hop in self.hops[report] if hop["state"] != "recalled"]
        accepted = [hop["state_at"] for hop in self.hops[report] if hop["state"] == "accepted"]
        return {
            "referred": min(sent, default=None), "accepted": min(accepted, default=None),
            "in_case": self.case_of[report]["added_at"] if report in self.case_of else None,
            "traced": self.traced.get(report), "outcome": min(self.told[report], default=None),
        }  # fmt: skip

    def district(self, report: int) -> str:
        place = self.place[report]
        return (
            "/".join(part for part in (place["country"], place["state"], place["district"]) if part)
            if place["country"]
            else ""
        )

    def desk(self, report: int) -> str:
        (owner,) = [row["agency_id"] for row in self.held[report].values() if row["held_until"] is None]
        return str(owner)


@pytest.fixture
def record() -> Record:
    factories.standard_tree()
    world.make(1_000, seed=7)
    refresh()
    return Record()


def asked(figure: str, code: str, by: tuple[Dimension, ...]) -> dict[tuple[str, ...], dict[str, float | None]]:
    found = answer(OPERATOR, Asked(figure, code, date(2020, 1, 1), date(2035, 1, 1), by, suppressed=False))
    return {
        row.keys: {m.key: cell.value for m, cell in zip(found.definition.measures, row.cells, strict=True)}
        for row in found.rows
    }


def test_the_funnel_and_the_days_of_its_hops(record: Record) -> None:
    for code in ("US-NCMEC", "IN-MH-CYBER", "IN-MH-JALGAON"):
        counted_again(record, code)


def counted_again(record: Record, code: str) -> None:
    holder = agency(code)
    zone = ZoneInfo(holder.timezone)
    key_of = {
        Dimension.MONTH: lambda report: f"{record.reports[report]['received_at'].astimezone(zone):%Y-%m}",
        Dimension.DISTRICT: record.district,
        Dimension.PLATFORM: lambda report: str(record.reports[report]["reporter_id"]),
        Dimension.CATEGORY: lambda report: record.reports[report]["incident_type"],
        Dimension.DESK: record.desk,
    }
    mine = [report for report in record.reports if holder.pk in record.held[report]]
    assert len(mine) > 50
    for dimension, key in key_of.items():
        groups: dict[str, list[int]] = defaultdict(list)
        for report in mine:
            groups[key(report)].append(report)
        funnel = {keys: row for keys, row in asked("funnel", code, (dimension,)).items() if row["reports"]}
        days = asked("hop_days", code, (dimension,))
        assert funnel.keys() == {(group,) for group in groups}
        for group, reports in groups.items():
            steps = [record.steps(report) for report in reports]  # in the order of the reports
            expected: dict[str, float] = {name: sum(step[name] is not None for step in steps) for name in steps[0]}
            expected["reports"] = len(reports)
            expected["cases"] = len(
                {record.case_of[report]["case_id"] for report in reports if report in record.case_of}
            )
            assert funnel[group,] == expected, (dimension, group)
            for hop, step in (
                ("referred", "referred"),
                ("accepted", "accepted"),
                ("in_case", "in_case"),
                ("outcome", "outcome"),
            ):
                took = [
                    whole_days((at - record.reports[report]["received_at"]).total_seconds())
                    for report, at in ((report, found[step]) for report, found in zip(reports, steps, strict=True))
                    if at is not None
                ]
                assert days[group,][f"{hop}_reports"] == len(took)
                assert days[group,][f"{hop}_median"] == (pytest.approx(statistics.median(took)) if took else None)
                assert days[group,][f"{hop}_p90"] == (pytest.approx(ninetieth(took)) if took else None)


def whole_days(seconds: float) -> float:
    """As the figure says that it counts: whole tenths of a day up to ten, then whole days."""
    tenths = int(max(seconds, 0) // 8640)
    return tenths / 10 if tenths < 100 else float(tenths // 10)


def ninetieth(values: list[float]) -> float:
    """Between the two values that nine tenths of the way along the list lie between."""
    values = sorted(values)
    place = 0.9 * (len(values) - 1)
    low = int(place)
    return values[low] + (place - low) * (values[min(low + 1, len(values) - 1)] - values[low])
