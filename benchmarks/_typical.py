"""A function of a typical size, captured and packaged by a fresh Python. Prints as JSON the seconds that it took."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

from _timing import in_turns, timed

from clustrix.capture import Target
from clustrix.file_packaging import package_call

EXAMPLE = Path(__file__).parent.parent / "examples" / "stdlib_census"
sys.path.insert(0, str(EXAMPLE))
from census import take_census

WARM_RUNS = 21


def count(names=()):
    """Call a package of four modules with a data file."""
    return take_census(names)


def package() -> None:
    """All that is done for a call before anything is sent; for this very Python, so that all of it is."""
    package_call(count, ((),), {}, Target(sys.version_info[:3]))


def parse() -> None:
    """Do what no analysis can do without."""
    for path in [Path(__file__), *EXAMPLE.glob("census/*.py")]:
        ast.parse(path.read_bytes())


def main() -> None:
    cold, cold_parse = timed(package), timed(parse)
    warm, warm_parse = in_turns(package, parse, WARM_RUNS)
    print(json.dumps({"cold": [[cold], [cold_parse]], "warm": [warm, warm_parse]}))


if __name__ == "__main__":
    main()
