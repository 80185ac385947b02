"""Maps on this machine, in a folder of the test; and on the test cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clustrix.config import using
from clustrix.connection import close_all
from tests.slurm.conftest import cluster  # noqa: F401  # a fixture


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    """Have calls run on this machine; returns where the jobs' folders are."""
    with using(cluster_type="local", remote_work_dir=str(tmp_path), environment=None):
        yield tmp_path / ".clustrix" / "jobs"
    close_all()
