"""File functions on this machine's own files."""

import pytest

from clustrix.config import ClusterConfig
from clustrix.filesystem import ClusterFilesystem
from tests.files.contract import FileContract, Site


class TestHere(FileContract):
    """The configuration says that all is local."""

    @pytest.fixture
    def site(self, folder):
        files = ClusterFilesystem(ClusterConfig(cluster_type="local", local_work_dir=str(folder)))
        return Site(files, folder, str(folder))
