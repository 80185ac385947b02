"""Calls in a container, by the runtimes that the nodes have: charliecloud and podman are real, apptainer is not there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from testbed import Testbed

import clustrix
from clustrix.connection import close_all
from clustrix.errors import ClustrixError, ConfigError
from clustrix_remote import containers
from clustrix_remote.layout import Layout
from tests.environments.image_making import PYTHON, make_image


def where_am_i(name):
    """Tell of the place, and leave a file in the working folder."""
    import os
    import sys
    from pathlib import Path

    Path(name).write_text("left")
    inside = not os.path.exists("/opt/python") and os.path.exists("/usr/bin/python3")
    return inside, sys.executable, os.environ.get("TOLD"), Path(name).stat().st_uid == os.getuid()


@pytest.fixture(scope="module")
def image(testbed: Testbed) -> Iterator[str]:
    """The folder of an image that belongs to alice."""
    if not PYTHON.exists():
        pytest.skip("this machine has no Python of Debian's")
    make_image(testbed.path("login", "/scratch/image"))
    testbed.exec("login", ["chown", "-R", "alice", "/scratch/image"])
    yield "/scratch/image"
    testbed.exec("login", ["rm", "-rf", "/scratch/image"])
    # podman keeps a process that holds its user namespace: https://docs.podman.io/en/latest/markdown/podman.1.html
    testbed.exec("login", ["pkill", "-u", "alice", "-x", "podman"], check=False)


@pytest.fixture
def call(testbed: Testbed, tmp_path: Path):
    """Make calls on the testbed with further words; the folder on it is removed."""
    folder = f"/scratch/{tmp_path.name}"
    testbed.exec("login", ["mkdir", folder], user="alice")

    def of(environment: str, **variables: str):
        return clustrix.cluster(
            where_am_i,
            cluster_host="hpc",
            ssh_config=str(testbed.ssh_config),
            remote_work_dir=folder,
            environment=environment,
            environment_variables={**variables, "TOLD": "yes"},
        )

    yield of
    close_all()
    testbed.exec("login", ["rm", "-rf", folder], user="alice")


@pytest.mark.testbed
@pytest.mark.parametrize("runtime", ["ch-run", "podman"])
def test_a_call_runs_in_an_image_by_the_runtime_that_the_node_has(call, image, runtime):
    function = call(f"container:{image}", CLUSTRIX_CONTAINERS=runtime)

    assert function("file") == (True, "/usr/bin/python3", "yes", True)


@pytest.mark.testbed
def test_an_image_that_is_not_there_is_an_error_that_names_it(call):
    with pytest.raises(ConfigError, match=r"there is no image hpc:/sw/no\.sif"):
        call("container:/sw/no.sif")("file")


@pytest.mark.testbed
def test_a_node_without_a_runtime_is_an_error_that_names_those_that_would_do(call, image):
    with pytest.raises(ClustrixError, match=f"has none of apptainer singularity for {image}"):
        call(f"container:{image}", CLUSTRIX_CONTAINERS="apptainer singularity")("file")


def test_apptainer_gets_the_image_the_folders_and_the_program_as_its_manual_says(tmp_path):
    """A program of that name prints its words: the real one is not among Debian's packages."""
    named, image = tmp_path / "bin" / "apptainer", tmp_path / "an image.sif"
    named.parent.mkdir()
    named.write_text('#!/bin/sh\nfor word; do echo "$word"; done\n')
    named.chmod(0o755)
    image.touch()

    path = containers.prepare(Layout(str(tmp_path)), str(image))
    asked = [path, "-c", "a program"]
    variables = {"PATH": f"{named.parent}:{os.environ['PATH']}"}
    told = subprocess.run(asked, env=variables, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert told.splitlines()[:2] == ["--quiet", "exec"]
    assert told.splitlines()[-5:] == [f"--pwd={tmp_path}", str(image), "python3", "-c", "a program"]


@pytest.mark.parametrize(("root", "folders"), [("/scratch/al/.clustrix", ["/scratch"]), ("/home/al/.clustrix", [])])
def test_what_holds_the_jobs_is_mounted_unless_every_runtime_does_so(root, folders):
    assert containers.folders_to_mount(root) == folders
