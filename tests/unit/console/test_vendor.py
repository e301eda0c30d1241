"""The browser's libraries are the files that their makers published, and what serves them lets nothing else in."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tipline.console import __file__ as console

STATIC = Path(console).parent / "static" / "console"
# Of npm's leaflet 1.9.4 and cytoscape 3.35.0, as tools/vendor.sh takes it in after checking the integrity that npm states.
DIGESTS = {
    "cytoscape/LICENSE": "eb319c6e6f233607f71e8e2f450391751883cfc0eeb3ca7ef574c13d1d9c2203",
    "cytoscape/cytoscape.min.js": "71fa9ebec21a7ca2c40cff6aacc30d1f6464e363662ad4b2c197e1adc770cd94",
    "leaflet/LICENSE": "53e8dc25862014e4324741ca18fbe3611e11d42ef69f59f86ea8c5389647d4cb",
    "leaflet/leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
    "leaflet/leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
}


def test_vendored_files_are_as_published() -> None:
    vendor = STATIC / "vendor"
    found = {
        path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file()
    }
    assert found == DIGESTS


def test_only_the_one_text_that_leaflet_tries_may_become_markup() -> None:
    policy = (STATIC / "maps-policy.js").read_text(encoding="utf-8")
    assert re.findall(r'text === "([^"]*)"', policy) == ["<svg/>"]
    assert "createScript" not in policy


@pytest.mark.parametrize("name", ["clusters.js", "desk.js"])
def test_scripts_that_ask_ask_this_server_alone_and_write_no_markup(name: str) -> None:
    code = re.sub(r"^\s*//.*$", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for word in ("XMLHttpRequest", "innerHTML", "insertAdjacent", "http://", "https://", "eval("):
        assert word not in code, word
    assert code.count("fetch(") == 1


def test_our_scripts_for_maps_fetch_nothing_and_write_no_markup() -> None:
    for name in ("maps.js", "maps-policy.js"):
        script = (STATIC / name).read_text(encoding="utf-8")
        code = re.sub(r"^\s*//.*$", "", script, flags=re.MULTILINE)
        for word in ("fetch(", "XMLHttpRequest", "innerHTML", "tileLayer", "http://", "https://", "eval("):
            assert word not in code, (name, word)
