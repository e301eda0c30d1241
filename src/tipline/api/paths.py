"""Numbers in addresses, as every endpoint takes them."""

from __future__ import annotations

from typing import Annotated

from ninja import Path

from tipline.api.given import LARGEST_ID

ReportId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
CaseId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
ThingId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
