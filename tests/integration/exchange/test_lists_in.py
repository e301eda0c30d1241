"""Lists are fetched with their publishers' own client, from a server on this machine that answers in their shape; cursors are kept, keys are not told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.pipeline.known_lists import listed, md5, pdq
from tipline.core.config import Config, load_config
from tipline.core.errors import ConfigurationError, ConflictError, InvalidInputError, TransientError
from tipline.exchange.lists_in import fetching
from tipline.exchange.lists_in.fetching import fetch, source_named, sources
from tipline.pipeline.matching.lists import services
from tipline.pipeline.matching.lists.models import ListImport, ListSource
from tipline.pipeline.matching.models import KnownList
from tipline.trust.actors import system

pytestmark = pytest.mark.django_db
PYTHON = Path(__file__).parents[3] / ".tools" / "threatexchange" / "bin" / "python"
ACTOR = system("test")


@dataclass
class Publisher:
    """A server of all three: what it answers, by the last part of an address, and what it was asked."""

    server: ThreadingHTTPServer
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = parse_qs(parts.query)
            known = self.headers.get("Authorization") or self.headers.get("x-functions-key") or ""
            here.asked.append((parts.path, given, known))
            answer = here.answers.get(parts.path.rstrip("/").rpartition("/")[2], 404)
            answer = answer(given) if callable(answer) else answer
            status, body = (answer, b"") if isinstance(answer, int) else (200, answer.encode())
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    here = Publisher(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    threading.Thread(target=here.server.serve_forever, daemon=True).start()
    yield here
    here.server.shutdown()
    here.server.server_close()


def settings(folder: Path, text: str, mode: int = 0o600) -> Config:
    assert PYTHON.exists(), "the client of ThreatExchange is not there: run tools/ensure_threatexchange.sh"
    path = folder / "sources.toml"
    path.write_text(text)
    path.chmod(mode)
    return load_config({"TIPLINE_DATA_DIR": str(folder), "TIPLINE_HASH_SOURCES": str(path), "TIPLINE_THREATEXCHANGE": str(PYTHON)})  # fmt: skip


def ncmec_page(entries: str, following: str = "") -> str:
    paging = f"<paging><next>{following.replace('&', '&amp;')}</next></paging>" if following else ""
    return (
        f'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1" maxTimestamp="2026-01-01T00:00:00Z">'
        f"{entries}</images>{paging}</queryResult>"
    )


def image(number: int, prints: str) -> str:
    return f'<image><member id="42">Example</member><timestamp>2026-01-01T00:00:00Z</timestamp><id>{number}</id><classification>A1</classification><fingerprints>{prints}</fingerprints></image>'


def test_ncmec_page_by_page_with_its_deletions_and_goes_on_where_it_was(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    here = settings(
        tmp_path,
        f'[[source]]\nkind = "ncmec"\nlist = "ncmec"\nbase = "{publisher.base}"\nuser = "somebody"\npassword = "secret-word"\n',
    )
    last = {"start": "2"}

    def entries(given: dict[str, list[str]]) -> str | int:
        if "start" in given:
            return ncmec_page(image(2, f"<md5>{md5(2)}</md5>"))
        if given["from"][0].startswith("2014-01-01"):
            return ncmec_page(
                image(1, f"<md5>{md5(1)}</md5><pdq>{pdq(1)}</pdq><pdna/>"), "/v2/entries?start=2&size=1&max=2"
            )
        return ncmec_page("") if last else 500

    publisher.answers["entries"] = entries
    done = fetch(source_named("ncmec", here), here, ACTOR)
    assert done is not None and (done.added, done.refused) == (3, 0)
    known = KnownList.objects.get(name="ncmec")
    assert listed(known)["pdq", pdq(1)].category == "industry_a1" and listed(known)["md5", md5(2)].reference == "42-2"
    assert publisher.asked[0][2].startswith("Basic ")
    cursor = ListSource.objects.get().cursor
    assert set(cursor) == {"from"} and cursor["from"] > 1_700_000_000
    # later: one is deleted, one has another hash
    publisher.asked.clear()
    gone = '<deletedImage><member id="42">Example</member><id>2</id></deletedImage>'
    publisher.answers["entries"] = lambda given: ncmec_page(image(1, f"<md5>{md5(9)}</md5>") + gone)
    ListSource.objects.update(cursor={"from": cursor["from"] - 60})
    done = fetch(source_named("ncmec", here), here, ACTOR)
    assert done is not None and (done.added, done.revoked) == (1, 3)
    assert set(listed(known)) == {("md5", md5(9))} and len(publisher.asked) == 1


def test_what_broke_off_is_kept_up_to_its_cursor_and_the_error_names_no_key(
    publisher: Publisher, tmp_path: Path
) -> None:
    here = settings(tmp_path, f'[[source]]\nkind = "threatexchange"\nlist = "group"\nbase = "{publisher.base}"\nkey = "12345678|{"k" * 24}"\ngroup = 7\n')  # fmt: skip

    def updates(given: dict[str, list[str]]) -> str | int:
        if "after" in given:
            return 403
        row = {
            "id": "1",
            "indicator": md5(1),
            "type": "HASH_MD5",
            "last_updated": 1_700_000_000,
            "should_delete": False,
            "tags": ["baseline"],
        }
        url = {
            "id": "2",
            "indicator": "https://site.example/",
            "type": "URI",
            "last_updated": 1_700_000_001,
            "should_delete": False,
        }
        following = f"{publisher.base}/7/threat_updates/?after=1&access_token=12345678|{'k' * 24}"
        return json.dumps({"data": [row, url], "paging": {"next": following}})

    publisher.answers["threat_updates"] = updates
    with pytest.raises(TransientError) as caught:
        fetch(source_named("group", here), here, ACTOR)
    source = ListSource.objects.get()
    assert "403" in str(caught.value) and "kkkk" not in str(caught.value) + source.error
    assert source.cursor == {"from": 1_700_000_001} and source.fetched_at is None and source.error
    known = KnownList.objects.get(name="group")
    assert listed(known)["md5", md5(1)].category == "baseline"
    publisher.answers["threat_updates"] = json.dumps({"data": []})
    assert fetch(source_named("group", here), here, ACTOR) is None
    assert publisher.asked[-1][1]["start_time"] == ["1700000001"]
    source.refresh_from_db()
    assert source.fetched_at is not None and source.error == "" and ListImport.objects.count() == 1


def test_stopncii_with_withdrawals(publisher: Publisher, tmp_path: Path) -> None:
    here = settings(tmp_path, f'[[source]]\nkind = "stopncii"\nlist = "stopncii"\nbase = "{publisher.base}"\nsubscription_key = "one"\nfunction_key = "two"\n')  # fmt: skip

    def page(*records: tuple[str, str, str]) -> str:
        rows = [{"lastModtimestamp": 5, "signalType": kind, "hashValue": value, "hashStatus": status, "caseNumbers": [], "CSPFeedbacks": []} for kind, value, status in records]  # fmt: skip
        return json.dumps(
            {
                "count": len(rows),
                "nextPageToken": None,
                "nextSetTimestamp": 1_700_000_005,
                "hasMoreRecords": False,
                "hashRecords": rows,
            }
        )

    publisher.answers["FetchHashes"] = page(
        ("ImagePDQ", pdq(1), "Active"), ("VideoMD5", md5(1), "Active"), ("URL", "https://site.example/", "Active")
    )
    done = fetch(source_named("stopncii", here), here, ACTOR)
    known = KnownList.objects.get(name="stopncii")
    assert done is not None and done.added == 2 and known.category == "ncii"
    publisher.answers["FetchHashes"] = page(("ImagePDQ", pdq(1), "Withdrawn"))
    done = fetch(source_named("stopncii", here), here, ACTOR)
    assert done is not None and done.revoked == 1 and set(listed(known)) == {("md5", md5(1))}
    assert publisher.asked[-1][1]["startTimestamp"] == ["1700000005"]
    services.end(known.pk, ACTOR)
    with pytest.raises(ConflictError):
        fetch(source_named("stopncii", here), here, ACTOR)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[source]]\nkind = "ncmec"\nlist = "a"\nuser = "u"\npassword = "hidden-word"\nbase = "http://site.example"\n', "base: an https"),
        ('[[source]]\nkind = "ncmec"\nlist = "a"\nuser = "u"\npassword = 5\n', "password"), ('[[source]]\nkind = "ftp"\nlist = "a"\n', "kind"),
        ("[[source]\n", "not TOML"), ('[[source]]\nkind = "ncmec"\nlist = "A b"\nuser = "u"\npassword = "hidden-word"\n', "list"),
    ],
)  # fmt: skip
def test_a_file_of_sources_that_is_wrong_is_named_without_its_secrets(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as caught:
        sources(settings(tmp_path, text))
    assert "hidden-word" not in str(caught.value)


def test_a_file_of_sources_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="chmod 600"):
        sources(settings(tmp_path, "source = []\n", 0o644))
    assert sources(load_config({"TIPLINE_DATA_DIR": str(tmp_path)})) == []
    with pytest.raises(InvalidInputError, match="no source"):
        source_named("other", settings(tmp_path, "source = []\n"))


@pytest.mark.parametrize(
    "said", ['"x"', '{"entries": [1]}', '{"cursor": 3}', '{"entries": [["md5"]]}', "not json", '{"error": "x"}']
)
def test_a_program_that_says_nonsense_imports_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    script = tmp_path / "reader.py"
    script.write_text(f"print({said!r})\n")
    monkeypatch.setattr(fetching, "_READER", script)
    here = settings(tmp_path, '[[source]]\nkind = "ncmec"\nlist = "ncmec"\nuser = "u"\npassword = "p"\n')
    with pytest.raises(TransientError):
        fetch(source_named("ncmec", here), here, ACTOR)
    assert ListSource.objects.get().error and not ListImport.objects.exists()
