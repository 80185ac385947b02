"""Sites: the places that file functions are tried in."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.config import ClusterConfig
from clustrix.connection import close_all, open_channel, ssh
from clustrix.connection.link import Link
from clustrix.filesystem import ClusterFilesystem, There
from clustrix_remote.filesystem import Filesystem
from tests.files.contract import Site
from tests.privileges import as_anybody


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the test's own."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def through_pipes(folder: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A real agent here; a parameter says in which Python."""
    python = getattr(request, "param", None)
    config = ClusterConfig(cluster_type="local", remote_work_dir=str(folder), python_executable=python)
    link = Link(partial(open_channel, config))
    yield Site(Filesystem(There(lambda: link, "this machine")), folder, str(folder), host="this machine")
    link.close()


class InJob:
    """Each call is made by a job of its own."""

    def __init__(self, **words: Any) -> None:
        self._words = words

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            with clustrix.using(**self._words):
                value, warned = in_job(name, args, kwargs)
            for warning in warned:
                warnings.warn(warning, stacklevel=2)
            return value

        return call


@contextmanager
def fresh_agents_as_anybody() -> Iterator[None]:
    """An agent may have been started before."""
    close_all()
    with as_anybody():
        yield
    close_all()


@clustrix.cluster
def in_job(name, args, kwargs):
    """Ask the facade, and where that has no function its file system; tell what it warns of."""
    import clustrix

    function = getattr(clustrix, "cluster_" + name, None) or getattr(clustrix.ClusterFilesystem(), name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = function(*args, **kwargs)
    return value, [each.message for each in caught]


@pytest.fixture
def ssh_config_words(testbed: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What leads to the testbed's cluster."""
    monkeypatch.setattr(ssh, "has_terminal", lambda: False)
    yield {"cluster_host": "hpc", "ssh_config": str(testbed.ssh_config), "environment": None}
    close_all()


@pytest.fixture
def over_ssh(testbed: Any, ssh_config_words: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Site]:
    """A folder on the cluster's shared disk, owned by alice."""
    folder = f"/scratch/{abs(hash(request.node.nodeid)):x}"
    testbed.exec("login", ["mkdir", folder])
    root = testbed.path("login", folder)

    def settle() -> None:
        testbed.exec("login", ["chown", "-hR", "alice:", folder])

    settle()
    files = ClusterFilesystem(ClusterConfig(remote_work_dir=folder, **ssh_config_words))
    yield Site(files, root, folder, settle, host="hpc", where_root_is_like_others=nullcontext)
    # The script of a job whose value has come may still write its last word.
    removed = lambda: testbed.exec("login", ["rm", "-rf", folder], check=False).returncode == 0  # noqa: E731
    wait_until(removed, 20, f"{folder} is removed")
