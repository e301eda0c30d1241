from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.core.config import VARIABLES, Evidence, Face, load_config
from tipline.core.errors import ConfigurationError

RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"  # of the format's own README
URL = "postgresql://tipline@db.example/tipline"


def test_an_empty_environment_is_a_complete_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = load_config({})
    assert made.embedded
    assert made.data_dir == tmp_path / "var"
    assert made.secrets_dir == tmp_path / "var" / "secrets"
    assert made.postgres_dir == tmp_path / "var" / "postgres"
    assert made.secret_key_file == tmp_path / "var" / "secrets" / "session.key"
    assert made.storage_url == f"file://{tmp_path}/var/evidence"
    assert made.bind == "127.0.0.1:8000"
    assert made.evidence is Evidence.DISCARD
    assert made.geo == ()
    assert made.max_document_bytes == 8_388_608
    assert made.max_upload_bytes == 5_368_709_120
    assert made.https is False


def test_only_loopback_names_are_answered_unless_others_are_named() -> None:
    assert load_config({}).allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert load_config({"TIPLINE_ALLOWED_HOSTS": " tips.example , ,b.example"}).allowed_hosts == (
        "tips.example",
        "b.example",
    )


def test_a_misspelt_variable_stops_the_start_and_the_known_ones_are_listed() -> None:
    with pytest.raises(ConfigurationError, match="TIPLINE_EVIDENCE_RECIPENT is not a setting") as caught:
        load_config({"TIPLINE_EVIDENCE_RECIPENT": RECIPIENT})
    assert all(name in str(caught.value) for name in VARIABLES)


def test_other_programs_variables_are_left_alone() -> None:
    assert load_config({"PATH": "/bin", "PGHOST": "elsewhere.example"}) == load_config({})


@pytest.mark.parametrize(
    ("value", "host", "port", "shown"),
    [
        ("0.0.0.0:80", "0.0.0.0", 80, "0.0.0.0:80"),  # noqa: S104 - what an administrator may write
        ("[::1]:8443", "::1", 8443, "[::1]:8443"),
        ("tips.example:65535", "tips.example", 65535, "tips.example:65535"),
    ],
)
def test_bind_is_read_as_host_and_port(value: str, host: str, port: int, shown: str) -> None:
    made = load_config({"TIPLINE_BIND": value})
    assert (made.bind_host, made.bind_port, made.bind) == (host, port, shown)


def test_an_ipv6_address_is_answered_as_a_browser_writes_it() -> None:
    made = load_config({"TIPLINE_BIND": "[2001:db8::1]:80"})
    assert made.allowed_hosts == ("[2001:db8::1]", "localhost", "127.0.0.1", "[::1]")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIPLINE_BIND", "8000"),
        ("TIPLINE_BIND", "localhost:0"),
        ("TIPLINE_BIND", "localhost:٨٠٠٠"),
        ("TIPLINE_BIND", "[:::::]:8000"),
        ("TIPLINE_BIND", "http://localhost:8000"),
        ("TIPLINE_BIND", ":8000"),
        ("TIPLINE_BIND", "localhost:65536"),
        ("TIPLINE_BIND", "::1:8000"),
        ("TIPLINE_BIND", "two words:80"),
        ("TIPLINE_BIND", "localhost:80\n"),
        ("TIPLINE_EVIDENCE", "keep"),
        ("TIPLINE_EVIDENCE_RECIPIENT", "age1short"),
        ("TIPLINE_EVIDENCE_RECIPIENT", "AGE-SECRET-KEY-1" + "Q" * 58),
        ("TIPLINE_EVIDENCE_RECIPIENT", "age1" + "b" * 58),
        ("TIPLINE_EVIDENCE_RECIPIENT", RECIPIENT[:-1] + "q"),  # mistyped: its checksum is wrong
        ("TIPLINE_STORAGE_URL", "/srv/evidence"),
        ("TIPLINE_STORAGE_URL", "file:evidence"),
        ("TIPLINE_STORAGE_URL", "file://storage.example/evidence"),
        ("TIPLINE_GEO", "/nonexistent/ranges.csv"),
        ("TIPLINE_MAX_DOCUMENT_BYTES", "0"),
        ("TIPLINE_MAX_DOCUMENT_BYTES", "8MB"),
        ("TIPLINE_MAX_UPLOAD_BYTES", "-1"),
        ("TIPLINE_MAX_UPLOAD_BYTES", "1e9"),
        ("TIPLINE_MAX_UPLOAD_BYTES", "٥"),
        ("TIPLINE_MAX_UPLOAD_BYTES", "9" * 5000),
        ("TIPLINE_HTTPS", "yes"),
        ("TIPLINE_ALLOWED_HOSTS", "https://tips.example"),
        ("TIPLINE_ALLOWED_HOSTS", "tips.example:8000"),
        ("TIPLINE_DATABASE_URL", "host=db.example dbname=tipline"),
        ("TIPLINE_DATABASE_URL", "postgresql://db.example:port/tipline"),
        ("TIPLINE_DATABASE_URL", "postgresql://db.example:70000/tipline"),
        ("TIPLINE_DATABASE_URL", "postgresql://db.example/tipline?nonsense=1"),
        ("TIPLINE_DATA_DIR", "/etc/hostname/var"),
        ("TIPLINE_DATA_DIR", "x" * 5000),
        ("TIPLINE_DATABASE_URL", "postgresql://[db.example/tipline"),
        ("TIPLINE_STORAGE_URL", "file://[evidence"),
        ("TIPLINE_DATA_DIR", "~no-such-person/var"),
        ("TIPLINE_SECRET_KEY_FILE", "~no-such-person/key"),
        ("TIPLINE_GEO", "~no-such-person/ranges.csv"),
        ("TIPLINE_DATABASE_URL", "mysql://tipline@db.example/tipline"),
        ("TIPLINE_DATABASE_URL", "postgresql://tipline@db.example/"),
        ("TIPLINE_DATABASE_OWNER_URL", URL),
    ],
)
def test_a_wrong_value_stops_the_start_with_the_variables_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        load_config({name: value})


