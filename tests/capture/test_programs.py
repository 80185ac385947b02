"""What a program prints must be the same with @cluster as without it.

«Without» is the facade that jobs see, under which a decorated function runs in place; so no expected value is written down anywhere.
"""

import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clustrix.environments.uv import local_uv
from tests.capture.programs import all_programs, is_refused_as_told, make_facade, run
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


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """The client's own version with nothing but the standard library, whatever this machine has installed for it."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([REMOTES[OWN], "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


#: What installs the modules that programs need.
PACKAGES = {"attr": "attrs"}


@pytest.fixture(scope="session")
def stocked(tmp_path_factory):
    """``stocked(python)``: one of that version which has all that any program needs; a text says why there is none."""
    modules = {name for program in PROGRAMS for name in program.needs}
    packages = sorted(PACKAGES.get(name, name) for name in modules)

    @functools.cache
    def make(python):
        folder = tmp_path_factory.mktemp("stocked")
        made = str(folder / "bin" / "python")
        for words in (
            ["venv", "--no-project", "--python", python, "--allow-existing", str(folder)],
            ["pip", "install", "--python", made, "--only-binary", ":all:", *packages],
        ):
            told = subprocess.run([local_uv(), *words, "--quiet"], capture_output=True, text=True, check=False)
            if told.returncode:
                return f"no package index can be reached: {told.stderr[-300:]}"
        return Path(made)

    return make


def group_of(program):
    """Programs of one group are run by one of the tests' processes: what is made for one serves all of them."""
    return "stocked" if program.needs else program.name


def minor_of(version):
    return int(version.partition(".")[2])


def versions_for(program):
    """The oldest and the client's own; the one in between tells more only of what the oldest cannot run, of packages, and of what asks."""
    files = program.path.parent.rglob("*.py") if program.is_folder else [program.path]
    tells_more = program.minor > 6 or program.needs or any(b"version_info" in one.read_bytes() for one in files)
    return [version for version in REMOTES if tells_more or version != "3.9"]


RUNS = [
    pytest.param(one, version, id=f"{one.name}-{version}", marks=pytest.mark.xdist_group(group_of(one)))
    for one in PROGRAMS
    for version in versions_for(one)
]


@pytest.mark.parametrize(("program", "version"), RUNS)
def test_a_program_prints_the_same_as_without_the_decorator_or_says_why_not(
    program, version, run_here, bare, stocked, tmp_path
):
    if program.minor > sys.version_info[1]:
        pytest.skip(f"needs a client of Python 3.{program.minor}")
    python = bare if version == OWN else Path(REMOTES[version])
    if program.needs:
        python = Path(sys.executable) if version == OWN else stocked(REMOTES[version])
        if not isinstance(python, Path):
            pytest.skip(python)
    there = run(program, tmp_path / "there", sys.executable, str(python))
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
