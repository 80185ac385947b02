"""What all tests share."""

import os
from collections.abc import Iterator

import pytest
from testbed import Testbed, reserved

from tests.interpreters import pythons_found


def pytest_report_header() -> str:
    """Say what the cluster's side is tested with."""
    return "cluster Pythons: " + ", ".join(f"{version} ({path})" for version, path in pythons_found().items())


@pytest.fixture(scope="session", autouse=True)
def _state_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what tests submit out of the list of jobs of whoever runs them."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(params=[*pythons_found().values()], ids=[*pythons_found()])
def cluster_python(request: pytest.FixtureRequest) -> str:
    """Return the path of an interpreter; the test runs once with each that this machine has."""
    path: str = request.param
    return path


@pytest.fixture(scope="session")
def testbed() -> Iterator[Testbed]:
    """A cluster that is up; the tests of one worker share it."""
    if reason := Testbed.unavailable_reason():
        pytest.skip(reason)
    with reserved() as testbed:
        yield testbed


@pytest.fixture
def faulty(testbed: Testbed) -> Iterator[Testbed]:
    """The same cluster for a test that breaks something: it is whole again afterwards."""
    yield testbed
    testbed.heal()


@pytest.fixture
def small_disk(testbed: Testbed) -> Iterator[str]:
    """A folder of alice's on a disk of 20 MB that no other test has put anything on, nor will find anything on."""
    testbed.renew_small()
    testbed.exec("login", ["install", "-d", "-o", "alice", "/scratch/small/alice"])
    yield "/scratch/small/alice"
    testbed.renew_small()