def test_a_database_url_in_an_error_never_shows_its_password() -> None:
    for wrong in (
        "mysql://tipline:hunter2@db.example/tipline",
        "postgresql://tipline:hunter2@[db.example/tipline",
        "postgresql://tipline:hunter2%zz@db.example/tipline",
        "postgresql://tipline:hunter2@db.example",
    ):
        with pytest.raises(ConfigurationError) as caught:
            load_config({"TIPLINE_DATABASE_URL": wrong})
        assert "hunter2" not in str(caught.value)


def test_a_recipient_alone_means_sealing() -> None:
    made = load_config({"TIPLINE_EVIDENCE_RECIPIENT": f" {RECIPIENT}\n"})
    assert made.evidence is Evidence.SEAL
    assert made.evidence_recipients == (RECIPIENT,)


def test_discarding_can_be_asked_for_although_there_is_a_recipient() -> None:
    made = load_config({"TIPLINE_EVIDENCE_RECIPIENT": RECIPIENT, "TIPLINE_EVIDENCE": "discard"})
    assert made.evidence is Evidence.DISCARD


def test_sealing_without_a_recipient_is_refused_rather_than_discarding_silently() -> None:
    with pytest.raises(ConfigurationError, match="TIPLINE_EVIDENCE_RECIPIENT"):
        load_config({"TIPLINE_EVIDENCE": "seal"})


def test_the_owner_of_the_tables_is_the_same_role_unless_named() -> None:
    made = load_config({"TIPLINE_DATABASE_URL": URL})
    assert (made.embedded, made.database_owner_url) == (False, URL)
    owner = "postgres://owner@db.example/tipline"
    both = load_config({"TIPLINE_DATABASE_URL": URL, "TIPLINE_DATABASE_OWNER_URL": owner})
    assert (both.database_url, both.database_owner_url) == (URL, owner)


def test_geo_files_keep_their_order_and_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("z.csv", "a.mmdb"):
        (tmp_path / name).touch()
    assert load_config({"TIPLINE_GEO": "z.csv::a.mmdb"}).geo == (tmp_path / "z.csv", tmp_path / "a.mmdb")


def test_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = load_config({"TIPLINE_DATA_DIR": "here", "TIPLINE_SECRET_KEY_FILE": "keys/session"})
    assert (made.data_dir, made.secret_key_file) == (tmp_path / "here", tmp_path / "keys" / "session")


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with pytest.raises(ConfigurationError, match="TIPLINE_DATA_DIR must be a directory"):
        load_config({"TIPLINE_DATA_DIR": str(tmp_path / "var")})


# an environment holds no NUL; surrogates stand for bytes that are not UTF-8
@given(
    st.sampled_from(sorted(VARIABLES)),
    st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"])
        | st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),
        max_size=40,
    ),
)
def test_any_value_is_taken_or_refused_with_the_name_of_its_variable(name: str, value: str) -> None:
    try:
        made = load_config({name: value})
    except ConfigurationError as error:
        assert name in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert made.data_dir.is_absolute()
        assert made.secret_key_file.is_absolute()
        assert 0 < made.bind_port < 65536


def test_a_face_has_the_address_of_the_console_unless_it_has_its_own() -> None:
    one = load_config({"TIPLINE_BIND": "127.0.0.1:8000"})
    assert {str(one.address_of(face)) for face in Face} == {"127.0.0.1:8000"}
    assert one.faces == set(Face)
    apart = {"TIPLINE_DOOR_BIND": "door.example:8001", "TIPLINE_PUBLIC_BIND": "[2001:db8::1]:8002"}
    assert load_config(apart).faces == {Face.CONSOLE}
    assert load_config({**apart, "TIPLINE_FACE": "door"}).faces == {Face.DOOR}
    assert str(load_config(apart).address_of(Face.PUBLIC)) == "[2001:db8::1]:8002"
    assert {"door.example", "[2001:db8::1]", "127.0.0.1"} < set(load_config(apart).allowed_hosts)
    shared = {"TIPLINE_DOOR_BIND": "127.0.0.1:8001", "TIPLINE_PUBLIC_BIND": "127.0.0.1:8001", "TIPLINE_FACE": "public"}
    assert load_config(shared).faces == {Face.DOOR, Face.PUBLIC}


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIPLINE_DOOR_BIND", "8001"), ("TIPLINE_PUBLIC_BIND", "x:0"), ("TIPLINE_FACE", "back"), ("TIPLINE_FACE", "DOOR")],
)
def test_a_wrong_face_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} must be"):
        load_config({name: value})
