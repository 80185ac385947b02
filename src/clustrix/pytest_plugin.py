"""Fixtures for the tests of programs that use clustrix: ``clustrix_inline`` and ``clustrix_local``.

pytest finds them by itself. Nothing else of clustrix is imported until a test uses one. PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from clustrix.testing import InlineCall


@pytest.fixture
def clustrix_inline() -> Iterator[list[InlineCall]]:
    """Calls of ``@cluster`` functions run in this process, in milliseconds; the list of those made.

    What could not be sent to a cluster is an error here too.
    """
    from clustrix.testing import inline_calls

    with inline_calls() as calls:
        yield calls


@pytest.fixture(scope="session")
def _clustrix_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("clustrix"))


@pytest.fixture
def clustrix_local(_clustrix_folder: str) -> Iterator[None]:
    """Calls of ``@cluster`` functions run in fresh processes on this machine."""
    from clustrix.testing import local_calls

    with local_calls(_clustrix_folder):
        yield
