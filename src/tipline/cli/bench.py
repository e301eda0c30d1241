"""`tipline bench NAME`: one benchmark; the last line of output is its JSON (docs/reference/benchmarks.md)."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import tipline
from tipline.core.errors import NotFoundError

FOLDER = Path(tipline.__file__).parents[2] / "bench"


def bench(
    name: Annotated[str, typer.Argument(help="a file of bench/, without its ending")],
    size: Annotated[int, typer.Option(min=0, help="how much work; 0: the smallest size it knows")] = 0,
    seed: Annotated[int, typer.Option(help="of the synthetic data")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="only the JSON line")] = False,
) -> None:
    """Run one benchmark on a throw-away installation of its own."""
    module = _load(name)
    result: dict[str, Any] = {"bench": name, **module.run(size or module.SIZES[0], seed)}
    if not as_json:
        for key, value in result.items():
            typer.echo(f"{key:>12}  {value}")
    typer.echo(json.dumps(result))


def _load(name: str) -> Any:
    path = FOLDER / f"{name}.py"
    known = sorted(p.stem for p in FOLDER.glob("[a-z]*.py"))
    if name not in known:
        raise NotFoundError(
            f"there is no benchmark {name!r}; known: {', '.join(known) or 'none (they come with the source tree)'}"
        )
    sys.path.insert(0, str(FOLDER))  # what benchmarks share stands beside them
    spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
    if spec is None or spec.loader is None:
        raise NotFoundError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
