"""MMDB files (MaxMind DB file format 2.0) of any maker whose layout is known (`layouts/`, one file each)."""

from __future__ import annotations

from tipline.pipeline.attribution.sources.mmdb.compiling import Opened, compile_file, is_mmdb

KIND = "mmdb"

__all__ = ["KIND", "Opened", "compile_file", "is_mmdb"]
