"""File functions inside a real job: the facade, in the oldest Python there is."""

import pytest

from tests.files.conftest import InJob, fresh_agents_as_anybody
from tests.files.contract import FileContract, Site
from tests.interpreters import pythons_found


class TestInJob(FileContract):
    """Each call is a job on this machine."""

    @pytest.fixture
    def site(self, folder):
        python = next(iter(pythons_found().values()))
        words = {"cluster_type": "local", "python_executable": python, "environment": None}
        files = InJob(local_work_dir=str(folder), **words)
        return Site(files, folder, str(folder), where_root_is_like_others=fresh_agents_as_anybody)
