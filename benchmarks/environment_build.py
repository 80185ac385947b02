"""The first call that needs numpy and pandas, against uv by hand; and a second environment that shares them.

Both sides have the wheels in a folder and reach no package index; both start with an empty cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from _timing import Comparison, in_turns, show, timed

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "stdlib_census"))
from clustrix.config import ClusterConfig
from clustrix.connection import close_all, link_for
from clustrix.environments import choose_interpreter, prepare
from clustrix.environments import wheels as local
from clustrix.environments.locking import lock_for
from clustrix.environments.preparation import look
from clustrix.environments.uv import local_uv
from interpreters import other_python

RUNS = 3
#: Of what uv by hand takes.
FIRST_RATIO = 1.5
SECOND_SECONDS = 3.0
SECOND_INODES = 800


def function() -> None:
    """Stand for the function that is called."""


class Bench:
    def __init__(self, folder: Path, python: str) -> None:
        self.folder = folder
        self.config = ClusterConfig(
            cluster_type="local",
            python_executable=python,
            remote_work_dir=str(folder / "work"),
            environment=("numpy", "pandas"),
            # Nobody listens there: refused at once.
            environment_variables={"UV_INDEX_URL": "http://127.0.0.1:9/simple"},
        )
        link = link_for(self.config)
        outlook = look(self.config, choose_interpreter(self.config, link.channel().hello, link), {}, None, link)
        if outlook.wanted is None or outlook.interpreter is None:
            raise SystemExit(f"{python} has numpy and pandas already: nothing to measure")
        self.interpreter = outlook.interpreter
        self.lock = lock_for(outlook.wanted, outlook.interpreter, strict=False)
        local.fetch(self.lock.wheels, outlook.interpreter)

    def ours(self, *further: str) -> None:
        """Prepare a call; without ``further`` on a cluster that has nothing yet."""
        if not further:
            close_all()
            shutil.rmtree(self.folder / "work", ignore_errors=True)
            (self.folder / "work").mkdir()
        words = {**vars(self.config), "environment": (*(self.config.environment or ()), *further)}
        config = ClusterConfig(**words)
        link = link_for(config)
        hello = link.channel().hello
        prepare(config, choose_interpreter(config, hello, link), {}, function, hello, link)

    def by_hand(self) -> None:
        """Do the same with uv."""
        place = self.folder / "hand"
        shutil.rmtree(place, ignore_errors=True)
        (place / "wheels").mkdir(parents=True)
        for wheel in self.lock.wheels:
            shutil.copy(local.path_of(wheel), place / "wheels")
        (place / "lock.txt").write_text(self.lock.text)
        variables = {**os.environ, "UV_CACHE_DIR": str(place / "cache")}
        for words in (
            ["venv", "-q", "--no-project", "--python", self.interpreter.base, place / "env"],
            ["pip", "sync", "-q", "--python", place / "env/bin/python", "--require-hashes", "--offline", "--no-index",
             "--find-links", place / "wheels", place / "lock.txt"],
        ):  # fmt: skip
            subprocess.run([local_uv(), *words], check=True, env=variables)


def inodes(folder: Path) -> int:
    """Count what a file system has to keep."""
    return len({path.lstat().st_ino for path in folder.rglob("*")})


def main() -> int:
    python = other_python()
    if python is None:
        print("needs a second Python")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), python)
        ours, against = in_turns(bench.ours, bench.by_hand, RUNS)
        before = inodes(Path(folder, "work"))
        second = timed(lambda: bench.ours("wcwidth"))
        new = inodes(Path(folder, "work")) - before
        # What compiles the modules of an environment in the background must not meet its removal.
        close_all()
        time.sleep(1)
    first = Comparison("first call with numpy and pandas", ours, against, FIRST_RATIO * median(against), over=False)
    further = Comparison("second environment with both", [second], [median(against)], SECOND_SECONDS, over=False)
    status = show([first, further])
    print(f"new inodes of the second: {new}, limit {SECOND_INODES}{'' if new <= SECOND_INODES else '  MISSED'}")
    return status or int(new > SECOND_INODES)


if __name__ == "__main__":
    sys.exit(main())
