"""What all tests share."""

import pytest

from tests.interpreters import pythons_found


def pytest_report_header() -> str:
    """Say what the cluster's side is tested with."""
    return "cluster Pythons: " + ", ".join(f"{version} ({path})" for version, path in pythons_found().items())


@pytest.fixture(params=[*pythons_found().values()], ids=[*pythons_found()])
def cluster_python(request: pytest.FixtureRequest) -> str:
    """Return the path of an interpreter; the test runs once with each that this machine has."""
    path: str = request.param
    return path
