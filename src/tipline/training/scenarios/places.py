"""Where scenarios lie: those that come with Tipline beside the code, those of authors in the range's data directory."""

from __future__ import annotations

from pathlib import Path

from tipline.core.config import Config, config
from tipline.core.training_range import FOLDER
from tipline.training.scenarios.loading import Catalogue, catalogue


def own_scenarios(settings: Config) -> Path:
    """The directory of authors' own folders, in the range's data directory, whichever installation asks."""
    return (settings.data_dir if settings.range else settings.data_dir / FOLDER) / "scenarios"


def all_scenarios() -> Catalogue:
    """Every scenario of this installation."""
    return catalogue(own_scenarios(config()))
