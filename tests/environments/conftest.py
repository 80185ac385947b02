"""A laptop with a few packages, and clusters that lack them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.environments.wheel_making import Laptop
from tests.interpreters import pythons_found


@pytest.fixture
def other_python() -> str:
    """Return a Python that is not the one that runs here."""
    found = pythons_found()
    return found.get("3.9") or next(iter(found.values()))


@pytest.fixture
def laptop(tmp_path: Path, other_python: str) -> Laptop:
    """Calls of its programs run in another Python of this machine."""
    work = tmp_path / "work"
    work.mkdir()
    settings = {"cluster_type": "local", "python_executable": other_python, "remote_work_dir": str(work)}
    return Laptop(tmp_path, dict(settings))
