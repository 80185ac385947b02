"""File functions through a real agent, without a network."""

import pytest

from tests.files.contract import FileContract
from tests.interpreters import pythons_found

OLDEST_AND_NEWEST = [python for version, python in pythons_found().items() if version in ("3.6", "3.13")]


@pytest.mark.parametrize("through_pipes", OLDEST_AND_NEWEST or [None], indirect=True)
class TestThroughAgent(FileContract):
    """The agent runs in the oldest Python and in a new one."""

    @pytest.fixture
    def site(self, through_pipes):
        return through_pipes
