"""`tipline doctor`: what is wrong with this installation."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tipline.cli.runtime import installation, write_json
from tipline.core.config import Config, Evidence, Face, config
from tipline.core.secrets import secret_files


def doctor(
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="also check what takes longer: documents against their digests, that the evidence store takes a file, Django's settings",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Look at this installation and name what is wrong, with what to do. Exit 1 if something is."""
    from tipline.core.database import (
        database_urls,
        shares_owner_role,
        without_password,
    )  # heavy, for this command alone

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
        "evidence_recipients": list(settings.evidence_recipients),
        "storage_url": settings.storage_url,
        "problems": [],
        "warnings": [],
    }
    with installation(current=False):
        from tipline.core.health import readiness

        found["problems"] += [f"{name}: {what}" for name, what in readiness().items() if what]
        if not found["problems"]:
            _look(found)
            found["warnings"] += _log(settings)
            _links(found)
        if deep and not found["problems"]:
            found["problems"] += _documents()
            found["warnings"] += _index()
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
    else:
        _store(found, settings, deep=deep)
    found["ok"] = not found["problems"]
    if as_json:
        write_json(found)
    else:
        for name in (
            "data_dir", "database_url", "database_owner_url", "server", "bind", "door_bind", "public_bind", "evidence",
            "storage_url", "installation",
        ):  # fmt: skip
            typer.echo(f"{name:<20}{found.get(name, '')}")
        for recipient in settings.evidence_recipients:
            typer.echo(f"{'sealed to':<20}{recipient}")
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
    found["warnings"] += _overdue()
    if (state["oldest_waiting_seconds"] or 0) > 60:
        found["warnings"].append("a report has waited for the pipeline for more than a minute: is a worker running?")


def _overdue() -> list[str]:
    """What retention should have destroyed by now."""
    from tipline.investigation.retention.queries import overdue

    late, stuck = overdue()
    warnings = []
    if late:
        warnings.append(
            f"{late}{' or more' if late >= 100 else ''} things are overdue for destruction by schedule:"
            " is a worker running at night? `tipline retention run` does it now"
        )
    if stuck:
        warnings.append(f"{stuck} destructions are not finished: `tipline retention run` says why")
    return warnings


def _store(found: dict[str, Any], settings: Config, *, deep: bool) -> None:
    """Whether sealed files find their place: room for the largest upload, and with `deep` a probe written and removed."""
    from tipline.core.errors import TransientError
    from tipline.core.storage import new_key, open_store

    try:
        store = open_store(settings)
        free = store.free_bytes()
        if free is not None and free < settings.max_upload_bytes:
            found["warnings"].append(
                f"the evidence store has {free} bytes free, less than the largest upload ({settings.max_upload_bytes}): make room"
            )
        if deep:
            probe = store.writer(new_key())
            try:
                probe.write(b"tipline doctor")
                probe.commit()
            finally:
                probe.abort()
    except TransientError as error:
        found["problems"].append(f"evidence: {error} (TIPLINE_STORAGE_URL)")


def _log(settings: Config) -> list[str]:
    """A log that nobody signs, or whose witness takes nothing, protects less every minute."""
    from datetime import timedelta

    from tipline.core.clock import now
    from tipline.trust.audit.queries import state
    from tipline.trust.audit.witness import name_of

    log, late = state(), now() - timedelta(minutes=10)
    found = []
    unsigned = log.oldest_pending_at
    if unsigned is None and log.entries > log.last_checkpoint_size:
        unsigned = log.last_checkpoint_at
    if unsigned is not None and unsigned < late:
        found.append(
            f"the log's last checkpoint is stale: entries wait for one since {unsigned:%Y-%m-%d %H:%M} UTC. Is a worker running?"
            " If one is, `tipline audit checkpoint` says what stops it"
        )
    if log.oldest_unpublished_at is not None and log.oldest_unpublished_at < late:
        found.append(
            f"the witness {name_of(settings)} has not taken {log.unpublished} checkpoints, the first of"
            f" {log.oldest_unpublished_at:%Y-%m-%d %H:%M} UTC: see that it can be written to or reached"
        )
    return found


def _links(found: dict[str, Any]) -> None:
    """What this installation is called among others, and how its links to them do."""
    from tipline.core.clock import now
    from tipline.core.text import visible
    from tipline.exchange.federation.health import link_warnings
    from tipline.exchange.parties.ourselves import our_name

    found["installation"] = our_name()
    found["warnings"] += [visible(one) for one in link_warnings(now())]


def _index() -> list[str]:
    """Files of the index of hashes that are not whole. They are made again by themselves, when they are next opened."""
    from tipline.pipeline.matching.index import store

    wrong = store.Index(store.folder()).check()
    return [f"the index of hashes: {one}; it is made again from the database when it is next used" for one in wrong]


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
