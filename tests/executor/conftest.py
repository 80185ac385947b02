"""A cluster of this machine, in a folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clustrix import ClusterExecutor
from clustrix.config import ClusterConfig, using
from clustrix.connection import close_all


@pytest.fixture
def config(tmp_path: Path) -> Iterator[ClusterConfig]:
    """Return the configuration that is in force during the test; its agents end with it."""
    config = ClusterConfig(cluster_type="local", remote_work_dir=str(tmp_path))
    with using(cluster_type="local", remote_work_dir=str(tmp_path)):
        yield config
    close_all()


@pytest.fixture
def executor(config: ClusterConfig) -> ClusterExecutor:
    return ClusterExecutor(config)


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    """Return where the jobs' folders are."""
    return tmp_path / ".clustrix" / "jobs"
