"""Programs that a person might write: what they print must be the same with @cluster as without it.

«Without» is the facade that jobs see, under which a decorated function is itself; so no expected value is written down anywhere.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interpreters import pythons_found

PROGRAMS = Path(__file__).parent.parent / "programs"
SOURCE = Path(__file__).parent.parent.parent / "src"
NAMES = sorted(str(path.relative_to(PROGRAMS)) for path in [*PROGRAMS.glob("*.py"), *PROGRAMS.glob("*/main.py")])


@pytest.fixture(scope="session")
def facade(tmp_path_factory):
    """A folder in which ``clustrix`` is the module that jobs see."""
    folder = tmp_path_factory.mktemp("facade")
    (folder / "clustrix").mkdir()
    shutil.copy(SOURCE / "clustrix_remote" / "facade.py", folder / "clustrix" / "__init__.py")
    shutil.copytree(SOURCE / "clustrix_remote", folder / "clustrix_remote", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(program, home, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTRIX_")}
    environment.update(HOME=str(home), PYTHONDONTWRITEBYTECODE="1", **variables)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(program)], cwd=home, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def needed_version(program):
    found = re.match(r"# needs Python 3\.(\d+)", program.read_text())
    return (3, int(found.group(1))) if found else (3, 6)


@pytest.mark.parametrize("name", NAMES)
def test_a_program_prints_the_same_on_every_python_as_without_the_decorator(name, cluster_python, facade, tmp_path):
    program = tmp_path / "home" / name
    program.parent.mkdir(parents=True)
    if program.name == "main.py":
        shutil.copytree(PROGRAMS / Path(name).parent, program.parent, dirs_exist_ok=True)
    else:
        shutil.copy(PROGRAMS / name, program)
    minor = int(re.search(r"python3\.(\d+)$", cluster_python).group(1))
    if (3, minor) < needed_version(program):
        pytest.skip("the program itself needs a newer Python")
    expected = run(program, tmp_path, PYTHONPATH=str(facade))
    there = run(
        program, tmp_path, PYTHONPATH=str(SOURCE), CLUSTRIX_CLUSTER_TYPE="local", CLUSTRIX_PYTHON_EXECUTABLE=cluster_python
    )
    assert there == expected


def test_there_are_programs_and_pythons_to_try():
    assert len(NAMES) > 4
    assert pythons_found()
