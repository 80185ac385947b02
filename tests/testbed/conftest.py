"""The cluster that the tests share: one per worker of pytest-xdist."""

import os
from collections.abc import Iterator

import pytest
from testbed import Testbed


def testbed_id() -> int:
    """Choose a testbed of our own, also when workers run side by side: ids 0 to 8; 9 is for the test of up and down."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return (int(os.environ.get("CLUSTRIX_TESTBED_ID", "0")) + int(worker)) % 9


@pytest.fixture(scope="session")
def testbed() -> Iterator[Testbed]:
    """A cluster that is up; one that was up before the tests is used, healed, and left up."""
    if reason := Testbed.unavailable_reason():
        pytest.skip(reason)
    with Testbed(testbed_id()) as cluster:
        yield cluster


@pytest.fixture
def faulty(testbed: Testbed) -> Iterator[Testbed]:
    """The same cluster for a test that breaks something: it is whole again afterwards."""
    yield testbed
    testbed.heal()
