"""Writes what is made of the description of the JSON face: docs/reference/openapi.json, the tables of docs/reference/api.md and the Python client.

    .venv/bin/python tools/api_client.py            # writes
    .venv/bin/python tools/api_client.py --check    # says what would change, and exits 1

It refuses to take away what the kept description promises: first it is deprecated (docs/reference/api-deprecation.md).
"""

from __future__ import annotations

import json
import keyword
import os
import re
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
KEPT = PROJECT / "docs" / "reference" / "openapi.json"
PAGE = PROJECT / "docs" / "reference" / "api.md"
WEBHOOKS = PROJECT / "docs" / "reference" / "webhooks.md"
CLIENT = PROJECT / "clients" / "python" / "tipline_client"
REFERENCE = "#/components/schemas/"
_MADE = '"""Made by tools/api_client.py of docs/reference/openapi.json: do not edit."""\n'


def described() -> dict[str, Any]:
    """The description of everything, as every face together serves it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tipline.settings")
    import django

    django.setup()
    from tipline.api.face import api_of
    from tipline.core.config import Face

    made = api_of(Face).get_openapi_schema(path_prefix="/api/v1/")
    made["info"]["version"] = "1"  # of the face: it changes with no release
    return dict(json.loads(json.dumps(made)))


def operations(api: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(address, method, operation) of everything that takes a person's token, in order of address."""
    return [
        (path, method, operation)
        for path, methods in sorted(api["paths"].items())
        for method, operation in sorted(methods.items())
        if "providers" not in operation["tags"]
    ]


# -- the client -------------------------------------------------------------------------------------------------


class Types:
    """JSON Schema in words of Python; remembers which components it named."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self.named: set[str] = set()

    def of(self, schema: dict[str, Any]) -> str:
        """A type for annotations."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(REFERENCE)
            self.named.add(name)
            return f"{self._prefix}{name}"
        if len(schema.get("allOf", ())) == 1:
            return self.of(schema["allOf"][0])
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self.of(one) for one in schema["anyOf"]))
        if "enum" in schema:
            return f"Literal[{', '.join(repr(one) for one in schema['enum'])}]"
        kind, form = schema.get("type"), schema.get("format", "")
        if kind == "array":
            return f"list[{self.of(schema.get('items', {}))}]"
        if kind == "object":
            more = schema.get("additionalProperties")
            return f"dict[str, {self.of(more) if isinstance(more, dict) else 'Any'}]"
        formats = {"date-time": "datetime", "date": "date", "uuid": "UUID"}
        kinds = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}
        if kind == "string":
            return formats.get(form, "str")
        return kinds.get(str(kind), "Any")


def name_of(text: str) -> str:
    """A name of Python."""
    made = re.sub(r"\W", "_", text)
    return f"{made}_" if keyword.iskeyword(made) else made


def sentence(text: str) -> str:
    """A docstring's text on one line."""
    return " ".join(text.replace("\\", "\\\\").replace('"""', "'''").split())


def models(api: dict[str, Any]) -> str:
    """The module of types: every component that an operation of a person leads to."""
    schemas = api["components"]["schemas"]
    wanted = Types()
    for _, _, operation in operations(api):
        for schema in (body_of(operation), answer_of(operation)):
            if schema is not None:
                wanted.of(schema)
        for parameter in operation.get("parameters", ()):
            wanted.of(parameter["schema"])
    classes: dict[str, str] = {}
    while missing := sorted(wanted.named - set(classes)):
        for name in missing:
            classes[name] = _class(name, schemas[name], wanted)
    aliases = {name: text for name, text in classes.items() if not text.startswith("class ")}
    whole = {name: text for name, text in classes.items() if name not in aliases}
    # fields may be called as types are (`date`, `on: date`): names of types are resolved once all are known
    rebuilt = "".join(f"{name}.model_rebuild()\n" for name in sorted(whole))
    body = "\n\n".join([*(aliases[n] for n in sorted(aliases)), *(whole[n] for n in sorted(whole)), rebuilt])
    return importing(body, "from pydantic import BaseModel, ConfigDict")


