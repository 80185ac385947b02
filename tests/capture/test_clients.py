"""Every client Python that this machine has, against old and new cluster Pythons."""

import subprocess
from pathlib import Path

import platformdirs
import pytest

from tests.interpreters import pythons_found

ROOT = Path(__file__).parent.parent.parent
#: The packages of the environment that runs the tests: those that a call needs hold no compiled code.
PACKAGES = Path(platformdirs.__file__).parent.parent
CLIENTS = {version: path for version, path in pythons_found().items() if int(version.partition(".")[2]) >= 11}
CLUSTERS = {version: path for version, path in pythons_found().items() if version in ("3.6", "3.9", "3.13")}

SCRIPT = """
import collections, functools, json
from clustrix import cluster

Point = collections.namedtuple("Point", "x y")
SCALE = 3

class Shape:
    sides = []
    def __init__(self, name): self.name = name
    def __init_subclass__(cls, sides): Shape.sides.append(sides)

class Square(Shape, sides=4):
    def area(self, side): return functools.reduce(lambda a, b: a * b, [side, side]) * SCALE

def offset(n):
    return lambda x: x + n

@cluster(cores=1)
def f(shape, point, add):
    try:
        {}["missing"]
    except KeyError as error:
        return [shape.area(point.x), add(point.y), Shape.sides, type(error).__name__, [o(1) for o in map(offset, range(3))]]

if __name__ == "__main__":
    print(json.dumps(f(Square("s"), Point(2, 5), offset(10))))
"""


@pytest.mark.parametrize("cluster_version", CLUSTERS)
@pytest.mark.parametrize("client_version", CLIENTS)
def test_a_call_gives_its_value_from_each_client_to_each_cluster_python(client_version, cluster_version, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'src'}:{PACKAGES}",
        "CLUSTRIX_CLUSTER_TYPE": "local",
        "CLUSTRIX_PYTHON_EXECUTABLE": CLUSTERS[cluster_version],
    }
    done = subprocess.run(
        [CLIENTS[client_version], script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == '[12, 15, [4], "KeyError", [1, 2, 3]]', done.stderr
