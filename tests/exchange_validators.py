"""The validators of the standards, quick enough for hundreds of records: what they read anew for every object is read once."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyshacl
import pytest
import rdflib
from case_utils.case_validate.validate_utils import disable_tbox_review, get_invalid_cdo_concepts, get_ontology_graph
from pymisp import MISPEvent, MISPObject
from rdflib.plugins.sparql import processor
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from stix2validator import ValidationOptions, validate_instance
from stix2validator import validator as stix_validator

from tipline.exchange.bulk.tables import dictionary, tables
from tipline.exchange.misp.event import TAGS


@pytest.fixture
def queries_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ontology asks the same four SPARQL queries of every node; rdflib parses them each time, which is most of the time that it takes."""
    translate: Callable[..., Any] = processor.translateQuery
    parse: Callable[[str], Any] = processor.parseQuery

    @functools.cache
    def once(query: str, base: str | None, names: tuple[tuple[str, Any], ...]) -> Any:
        return translate(parse(query), base, dict(names))

    monkeypatch.setattr(processor, "parseQuery", lambda query: query)
    monkeypatch.setattr(
        processor,
        "translateQuery",
        lambda query, base=None, names=None: once(query, base, tuple(sorted((names or {}).items()))),
    )


@pytest.fixture
def schemas_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """stix2-validator looks through every schema for its anchors anew, for every object: five sixths of the time that it takes."""
    load: Callable[..., Any] = stix_validator.load_validator
    ready: dict[str, Any] = {}

    @functools.cache
    def every(folder: str) -> Any:
        retrieve = functools.partial(stix_validator.retrieve_from_filesystem, schema_dir=folder)
        paths = [path.as_uri() for path in Path(folder).rglob("*.json")]
        return Registry(retrieve=retrieve).with_resources((path, retrieve(path)) for path in paths).crawl()

    def loaded(path: str, schema: Any, folder: str) -> Any:
        if path not in ready:
            made = load(path, schema, folder)
            registry = every(folder).with_resource(path, DRAFT202012.create_resource(made.schema)).crawl()
            ready[path] = type(made)(made.schema, registry=registry, format_checker=made.format_checker)
        return ready[path]

    monkeypatch.setattr(stix_validator, "load_validator", loaded)


def check_case(bodies: Iterable[bytes], version: str = "1.4.0") -> None:
    """By the calls that `case_validate` makes, over all of them as one graph: so they also fit together."""
    graph = rdflib.Graph()
    for body in bodies:
        graph.parse(data=body, format="json-ld")
    ontology = get_ontology_graph(f"case-{version}")
    disable_tbox_review(ontology)
    assert get_invalid_cdo_concepts(graph, ontology) == set()
    conforms, _, told = pyshacl.validate(
        # UCO 1.3 remarks that the name of a hash method is a plain string; since 1.4 it has to be one
        graph, ont_graph=ontology, shacl_graph=ontology, inference="none", inplace=True, allow_infos=version == "1.3.0",
    )  # fmt: skip
    assert conforms, told[:4000]


def check_stix(bundles: Iterable[dict[str, Any]]) -> None:
    """Every object once (many are the same in every bundle), and that nothing refers to what is not in its bundle."""
    options, known = ValidationOptions(version="2.1", disabled="all"), set()
    for made in bundles:
        ids = [one["id"] for one in made["objects"]]
        assert len(ids) == len(set(ids))
        refs = {
            ref
            for one in made["objects"]
            for key, value in one.items()
            if key.endswith(("_ref", "_refs"))
            for ref in ([value] if isinstance(value, str) else value)
        }
        assert refs <= set(ids)
        for one in made["objects"]:
            text = json.dumps(
                {
                    key: value
                    for key, value in one.items()
                    if key not in {"id", "created", "modified"} and not key.endswith(("_ref", "_refs"))
                }
            )
            if text not in known:
                known.add(text)
                result = validate_instance(one, options)
                assert result.is_valid, (one, result.errors)


def check_misp(said: dict[str, Any]) -> None:
    """PyMISP loads the event, and every object fits the template that it names, in the version that PyMISP brings along."""
    loaded = MISPEvent(strict_validation=True)
    loaded.load(json.dumps(said))
    assert len(loaded.objects) == len(said["Event"]["Object"])
    assert tuple(tag.name for tag in loaded.tags) == TAGS
    for one in said["Event"]["Object"]:
        strict = MISPObject(one["name"], strict=True)
        strict.from_dict(**json.loads(json.dumps(one)))
        strict._validate()
        template = strict._definition
        assert (one["template_uuid"], one["template_version"]) == (template["uuid"], str(template["version"]))
        for attribute in one["Attribute"]:
            assert template["attributes"][attribute["object_relation"]]["misp-attribute"] == attribute["type"]


def check_tables(files: dict[str, bytes], folder: Path) -> None:
    """CSV, NDJSON and Parquet by the dictionary that each carries: its tables, its columns, its types, and the same number of rows."""
    rows: dict[str, dict[str, int]] = {}
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("SET TimeZone = 'UTC'")
        for kind, body in files.items():
            (folder / kind).mkdir()
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                said = json.loads(archive.read("dictionary.json"))
                assert said == dictionary()
                assert set(archive.namelist()) == {"dictionary.json"} | {f"{name}.{kind}" for name in said["tables"]}
                archive.extractall(folder / kind)
            rows[kind] = {name: _rows(database, kind, folder / kind / f"{name}.{kind}", one) for name, one in said["tables"].items()}  # fmt: skip
    assert rows["csv"] == rows["ndjson"] == rows["parquet"]
    assert set(rows["csv"]) == {table.name for table in tables()} and rows["csv"]["reports"]


def _rows(database: duckdb.DuckDBPyConnection, kind: str, path: Path, said: dict[str, Any]) -> int:
    """How many rows a table has, each of which fits the types of the dictionary."""
    types = {name: one["type"] for name, one in said["columns"].items()}
    if kind == "parquet":
        found = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
        assert {name: str(sql) for name, sql, *_ in found.description} == types
    elif kind == "ndjson":
        columns = ", ".join(f"'{name}': '{sql}'" for name, sql in types.items())
        assert all(list(json.loads(line)) == list(types) for line in path.read_text(encoding="ascii").splitlines())
        found = database.execute(f"SELECT * FROM read_json(?, format = 'newline_delimited', columns = {{{columns}}})", [str(path)])  # fmt: skip
    else:
        # lists are JSON in a cell
        columns = ", ".join(f"'{name}': '{'JSON' if sql.endswith(']') else sql}'" for name, sql in types.items())
        found = database.execute(f"SELECT * FROM read_csv(?, header = true, quote = '\"', escape = '\"', strict_mode = true, columns = {{{columns}}})", [str(path)])  # fmt: skip
    return len(found.fetchall())
