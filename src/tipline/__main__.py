"""`python -m tipline` is the `tipline` command."""

from __future__ import annotations

from tipline.cli import main

main()
