"""What third-party imports cost a warm call whose environment is ready, in a project of 300 installed distributions."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from _timing import Comparison, in_turns, show, timed

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "stdlib_census"))
from interpreters import other_python

RUNS = 31
LIMIT = 0.060
DISTRIBUTIONS = 300
FILES_EACH = 300

PROGRAM = """
from clustrix import cluster
import package_7

@cluster
def imports():
    return package_7.__name__

@cluster
def imports_nothing():
    return "nothing"
"""


def install_many(site: Path) -> None:
    """Lay down what 300 installations leave: folders, and lists of files."""
    for number in range(DISTRIBUTIONS):
        name = f"package_{number}"
        (site / name).mkdir(parents=True)
        (site / name / "__init__.py").write_text("")
        record = [f"{name}/module_{line}.py,sha256={'x' * 43},1234" for line in range(FILES_EACH)]
        information = site / f"{name}-1.0.dist-info"
        information.mkdir()
        (information / "RECORD").write_text("\n".join([*record, f"{name}/__init__.py,,", ""]))


def main() -> int:
    other = other_python()
    if other is None:
        print("needs a second Python")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site-packages")
        install_many(site)
        sys.path.append(str(site))
        Path(folder, "program.py").write_text(PROGRAM)
        sys.path.append(folder)
        from clustrix import configure
        from clustrix.requirements import needed_distributions

        # The cluster's Python has it: what is measured is finding that out.
        there = {"PYTHONPATH": str(site)}
        configure(cluster_type="local", python_executable=other, remote_work_dir=folder, environment_variables=there)
        import program  # type: ignore[import-not-found]

        cold = timed(lambda: needed_distributions({"package_7": "program.py line 3"}))
        listed = timed(lambda: [list(folder.iterdir()) for folder in site.glob("*.dist-info")])
        ours, against = in_turns(program.imports, program.imports_nothing, RUNS)
    return show(
        [
            Comparison("looking at 300 distributions, first time", [cold], [listed], LIMIT, over=False),
            Comparison("warm call with imports, against without", ours, against, LIMIT),
        ]
    )


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    sys.exit(main())
