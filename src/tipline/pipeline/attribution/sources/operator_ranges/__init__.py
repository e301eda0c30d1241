"""Operators' range tables: `network,country,state,district,owner,flags` as CSV, with periods and AS numbers when they are known."""

from __future__ import annotations

from tipline.pipeline.attribution.sources.operator_ranges.compiling import compile_table
from tipline.pipeline.attribution.sources.operator_ranges.table import COLUMNS, Row, read

KIND = "operator_ranges"

__all__ = ["COLUMNS", "KIND", "Row", "compile_table", "read"]
