"""File functions over ssh, as a user who is not root."""

import pytest

from tests.files.contract import FileContract

pytestmark = [pytest.mark.testbed]


class TestOverSsh(FileContract):
    """The test cluster."""

    @pytest.fixture
    def site(self, over_ssh):
        return over_ssh
