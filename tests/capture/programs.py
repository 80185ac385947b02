"""Programs that a person might write, and how they are run: with @cluster, and without.

A program is a file, or a folder with a ``main.py``, below ``tests/programs``. Comments at its top say how it is run:
``# run: notebook`` (an IPython shell), ``kernel`` (a Jupyter kernel), ``repl``, ``stdin``, ``-c``, ``pytest``, or words for
Python such as ``-m pkg.mod``; ``# needs Python 3.8`` that older ones cannot run it, ``# needs numpy`` what it imports.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = Path(__file__).parent.parent / "programs"
SOURCE = Path(__file__).parent.parent.parent / "src"
DRIVERS = Path(__file__).parent / "drivers"

_WRAPPER = """#!/bin/sh
# Stands for the cluster's Python: the program's own folder is not there. Its jobs are started from where that is so.
[ -z "$ON_CLUSTER" ] || exec {remote} "$@"
case "$PWD" in {home}*) cd /;; esac
unset PYTHONPATH
export ON_CLUSTER=1
exec {hide} "$@"
"""


@dataclass(frozen=True)
class ProgramFile:
    """A program below ``tests/programs``."""

    path: Path
    name: str
    way: str = ""
    minor: int = 6
    needs: tuple[str, ...] = ()
    refused: tuple[str, ...] = field(default=())

    @property
    def is_folder(self) -> bool:
        return self.path.name == "main.py"


def all_programs() -> list[ProgramFile]:
    """Every program there is, by name."""
    files = [path for path in PROGRAMS.rglob("*.py") if _is_program(path)]
    return sorted((read_program(path) for path in files), key=lambda one: one.name)


def _is_program(path: Path) -> bool:
    if path.name == "main.py":
        return True
    return not any((folder / "main.py").exists() for folder in path.parents if folder.is_relative_to(PROGRAMS))


def read_program(path: Path) -> ProgramFile:
    """The program and what its first comments say of it."""
    lines = path.read_text("utf-8", errors="replace").split("\n")
    comments = sum(1 for _ in itertools.takewhile(lambda line: line.startswith("# "), lines))
    text = "\n".join(line for line in lines[: max(8, comments)] if line.startswith("# "))
    way = re.search(r"^# run: (.+)", text, re.M)
    version = re.search(r"^# needs Python 3\.(\d+)", text, re.M)
    needs = re.search(r"^# needs ([a-z].*)", text, re.M)
    refused = re.findall(r"^# refused: (.+)", text, re.M)
    relative = path.parent if path.name == "main.py" else path.with_suffix("")
    return ProgramFile(
        path,
        str(relative.relative_to(PROGRAMS)),
        way.group(1).strip() if way else "",
        int(version.group(1)) if version else 6,
        tuple(needs.group(1).split()) if needs else (),
        tuple(refused),
    )


@dataclass(frozen=True)
class Run:
    """What a run printed: the lines on stdout that are the program's own."""

    returncode: int
    out: str
    err: str
    lines: tuple[str, ...]


def run(program: ProgramFile, folder: Path, python: str, remote: str | None, facade: Path | None = None) -> Run:
    """Run a copy of the program in ``folder``; ``remote`` is the cluster's Python, None to run it without @cluster."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    _copy(program, home)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CLUSTRIX_", "PYTHON"))}
    environment.update(PYTHONIOENCODING="utf-8", IPYTHONDIR=str(folder / "ipython"), HOME=str(folder))
    if remote is None:
        environment["PYTHONPATH"] = str(facade)
    else:
        environment.update(
            PYTHONPATH=str(SOURCE),
            CLUSTRIX_CLUSTER_TYPE="local",
            CLUSTRIX_PYTHON_EXECUTABLE=str(_wrapper(folder, home, remote)),
        )
    words = _command(program, home)
    with (home / program.path.name if program.way in ("repl", "stdin") else Path(os.devnull)).open() as stdin:
        done = subprocess.run(
            [python, *words], cwd=home, env=environment, stdin=stdin, capture_output=True, encoding="utf-8", errors="replace",
            timeout=100, check=False,
        )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr, _own_lines(program, done.stdout))


def _copy(program: ProgramFile, home: Path) -> None:
    if program.is_folder:
        shutil.copytree(program.path.parent, home, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        home.mkdir(parents=True)
        shutil.copy(program.path, home / program.path.name)


def _command(program: ProgramFile, home: Path) -> list[str]:
    file = program.path.name
    if program.way in ("notebook", "kernel"):
        return [str(DRIVERS / f"{program.way}.py"), file]
    if program.way == "-c":
        return ["-c", (home / file).read_text("utf-8")]
    if program.way == "pytest":
        return ["-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:clustrix", file]
    ways = {"repl": ["-q", "-i"], "stdin": ["-"], "": ["-W", "error", file]}
    return ways.get(program.way, program.way.split())


def _own_lines(program: ProgramFile, out: str) -> tuple[str, ...]:
    lines = out.splitlines()
    # A prompt prints of itself, and a test runner too.
    return (
        tuple(line[line.index("RESULT") :] for line in lines if "RESULT" in line)
        if program.way in ("repl", "pytest", "kernel", "notebook") and "RESULT" in out
        else tuple(lines)
    )


def _wrapper(folder: Path, home: Path, remote: str) -> Path:
    hide = remote
    if _can_hide():
        hide = f"unshare -m /bin/sh -c 'mount -t tmpfs -o size=1m,ro none {home} && exec {remote} \"$@\"' sh"
    path = folder / "python3"
    path.write_text(_WRAPPER.format(home=home, hide=hide, remote=remote))
    path.chmod(0o755)
    return path


@functools.cache
def _can_hide() -> bool:
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


def make_facade(folder: Path) -> Path:
    """A folder in which ``clustrix`` is the module that jobs see."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "clustrix").mkdir(parents=True)
    shutil.copy(SOURCE / "clustrix_remote" / "facade.py", folder / "clustrix" / "__init__.py")
    shutil.copytree(
        SOURCE / "clustrix_remote", folder / "clustrix_remote", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder


def is_refused_as_told(program: ProgramFile, run: Run) -> bool:
    """Whether the error that the program printed says all that its comments ask for."""
    return all(re.search(word, run.out + run.err, re.I | re.S) for word in program.refused)


if __name__ == "__main__":
    print(*(one.name for one in all_programs()), sep="\n", file=sys.stdout)
