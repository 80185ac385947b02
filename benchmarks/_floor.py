"""What calls are measured against: programs on the login node at the other end of an ssh pipe that is open already."""

from __future__ import annotations

import subprocess
import threading
from types import TracebackType

from testbed import Testbed

#: Nothing here takes longer; what does hangs.
LIMIT_SECONDS = 120.0
END_SECONDS = 20.0


class Program:
    """A program that takes lines and says ``done`` behind each; a shell, if nothing else is named.

    RuntimeError if it ends, or takes longer than ``LIMIT_SECONDS`` for one line.
    """

    def __init__(self, testbed: Testbed, *words: str) -> None:
        command = testbed.ssh_command("hpc", "exec", *(words or ("sh",)))
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._end = "" if words else "\necho done"

    def do(self, line: str) -> str:
        """Have a line done; what was said to it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        limit = threading.Timer(LIMIT_SECONDS, self._process.kill)
        limit.start()
        try:
            self._process.stdin.write(f"{line}{self._end}\n")
            self._process.stdin.flush()
            said = ""
            while (answer := self._process.stdout.readline()) != "done\n":
                if not answer:
                    raise RuntimeError(f"it has ended, or took longer than {LIMIT_SECONDS:.0f} s: {line[:200]}")
                said += answer
            return said
        finally:
            limit.cancel()

    def put(self, path: str, text: str) -> None:
        """Write a file there; only a shell can."""
        self.do(f"cat > {path} <<'END_OF_FILE'\n{text}\nEND_OF_FILE")

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        # It ends with its input, and may have jobs to end before.
        limit = threading.Timer(END_SECONDS, self._process.kill)
        limit.start()
        self._process.communicate()
        limit.cancel()


class Floor(Program):
    """Jobs and arrays written by hand: sbatch, then looking on the login node for the files that they make."""

    _SCRIPT = "#!/usr/bin/env python3\nimport sys\nopen(sys.argv[1] + '.new', 'w').close()"
    _ARRAY = "#!/bin/sh\npython3 -c {code}\n: > floor/$1.$SLURM_ARRAY_TASK_ID"

    def __init__(self, testbed: Testbed) -> None:
        super().__init__(testbed)
        self._number = 0
        self.do("rm -rf floor; mkdir floor")
        self.put("floor/noop.py", self._SCRIPT)

    def call(self) -> None:
        """Have one job make its file."""
        self._number += 1
        out = f"floor/{self._number}"
        self.do(f"sbatch -o /dev/null floor/noop.py {out} >/dev/null; until [ -e {out}.new ]; do sleep 0.01; done")

    def array(self, tasks: int, code: str = "pass") -> None:
        """Have an array of ``python -c CODE``, each of whose tasks makes a file when it is done."""
        self._number += 1
        self.put("floor/array.sh", self._ARRAY.format(code=code))
        self.do(
            f"sbatch -o /dev/null -a 0-{tasks - 1} floor/array.sh {self._number} >/dev/null; "
            f"until [ $(ls floor | grep -c '^{self._number}[.]') -eq {tasks} ]; do sleep 0.01; done"
        )
