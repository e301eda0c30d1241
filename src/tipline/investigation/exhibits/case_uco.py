"""Reading hashes out of CASE/UCO JSON-LD: the few shapes that are needed, and nothing that a context names is ever fetched.

`ObservableObject` with `ContentDataFacet` (`hash`: `types:Hash` with `hashMethod`, `hashValue`; `sizeInBytes`) and `FileFacet`
(`fileName`, `filePath`, `sizeInBytes`), after UCO 1.x; `propertyBundle` of the older drafts is read as `hasFacet`
(https://caseontology.org, https://unifiedcyberontology.org). Names are told by the prefixes that the file's own context maps,
or by the bundled ones; a context that is an address is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tipline.core.errors import InvalidInputError
from tipline.investigation.exhibits.hashes import Algorithm, algorithm_named
from tipline.investigation.exhibits.tables import MOST_ROWS, Hashed, Read, Refused, hashed
from tipline.investigation.exhibits.uco import PREFIXES, UCO

MOST_BYTES = 64 * 1024**2
DEEPEST = 60
_FACETS = ("hasFacet", "facets", "propertyBundle")


def read_case(file: BinaryIO) -> Read:
    """The hashed files of a CASE/UCO document. The `line` of each is the number of its object, from 1.

    Raises
    ------
    InvalidInputError
        when it is too large, too deep, has a name twice in one object, or is not JSON-LD with a graph.
    """
    body = file.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise InvalidInputError(
            f"a CASE file has at most {MOST_BYTES // 1024**2} MB: export the hashes as CSV, or in parts"
        )
    document = _parsed(body)
    nodes = list(_objects(document))
    prefixes = _prefixes(document)
    return Read("case-uco 1", _files(nodes, prefixes))


def _parsed(body: bytes) -> Any:
    if b"\x00" in body:
        raise InvalidInputError("the file has a NUL: this is no JSON in UTF-8")
    try:
        found = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise InvalidInputError("the file is not UTF-8, which JSON is written in") from error
    except RecursionError as error:
        raise InvalidInputError(f"the JSON is deeper than {DEEPEST} levels") from error
    except ValueError as error:
        raise InvalidInputError(f"the file is not JSON: {error}"[:300]) from error
    if not isinstance(found, dict | list):
        raise InvalidInputError("a CASE file is a JSON object with a @graph")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInputError(f"the name {twice[:60]!r} stands twice in one object: which of them counts is not said")
    return found


def _no_constant(name: str) -> Any:
    raise InvalidInputError(f"{name} is no JSON")


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document, in its order; without recursion, so that depth costs nothing before it is refused."""
    waiting: list[tuple[Any, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise InvalidInputError(f"the JSON is deeper than {DEEPEST} levels")
        if isinstance(value, dict):
            yield value
            inner = [item for name, item in value.items() if name != "@context"]
        else:
            inner = value
        waiting += [(item, depth + 1) for item in reversed(inner) if isinstance(item, dict | list)]


def _prefixes(document: Any) -> dict[str, str]:
    given = document.get("@context") if isinstance(document, dict) else None
    found = dict(PREFIXES)
    for part in given if isinstance(given, list) else [given]:
        if isinstance(part, dict):
            found |= {name: iri for name, iri in part.items() if isinstance(iri, str) and not name.startswith("@")}
    return found


def _local(name: str, prefixes: Mapping[str, str]) -> str:
    """The name of a UCO term without its namespace; empty for a term of something else."""
    prefix, colon, rest = name.partition(":")
    iri = prefixes.get(prefix, "") + rest if colon and not rest.startswith("//") else name
    return iri.rpartition("/")[2] if iri.startswith(UCO) else "" if colon else name


def _files(nodes: list[dict[str, Any]], prefixes: Mapping[str, str]) -> Iterator[Hashed | Refused]:
    plain = [{_local(name, prefixes) or name: value for name, value in node.items()} for node in nodes]
    by_id = {node["@id"]: node for node in plain if isinstance(node.get("@id"), str) and len(node) > 1}
    count = 0
    for node in plain:
        facets = [_node(facet, by_id, prefixes) for name in _FACETS if name in node for facet in _list(node[name])]
        if not facets:
            continue
        count += 1
        if count > MOST_ROWS:
            raise InvalidInputError(f"the file has more than {MOST_ROWS:,} objects: split it, nothing was taken over")
        content = [facet for facet in facets if "hash" in facet]
        if content:
            yield _file(count, content, facets, by_id, prefixes)


def _file(
    number: int,
    content: list[dict[str, Any]],
    facets: list[dict[str, Any]],
    by_id: Mapping[str, dict[str, Any]],
    prefixes: Mapping[str, str],
) -> Hashed | Refused:
    given: dict[Algorithm, str] = {}
    for facet in content:
        for stated in _list(facet["hash"]):
            one = _node(stated, by_id, prefixes)
            method = _text(one.get("hashMethod"))
            algorithm = algorithm_named(method.rpartition("/")[2].rpartition(":")[2])
            if algorithm is not None:
                given[algorithm] = _text(one.get("hashValue"))
    names = [_text(facet[key]) for key in ("filePath", "fileName") for facet in facets if key in facet]
    sizes = [_text(facet["sizeInBytes"]) for facet in facets if "sizeInBytes" in facet]
    if any("\x00" in text for text in (*names, *given.values())):
        return Refused(number, "a NUL stands in it")
    return hashed(number, given, next(iter(names), ""), next(iter(sizes), ""), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _node(value: Any, by_id: Mapping[str, dict[str, Any]], prefixes: Mapping[str, str]) -> dict[str, Any]:
    """An object with names without their namespaces; one that is only named is looked up in the file, and nowhere else."""
    if not isinstance(value, dict):
        return {}
    if set(value) == {"@id"}:
        return by_id.get(str(value["@id"]), {})
    return {_local(name, prefixes) or name: inner for name, inner in value.items()}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@value", value.get("@id", ""))
    # a lone surrogate is JSON, but no text that can be kept
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.encode("utf-8", "replace").decode("utf-8")
