from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tipline.pipeline.extraction.kinds import (
    UNREADABLE,
    Normal,
    account_id,
    device,
    email,
    handle,
    ip,
    normal,
    phone,
    url,
)
from tipline.reports.models import IdentifierKind

# as a stored document can hold: any text without surrogates
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def settles(normalise: Callable[[str], str | None], text: str) -> None:
    once = normalise(text.strip())
    if once is not None:
        assert once
        assert normalise(once) == once


class TestAccountId:
    @pytest.mark.parametrize("text", ["0042", "AbC-d", "7.5e3", "अ१"])
    def test_it_is_opaque_and_stays_as_written(self, text: str) -> None:
        assert account_id.normalise(text) == text


class TestDevice:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("35-209900-176148-1", "352099001761481"),
            ("00:1a:2B:3c:4D:5e", "001A2B3C4D5E"),
            ("001a.2b3c.4d5e", "001A2B3C4D5E"),
            ("38400000-8cf0-11bd-b23e-10b96e40000d", "384000008CF011BDB23E10B96E40000D"),
            ("a b\tc", "ABC"),
        ],
    )
    def test_separators_and_case_do_not_tell_devices_apart(self, text: str, value: str) -> None:
        assert device.normalise(text) == value

    def test_separators_alone_are_no_device(self) -> None:
        assert device.normalise("--:--") is None

    @given(TEXT)
    @example("ŉ")
    @example("ΐ")
    def test_the_normal_form_is_its_own(self, text: str) -> None:
        settles(device.normalise, text)


class TestEmail:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("Monsoon.Kite@Mail.EXAMPLE", "monsoon.kite@mail.example"),
            ("Ravi K <Ravi@mail.example>", "ravi@mail.example"),
            ("a@mail.example.", "a@mail.example"),
            ("a@bücher.example", "a@xn--bcher-kva.example"),
            ("a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example"),
            ("cafe\u0301@mail.example", "café@mail.example"),
            ("odd@local@mail.example", "odd@local@mail.example"),
        ],
    )
    def test_spellings_of_one_address_are_one(self, text: str, value: str) -> None:
        assert email.normalise(text) == value

    @pytest.mark.parametrize(
        ("one", "other"), [("a.b@mail.example", "ab@mail.example"), ("a+x@mail.example", "a@mail.example")]
    )
    def test_what_only_some_hosts_ignore_is_not_guessed_away(self, one: str, other: str) -> None:
        assert email.normalise(one) != email.normalise(other)

    @pytest.mark.parametrize(
        "text", ["nobody", "@mail.example", "a@", "a@.", "a b@mail.example", "a@mail example", "<>", "a@\u2488.example"]
    )
    def test_what_is_no_address_is_told(self, text: str) -> None:
        assert email.normalise(text) is None

    @given(st.one_of(TEXT, st.builds("{}@{}".format, TEXT, TEXT), st.builds("{}@{}.example".format, TEXT, TEXT)))
    @example("İ@mail.example")
    @example("a<b@c.example>")
    @example("a@x..")
    @example("a@bücher.example。")
    @example("a@\uff0eexample")
    def test_the_normal_form_is_its_own(self, text: str) -> None:
        settles(email.normalise, text)


class TestHandle:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("@Ravi_K", "ravi_k"),
            ("ＲＡＶＩ", "ravi"),
            ("@ ravi", "ravi"),
            ("STRASSE", "strasse"),
            ("straße", "strasse"),
            ("ℌandle", "handle"),
            ("ﬁsh", "fish"),
            ("जळगाव", "जळगाव"),
        ],
    )
    def test_case_width_and_the_leading_sign_do_not_tell_handles_apart(self, text: str, value: str) -> None:
        assert handle.normalise(text) == value

    @pytest.mark.parametrize(("one", "other"), [("ravi.k", "ravi_k"), ("ravi", "rávi"), ("l33t", "leet")])
    def test_different_handles_stay_different(self, one: str, other: str) -> None:
        assert handle.normalise(one) != handle.normalise(other)

    def test_the_sign_alone_is_no_handle(self) -> None:
        assert handle.normalise("@") is None

    @given(TEXT)
    @example("@@ravi")
    @example("@ @ravi")
    @example("\u0345\u0300")
    def test_the_normal_form_is_its_own(self, text: str) -> None:
        settles(handle.normalise, text)


