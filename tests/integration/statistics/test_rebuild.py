"""The same figures out of a Parquet export, and out of the raw tables by somebody who has never seen the facts."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests import factories, world
from tipline.statistics.figures import Dimension
from tipline.statistics.keeping import refresh
from tipline.statistics.models import Fact
from tipline.statistics.rebuild import differences, export

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> None:
    factories.standard_tree()
    world.make(2_000)
    assert refresh() > 6_000


def test_every_figure_is_the_same_out_of_the_export_by_all_dimensions(made: None, tmp_path: Path) -> None:
    found = export(tmp_path)
    assert found.files["statistics_fact.parquet"]["rows"] == Fact.objects.count()
    pairs = list(itertools.combinations(Dimension, 2))
    assert list(differences(tmp_path, pairs)) == []
