"""Take the census of a standard library, in a process that has never seen this folder.

    python main.py [MODULE ...]

If this machine has another Python, it stands for the cluster; it may be as old as 3.6.
"""

import sys
import time

from census import UnknownModuleError, take_census
from census.report import report
from clustrix import cluster, configure
from interpreters import other_python

# One left with Python 3.11 and the other came: one of them is missing wherever this runs.
NEVER_BOTH = ["binhex", "tomllib"]


@cluster(cores=1)
def count(names=()):
    """Count the modules of the Python that runs this."""
    return take_census(names)


def main(names):
    """Show what is shipped, where it ran, and what came back."""
    configure(cluster_type="local", python_executable=other_python() or sys.executable)

    title("what will be shipped")
    print(count.explain(names))

    title("what it prints while it runs")
    started = time.perf_counter()
    census = count(names)
    seconds = time.perf_counter() - started

    title("where it ran")
    print(f"here:  Python {sys.version.split()[0]}")
    print(
        f"there: Python {census.python} on {census.host}, {census.seconds:.1f} of {seconds:.1f} seconds in the function"
    )

    title("what came back")
    print(report(census))

    title("an exception comes back as itself")
    try:
        count(NEVER_BOTH)
    except UnknownModuleError as error:
        print(f"UnknownModuleError: {error}")
        print(f"  error.module = {error.module!r}, error.python = {error.python!r}")


def title(text):
    """Print a heading."""
    print(f"\n-- {text} {'-' * (100 - len(text))}")


if __name__ == "__main__":
    main(sys.argv[1:])
