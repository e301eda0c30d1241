"""`tipline doctor`: what is wrong with this installation."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json
from tipline.core.config import Evidence, Face, config
from tipline.core.database import database_urls, shares_owner_role, without_password
from tipline.core.secrets import secret_files


def doctor(
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="also check what takes longer: every document against its digest; and Django's settings"
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Look at this installation and name what is wrong, with what to do. Exit 1 if something is."""
    settings = config()
    urls = database_urls(settings)
    found: dict[str, Any] = {
        "ok": True,
        "data_dir": str(settings.data_dir),
        "embedded": settings.embedded,
        "database_url": without_password(urls.app),
        "database_owner_url": without_password(urls.owner),
        "bind": settings.bind,
        "door_bind": str(settings.address_of(Face.DOOR)),
        "public_bind": str(settings.address_of(Face.PUBLIC)),
        "evidence": settings.evidence.value,
        "problems": [],
        "warnings": [],
    }
    with installation(current=False):
        from tipline.core.health import readiness

        found["problems"] += [f"{name}: {what}" for name, what in readiness().items() if what]
        if not found["problems"]:
            _look(found)
        if deep and not found["problems"]:
            found["problems"] += _documents()
        if deep:
            found["warnings"] += _deployment()
    found["problems"] += [
        f"others can read the secret {one.path}: run `chmod 600 {one.path}`"
        for one in secret_files(settings)
        if one.open_to_others
    ]
    if shares_owner_role(settings):
        found["warnings"].append(
            "the application connects as the role that owns the tables: make a weaker role and put the owner into "
            "TIPLINE_DATABASE_OWNER_URL (docs/how-to/own-postgresql.md)"
        )
    if settings.evidence is Evidence.DISCARD:
        found["warnings"].append(
            "uploaded files are hashed and discarded: set TIPLINE_EVIDENCE_RECIPIENT to a custodian's age key to keep them sealed"
        )
    found["ok"] = not found["problems"]
    if as_json:
        write_json(found)
    else:
        for name in (
            "data_dir",
            "database_url",
            "database_owner_url",
            "server",
            "bind",
            "door_bind",
            "public_bind",
            "evidence",
        ):
            typer.echo(f"{name:<20}{found.get(name, '')}")
        for problem in found["problems"]:
            typer.echo(f"PROBLEM  {problem}")
        for warning in found["warnings"]:
            typer.echo(f"warning  {warning}")
        typer.echo("all well" if found["ok"] else "not well")
    if not found["ok"]:
        raise typer.Exit(1)


def _look(found: dict[str, Any]) -> None:
    from django.db import connection

    from tipline.pipeline.queries import overview
    from tipline.trust.agencies.models import Agency

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')"
        )
        version, fsync, commit = cursor.fetchone() or ("", "", "")
    found["server"] = version
    if fsync != "on" or commit == "off":
        found["problems"].append(
            f"the database may lose what it acknowledged (fsync={fsync}, synchronous_commit={commit}): switch both on"
        )
    if not Agency.objects.exists():
        found["warnings"].append("there are no agencies yet: `tipline agency import`")
    state = overview()
    if state["quarantined"]:
        found["warnings"].append(f"{state['quarantined']} reports are in quarantine: `tipline quarantine list`")
    if (state["oldest_waiting_seconds"] or 0) > 60:
        found["warnings"].append("a report has waited for the pipeline for more than a minute: is a worker running?")


def _documents() -> list[str]:
    """Documents whose bytes no longer have the digest that was noted when they came."""
    import hashlib

    from tipline.reports.models import Document

    return [
        f"document {pk} of report {report_id} does not have the SHA-256 noted at its receipt"
        for pk, report_id, sha256, body in Document.objects.values_list("id", "report_id", "sha256", "body").iterator(
            500
        )
        if hashlib.sha256(bytes(body)).hexdigest() != sha256
    ]


def _deployment() -> list[str]:
    """What Django's own checklist for deployments finds; without TLS in front it finds a lot, and is right."""
    from django.core.checks import run_checks

    return [
        f"{finding.id}: {' '.join(str(finding.msg).split())}"
        for finding in run_checks(include_deployment_checks=True)
        if not finding.is_silenced()
    ]
