"""Sources of where addresses are, one folder each, and the one way to ask them all: `ask`."""

from __future__ import annotations

from tipline.pipeline.attribution.sources.asking import Asked, ask

__all__ = ["Asked", "ask"]
