"""What `import clustrix` adds to the start of a Python."""

from __future__ import annotations

import sys

from _timing import Comparison, in_turns, python, show

RUNS = 31
LIMIT = 0.040


def main() -> int:
    ours, against = in_turns(
        lambda: python(sys.executable, "import clustrix"),
        lambda: python(sys.executable, "pass"),
        RUNS,
    )
    return show([Comparison("import clustrix, over a bare Python", ours, against, LIMIT)])


if __name__ == "__main__":
    sys.exit(main())
