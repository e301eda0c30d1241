"""Fusion: what several sources say of a place, as one verdict with its confidence and its reasons (docs/explanation/attribution.md)."""

from __future__ import annotations

from tipline.pipeline.attribution.fusion.answering import Answer, attribute
from tipline.pipeline.attribution.fusion.model import LEVELS, Model, model
from tipline.pipeline.attribution.fusion.weighing import Guess, Heard, Reason, Verdict, fuse
from tipline.pipeline.attribution.fusion.whereabouts import Found, Sighted, Stretch, combine

__all__ = [
    "LEVELS",
    "Answer",
    "Found",
    "Guess",
    "Heard",
    "Model",
    "Reason",
    "Sighted",
    "Stretch",
    "Verdict",
    "attribute",
    "combine",
    "fuse",
    "model",
]
