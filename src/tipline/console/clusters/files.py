"""A cluster as CSV and as GraphML: within what was told of it, so masked; no cell is taken for a formula, no text for markup."""

from __future__ import annotations

from typing import Any

from lxml import etree

from tipline.core.spreadsheets import as_csv
from tipline.core.text import visible

_COLUMNS = (
    "report",
    "received_at",
    "kind",
    "platform",
    "identifier",
    "masked",
    "rule",
    "strength",
    "joins",
    "hub",
    "cut",
)
_NS = "http://graphml.graphdrawing.org/xmlns"
_KEYS = (
    ("sort", "node", "string"), ("label", "node", "string"), ("kind", "node", "string"), ("hub", "node", "boolean"),
    ("received_at", "node", "string"), ("rule", "edge", "string"), ("strength", "edge", "double"), ("joins", "edge", "boolean"),
)  # fmt: skip


def edges_csv(told: dict[str, Any]) -> str:
    """One line for each report at each identifier (RFC 4180); ties of people below, without an identifier."""
    identifiers = {one["id"]: one for one in told["identifiers"]}
    received = {one["id"]: one["received_at"] for one in told["reports"]}
    rows: list[tuple[object, ...]] = [_COLUMNS]
    for edge in told["edges"]:
        one = identifiers[edge["identifier"]]
        rows.append((
            edge["report"], received.get(edge["report"]), one["kind"], one["platform"], one["label"], _yes(one["masked"]), edge["title"],
            edge["strength"], _yes(edge["joins"]), _yes(edge["hub"]), _yes(edge["cut"] is not None),
        ))  # fmt: skip
    for tie in told["ties"]:
        for report in (tie["low"], tie["high"]):
            rows.append(
                (
                    report,
                    received.get(report),
                    "tie",
                    "",
                    f"{tie['low']} - {tie['high']}",
                    "no",
                    tie["why"],
                    None,
                    "yes",
                    "no",
                    "no",
                )
            )
    return as_csv(rows)


def as_graphml(told: dict[str, Any]) -> bytes:
    """The graph in GraphML (graphml.graphdrawing.org), which drawing programs read."""
    root = etree.Element(f"{{{_NS}}}graphml", nsmap={None: _NS})  # type: ignore[dict-item]  # the default namespace
    for name, of, kind in _KEYS:
        etree.SubElement(root, f"{{{_NS}}}key", {"id": name, "for": of, "attr.name": name, "attr.type": kind})
    graph = etree.SubElement(root, f"{{{_NS}}}graph", {"id": f"report-{told['report']}", "edgedefault": "undirected"})
    for one in told["reports"]:
        _put(
            graph,
            "node",
            {"id": f"r{one['id']}"},
            sort="report",
            label=f"Report {one['id']}",
            received_at=one["received_at"] or "",
        )
    for one in told["identifiers"]:
        _put(
            graph,
            "node",
            {"id": f"i{one['id']}"},
            sort="identifier",
            label=one["label"],
            kind=one["kind"],
            hub=one["hub"],
        )
    for edge in told["edges"]:
        _put(
            graph, "edge", {"source": f"r{edge['report']}", "target": f"i{edge['identifier']}"},
            rule=edge["title"], strength=edge["strength"], joins=edge["joins"],
        )  # fmt: skip
    for tie in told["ties"]:
        _put(graph, "edge", {"source": f"r{tie['low']}", "target": f"r{tie['high']}"}, rule=tie["why"], joins=True)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _put(graph: Any, name: str, attributes: dict[str, str], **values: object) -> None:
    element = etree.SubElement(graph, f"{{{_NS}}}{name}", attributes)
    for key, value in values.items():
        text = str(value).lower() if isinstance(value, bool) else visible(str(value))
        etree.SubElement(element, f"{{{_NS}}}data", {"key": key}).text = text


def _yes(value: bool) -> str:
    return "yes" if value else "no"
