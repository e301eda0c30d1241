"""`/healthz`: the process answers. `/readyz`: it can do its work."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from tipline.core.migrations import missing_migrations


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive, and nothing more: no database is asked."""
    return JsonResponse({"ok": True})


def readiness() -> dict[str, str]:
    """What stands in the way of work, by name; empty values are fine.

    Keys: `database`, `migrations`, `queue`.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
            queue = cursor.fetchone()
        missing = _missing()
    except Error:
        return {"database": "cannot be reached", "migrations": "unknown", "queue": "unknown"}
    return {
        "database": "",
        "migrations": f"{missing} not applied: run `tipline migrate`" if missing else "",
        "queue": "" if queue and queue[0] else "its tables are missing: run `tipline migrate`",
    }


_up_to_date = False


def _missing() -> int:
    """Migrations that lack. Once there are none there never are again, so that a probe costs no more than a query."""
    global _up_to_date
    missing = 0 if _up_to_date else missing_migrations()
    _up_to_date = not missing
    return missing


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and queue, each with what is wrong with it."""
    state = readiness()
    ready = not any(state.values())
    return JsonResponse({"ok": ready, **state}, status=200 if ready else 503)
