"""Clusters that do not outlive a test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.training.cluster.tasks import Cluster


@pytest.fixture
def cluster(data: Path, tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    """Makes a cluster whose tasks end with the test."""
    made: list[Cluster] = []

    def make(**options: Any) -> Cluster:
        folder = tmp_path / f"cluster_{len(made)}"
        folder.mkdir()
        made.append(Cluster(folder, data, **options))
        return made[-1]

    yield make
    for each in made:
        each.end()
