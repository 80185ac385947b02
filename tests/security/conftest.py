"""Programs that only pretend to be an agent, and a real cluster with two users."""

from tests.connection.conftest import pretender, program  # noqa: F401
from tests.faults.conftest import client, remote, untouched  # noqa: F401
from tests.slurm.conftest import cluster  # noqa: F401
