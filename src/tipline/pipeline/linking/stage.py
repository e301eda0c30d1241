"""The stage: edges of a batch to the identifiers that may link, then the clusters that they join."""

from __future__ import annotations

from tipline.pipeline.linking import clusters, edges
from tipline.pipeline.stage import Batch, Stage


def process(batch: Batch) -> None:
    """Link the reports of the batch with each other and with all earlier ones."""
    clusters.lock_shared()
    written = edges.write(batch.report_ids, batch.at)
    clusters.update(written.grown, written.shrunk, batch.at)


STAGE = Stage("linking", edges.VERSION, process)
