"""``clustrix env``: what it shows, builds, lists and removes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.environments.wheel_making import Laptop

PROGRAM = "import tiny\n\ndef show():\n    return tiny.version\n"


@pytest.fixture
def command(laptop: Laptop):
    """Run the command in the laptop's folder, with its settings; gives what it printed."""
    laptop.has("tiny", "2.0")
    (laptop.folder / "study.py").write_text(PROGRAM)

    def run(*words: str) -> str:
        settings = [part for name, value in laptop.settings.items() for part in ("-s", f"{name}={value}")]
        done = subprocess.run(
            [sys.executable, "-m", "clustrix.cli", "env", *words, *settings],
            capture_output=True,
            text=True,
            check=False,
            cwd=laptop.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(laptop.site),
                "XDG_CACHE_HOME": str(laptop.folder / "cache"),
                "UV_FIND_LINKS": str(laptop.wheels),
                "UV_NO_INDEX": "1",
            },
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_explain_says_what_would_be_built_and_builds_nothing(command, laptop):
    page = command("explain", "study.py:show")

    assert "lacking    tiny" in page
    assert "built at the first call" in page
    assert not list((laptop.folder / "work").glob(".clustrix/envs/*/READY"))


def test_explain_says_why_nothing_has_to_be_built(command, laptop):
    laptop.settings["python_executable"] = sys.executable

    assert "because    it is the Python that runs here" in command("explain", "study.py:show")


def test_what_build_makes_is_listed_and_prune_removes_it(command):
    key = command("build", "study.py:show").strip()

    listed = json.loads(command("list", "--json"))["environments"]
    assert [one["key"] for one in listed] == [key]
    assert listed[0]["packages"] == {"tiny": "2.0"}
    assert json.loads(command("explain", "study.py:show", "--json"))["ready"] is True
    assert command("prune") == ""
    assert command("prune", "--unused-for", "0").strip() == key
    assert json.loads(command("list", "--json"))["environments"] == []