class TestIp:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::ffff:c000:207", "192.0.2.7"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ],
    )
    def test_spellings_of_one_address_are_one(self, text: str, value: str) -> None:
        assert ip.normalise(text) == value

    @pytest.mark.parametrize(
        "text",
        [
            "192.0.2.010",
            "192.0.2",
            "192.0.2.256",
            "fe80::1%eth0",
            "192.0.2.7:80",
            "192.0.2.0/24",
            "host.example",
            "3221225985",
            "١٩٢.0.2.7",
        ],
    )
    def test_what_is_no_plain_address_is_told_and_never_guessed(self, text: str) -> None:
        assert ip.normalise(text) is None

    @given(st.one_of(st.ip_addresses(), st.ip_addresses(network="::ffff:0:0/96")))
    def test_every_address_keeps_its_identity(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        value = ip.normalise(address.exploded)
        assert value is not None
        read = ipaddress.ip_address(value)
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        assert read == (mapped or address)

    @given(st.one_of(TEXT, st.ip_addresses().map(str), st.from_regex(r"[\[\]0-9a-fA-F:.%]{1,40}", fullmatch=True)))
    def test_the_normal_form_is_its_own(self, text: str) -> None:
        settles(ip.normalise, text)


class TestPhone:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("+91 98-200 00000", "+919820000000"),
            ("0091 9820000000", "+919820000000"),
            ("tel:+1-202-555-0123", "+12025550123"),
            ("+1 (202) 555-0123", "+12025550123"),
            ("+1 202 555 0123 ext. 7", "+12025550123"),
        ],
    )
    def test_spellings_of_one_number_are_one(self, text: str, value: str) -> None:
        assert phone.normalise(text) == value

    @pytest.mark.parametrize("text", ["9820000000", "+91 12", "+999 123456789", "call me", "+", "00"])
    def test_no_country_is_guessed_and_no_length_is_forced(self, text: str) -> None:
        assert phone.normalise(text) is None

    @given(st.one_of(TEXT, st.from_regex(r"(\+|00|tel:)?[0-9 ()-]{1,20}", fullmatch=True)))
    @example("+39 0236618300")
    @example("+310000000")
    @example("tel:tel:+919820000000")
    def test_the_normal_form_is_its_own(self, text: str) -> None:
        settles(phone.normalise, text)


class TestUrl:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("HTTPS://Pictogram.Example:443/A?b=C#part", "https://pictogram.example/A?b=C"),
            ("http://pictogram.example:80", "http://pictogram.example/"),
            ("http://pictogram.example:8080/", "http://pictogram.example:8080/"),
            ("https://pictogram.example:80/", "https://pictogram.example:80/"),
            ("pictogram.example/u/1", "https://pictogram.example/u/1"),
            ("https://bücher.example/ü", "https://xn--bcher-kva.example/ü"),
            ("https://[2001:DB8::1]:443/x", "https://[2001:db8::1]/x"),
            ("https://pictogram.example./x", "https://pictogram.example/x"),
            ("https://pictogram.example/a%2Fb", "https://pictogram.example/a%2Fb"),
            (
                "https://pictogram.example/?next=https://other.example/",
                "https://pictogram.example/?next=https://other.example/",
            ),
            (
                "pictogram.example/?next=https://other.example/",
                "https://pictogram.example/?next=https://other.example/",
            ),
        ],
    )
    def test_spellings_of_one_place_are_one(self, text: str, value: str) -> None:
        assert url.normalise(text) == value

    def test_a_path_keeps_its_case(self) -> None:
        assert url.normalise("https://p.example/Ab") != url.normalise("https://p.example/aB")

    @pytest.mark.parametrize(
        "text",
        [
            "https://",
            "two words",
            "https://p.example:99999/",
            "https://[::1",
            "https:///path",
            "https://p.example:x/",
            "https://a b.example/",
        ],
    )
    def test_what_has_no_host_is_told(self, text: str) -> None:
        assert url.normalise(text) is None

    @given(st.one_of(TEXT, st.builds("{}://{}/{}".format, st.sampled_from(["http", "HTTPS", "ftp", "x"]), TEXT, TEXT)))
    @example("https://p.example..:80/")
    @example("https://.:1/")
    @example("://p.example")
    @example("https://p.example//a")
    @example("x:////a")
    @example("https://bücher.example。/")
    @example("https://bücher.example。:443/")
    def test_the_normal_form_is_its_own(self, text: str) -> None:
        settles(url.normalise, text)


class TestNormal:
    def test_blank_text_is_nothing(self) -> None:
        assert all(normal(kind, " \n\t") is None for kind in IdentifierKind)

    def test_a_text_that_is_not_of_its_kind_is_kept_whole_and_marked(self) -> None:
        assert normal(IdentifierKind.EMAIL, " Not An Address ", "x") == Normal(
            IdentifierKind.EMAIL, UNREADABLE, "Not An Address"
        )

    def test_a_scope_is_compared_without_case_and_blanks(self) -> None:
        one = normal(IdentifierKind.HANDLE, "@Ravi", " Picto  Gram ")
        assert one == normal(IdentifierKind.HANDLE, "ravi", "picto gram")
        assert one is not None
        assert one.scope == "picto gram"

    def test_the_same_handle_on_two_platforms_is_two_identifiers(self) -> None:
        one, other = (
            normal(IdentifierKind.HANDLE, "ravi", "Pictogram"),
            normal(IdentifierKind.HANDLE, "ravi", "Clipwave"),
        )
        assert one is not None
        assert other is not None
        assert one.digest != other.digest

    def test_the_digest_is_the_documented_one(self) -> None:
        assert (
            Normal(IdentifierKind.EMAIL, "", "a@b.example").digest == hashlib.sha256(b"email\0\0a@b.example").digest()
        )

    @given(st.sampled_from(list(IdentifierKind)), TEXT, TEXT)
    def test_no_text_raises_and_none_that_is_not_blank_is_lost(
        self, kind: IdentifierKind, text: str, scope: str
    ) -> None:
        read = normal(kind, text, scope)
        assert (read is None) == (not text.strip())
        if read is not None:
            assert read.value
            assert len(read.scope) <= 256
            assert len(read.digest) == 32
