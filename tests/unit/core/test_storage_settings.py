from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tipline.core.config import load_config
from tipline.core.errors import ConfigurationError
from tipline.core.storage.s3.signing import signed_headers
from tipline.core.storage.settings import Credentials, read_credentials

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A good set of settings of an S3 store."""
    return {
        "TIPLINE_DATA_DIR": str(tmp_path / "var"),
        "TIPLINE_STORAGE_URL": "s3://sealed/evidence/2026",
        "TIPLINE_S3_ENDPOINT": "https://s3.storage.example",
        "TIPLINE_S3_CREDENTIALS_FILE": str(credentials_file(tmp_path, f"{KEY_ID}\n{SECRET}\n")),
    }


def credentials_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "credentials"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_an_s3_store_is_an_address_an_endpoint_and_a_file(environ: dict[str, str]) -> None:
    s3 = load_config(environ).s3
    assert s3 is not None
    assert (s3.bucket, s3.prefix, s3.endpoint, s3.region) == (
        "sealed", "evidence/2026/", "https://s3.storage.example", "us-east-1",
    )  # fmt: skip
    assert load_config({"TIPLINE_DATA_DIR": environ["TIPLINE_DATA_DIR"]}).s3 is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIPLINE_STORAGE_URL", "s3://"),
        ("TIPLINE_STORAGE_URL", "s3://Sealed/x"),
        ("TIPLINE_STORAGE_URL", "s3://sealed/../other"),
        ("TIPLINE_STORAGE_URL", "s3://sealed/a?b"),
        ("TIPLINE_STORAGE_URL", "s3://key:secret@sealed/a"),
        ("TIPLINE_STORAGE_URL", "gs://sealed/a"),
        ("TIPLINE_S3_ENDPOINT", ""),
        ("TIPLINE_S3_ENDPOINT", "http://s3.storage.example"),
        ("TIPLINE_S3_ENDPOINT", "http://127.0.0.1.storage.example"),
        ("TIPLINE_S3_ENDPOINT", "https://key:secret@s3.storage.example"),
        ("TIPLINE_S3_ENDPOINT", "https://s3.storage.example/path"),
        ("TIPLINE_S3_ENDPOINT", "https://s3.storage.example:port"),
        ("TIPLINE_S3_ENDPOINT", "s3.storage.example"),
        ("TIPLINE_S3_REGION", "EU Central"),
        ("TIPLINE_S3_CREDENTIALS_FILE", ""),
        ("TIPLINE_S3_CREDENTIALS_FILE", "/nonexistent"),
        ("TIPLINE_S3_CREDENTIALS_FILE", "/"),
    ],
)
def test_a_wrong_value_stops_the_start_with_the_variables_name(environ: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        load_config(environ | {name: value})
    assert "secret@" not in str(caught.value)


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])
def test_plain_http_is_for_this_machine(environ: dict[str, str], endpoint: str) -> None:
    assert load_config(environ | {"TIPLINE_S3_ENDPOINT": endpoint}).s3 is not None


@pytest.mark.parametrize("name", ["TIPLINE_S3_ENDPOINT", "TIPLINE_S3_REGION", "TIPLINE_S3_CREDENTIALS_FILE"])
def test_settings_of_s3_without_an_s3_store_are_a_mistake(environ: dict[str, str], name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        load_config({"TIPLINE_DATA_DIR": environ["TIPLINE_DATA_DIR"], name: environ.get(name, "eu-central-1")})


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY_ID}\n{SECRET}\n",
        f"\n# ours\n{KEY_ID}\n\n{SECRET}",
        f"[default]\naws_access_key_id = {KEY_ID}\naws_secret_access_key={SECRET}\nregion = eu-central-1\n",
    ],
)
def test_credentials_are_two_lines_or_a_section(tmp_path: Path, text: str) -> None:
    found = read_credentials(credentials_file(tmp_path, text))
    assert (found.key_id, found.secret) == (KEY_ID, SECRET)
    assert SECRET not in repr(found) + str(found)


@pytest.mark.parametrize(
    "text", ["", KEY_ID, f"{KEY_ID}\n{SECRET}\nmore", f"aws_access_key_id = {KEY_ID}", f"{KEY_ID}\nä"]
)
def test_credentials_that_cannot_be_read_are_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match="TIPLINE_S3_CREDENTIALS_FILE") as caught:
        read_credentials(credentials_file(tmp_path, text))
    assert SECRET not in str(caught.value)


def test_credentials_that_others_can_read_are_not_used(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_credentials(credentials_file(tmp_path, f"{KEY_ID}\n{SECRET}\n", 0o640))


def test_the_settings_hold_no_secret(environ: dict[str, str]) -> None:
    assert SECRET not in repr(load_config(environ))


HOST = {"host": "examplebucket.s3.amazonaws.com"}
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "body_sha256", "signature"),
    [
        ("GET", "/test.txt", [], {**HOST, "Range": "bytes=0-9"}, EMPTY,
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("PUT", "/test$file.text", [],
         {**HOST, "Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
         "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        ("GET", "/", [("lifecycle", "")], HOST, EMPTY,
         "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("GET", "/", [("prefix", "J"), ("max-keys", "2")], HOST, EMPTY,
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)  # fmt: skip
def test_signatures_are_those_of_the_published_examples(
    method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body_sha256: str, signature: str
) -> None:
    """Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk"."""
    signed = signed_headers(
        method, path, query, headers, body_sha256,
        credentials=Credentials(KEY_ID, SECRET), region="us-east-1", at=datetime(2013, 5, 24, tzinfo=UTC),
    )  # fmt: skip
    assert signed["authorization"].endswith(f"Signature={signature}")
    assert signed["authorization"].startswith(
        f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20130524/us-east-1/s3/aws4_request,"
    )
