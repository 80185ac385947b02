"""The cluster that the tests of one worker share."""

from collections.abc import Iterator

import pytest
from testbed import Testbed, reserved


@pytest.fixture(scope="session")
def testbed() -> Iterator[Testbed]:
    """A cluster that is up."""
    if reason := Testbed.unavailable_reason():
        pytest.skip(reason)
    with reserved() as testbed:
        yield testbed


@pytest.fixture
def faulty(testbed: Testbed) -> Iterator[Testbed]:
    """The same cluster for a test that breaks something: it is whole again afterwards."""
    yield testbed
    testbed.heal()
