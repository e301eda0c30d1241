"""The jobs that import files which screens and programs sent."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from django.db import connection
from procrastinate.contrib.django import app

from tipline.core.clock import now
from tipline.core.errors import ConflictError, TiplineError
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.pipeline.matching.lists.forms import form_named
from tipline.pipeline.matching.lists.importing import How, run
from tipline.pipeline.matching.lists.jobs import IMPORT, QUEUE, import_later
from tipline.pipeline.matching.lists.models import ImportPart, ImportState, ListImport
from tipline.trust.actors import Actor, ActorKind

_log = logging.getLogger(__name__)


@app.task(name=IMPORT, queue=QUEUE)
def import_list(import_id: int) -> None:
    """Import a file that was sent. A second call finds nothing to do."""
    importing = ListImport.objects.select_related("known_list").filter(pk=import_id, ended_at=None).first()
    if importing is None:
        return
    with tempfile.TemporaryDirectory(prefix="tipline-list-") as folder:
        path = Path(folder) / "list"
        with path.open("xb") as file:
            for body in (
                ImportPart.objects.filter(listimport=importing)
                .order_by("number")
                .values_list("body", flat=True)
                .iterator(4)
            ):
                file.write(body)
        how = How(form_named(importing.form), importing.kind, importing.replaces, importing.confirmed)
        try:
            run(importing, path, how, Actor(ActorKind.SYSTEM, None, f"import of {importing.by}"[:254]))
        except ConflictError:  # another file of the same list is on its way: this one follows it
            _again(import_id)
            return
        except TiplineError as error:  # it stands in the import's row, for whoever sent the file
            _log.warning("import %s: %s", import_id, error)
    ImportPart.objects.filter(listimport=importing).delete()


def _again(import_id: int) -> None:
    app.configure_task(IMPORT, queue=QUEUE, schedule_in={"seconds": 20}).defer(import_id=import_id)


@app.periodic(cron="*/10 * * * *", periodic_id="matching.imports")
@app.task(name="matching.imports", queue=PIPELINE_QUEUE, queueing_lock="matching.imports")
def imports(timestamp: int) -> None:
    """Take up files whose worker was killed: a job that another has in hand finds the list taken, and comes again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id FROM matching_listimport i WHERE i.ended_at IS NULL AND i.at < %s - interval '10 minutes'"
            " AND EXISTS (SELECT FROM matching_importpart p WHERE p.listimport_id = i.id)"
            " AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.task_name = %s AND j.status IN ('todo', 'doing')"
            " AND (j.args->>'import_id')::bigint = i.id) ORDER BY i.id",
            [now(), IMPORT],
        )
        left = [row[0] for row in cursor.fetchall()]
    ListImport.objects.filter(pk__in=left).update(
        state=ImportState.WAITING, rows=0, done_bytes=0, refused=0, flagged=0, duplicates=0
    )
    for import_id in left:
        import_later(import_id)
