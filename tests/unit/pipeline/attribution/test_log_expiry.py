"""The log-expiry clock without a database: who holds a log, from when its time counts, and the arithmetic of the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tipline.core.datafile import load_toml
from tipline.core.errors import InvalidInputError
from tipline.pipeline.attribution.log_expiry.clock import Times, clock_of
from tipline.pipeline.attribution.log_expiry.directory import (
    LONGEST_VERSION,
    Claim,
    Directory,
    DirectoryFile,
    standard_files,
    words,
)
from tipline.pipeline.attribution.log_expiry.network import country_of, network_of
from tipline.pipeline.attribution.log_expiry.thresholds import THRESHOLDS, Thresholds

ABOUT = {"title": "t", "version": "1", "source": "made for a test", "licence": "Apache-2.0", "as_of": "2026-11-28"}
RECEIVED = datetime(2026, 11, 10, tzinfo=UTC)
USED = datetime(2026, 11, 8, 10, 15, tzinfo=UTC)


def claim(basis: str, **span: int) -> dict[str, object]:
    return {"basis": basis, "title": f"the {basis}", "source": "s", "as_of": "2026-11-28", "sure": "high", **span}


def holder(key: str, **more: object) -> dict[str, object]:
    return {"key": key, "name": key.title(), "kind": "fixed", "source": "s", "as_of": "2026-11-28", **more}


def file(country: str, *holders: dict[str, object], version: str = "1", **more: object) -> DirectoryFile:
    return DirectoryFile.model_validate(
        {"about": {**ABOUT, "version": version}, "country": country, "holders": holders, **more}
    )


def times(used: datetime | None = USED, **more: object) -> Times:
    given = {"stated": used is not None, "zoned": True, "incident": None, "received": RECEIVED, **more}
    return Times(used, **given)  # type: ignore[arg-type]


# -- who holds it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "asn", "owner", "key", "by"),
    [
        ("IN", 55836, "", "jio", "asn"),
        ("", 24560, "whatever", "airtel", "asn"),
        ("IN", 9829, "", "bsnl", "asn"),
        ("IN", 24309, "", "act", "asn"),
        ("IN", 16509, "", "amazon-aws", "asn"),
        ("DE", 24940, "", "hetzner", "asn"),
        ("IN", None, "RELIANCE JIO infocomm ltd", "jio", "owner"),
        ("IN", None, "Vodafone-Idea Ltd. (VIL)", "vodafone-idea", "owner"),
        ("IN", 64500, "Asianet Satellite Communications Pvt Ltd", "asianet", "owner"),
        # part of a word is no match, nor is a network of another country that is called alike
        ("IN", None, "Jioinfocomm", "unknown", ""),
        ("ID", None, "Bharti Airtel", "unknown", ""),
        ("IN", None, "", "unknown", ""),
        ("IN", 64500, "Example Khandesh Broadband", "unknown", ""),
    ],
)
def test_the_holder_is_found_by_as_number_and_else_by_whole_words(
    country: str, asn: int | None, owner: str, key: str, by: str
) -> None:
    found = Directory().find(country, asn, owner)
    assert (found.key, found.found_by) == (key, by)


def test_an_owner_that_fits_two_networks_is_nobodys() -> None:
    directory = Directory(standard=[file("XX", holder("one", names=["river net"]), holder("two", names=["hill net"]))])
    found = directory.find("XX", None, "Hill Net and River Net")
    assert (found.key, found.ambiguous) == ("unknown", ("One", "Two"))
    assert "fits One and Two" in clock_of(times(), found).explanation


def test_the_longer_name_counts() -> None:
    directory = Directory(
        standard=[file("XX", holder("one", names=["river"]), holder("two", names=["river net north"]))]
    )
    assert directory.find("XX", None, "River Net North Ltd").key == "two"
    assert directory.find("XX", None, "River Net South Ltd").key == "one"


def test_an_installations_own_entry_counts_instead_of_ours_and_ours_of_others_stay() -> None:
    own = file(
        "IN",
        holder("jio", asns=[55836], retention=[claim("practice", days=90)], contact={
            "role": "Nodal officer", "email": "nodal@jio.test", "placeholder": False}),
        version="state-3",
    )  # fmt: skip
    known = Directory([own])
    mine = known.find("IN", 55836, "")
    assert mine.contact is not None and not mine.contact.placeholder
    assert "this network's practice is 90 days" in clock_of(times(), mine).explanation
    assert mine.claims["rule"].days == 180  # what the country's file says of all networks still holds
    assert known.find("IN", 24560, "").key == "airtel"
    assert known.find("IN", None, "Reliance Jio").key == "unknown"  # the entry was replaced, names and all
    assert known.version.startswith("own IN state-3 + IN 1")


def test_a_second_country_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "NL.toml"
    path.write_text(
        'country = "NL"\n[about]\ntitle = "t"\nversion = "1"\nsource = "s"\nlicence = "CC0-1.0"\nas_of = "2026-11-28"\n'
        '[[retention]]\nbasis = "rule"\ndays = 60\ntitle = "A rule of that country"\nsource = "s"\nas_of = "2026-11-28"\nsure = "high"\n'
        '[[holders]]\nkey = "polder"\nname = "Polder Net"\nasns = [64501]\nkind = "fixed"\nsource = "s"\nas_of = "2026-11-28"\n'
    )
    clock = clock_of(times(), Directory([load_toml(path, DirectoryFile)]).find("NL", 64501, ""))
    assert clock.kept_until_by_rule_at == USED + timedelta(days=60)
    assert "A rule of that country" in clock.explanation
    # what it does not say is taken from the file for everywhere
    assert clock.likely_gone_at == USED + timedelta(days=14)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"holders": [holder("a", asns=[1]), holder("a", asns=[2])]}, "the key a stands twice"),
        ({"holders": [holder("a", asns=[1]), holder("b", asns=[1])]}, "the AS number 1 stands twice"),
        (
            {"holders": [holder("a", names=["Big Net"]), holder("b", names=["big  net"])]},
            "the name big net stands twice",
        ),
        ({"holders": [holder("a")]}, "nothing leads to it"),
        ({"holders": [holder("unknown", asns=[1])]}, "in no directory"),
        ({"holders": [holder("a", asns=[0])]}, "greater than or equal to 1"),
        ({"holders": [holder("a", names=["---"])]}, "holds no word"),
        ({"holders": [holder("a", asns=[1], retention=[claim("practice", days=1, years=1)])]}, "either days or years"),
        ({"holders": [holder("a", asns=[1], retention=[claim("practice")])]}, "either days or years"),
        (
            {"holders": [holder("a", asns=[1], contact={"role": "r", "email": "x@y.example", "placeholder": False})]},
            "placeholder = true",
        ),
        ({"country": "India"}, "pattern"),
        ({"holder": []}, "Extra inputs"),
    ],
)
def test_a_file_that_leads_astray_is_refused(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        DirectoryFile.model_validate({"about": ABOUT, "country": "XX", **changed})


def test_what_comes_with_tipline_names_no_address_of_anybody_and_cites_everything() -> None:
    for country in standard_files():
        assert country.unknown is not None
        for entry in country.holders:
            assert entry.contact is not None and entry.contact.placeholder
            assert entry.contact.email.endswith("@placeholder.example")
            assert entry.retention == ()  # nothing was confirmed with any of them
        assert all(c.source and c.title for c in country.retention)
    asns = [asn for country in standard_files() for entry in country.holders for asn in entry.asns]
    assert len(asns) == len(set(asns)) > 100
    assert len(Directory().version) <= LONGEST_VERSION


@given(st.text(max_size=60), st.sampled_from(["", "IN", "DE", "ZZ"]), st.none() | st.integers(0, 2**32))
def test_whatever_a_range_table_writes_somebody_or_nobody_holds_it(owner: str, country: str, asn: int | None) -> None:
    found = Directory().find(country, asn, owner)
    assert found.key == "unknown" or found.found_by in {"asn", "owner"}
    if found.found_by == "owner":
        assert set(words(owner))


@pytest.mark.parametrize(
    ("stated", "owner", "sources", "asn"),
    [
        ("64500", "x", [{"asn": 1}], 64500),
        (None, "x", [{}, {"asn": None}, {"asn": "AS64501"}], 64501),
        (None, "AS64502 Example Broadband", [], 64502),
        (None, "Example AS64502 Broadband", [], None),
        (None, "64502 Example", [], 64502),
        (None, "AS99999999999 x", [{"asn": "x"}, {"asn": -1}, {"asn": 0}], None),
    ],
)
def test_the_as_number_is_read_wherever_somebody_says_it(
    stated: str | None, owner: str, sources: list[dict[str, object]], asn: int | None
) -> None:
    assert network_of(stated, owner, sources) == (asn, owner)


def test_an_attribution_that_abstains_names_a_country_only_if_all_sources_agree() -> None:
    agree, differ = [{"country": "IN"}, {"country": ""}, {"country": "IN"}], [{"country": "IN"}, {"country": "PK"}]
    assert country_of("IN", differ, abstained=False) == "IN"
    assert country_of("IN", agree, abstained=True) == "IN"
    assert country_of("IN", differ, abstained=True) == country_of("IN", [], abstained=True) == ""


# -- from when, and until when -----------------------------------------------------------------------------------------


def test_the_sentence_says_until_when_on_what_that_rests_and_what_is_not_sure() -> None:
    clock = clock_of(times(), Directory().find("IN", 55836, ""))
    assert clock.explanation == (
        "Reliance Jio Infocomm holds the log, by its AS number. Counted from the time of use, 8 Nov 2026 10:15 UTC."
        " Likely gone on 8 Dec 2026 (30 days, the assumed practice of mobile networks; not confirmed with this one),"
        " by rule kept until 7 May 2027 (CERT-In directions of 28 April 2022),"
        " at the longest until 8 Nov 2028 (Condition of the Unified Licence, two years)."
    )
    assert (clock.counted_by, clock.basis) == ("use", "practice")


def test_a_network_that_nobody_knows_gets_the_cautious_figure_of_its_country() -> None:
    here, elsewhere = (clock_of(times(), Directory().find(country, None, "")) for country in ("IN", "ZZ"))
    assert here.likely_gone_at == elsewhere.likely_gone_at == USED + timedelta(days=14)
    assert here.kept_until_by_rule_at == USED + timedelta(days=180)
    assert elsewhere.kept_until_by_rule_at is None
    assert "no rule is known that keeps it longer" in elsewhere.explanation


@pytest.mark.parametrize(
    ("given", "by", "words"),
    [
        ({"zoned": False}, "use", "whose zone is not stated: it is read as UTC and may be 14 hours off"),
        (
            {"used": None, "incident": USED},
            "incident",
            "No time of use is stated: counted from the time of the incident",
        ),
        ({"used": None, "stated": True, "incident": USED}, "incident", "The time of use cannot be read"),
        (
            {"used": None},
            "received",
            "counted from when the report was received, 10 Nov 2026 00:00 UTC; the use was earlier",
        ),
        ({"used": None, "incident": datetime(1989, 1, 1, tzinfo=UTC)}, "received", "received"),
        ({"used": None, "incident": RECEIVED + timedelta(days=2)}, "received", "received"),
        ({"used": RECEIVED + timedelta(hours=6), "zoned": False}, "use", "14 hours off"),
        ({"used": RECEIVED + timedelta(minutes=9)}, "use", "Counted from the time of use"),
    ],
)
def test_it_says_from_when_it_counts(given: dict[str, object], by: str, words: str) -> None:
    clock = clock_of(times(**given), Directory().find("IN", 55836, ""))  # type: ignore[arg-type]
    assert clock.counted_by == by
    assert words in clock.explanation
    assert clock.likely_gone_at is not None


@pytest.mark.parametrize(
    ("used", "zoned", "words"),
    [
        (datetime(1989, 12, 31, 23, 59, tzinfo=UTC), True, "before 1990"),
        (datetime(1, 1, 1, tzinfo=UTC), True, "before 1990"),
        (RECEIVED + timedelta(minutes=11), True, "after the report was received"),
        (RECEIVED + timedelta(hours=15), False, "after the report was received"),
        (datetime(9999, 12, 31, tzinfo=UTC), True, "after the report was received"),
    ],
)
def test_a_time_that_cannot_be_is_named_and_has_no_clock(used: datetime, zoned: bool, words: str) -> None:
    clock = clock_of(times(used, zoned=zoned), Directory().find("IN", 55836, ""))
    assert (clock.counted_by, clock.likely_gone_at, clock.kept_until_by_rule_at, clock.last_possible_at) == (
        "none",
        None,
        None,
        None,
    )
    assert words in clock.explanation and clock.explanation.startswith("No clock")


def test_days_are_24_hours_whatever_the_clocks_do_and_years_end_on_the_day() -> None:
    days, years = Claim.model_validate(claim("practice", days=1)), Claim.model_validate(claim("licence", years=2))
    new_york = timezone(timedelta(hours=-5))
    assert days.after(datetime(2026, 3, 8, 1, 30, tzinfo=new_york)) == datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
    assert days.after(datetime(2028, 2, 28, 12, tzinfo=UTC)) == datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert days.after(datetime(2026, 2, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert years.after(datetime(2028, 2, 29, 12, tzinfo=UTC)) == datetime(2030, 3, 1, 12, tzinfo=UTC)
    assert years.after(datetime(2027, 3, 1, tzinfo=UTC)) == datetime(2029, 3, 1, tzinfo=UTC)
    # the day counts in UTC: in Kolkata it is the next one
    assert years.after(datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=30)))) == datetime(
        2027, 12, 31, 20, 30, tzinfo=UTC
    )
    assert days.after(datetime(9999, 12, 31, 12, tzinfo=UTC)) is years.after(datetime(9999, 1, 1, tzinfo=UTC)) is None


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(9000, 1, 1), timezones=ZONES)


@given(MOMENTS, st.integers(1, 36_600), st.integers(1, 100))
def test_a_span_ends_after_it_began_and_the_same_whatever_zone_it_was_written_in(
    start: datetime, days: int, years: int
) -> None:
    for span in (Claim.model_validate(claim("rule", days=days)), Claim.model_validate(claim("rule", years=years))):
        end = span.after(start)
        assert end is not None and end > start
        assert end == span.after(start.astimezone(UTC))
        later = span.after(start + timedelta(days=2))
        assert later is not None and later > end
    ended = Claim.model_validate(claim("rule", years=years)).after(start)
    assert ended is not None and abs((ended - start) - timedelta(days=365.2425 * years)) < timedelta(days=3)


@given(MOMENTS, st.sampled_from(["IN", "ZZ", ""]), st.sampled_from([None, 55836, 17488, 16509, 14593]))
def test_the_likely_end_is_never_after_the_last_possible_one(used: datetime, country: str, asn: int | None) -> None:
    clock = clock_of(times(used, received=used + timedelta(days=1)), Directory().find(country, asn, ""))
    assert clock.likely_gone_at is not None and clock.last_possible_at is not None
    assert used < clock.likely_gone_at <= clock.last_possible_at
    assert clock.explanation.endswith(".")


# -- when it is raised -------------------------------------------------------------------------------------------------


def test_thresholds_fall_and_what_is_urgent_is_raised_earlier() -> None:
    assert [t.days for t in THRESHOLDS] == [14, 7, 3, 1]
    assert all(t.urgent_days > t.days for t in THRESHOLDS)
    assert [t.escalate for t in THRESHOLDS] == [False, False, False, True]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(7, 7), (14, 14)], "days must fall"),
        ([(14, 14), (7, 14)], "urgent_days must fall"),
        ([(14, 7)], "never raised later"),
    ],
)
def test_thresholds_out_of_order_are_refused(rows: list[tuple[int, int]], message: str) -> None:
    thresholds = [{"days": d, "urgent_days": u, "accepted": False, "escalate": False} for d, u in rows]
    with pytest.raises(ValidationError, match=message):
        Thresholds.model_validate({"about": ABOUT, "thresholds": thresholds})


def test_a_broken_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text('country = "IN"\n[[holders]]\nkey = 3\n')
    with pytest.raises(InvalidInputError, match=r"broken\.toml, about"):
        load_toml(path, DirectoryFile)
