"""What analysis and packaging of a function take, cold and warm, against parsing the files that it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from _timing import Comparison, show

PROCESSES = 11
#: What is measured, the script that measures it, and the limits in seconds when cold and when warm.
MEASURED = {
    "a small project": (("_typical.py",), 0.030, 0.005),
    "5 of 500 modules, these loaded": (("_large_project.py",), 0.100, 0.010),
    "5 of 500 modules, all loaded": (("_large_project.py", "all"), 0.100, 0.010),
}


def measure(script: str, *given: str) -> dict[str, list[list[float]]]:
    """Measure in a fresh process."""
    command = [sys.executable, Path(__file__).with_name(script), *given]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    answer: dict[str, list[list[float]]] = json.loads(done.stdout)
    return answer


def compared(name: str) -> list[Comparison]:
    """Cold and warm, each of many processes."""
    script, cold, warm = MEASURED[name]
    measure(*script)
    answers = [measure(*script) for _ in range(PROCESSES)]
    return [
        Comparison(
            f"{name}, {when}",
            [seconds for answer in answers for seconds in answer[when][0]],
            [seconds for answer in answers for seconds in answer[when][1]],
            limit,
            over=False,
        )
        for when, limit in (("cold", cold), ("warm", warm))
    ]


def main() -> int:
    return show([line for name in MEASURED for line in compared(name)])


if __name__ == "__main__":
    sys.exit(main())
