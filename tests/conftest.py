"""What all tests share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from testbed import Testbed, reserved

from tests.interpreters import pythons_found

#: Those of tests/capture have tests, and what pytest reads, of their own.
collect_ignore = ["programs"]

# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


# A shell without job control lets what it runs in the background ignore Ctrl-C, and that is inherited: tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: of each three minutes one is waited for schedulers, limits and networks."""
    return (os.cpu_count() or 1) + 1


def pytest_report_header() -> str:
    """Say what the cluster's side is tested with."""
    return "cluster Pythons: " + ", ".join(f"{version} ({path})" for version, path in pythons_found().items())


#: What tests use of the home of whoever runs them: Pythons, downloads, and where pip and uv get packages from. (ssh
#: looks up the home in the list of users, so its keys and known hosts stay the real ones; the testbed has its own.)
_SHARED = (".pyenv", ".cache", ".config/pip", ".config/uv", ".pip", ".netrc")


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what tests submit out of the home of whoever runs them, and what is configured there out of the tests."""
    real, home = Path.home(), tmp_path_factory.mktemp("home")
    for name in _SHARED:
        if (real / name).exists():
            (home / name).parent.mkdir(exist_ok=True)
            (home / name).symlink_to(real / name)
    os.environ["HOME"] = str(home)
    os.environ["XDG_STATE_HOME"] = str(home / ".local/state")


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
