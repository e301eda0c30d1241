"""What is known of the sources."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from tipline.pipeline.attribution.models import Source, SourcePart
from tipline.pipeline.attribution.sources.store import version_of


def editions() -> list[dict[str, Any]]:
    """Every edition of every source, by rank, the newest first; `kept`: its file is there, so that it can be gone back to."""
    kept = Exists(SourcePart.objects.filter(source=OuterRef("pk"), number=0))
    return [
        {
            "name": s.name, "kind": s.kind, "layout": s.layout, "provides": s.provides, "active": s.active,
            "version": version_of(s.sha256, s.as_of), "networks": s.networks, "as_of": s.as_of,
            "imported_at": s.imported_at, "replaced_at": s.replaced_at, "kept": there, "rank": s.rank,
            "credit": s.credit, "credit_url": s.credit_url, "licence": s.licence, "sha256": s.sha256,
        }
        for s in Source.objects.annotate(kept=kept).order_by("rank", "name", "-active", "-id")
        for there in [bool(s.kept)]
    ]  # fmt: skip


def credit_lines() -> list[tuple[str, str]]:
    """What has to stand wherever results are shown, with its address: of every source that speaks, each once."""
    rows = Source.objects.filter(active=True).exclude(credit="").order_by("rank").values_list("credit", "credit_url")
    return list(dict.fromkeys(rows))
