"""What a program prints must be the same with @cluster as without it.

«Without» is the facade that jobs see, under which a decorated function runs in place; so no expected value is written down anywhere.
"""

import functools
import re
import sys

import pytest

from tests.capture.programs import all_programs, has_modules, is_refused_as_told, make_facade, run
from tests.interpreters import pythons_found

PROGRAMS = all_programs()
OWN = f"3.{sys.version_info[1]}"
#: The client's own version, the oldest and one in between: what differs between the others is tested where it is written.
REMOTES = {version: path for version, path in pythons_found().items() if version in (OWN, "3.6", "3.9")}


@pytest.fixture(scope="session")
def facade(tmp_path_factory):
    """A folder in which ``clustrix`` is the module that jobs see."""
    return make_facade(tmp_path_factory.mktemp("facade"))


@pytest.fixture(scope="session")
def run_here(facade, tmp_path_factory):
    """``run_here(program)`` runs it without @cluster: once, as the same is asked for each of the clusters' Pythons."""
    return functools.cache(lambda program: run(program, tmp_path_factory.mktemp("here"), sys.executable, None, facade))


def minor_of(version):
    return int(version.partition(".")[2])


@pytest.mark.parametrize("version", REMOTES)
@pytest.mark.parametrize(
    "program", [pytest.param(one, id=one.name, marks=pytest.mark.xdist_group(one.name)) for one in PROGRAMS]
)
def test_a_program_prints_the_same_as_without_the_decorator_or_says_why_not(program, version, run_here, tmp_path):
    python = sys.executable if program.needs and version == OWN else REMOTES[version]
    if not has_modules(sys.executable, program.needs) or not has_modules(python, program.needs):
        pytest.skip(f"needs {program.needs}")
    if program.minor > sys.version_info[1]:
        pytest.skip(f"needs a client of Python 3.{program.minor}")
    there = run(program, tmp_path / "there", sys.executable, python)
    if program.refused:
        assert is_refused_as_told(program, there), there.out + there.err
        return
    here = run_here(program)
    assert here.returncode == 0, here.out + here.err
    assert here.lines
    if minor_of(version) < program.minor and there.lines != here.lines:
        assert re.search(r"needs Python 3\.\d+", there.out + there.err), there.out + there.err
        return
    assert there.lines == here.lines, there.out + there.err
    assert there.returncode == 0


def test_there_are_programs_and_pythons_to_try():
    assert len(PROGRAMS) > 40
    assert REMOTES
