"""Nothing fetches an address that stands in a report: who may connect to anything is a short list, and a listener hears nobody."""

from __future__ import annotations

import ast
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree, html

import tipline
from tests import factories
from tests.factories import drain, person
from tipline.demo.synthetic import file_details_xml, report_xml
from tipline.intake.cybertipline import credentials
from tipline.investigation.cases.services import open_case
from tipline.investigation.chain import chain
from tipline.pipeline.models import StageRun
from tipline.pipeline.run import STAGES
from tipline.reports.models import Processing, Report
from tipline.trust.accounts.models import Role
from tipline.trust.visibility import OPERATOR

PACKAGE = Path(tipline.__file__).parent

# --- who may connect, and to what ----------------------------------------------------------------------------

# Modules that can open a connection or start a program, and what they reach. Another one fails the test below: give it a
# row with its reason, and let the reason name who configured the address.
CONNECTS = {
    "cli/demo.py": "socket, subprocess: looks for a free port; runs `tipline up` of this installation",
    "cli/npm.py": "subprocess: npm, when the operator types `tipline geo fetch`",
    "cli/runtime.py": "psycopg: the database",
    "cli/suggesting.py": "subprocess: the program of TIPLINE_SUGGEST, when a person types `tipline report suggest`",
    "cli/up.py": "socket, httpx: whether the port of TIPLINE_BIND is free, and its own /readyz",
    "console/accounts/single_sign_on.py": "allauth.socialaccount.adapter, requests: the identity provider of TIPLINE_OIDC_ISSUER, and no other origin",
    "core/apart.py": "subprocess: a script of this installation, apart, which reads the file of a stranger, or with the Python of TIPLINE_THREATEXCHANGE a hash list",
    "core/config.py": "psycopg: reads the form of a database address, connects to nothing",
    "core/database/account.py": "subprocess: useradd for the embedded database",
    "core/database/embedded.py": "subprocess, psycopg: the embedded database",
    "core/database/roles.py": "psycopg: the database",
    "core/database/running.py": "psycopg: the database",
    "core/database/server.py": "subprocess, psycopg: the embedded database",
    "core/database/snapshot.py": "subprocess, psycopg: the database; pg_dump of the embedded one, when a developer types `make schema`",
    "core/database/urls.py": "psycopg: reads the form of a database address, connects to nothing",
    "core/inet.py": "socket: reads and writes the text of addresses, connects to nothing",
    "core/migrations.py": "psycopg: the database",
    "core/storage/s3/client.py": "httpx: the server of TIPLINE_S3_ENDPOINT",
    "core/stamp.py": "psycopg: the database",
    "core/training_range.py": "os.execve, psycopg: this program again as the training range; reads the form of database addresses, connects to nothing",
    "core/supervisor.py": "subprocess: the processes of this installation",
    "demo/federation_checks.py": "subprocess: pg_dump of a database of the federation demo",
    "demo/installations.py": "subprocess, psycopg: the installations of a demo on this machine, and their databases",
    "demo/faulty_proxy.py": "socket: between two of them, on this machine",
    "exchange/federation/sending.py": "httpx: the address of a peer whose fingerprint two people compared; https, or this very machine",
    "demo/provider.py": "httpx: the door that the operator names to `tipline simulate`, or this installation's own",
    "exchange/lists_in/reader.py": "threatexchange: places that the operator's TIPLINE_HASH_SOURCES names, with their publishers' own client, apart",
    "exchange/webhooks/sending.py": "socket, httpx: the addresses that an agency's administrator gave, of the public internet or of TIPLINE_WEBHOOK_NETWORKS",
    "trust/audit/witness.py": "httpx: the witness of TIPLINE_AUDIT_WITNESS",
}
CONNECTORS = {
    "aiohttp", "allauth.socialaccount.adapter", "asyncio", "boto3", "botocore", "dns", "ftplib", "h11", "http.client",
    "httpcore", "httpx", "imaplib", "multiprocessing", "nntplib", "obstore", "os.popen", "paramiko", "poplib", "psycopg",
    "requests", "smtplib", "socket", "socketserver", "ssl", "subprocess", "telnetlib", "urllib.request", "urllib3",
    "threatexchange", "webbrowser", "websockets", "xmlrpc", "django.core.mail",
}  # fmt: skip


def connectors(tree: ast.Module) -> set[str]:
    """What of CONNECTORS a module imports, wherever in it, and what it calls to start a program."""
    found: set[str] = set()
    for node in ast.walk(tree):
        imported: list[str] = []
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif (
            isinstance(node, ast.Attribute)
            and ast.unparse(node.value) == "os"
            and re.fullmatch("system|popen|posix_spawnp?|exec.*|spawn.*", node.attr)
        ):
            found.add(f"os.{node.attr}")
        for name in imported:
            found |= {known for known in CONNECTORS if name == known or name.startswith(f"{known}.")}
    return found


