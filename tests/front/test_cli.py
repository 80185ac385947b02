"""The command, as a person runs it."""

import os
import re
import subprocess
import sys
import textwrap

import pytest

from clustrix_remote import __version__

SCRIPT = """
    import os, sys

    class OwnError(Exception):
        pass

    def add(x, y=1):
        print("adding")
        return x + y

    def named(*, self):
        return self

    def fail():
        raise OwnError("no good")

    def leave():
        sys.exit(7)

    def die():
        os._exit(3)

    def version():
        return sys.version_info[:2]

    class Shape:
        @staticmethod
        def double(x):
            return 2 * x

    if __name__ == "__main__":
        raise SystemExit("the main guard ran")
"""


@pytest.fixture
def clustrix(tmp_path):
    """Run the command in a folder with a script; gives status, standard output and standard error."""
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT))
    (tmp_path / "broken.py").write_text("import not_there_at_all")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("CLUSTRIX", "XDG", "COLUMNS"))
    }
    environment |= {"CLUSTRIX_CLUSTER_TYPE": "local", "HOME": str(tmp_path), "COLUMNS": "80", "NO_COLOR": "1"}

    def run(*arguments):
        command = [sys.executable, "-m", "clustrix.cli", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    return run


def test_run_prints_what_the_function_prints_and_its_value(clustrix):
    assert clustrix("run", "script.py:add", "2", "y=3") == (0, "adding\n5\n", "")


def test_run_takes_negative_numbers_texts_and_names(clustrix):
    assert clustrix("run", "script.py:add", "-3")[1] == "adding\n-2\n"
    assert clustrix("run", "script.py:add", "a", "y=b")[1] == "adding\n'ab'\n"
    assert clustrix("run", "script.py:named", "self=1")[1] == "1\n"
    assert clustrix("run", "script.py:Shape.double", "--", "-s")[1] == "'-s-s'\n"


def test_run_takes_parameters(clustrix, cluster_python):
    status, printed, told = clustrix("run", "script.py:version", "-s", f"python_executable={cluster_python}")
    assert (status, told) == (0, "")
    assert re.findall(r"\d+", printed) == re.findall(r"\d+", os.path.basename(cluster_python))


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["run", "script.py:fail"], 1, ["OwnError: no good", "in fail", "script.py"]),
        (["run", "broken.py:f"], 1, ["No module named 'not_there_at_all'"]),
        (["run", "script.py:leave"], 7, []),
        (["run", "script.py:add"], 2, ["add() missing 1 required positional argument: 'x'"]),
        (["run", "script.py:ad"], 2, ["there is no ad", "did you mean add?"]),
        (["run", "scrip.py:add"], 2, ["there is no script scrip.py", "script.py"]),
        (["run", "script.py:add", "1", "-s", "cores=0"], 2, ["cores=0", "--set"]),
        (["run", "script.py:add", "1", "-s", "core=1"], 2, ["did you mean cores?"]),
        (["run", "script.py:add", "1", "-s", "cores"], 2, ["has no value"]),
        (["run"], 2, ["Missing argument"]),
        (["rnu"], 2, ["rnu"]),
        (["run", "script.py:die"], 3, ["exit status 3"]),
        (["run", "script.py:add", "1", "-s", "python_executable=/nowhere/python"], 3, ["/nowhere/python"]),
    ],
)
def test_the_exit_status_tells_whose_fault_it_was(clustrix, arguments, status, said):
    got, _, told = clustrix(*arguments)
    assert got == status, told
    for words in said:
        assert words in told


def test_an_exception_is_told_without_our_own_frames(clustrix):
    told = clustrix("run", "script.py:fail")[2]
    assert "decorator.py" not in told
    assert "executor.py" not in told


def test_the_version(clustrix):
    assert clustrix("--version") == (0, f"clustrix {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["explain", "-h"]])
def test_help_fits_into_80_columns_and_has_no_colour(clustrix, arguments):
    status, page, _ = clustrix(*arguments)
    assert status == 0
    assert "\x1b" not in page
    assert max(map(len, page.splitlines())) <= 80
