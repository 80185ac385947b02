"""A laptop with Python 3.13, numpy 2.5 and pandas 3.1 against older workers: 41 values, there and back.

All of it is installed from the ordinary package index.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import clustrix
from clustrix.environments.uv import local_uv
from tests.interpreters import pythons_found

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("skew")]  # what is installed serves all of them

PROGRAM = Path(__file__).with_name("skewed_values.py")
WORKERS = {version: path for version, path in pythons_found().items() if version in ("3.6", "3.9", "3.11", "3.12")}
#: What no worker of that version can have: Python's own module for it came with 3.9.
REFUSED = {"3.6": {"zone"}}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the laptop's program says of each worker."""
    python = pythons_found().get("3.13")
    if python is None or not WORKERS:
        pytest.skip("needs Python 3.13, and an older one")
    folder = tmp_path_factory.mktemp("skew")
    laptop = folder / "laptop"
    source = str(Path(clustrix.__file__).parents[2])
    _uv("venv", "--no-project", "--python", python, str(laptop))
    _uv("pip", "install", "--python", str(laptop), "numpy==2.5.5", "pandas==3.1.1", source)
    _uv("venv", "--no-project", "--python", python, str(folder / "older"))
    older = str(folder / "older" / "bin" / "python")
    _uv("pip", "install", "--python", older, "numpy==2.1.3", "pandas==2.2.3")
    command = [str(laptop / "bin" / "python"), str(PROGRAM), str(folder), *WORKERS.values(), older]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    found = {line["python"]: line for line in map(json.loads, done.stdout.splitlines())}
    return {**found, "older": found[older]}


def _uv(*words: str) -> None:
    done = subprocess.run([local_uv(), *words, "--quiet"], capture_output=True, text=True, env=os.environ, check=False)
    if done.returncode:
        pytest.skip(f"no package index can be reached: {done.stderr[-300:]}")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", WORKERS)
def test_what_a_worker_can_have_arrives_and_comes_back_the_same(told, version):
    worker = told[WORKERS[version]]

    assert set(worker["refused"]) == REFUSED.get(version, set()), worker["refused"]
    assert worker["changed"] == {}


@pytest.mark.timeout(300)
def test_what_the_same_python_has_in_older_versions_arrives_and_comes_back_the_same(told):
    assert (told["older"]["refused"], told["older"]["changed"]) == ({}, {})