def test_who_can_connect_is_a_list_with_reasons() -> None:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if used := connectors(ast.parse(path.read_text(encoding="utf-8"))):
            found[path.relative_to(PACKAGE).as_posix()] = used
    assert set(found) == set(CONNECTS), "a module connects and is not in CONNECTS, or the other way round"
    for module, used in found.items():
        named = CONNECTS[module].partition(":")[0]
        assert {name.strip() for name in named.split(",")} == used, module


@pytest.mark.parametrize(
    "source",
    [
        "import httpx", "import urllib.request as u", "from urllib.request import urlopen", "from urllib import request",
        "import http.client", "from http import client", "import obstore.store", "def f():\n    import requests",
        "from socket import create_connection", "import os\nos.system('curl')", "import os\nos.execvp('curl', [])",
        "from django.core import mail",
    ],
)  # fmt: skip
def test_the_test_sees_each_way_out(source: str) -> None:
    assert connectors(ast.parse(source))


def test_no_module_of_the_stages_or_the_screens_is_in_the_list() -> None:
    """What reads reports cannot connect at all."""
    rooms = {"pipeline", "investigation", "referrals", "reports", "intake"}
    assert not [module for module in CONNECTS if module.partition("/")[0] in rooms]


def test_every_xml_parser_is_kept_from_the_network() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("XMLParser"):
                options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert options.get("no_network") == "True", path
                assert options.get("resolve_entities") == "False", path


# --- a report full of addresses of somebody who listens ------------------------------------------------------


class Listener:
    """A server on this machine that notes whoever connects to it."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, who = self._server.accept()
            except OSError:
                return
            self.heard.append(who)
            connection.close()

    def close(self) -> None:
        self._server.close()

    def urls(self) -> list[str]:
        """The listener under every scheme and spelling that something might follow."""
        host = f"127.0.0.1:{self.port}"
        schemes = (
            "http",
            "https",
            "ftp",
            "gopher",
            "s3",
            "ws",
            "wss",
            "ldap",
            "dict",
            "sftp",
            "file",
            "jar:http",
            "smb",
            "rtsp",
        )
        return [
            *(f"{scheme}://{host}/fetch/me.jpg?by={scheme.partition(':')[0]}" for scheme in schemes),
            f"//{host}/relative", f"\\\\{host}\\share\\me.jpg", f"http://localhost:{self.port}/", f"http://2130706433:{self.port}/",
            f"http://0x7f.1:{self.port}/", f"http://[::ffff:127.0.0.1]:{self.port}/", f"http://user:pw@{host}/", f"url={host}",
            f"data:text/html,<img src=http://{host}/>", f"javascript:fetch('http://{host}/')", f"<img src='http://{host}/'>",
            f"| curl http://{host}/", f"$(curl http://{host}/)", f"file:///proc/self/environ?{host}",
        ]  # fmt: skip


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


_hooked: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _hooked is None:
        return
    if event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.getaddrinfo", "socket.gethostbyname",
                 "urllib.Request", "http.client.connect", "socket.sendto"}:  # fmt: skip
        _hooked.append(f"{event} {arguments[:2]}")
    elif event == "socket.connect":
        _hooked.append(f"{event} {arguments[1:]}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """What Python was asked to connect to, look up or start meanwhile."""
    global _hooked
    if not getattr(sys, "_tipline_hook", False):
        sys.addaudithook(_hook)
        sys._tipline_hook = True  # type: ignore[attr-defined]
    seen: list[str] = []
    _hooked = seen
    try:
        yield seen
    finally:
        _hooked = None


def hostile_report(listener: Listener) -> bytes:
    """A valid document with the listener's addresses wherever text may stand, and where an XML reader may follow them."""
    root = etree.fromstring(report_xml(factories.synthetic()))
    urls = listener.urls()
    page = root.find("internetDetails/webPageIncident")
    assert page is not None
    for url in urls:
        etree.SubElement(page, "url").text = url
    etree.SubElement(root, "additionalInfo").text = "\n".join(urls)
    for url in root.iter("profileUrl", "displayName"):
        url.text = urls[0]
    here = f"http://127.0.0.1:{listener.port}"
    root.set("{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation", f"{here}/schema.xsd")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def followed(page: str) -> list[str]:
    """What a browser would go to from a page, by itself or at a click."""
    attributes = {
        "href",
        "src",
        "srcset",
        "action",
        "formaction",
        "poster",
        "data",
        "background",
        "ping",
        "cite",
        "style",
        "content",
    }
    return [
        str(value)
        for element in html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8")).iter(
            etree.Element
        )
        for name, value in element.items()
        if name in attributes
    ]


def crawled(client: Client, *starts: str) -> dict[str, str]:
    """Every page that links lead to, with its text."""
    pages: dict[str, str] = {}
    waiting = list(starts)
    while waiting and len(pages) < 150:
        address = waiting.pop(0)
        if address in pages or "sign-out" in address:
            continue
        answer = client.get(address, follow=True)
        pages[address] = answer.content.decode("utf-8", "replace") if not answer.streaming else ""
        waiting += re.findall(r'href="(/[^"#]*)', pages[address].replace("&amp;", "&"))
    return pages