def _class(name: str, schema: dict[str, Any], types: Types) -> str:
    if "properties" not in schema and schema.get("type") != "object":
        return f"{name} = {types.of(schema)}\n"
    extra = schema.get("additionalProperties")
    keeps = {False: "forbid", True: "allow"}.get(extra, "ignore") if isinstance(extra, bool) else "ignore"
    lines = [f"class {name}(BaseModel):", f'    """{sentence(schema.get("description", name))}"""', ""]
    lines += [f'    model_config = ConfigDict(extra="{keeps}")', ""]
    required = set(schema.get("required", ()))
    for field, kind in sorted(schema.get("properties", {}).items(), key=lambda one: one[0] not in required):
        text = types.of(kind)
        if field not in required:
            default = kind.get("default")
            text = text if default is not None or "None" in text.split(" | ") else f"{text} | None"
            text += f" = {default!r}"
        lines.append(f"    {name_of(field)}: {text}")
    return "\n".join(lines) + "\n"


def body_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of what an operation takes; None: nothing."""
    content = operation.get("requestBody", {}).get("content", {})
    return dict(content["application/json"]["schema"]) if "application/json" in content else None


def answer_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of what it answers with; None: bytes."""
    content = operation["responses"]["200"].get("content", {})
    schema = dict(content["application/json"]["schema"]) if "application/json" in content else None
    return None if schema and schema.get("format") == "binary" else schema


def takes_bytes(operation: dict[str, Any]) -> bool:
    """Whether its body is a file."""
    return "application/octet-stream" in operation.get("requestBody", {}).get("content", {})


def methods(api: dict[str, Any]) -> str:
    """The module of calls: a method for each operation of a person."""
    head = 'class Tipline(Calls):\n    """The JSON face of a Tipline, by a person\'s token: a method for each endpoint."""\n'
    body = head + "\n".join(_method(*one) for one in operations(api))
    return importing(body, "from tipline_client import models", "from tipline_client.calling import Calls")


def importing(body: str, *more: str) -> str:
    """A module: what it imports of the standard library, by what stands in it, and what more."""
    known = {"datetime": ("date", "datetime"), "typing": ("Any", "Literal"), "uuid": ("UUID",)}
    # a name, and not the word in a docstring
    used = {
        module: [name for name in names if re.search(rf"[:,\[|=]\s*{name}\b", body)] for module, names in known.items()
    }
    lines = [f"from {module} import {', '.join(names)}" for module, names in used.items() if names]
    return "\n".join([_MADE, "from __future__ import annotations\n", *lines, "", *more, "", body])


def _method(path: str, method: str, operation: dict[str, Any]) -> str:
    types = Types("models.")
    given, asked = ["self"], []
    kinds = {parameter["name"]: parameter for parameter in operation.get("parameters", ())}
    for name in re.findall(r"{(\w+)}", path):
        given.append(f"{name}: {types.of(kinds[name]['schema'])}")
    body = body_of(operation)
    if body is not None and body.get("$ref", "") == f"{REFERENCE}Nothing":
        body = None
    if body is not None or takes_bytes(operation):
        given.append(f"body: {types.of(body) if body else 'bytes'}")
    headers = {name for name, parameter in kinds.items() if parameter["in"] == "header"}
    named = []
    for name, parameter in kinds.items():
        if parameter["in"] == "query":
            default = parameter["schema"].get("default")
            text = types.of(parameter["schema"])
            text = text if default is not None or "None" in text else f"{text} | None"
            named.append(f"{name_of(name)}: {text} = {default!r}")
            asked.append(f'"{name}": {name_of(name)}')
    if "Idempotency-Key" in headers:
        named.append("idempotency_key: str | None = None")
    if "If-Match" in headers:
        named.append("if_match: str | None = None")
    if named:
        given += ["*", *named]
    answer = answer_of(operation)
    result = types.of(answer) if answer else "bytes"
    route = path.removeprefix("/api/v1")
    rest = [f'f"{route}"' if "{" in route else f'"{route}"', result if answer else "bytes"]
    if asked:
        rest.append(f"query={{{', '.join(asked)}}}")
    if method == "post":
        rest.append("body=body" if any(one.startswith("body: ") for one in given) else "body={}")
    rest += ["key=idempotency_key"] if "Idempotency-Key" in headers else []
    rest += ["if_match=if_match"] if "If-Match" in headers else []
    call = "_get" if method == "get" else "_post" if "Idempotency-Key" in headers else "_make"
    return (
        f"\n    def {name_of(operation['operationId'])}({', '.join(given)}) -> {result}:\n"
        f'        """{sentence(operation.get("description", operation["summary"]))}"""\n'
        f"        return self.{call}({', '.join(rest)})\n"
    )


# -- the tables of docs/reference/api.md --------------------------------------------------------------------------


