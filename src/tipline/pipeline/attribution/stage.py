"""The stage: the sightings and hints of a batch in, one attribution an address and one whereabouts a report out."""

from __future__ import annotations

from tipline.pipeline.stage import Batch, Stage

VERSION = "2"


def process(batch: Batch) -> None:
    """Attribute every readable address; one that cannot be read has no attribution and says so on the report."""
    # every process knows the list of stages; only those that run it load numpy and what looks addresses up
    from tipline.pipeline.attribution.answering import answer_reports

    answer_reports(batch.report_ids, batch.at)


STAGE = Stage("attribution", VERSION, process)