@pytest.mark.django_db
def test_a_report_full_of_addresses_makes_nobody_connect(listener: Listener, tmp_path: Path) -> None:
    factories.standard_tree()
    factories.demo_ranges(tmp_path)
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    credentials.forget_all()
    reporter = factories.provider()
    officers = [person("IN-MH-JALGAON"), person("IN-MH-JALGAON", Role.SUPERVISOR), person("US-NCMEC", Role.ANALYST)]
    headers = factories.basic(reporter)
    door = Client()
    urls = listener.urls()

    def post(call: str, body: Any, **more: Any) -> etree._Element:
        return etree.fromstring(door.post(f"/ispws/{call}", body, **headers, **more).content)

    with watched() as seen:
        opened = post("submit", hostile_report(listener), content_type="text/xml")
        assert opened.findtext("responseCode") == "0", opened.findtext("responseDescription")
        report_id = int(opened.findtext("reportId") or 0)
        files = {
            "x.svg": f'<svg xmlns:x="http://www.w3.org/1999/xlink"><image x:href="{urls[0]}"/></svg>',
            "x.m3u8": f"#EXTM3U\n{urls[0]}\n", "x.html": f'<meta http-equiv="refresh" content="0;url={urls[0]}">',
            urls[0]: "noise",
        }  # fmt: skip
        for name, content in files.items():
            part = SimpleUploadedFile("x", content.encode())
            part._name = name  # as it came, not as Django cleans it
            uploaded = post("upload", {"id": str(report_id), "file": part})
            assert uploaded.findtext("responseCode") == "0"
            file_id = uploaded.findtext("fileId") or ""
            details = etree.fromstring(file_details_xml(report_id, file_id, content.encode(), factories.synthetic(), 1))
            for where, url in (("locationOfFile", urls[0]), ("originalFileName", urls[11])):
                element = details.find(where)
                assert element is not None
                element.text = url
            etree.SubElement(details, "additionalInfo").text = "\n".join(urls)
            described = post("fileinfo", etree.tostring(details), content_type="text/xml")
            assert described.findtext("responseCode") == "0", described.findtext("responseDescription")
        assert post("finish", {"id": str(report_id)}).findtext("responseCode") == "0"
        drain()
        report = Report.objects.get(pk=report_id)
        assert report.processing == Processing.DONE
        assert StageRun.objects.filter(report=report).count() == len(STAGES)
        assert urls[0] in str(chain(OPERATOR, report_id))
        pages: dict[str, str] = {}
        for officer in officers:
            client = factories.signed_in(officer)
            pages |= crawled(client, "/", "/desk/?tab=all", f"/reports/{report_id}/", "/cases/", "/agencies/")
    assert any(urls[0] in text for text in pages.values())  # the addresses are shown, as text
    for address, text in filter(all, pages.items()):  # and lead nowhere: no link, no picture, no form
        if not text.lstrip().startswith("<!doctype html"):
            continue  # a download: no browser follows what stands in it
        assert not [url for url in followed(text) if str(listener.port) in url], address
    assert seen == []
    assert listener.heard == []


@pytest.mark.django_db
def test_a_case_and_its_page_connect_to_nobody(listener: Listener, tmp_path: Path) -> None:
    factories.standard_tree()
    factories.forwarding("US-NCMEC", "IN-NCRB", "IN-MH-CYBER")
    factories.demo_ranges(tmp_path)
    report = factories.filed(factories.provider(), factories.synthetic())
    drain()
    officer = person("IN-MH-JALGAON", Role.SUPERVISOR)
    with watched() as seen:
        case = open_case(officer, [report.pk], listener.urls()[0])
        pages = crawled(factories.signed_in(officer), f"/cases/{case.pk}/")
    assert listener.urls()[0] in pages[f"/cases/{case.pk}/"]
    assert (seen, listener.heard) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE report SYSTEM "{url}/x.dtd"><report/>',
        '<!DOCTYPE report [<!ENTITY x SYSTEM "{url}/x">]><report>&x;</report>',
        '<!DOCTYPE report [<!ENTITY % x SYSTEM "{url}/x"> %x;]><report/>',
        '<report xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}/x"/></report>',
        '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{url}/x"?><report/>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import schemaLocation="{url}/x"/></xs:schema>',
    ],
)
def test_a_document_that_asks_the_reader_to_fetch_is_refused_without(listener: Listener, attack: str) -> None:
    factories.standard_tree()
    credentials.forget_all()
    reporter = factories.provider()
    body = attack.replace("{url}", f"http://127.0.0.1:{listener.port}").encode()
    with watched() as seen:
        answer = Client().post("/ispws/submit", body, content_type="text/xml", **factories.basic(reporter))
    assert re.search(rb"<responseCode>4[0-9]{3}<", answer.content)
    assert (seen, listener.heard) == ([], [])


def test_the_listener_and_the_hook_would_have_noticed(listener: Listener) -> None:
    with watched() as seen, socket.create_connection(("127.0.0.1", listener.port)) as connection:
        connection.recv(1)
    assert len(listener.heard) == 1
    assert any(line.startswith("socket.connect") for line in seen)
