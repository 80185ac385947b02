"""What analysis and packaging of a typical function take, cold and warm, against parsing its files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from _timing import Comparison, show

PROCESSES = 11
LIMITS = {"cold": 0.030, "warm": 0.005}


def typical() -> dict[str, list[list[float]]]:
    """Measure in a fresh process."""
    script = Path(__file__).with_name("_typical.py")
    done = subprocess.run([sys.executable, script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    answer: dict[str, list[list[float]]] = json.loads(done.stdout)
    return answer


def main() -> int:
    typical()
    answers = [typical() for _ in range(PROCESSES)]
    return show(
        [
            Comparison(
                f"analysis and packaging, {when}",
                [seconds for answer in answers for seconds in answer[when][0]],
                [seconds for answer in answers for seconds in answer[when][1]],
                limit,
                over=False,
            )
            for when, limit in LIMITS.items()
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
