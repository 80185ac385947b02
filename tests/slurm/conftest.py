"""A real Slurm behind a real sshd, and calls that run there."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from testbed import Testbed

import clustrix
from clustrix.connection import close_all, ssh


@pytest.fixture
def cluster(
    testbed: Testbed, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., AbstractContextManager[object]]]:
    """``with cluster(memory="64MB"): ..``: calls within go to the testbed; ``host`` is an alias of its ssh_config."""
    monkeypatch.setattr(ssh, "has_terminal", lambda: False)
    there = set(os.listdir(testbed.path("login", "/home/alice")))

    def use(host: str = "hpc", **words: Any) -> AbstractContextManager[object]:
        return clustrix.using(cluster_host=host, ssh_config=str(testbed.ssh_config), environment=None, **words)

    yield use
    close_all()
    testbed.exec("login", ["scancel", "-u", "alice"], check=False)
    # A cluster that stays up is tested again: what a function left in its home would be found there by the same test.
    new = set(os.listdir(testbed.path("login", "/home/alice"))) - there
    left = [f"/home/alice/{name}" for name in new if not name.startswith(".")]
    testbed.exec("login", ["rm", "-rf", *left], check=False)
