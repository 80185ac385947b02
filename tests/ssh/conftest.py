"""The cluster to connect to."""

from collections.abc import Callable

import pytest
from testbed import Testbed

from clustrix.config import ClusterConfig


@pytest.fixture
def config_for(testbed: Testbed) -> Callable[..., ClusterConfig]:
    """Make the configuration for an alias of the testbed's ssh_config."""

    def make(host: str = "hpc", **words: object) -> ClusterConfig:
        return ClusterConfig(cluster_host=host, ssh_config=str(testbed.ssh_config), **words)  # type: ignore[arg-type]

    return make
