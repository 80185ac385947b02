"""Environments on a real cluster whose login node reaches no network: with a package index beside it, and without."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from testbed import Testbed
from testbed.processes import wait_until

from clustrix.environments.wheels import uv_wheel
from clustrix.errors import EnvironmentBuildError
from tests.environments.wheel_making import Laptop, ended, write_index

pytestmark = [pytest.mark.testbed]

SHOW = """
import tiny
@cluster
def show():
    import socket, sys
    return tiny.version, sys.version_info[:2], "envs" in sys.executable, socket.gethostname()[:2]
print(show())
"""
RIGHT = "('2.0', (3, 9), True, 's1')"
PORT = 8731


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture(scope="session")
def uv_of_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of uv that is sent, fetched once from the ordinary index."""
    cache = tmp_path_factory.getbasetemp().parent / "cache-of-clustrix"
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(cache)
    try:
        return uv_wheel("x86_64", "Linux")
    except EnvironmentBuildError as error:
        pytest.skip(f"no package index can be reached: {error.what}")
    finally:
        os.environ.pop("XDG_CACHE_HOME")
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture
def laptop(tmp_path: Path, testbed: Testbed, uv_of_cluster: Path) -> Iterator[Laptop]:
    """Its calls go to the testbed; on its own loopback there is a package index with tiny 2.0."""
    made = sorted(testbed.path("login", "/opt/python").glob("3.9.*/bin/python3"))
    if not made:
        pytest.skip("no Python 3.9 here")
    folder = f"/scratch/{tmp_path.name}"
    testbed.exec("login", ["mkdir", folder], user="alice")
    settings = {
        "cluster_host": "hpc",
        "ssh_config": str(testbed.ssh_config),
        "python_executable": f"/opt/python/{made[0].parts[-3]}/bin/python3",
        "remote_work_dir": folder,
    }
    laptop = Laptop(tmp_path, dict(settings))
    laptop.has("tiny", "2.0")
    write_index(laptop.wheels, tmp_path / "index")
    write_index(uv_of_cluster.parent, tmp_path / "index")
    handler = partial(_Quiet, directory=str(tmp_path / "index"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/simple"
        laptop.variables.update(UV_NO_INDEX="", UV_FIND_LINKS="", UV_INDEX_URL=url)
        yield laptop
        server.shutdown()
    testbed.exec("login", ["rm", "-rf", folder], user="alice")


@pytest.fixture
def serve(testbed: Testbed) -> Iterator[Callable[[Path], str]]:
    """Serve a folder on the login node's loopback; gives the index's URL there."""
    number = iter(range(100))

    def start(folder: Path) -> str:
        there, port = f"/scratch/index-{PORT}", PORT + next(number)
        with contextlib.suppress(FileNotFoundError):
            testbed.exec("login", ["rm", "-rf", there])
        copy_tree(folder, testbed.path("login", there))
        python = "/opt/python/" + sorted(os.listdir(testbed.path("login", "/opt/python")))[-1] + "/bin/python3"
        command = f"{python} -m http.server {port} --bind 127.0.0.1 --directory {there}"
        testbed.exec("login", ["sh", "-c", f"{command} >/dev/null 2>&1 & echo $! >{there}/pid"])
        ask = ["sh", "-c", f": </dev/tcp/127.0.0.1/{port}"]
        wait_until(lambda: testbed.exec("login", ["bash", *ask[1:]], check=False).returncode == 0, 20, "the index")
        return f"http://127.0.0.1:{port}/simple"

    yield start
    testbed.exec("login", ["sh", "-c", f"kill $(cat /scratch/index-{PORT}/pid)"], check=False)


def copy_tree(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


def test_without_any_index_there_the_wheels_are_sent(laptop):
    ran = laptop.run(SHOW)

    assert ran.out == RIGHT, ran.err
    assert "sending uv, " in ran.err
    assert "no package index can be reached there: sending 1 wheel, " in ran.err


def test_with_an_index_there_nothing_but_uv_is_sent(laptop, serve):
    url = serve(laptop.folder / "index")

    ran = laptop.run(SHOW, environment_variables={"UV_INDEX_URL": url})

    assert ran.out == RIGHT, ran.err
    assert "sending 1 wheel" not in ran.err


DIE_AFTER_THE_FIRST = """
import os
from clustrix.connection.link import Link
request, sent = Link.request, []
def until_one_wheel_is_there(self, op, header, *rest, **words):
    answer = request(self, op, header, *rest, **words)
    sent.extend([header["path"]] if op == "put" and "/uv-" not in header["path"] else [])
    if sent:
        os._exit(9)
    return answer
Link.request = until_one_wheel_is_there
"""


def test_what_has_arrived_before_a_transfer_was_cut_off_is_not_sent_again(laptop):
    laptop.has("upper", "2.0", requires=["tiny"])
    (laptop.folder / "index/simple/tiny/index.html").unlink()
    write_index(laptop.wheels, laptop.folder / "index")
    text = SHOW.replace("tiny", "upper")

    cut_off, whole = laptop.run(DIE_AFTER_THE_FIRST + text), laptop.run(text)

    assert (cut_off.status, whole.out) == (9, RIGHT), whole.err
    assert "sending 2 wheels, " in cut_off.err
    assert "sending 1 wheel, " in whole.err
    assert "sending uv" not in whole.err


def test_an_index_that_answers_with_a_page_for_people_is_no_index(laptop, serve, tmp_path):
    page = tmp_path / "html" / "simple" / "tiny" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html><body>Please log in to the network</body></html>")

    ran = laptop.run(SHOW, environment_variables={"UV_INDEX_URL": serve(tmp_path / "html")})

    assert ran.out == RIGHT, ran.err
    assert "sending 1 wheel" in ran.err


def test_sixteen_jobs_of_four_processes_at_once_build_once(laptop):
    text = SHOW.replace("print(show())", "print({future.result()[0] for future in [show.submit() for _ in range(4)]})")

    ran = ended([laptop.start(text) for _ in range(4)])

    assert [one.out for one in ran] == ["{'2.0'}"] * 4
    assert sum(one.err.count("built it in") for one in ran) == 1


def test_a_wanted_version_is_found_among_the_pythons_of_the_cluster(laptop, testbed):
    if not list(testbed.path("login", "/opt/python").glob("3.11.*")):
        pytest.skip("no Python 3.11 here")
    del laptop.settings["python_executable"]

    ran = laptop.run(SHOW, python_version="3.11")

    assert ran.out == RIGHT.replace("3, 9", "3, 11"), ran.err


WHERE = """
@cluster
def show():
    import os, platform
    return platform.python_version(), os.environ.get("SITE_PYTHON")
print(show())
"""


def version_of_debian() -> str:
    """That of the Python that is behind the module python/site."""
    return subprocess.run(["/usr/bin/python3", "-V"], capture_output=True, text=True, check=True).stdout.split()[1]


def test_a_wanted_version_that_only_a_module_brings_is_found_and_the_module_loaded_in_the_job(laptop):
    del laptop.settings["python_executable"]

    ran = laptop.run(WHERE, python_version=version_of_debian())

    assert ran.out == f"('{version_of_debian()}', 'loaded')", ran.err


def test_a_wanted_version_is_found_in_the_configured_folders(laptop):
    del laptop.settings["python_executable"]

    ran = laptop.run(WHERE, python_version=version_of_debian(), python_folders=["/usr/lib/site-python/*"])

    assert ran.out == f"('{version_of_debian()}', None)", ran.err


def test_a_version_that_the_cluster_does_not_have_is_an_error_that_lists_those_found(laptop):
    del laptop.settings["python_executable"]

    ran = laptop.run(SHOW, python_version="3.5")

    assert "RemotePythonError: there is no Python 3.5 among those found: " in ran.err
    assert "3.9." in ran.err.partition("among those found: ")[2].partition("\n")[0]


def test_a_full_disk_is_told_before_the_job_is_submitted(laptop, testbed, small_disk):
    ran = laptop.run(SHOW, remote_work_dir=small_disk)

    assert "EnvironmentBuildError: the environment cannot be built: No space left on device" in ran.err
    assert not list(testbed.path("login", f"{small_disk}/.clustrix").glob("envs/*/READY"))


def test_a_disk_without_inodes_is_told_before_the_job_is_submitted_and_what_is_there_stays(laptop, faulty):
    faulty.renew_small("200m", inodes=60)
    faulty.exec("login", ["mkdir", "-p", "/scratch/small/alice/.clustrix/envs/earlier"], user="alice")
    faulty.exec("login", ["touch", "/scratch/small/alice/.clustrix/envs/earlier/READY"], user="alice")

    ran = laptop.run(SHOW, remote_work_dir="/scratch/small/alice")

    assert "there is no room for it: No space left on device: about 120 inodes are needed" in ran.err
    assert [one.name for one in faulty.path("login", "/scratch/small/alice/.clustrix/envs").glob("[!.]*")] == [
        "earlier"
    ]
    assert not list(faulty.path("login", "/scratch/small/alice/.clustrix").glob("jobs/*"))


def test_a_folder_that_cannot_be_written_is_told_before_the_job_is_submitted(laptop):
    ran = laptop.run(SHOW, remote_work_dir="/usr")

    assert "EnvironmentBuildError: the environment cannot be built: Permission denied" in ran.err
    assert "/usr/.clustrix" in ran.err
