"""Linking keys and rules of strength: idempotent, and equal only where a rule of the data files says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.datafile import load_toml
from tipline.core.errors import InvalidInputError
from tipline.pipeline.extraction.kinds import normal
from tipline.pipeline.linking.keys import email, handle, meetings, url
from tipline.pipeline.linking.keys.platforms import PLATFORMS
from tipline.pipeline.linking.strengths import STRENGTHS, Strengths
from tipline.pipeline.linking.truth import generate, linked, measure
from tipline.reports.models import IdentifierKind

HOSTS = [domain for host in email.PROVIDERS.hosts for domain in host.domains]
LOCALS = st.text("ab.+-_é", min_size=1, max_size=8)
ADDRESSES = st.builds(
    lambda local, host: f"{local}@{host}", LOCALS, st.sampled_from([*HOSTS, "mail.example", "xn--bcher-kva.example"])
)
PLATFORM_NAMES = [name for one in PLATFORMS.platforms for name in one.names]


@given(ADDRESSES)
def test_the_key_of_a_key_is_itself(address: str) -> None:
    assert email.key(email.key(address)) == email.key(address)


@given(ADDRESSES, ADDRESSES)
def test_two_addresses_are_one_only_by_a_rule_of_their_host(one: str, other: str) -> None:
    if one == other or email.key(one) != email.key(other):
        return
    (l1, _, d1), (l2, _, d2) = one.rpartition("@"), other.rpartition("@")
    host = next(h for h in email.PROVIDERS.hosts if d1 in h.domains)
    assert d1 == d2 or (host.same_as and d2 in host.domains)
    tags = [text.partition(host.tag)[0] if host.tag else text for text in (l1, l2)]
    bare = [text.replace(".", "") if host.dots else text for text in tags]
    assert bare[0] == bare[1]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.b+x@gmail.com", "ab@googlemail.com", True),
        ("a.b@outlook.com", "ab@outlook.com", False),
        ("a+x@outlook.com", "a+y@outlook.com", True),
        ("a@outlook.com", "a@hotmail.com", False),
        ("a+x@mail.example", "a@mail.example", False),
        ("a.b@mail.example", "ab@mail.example", False),
        ("+x@gmail.com", "+y@gmail.com", False),  # nothing is left of it: as stated
        ("...@gmail.com", "..@gmail.com", False),
    ],
)
def test_tags_and_dots_go_only_where_the_host_ignores_them(one: str, other: str, same: bool) -> None:
    assert (email.key(one) == email.key(other)) is same


@given(st.sampled_from([*PLATFORM_NAMES, "elsewhere"]), st.text("ab._é", min_size=1, max_size=6))
def test_a_handles_key_is_idempotent_and_drops_nothing_but_full_stops(scope: str, value: str) -> None:
    platform, short = handle.key(scope, value)
    assert handle.key(platform, short) == (platform, short)
    assert short.replace(".", "") == value.replace(".", "")
    rules = next((one for one in PLATFORMS.platforms if scope in one.names), None)
    assert short == value or (rules is not None and rules.dots)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("https://Pictogram.Example/Kite_7?utm_source=x", ("handle", "pictogram", "kite_7")),
        ("https://facepage.example/sun.day/", ("handle", "facepage", "sunday")),
        ("https://pictogram.example/kite/post/1", ("url", "", "https://pictogram.example/kite/post/1")),
        ("https://pictogram.example/kite?id=7", ("url", "", "https://pictogram.example/kite?id=7")),
        ("https://pictogram.example:8443/kite", ("url", "", "https://pictogram.example:8443/kite")),
        ("https://www.instagram.com/reel/", ("url", "", "https://www.instagram.com/reel/")),
        ("https://www.tiktok.com/@kite.7", ("handle", "tiktok", "kite.7")),
        ("https://twitter.com/kite", ("handle", "x", "kite")),
        ("https://a.example/p?b=2&fbclid=1&a=1", ("url", "", "https://a.example/p?b=2&a=1")),
        ("ftp://pictogram.example/kite", ("url", "", "ftp://pictogram.example/kite")),
    ],
)
def test_a_profiles_address_is_a_handle_and_tracking_goes(text: str, met: tuple[str, str, str]) -> None:
    found = normal(IdentifierKind.URL, text)
    assert found is not None
    assert meetings(found.kind, found.scope, found.value)[0][:3] == met


@given(st.sampled_from(list(IdentifierKind)), st.text(max_size=40), st.sampled_from(["", "Facepage", "IMEI"]))
def test_whatever_the_text_its_meetings_are_stable(kind: IdentifierKind, text: str, scope: str) -> None:
    found = normal(kind, text, scope)
    if found is None:
        return
    for place in meetings(found.kind, found.scope, found.value):
        again = meetings(place.kind, place.scope, place.value)
        assert place[:3] in {one[:3] for one in again} or not place.scope


@given(st.text("abc=&%?/:@.#[]", max_size=60))
def test_an_addresss_key_is_idempotent_whatever_it_holds(text: str) -> None:
    value = f"https://a.example/{text}"
    assert url.key(url.key(value)) == url.key(value)


def test_a_list_of_a_thousand_parameters_is_left_alone() -> None:
    value = "https://a.example/?" + "&".join(f"utm_{n}=1" for n in range(1000))
    assert url.key(value) == value


def test_a_different_letter_of_another_script_is_a_different_handle() -> None:
    assert handle.key("facepage", "раураl") != handle.key("facepage", "paypal")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            'kind = "ip"\nplace = "minute"\nstrength = 0.7|kind = "ip"\nplace = "minute"\nstrength = 0.9',
            "an IP address alone never links",
        ),
        ('place = "minute"|place = "stated"', "an IP address alone never links"),
        ("most = 20|most = 0", "needs a limit"),
        ('id = "phone"|id = "email"', "two rules have one id"),
        ("most = 50|most = 51", "need the same"),
        ("joins_at = 0.85|joins_at = 1.5", "joins_at"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_by_name(tmp_path: Path, change: str, said: str) -> None:
    import tipline.pipeline.linking.strengths as module

    text = (Path(module.__file__).parent / "data" / "strengths.toml").read_text()
    before, after = change.split("|")
    assert before in text
    (tmp_path / "strengths.toml").write_text(text.replace(before, after, 1))
    with pytest.raises(InvalidInputError, match=said):
        load_toml(tmp_path / "strengths.toml", Strengths)


def test_the_order_of_strength_is_that_of_the_field() -> None:
    order = ["account", "email-verified", "device", "email", "handle", "address-minute", "handle-across"]
    found = [STRENGTHS.of(rule) for rule in order]
    strengths = [rule.strength for rule in found if rule]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) == len(order)
    assert STRENGTHS.rule_of("ip", "stated", verified=False) is None


@pytest.mark.parametrize("seed", [1, 2026, 31, 77])
def test_automatic_links_are_right(seed: int) -> None:
    made = generate(5_000, seed)
    found = measure(made, linked(made))
    assert found.precision >= 0.99
    assert found.recall >= 0.95
    assert found.true_pairs > 20_000
