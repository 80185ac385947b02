"""A function of a project of 500 modules that needs five, captured and packaged by a fresh Python. Prints as JSON the seconds that it took.

With ``all``, the program has loaded all 500 before, as one does that imports its whole package.
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
import tempfile
from pathlib import Path

from _timing import in_turns, timed

from clustrix.capture import Target
from clustrix.file_packaging import package_call

MODULES, NEEDED, WARM_RUNS = 500, 5, 21
MODULE = '''"""Part {number} of a large project."""

import json
import os
import random
from dataclasses import dataclass, field
{following}
LIMIT = {number}
NAMES = ["a", "b", "c"]
DEFAULTS = {{"size": LIMIT, "names": NAMES, "root": os.sep}}


@dataclass
class Record{number}:
    """What this part is about."""

    name: str
    values: list = field(default_factory=list)

    def total(self):
        """Sum the values."""
        return sum(self.values) + LIMIT

{functions}
'''
FUNCTION = '''
def step_{index}(values, size=LIMIT):
    """Compute step {index}."""
    found = {{}}
    for position, value in enumerate(values):
        if value > size:
            found[position] = value * random.choice(values) * {index}
    return json.loads(json.dumps(sorted(found.items())))
'''


def write_project(folder: Path) -> Path:
    """Write ``large``; its modules ``part0`` to ``part4`` need one another, each the next."""
    package = folder / "large"
    package.mkdir()
    package.joinpath("__init__.py").write_text("")
    functions = "\n".join(FUNCTION.format(index=index) for index in range(8))
    for number in range(MODULES):
        # Those that are not needed all use the last that is, as parts of a project use its base.
        used = [number + 1] if number < NEEDED - 1 else [NEEDED - 1] if number >= NEEDED else []
        following = "".join(f"\nfrom large import part{one}\n" for one in used)
        text = MODULE.format(number=number, following=following, functions=functions)
        package.joinpath(f"part{number}.py").write_text(text)
    return package


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = write_project(Path(folder))
        sys.path.insert(0, folder)
        loaded = MODULES if sys.argv[1:] == ["all"] else 1
        first, *_ = [importlib.import_module(f"large.part{number}") for number in range(loaded)]

        def package() -> None:
            package_call(first.step_1, ([1, 2, 3],), {}, Target(sys.version_info[:3]))

        def parse() -> None:
            for number in range(NEEDED):
                ast.parse(files.joinpath(f"part{number}.py").read_bytes())

        cold, cold_parse = timed(package), timed(parse)
        warm, warm_parse = in_turns(package, parse, WARM_RUNS)
    print(json.dumps({"cold": [[cold], [cold_parse]], "warm": [warm, warm_parse]}))


if __name__ == "__main__":
    main()