def endpoint_table(api: dict[str, Any]) -> str:
    """A row an endpoint: address, scope, and what it does."""
    lines = ["| endpoint | scope | does |", "| --- | --- | --- |"]
    scopes = scopes_of()
    for path, method, operation in operations(api):
        address = path if method == "get" else f"POST {path}"
        says = " ".join(operation.get("description", operation["summary"]).split())
        lines.append(f"| `{address}` | {scopes[(method, path)]} | {says} |")
    return "\n".join(lines)


def scopes_of() -> dict[tuple[str, str], str]:
    """(method, address) → the scope that it needs."""
    from tipline.api.asking import Token
    from tipline.api.face import api_of
    from tipline.core.config import Face

    found = {}
    for bound in api_of(Face)._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                auth = next(iter(operation.auth_callbacks), None)
                if isinstance(auth, Token):
                    address = "/api/v1" + re.sub(r"{\w+:(\w+)}", r"{\1}", path)
                    needs = auth._needs
                    found[(operation.methods[0].lower(), address)] = f"`{needs.value}`" if needs else "any token"
    return found


def screen_table() -> str:
    """A row a screen, in the order of the bar: the endpoints that do the same, or why there is none."""
    from tipline.api.screens import ENDPOINTS, NOT_OFFERED
    from tipline.console.navigation import SCREENS

    bar = {name: screen.label for screen in SCREENS for name in (screen.name, *screen.pages)}
    lines = ["| screen | under | by program |", "| --- | --- | --- |"]
    for name in sorted({*ENDPOINTS, *NOT_OFFERED}, key=lambda one: (list(bar).index(one) if one in bar else 999, one)):
        says = ", ".join(f"`{one}`" for one in ENDPOINTS.get(name, ()))
        why = NOT_OFFERED.get(name, "")
        lines.append(
            f"| {name} | {bar.get(name, '–')} | {'; '.join(filter(None, (says, f'not: {why}' if why else '')))} |"
        )
    return "\n".join(lines)


def event_table() -> str:
    """A row an event."""
    from tipline.exchange.webhooks.events import EVENTS

    return "\n".join(f"| `{name}` | {says.lower()} |" for name, says in EVENTS.items())


def between(text: str, name: str, new: str) -> str:
    """A page with what stands between its two marks replaced."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n{new}\n{end}{tail}"


def kept(api: dict[str, Any]) -> str:
    """The description with a line for each operation and each schema, so that a change is a line."""
    api = json.loads(json.dumps(api, sort_keys=True))
    paths, schemas = api.pop("paths"), api["components"].pop("schemas")

    def lines(named: dict[str, Any]) -> str:
        return ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(named.items()))

    rest = json.dumps({**api, "paths": "PATHS", "components": {**api["components"], "schemas": "SCHEMAS"}}, indent=1)
    said = {path: "{\n" + lines(one) + "}" for path, one in paths.items()}
    whole = ",\n".join(f"{json.dumps(path)}: {text}" for path, text in sorted(said.items()))
    return rest.replace('"PATHS"', f"{{\n{whole}}}").replace('"SCHEMAS"', f"{{\n{lines(schemas)}}}") + "\n"


def formatted(text: str) -> str:
    """As ruff writes it."""
    import subprocess

    ruff = Path(sys.executable).with_name("ruff")
    told = [
        str(ruff),
        "format",
        "--quiet",
        "--config",
        str(PROJECT / "pyproject.toml"),
        "--stdin-filename",
        "made.py",
        "-",
    ]
    return subprocess.run(told, input=text, capture_output=True, text=True, check=True).stdout


def made() -> dict[Path, str]:
    """Every file that is made, with what should stand in it."""
    api = described()
    page = between(PAGE.read_text(encoding="utf-8"), "endpoints", endpoint_table(api))
    return {
        KEPT: kept(api),
        WEBHOOKS: between(WEBHOOKS.read_text(encoding="utf-8"), "events", event_table()),
        PAGE: between(page, "screens", screen_table()),
        CLIENT / "models.py": formatted(models(api)),
        CLIENT / "client.py": formatted(methods(api)),
    }


def main() -> int:
    """Write, or check."""
    files = made()
    if KEPT.exists():
        from tipline.api.deprecations import allowed_to_go, lost

        gone = lost(json.loads(KEPT.read_text(encoding="utf-8")), json.loads(files[KEPT]))
        if refused := [one for one in gone if not allowed_to_go(one)]:
            print("The kept description promises what is no longer there:", *refused, sep="\n  ", file=sys.stderr)
            return 1
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(path.relative_to(PROJECT))
        if "--check" not in sys.argv:
            path.write_text(files[path], encoding="utf-8")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
