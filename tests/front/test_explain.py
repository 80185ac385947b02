"""What explain says, and that it can be read."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from clustrix import cluster
from clustrix.errors import CaptureError

PROGRAM = """
    import json
    from pathlib import Path

    from clustrix import cluster
    import helping

    RATES = {"one": 1.5}
    LONG_NAME_OF_A_GLOBAL_THAT_GOES_ON_AND_ON_FOR_MORE_THAN_A_LINE = list(range(1000))

    def convert(x):
        return x * RATES["one"] + len(LONG_NAME_OF_A_GLOBAL_THAT_GOES_ON_AND_ON_FOR_MORE_THAN_A_LINE)

    @cluster(cores=2, memory="16GB", time="2h", gpus="a100:2", partition="gpu")
    def fit(x, path="weights.txt"):
        return helping.double(convert(x)), Path("weights.txt").read_text(), eval("x")

    if __name__ == "__main__":
        print(fit.explain(1))
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    (tmp_path / "helping.py").write_text("def double(x):\n    return 2 * x\n")
    (tmp_path / "weights.txt").write_text("1 2 3")
    return tmp_path


def run(project, *command):
    done = subprocess.run(
        [sys.executable, *command], cwd=project, capture_output=True, text=True, check=False, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


ENVIRONMENT = {**os.environ, "CLUSTRIX_CLUSTER_TYPE": "local", "HOME": "/nonexistent"}


CHANGED = """
    from clustrix import cluster
    import settings

    settings.COUNTS["a"] += 4
    settings.Model.size = 7
    settings.PATH = "weights.txt"

    @cluster
    def fit():
        return settings.COUNTS["a"], settings.Model.size, open(settings.PATH).read()

    if __name__ == "__main__":
        print(fit.explain())
"""
SETTINGS = """
    COUNTS = {"a": 1}
    UNCHANGED = {"b": 2}
    PATH = ""

    class Model:
        size = 1
"""


def test_what_the_program_has_changed_in_its_modules_is_among_the_values(project):
    (project / "changed.py").write_text(textwrap.dedent(CHANGED))
    (project / "settings.py").write_text(textwrap.dedent(SETTINGS))
    page = run(project, "changed.py")
    values = page.partition("Values: 3")[2].partition("Third-party")[0]
    assert all(f"{name} " in values for name in ("settings.COUNTS", "settings.Model.size", "settings.PATH")), page
    assert "used by module settings, as it was changed" in " ".join(values.split()), page


def test_the_page_names_everything_that_goes_and_why(project):
    page = run(project, "program.py")
    for said in (
        "fit  (program.py:",
        "a fresh process on this machine, Python 3.",
        ".clustrix/jobs/<key>/work/0",
        "2 cores, 16 GB, 02:00:00, 2 GPUs (a100), partition gpu",
        "convert",
        "helping.py",
        "RATES",
        "weights.txt",
        "Third-party distributions: none",
        "eval()",
        "Sends ",
    ):
        assert said in page, page
    assert "print(fit.explain" not in page


def test_the_page_fits_into_80_columns(project):
    page = run(project, "program.py")
    assert max(map(len, page.splitlines())) <= 80, page


def test_the_command_shows_the_page_of_a_script_that_is_imported(project):
    told = run(project, "-m", "clustrix.cli", "explain", "program.py:fit", "1")
    assert "2 cores, 16 GB" in told
    assert {"helping.py", "program.py"} <= set(told.split())


def test_the_arguments_may_be_left_out(project):
    assert "fit  (" in run(project, "-m", "clustrix.cli", "explain", "program.py:fit")


def test_the_same_as_json(project):
    told = json.loads(run(project, "-m", "clustrix.cli", "explain", "program.py:fit", "--json", "-s", "cores=4"))
    assert told["function"] == "fit"
    assert told["resources"]["cores"] == 4
    assert told["resources"]["memory_bytes"] == 16 * 2**30
    assert told["place"]["where"] == "a fresh process on this machine"
    assert told["package_bytes"] > 0
    assert [file["path"].rpartition("/")[2] for file in told["data_files"]].count("weights.txt") == 1


def test_a_cluster_that_cannot_be_reached_is_said_and_does_not_matter():
    @cluster(cluster_host="no-such-host.invalid", cluster_type="ssh")
    def function():
        return 1

    page = str(function.explain())
    assert "no-such-host.invalid" in page
    assert "it could not be asked" in page
    assert max(map(len, page.splitlines())) <= 80


def test_what_cannot_travel_is_told_by_explain_too():
    import threading

    lock = threading.Lock()

    @cluster(cluster_type="local")
    def function():
        return lock

    with pytest.raises(CaptureError, match="lock"):
        function.explain()


def test_distributions_that_the_user_names_are_told_with_those_that_are_imported():
    @cluster(cluster_type="local", packages=["openpyxl>=3"])
    def fit():
        return 1

    explanation = fit.explain()
    assert "openpyxl>=3" in str(explanation)
    (told,) = explanation.to_dict()["distributions"]
    assert (told["name"], told["used_by"]) == ("openpyxl>=3", "packages=")
