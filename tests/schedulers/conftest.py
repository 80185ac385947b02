"""One cluster with Slurm, Grid Engine and plain ssh for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from testbed import Testbed, reserved

from clustrix.connection import ssh


@pytest.fixture(scope="session")
def site() -> Iterator[Testbed]:
    """A cluster that is up, with both schedulers, and Torque's commands over one of them."""
    if reason := Testbed.unavailable_reason():
        pytest.skip(reason)
    with reserved(sge=True, torque=True) as testbed:
        yield testbed


@pytest.fixture
def reached(site: Testbed, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The words by which a call reaches that cluster."""
    monkeypatch.setattr(ssh, "has_terminal", lambda: False)
    return {"cluster_host": "hpc", "ssh_config": str(site.ssh_config), "environment": None}
