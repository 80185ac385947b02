"""On programs that nobody wrote: the value there is the value here."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustrix.capture import Target
from clustrix.file_packaging import package_call, runtime_package
from clustrix_remote.layout import RUNTIME_MEMBER, JobFolder
from tests.interpreters import pythons_found

SOURCE = str(Path(__file__).parent.parent.parent / "src")
OLDEST = next(iter(pythons_found().items()))

numbers = st.integers(-5, 5)
names = st.sampled_from(["a", "b", "c"])


@st.composite
def expressions(draw, depth=2):
    """An expression over the variables a, b and c, and functions f0 to f2 that were defined before."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.one_of(numbers.map(str), names))
    left, right = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    form = draw(
        st.sampled_from(
            [
                "({0} + {1})",
                "({0} if {1} else 0)",
                "(lambda a: a + {1})({0})",
                "sum([{0} for c in range(2)])",
                "len([{0}, {1}])",
                "(lambda a, b={0}: [a, b])({1})[1]",
                "{{'k': {0}}}['k']",
                "(lambda: (lambda: {0})())()",
                "max({0}, {1})",
            ]
        )
    )
    return form.format(left, right)


@st.composite
def programs(draw):
    """Globals, functions that use them and each other, closures over loops and variables, classes with state."""
    lines = [f"{name} = {draw(numbers)}" for name in "abc"]
    for index in range(3):
        body = draw(expressions())
        shape = draw(
            st.sampled_from(
                [
                    "plain",
                    "closure",
                    "nonlocal",
                    "method",
                    "default",
                    "loop",
                    "decorated",
                    "mutated",
                    "shared",
                    "subclass",
                    "slots",
                    "property",
                    "module",
                ]
            )
        )
        call = f" + f{index - 1}(a)" if index else ""
        shapes: dict[str, list[str]] = {
            "plain": [f"def f{index}(a):", f"    return {body}{call}"],
            "closure": [
                f"def make(b):\n    def f(a):\n        return {body}{call}\n    return f",
                f"f{index} = make(b)",
            ],
            "nonlocal": [
                f"def make(n):\n    def f(a):\n        nonlocal n\n        n += 1\n        return n + {body}{call}\n    return f",
                f"f{index} = make(c)\nf{index}(1)",
            ],
            "method": [
                f"class K{index}:\n    s = a\n    def m(self, a):\n        return self.s + {body}{call}",
                f"K{index}.s = b\nf{index} = K{index}().m",
            ],
            "default": [f"def f{index}(a, b=b, *, c=c):\n    return {body}{call}"],
            "loop": [f"fs = [lambda a, i=i: i + {body}{call} for i in range(3)]", f"f{index} = fs[1]"],
            "decorated": [
                "def deco(fn):\n    def w(a):\n        return fn(a) + 1\n    return w",
                f"@deco\ndef f{index}(a):\n    return {body}{call}",
            ],
            "mutated": [
                f"D{index} = {{'k': [a]}}\ndef f{index}(a):\n    return D{index}['k'][-1] + {body}{call}",
                f"D{index}['k'].append(b)\nD{index}['new'] = c\na, b = b, a",
            ],
            "shared": [
                "def pair(n):\n    def get(a):\n        return n + a\n    def put(k):\n        nonlocal n\n        n = k\n    return get, put",
                f"get{index}, put{index} = pair(a)\nput{index}(b)",
                f"def f{index}(a):\n    put{index}(get{index}(1))\n    return get{index}(0) + {body}{call}",
            ],
            "subclass": [
                (
                    f"class B{index}:\n    made = []\n    def __init_subclass__(cls, k=0):\n        cls.made.append((cls.__name__, k))\n"
                    f"    def m(self, a):\n        return len(self.made) + {body}{call}"
                ),
                f"class S{index}(B{index}, k=1):\n    def m(self, a):\n        return super().m(a) + self.made[-1][1]",
                f"f{index} = S{index}().m",
            ],
            "slots": [
                (
                    f"class P{index}:\n    __slots__ = ('x', 'y')\n    def __init__(self, x):\n        self.x, self.y = x, [x]\n"
                    f"    def __hash__(self):\n        return hash(self.x)\n    def __eq__(self, other):\n        return self.x == other.x"
                ),
                f"p{index} = P{index}(a)\np{index}.y.append({{p{index}: b}})",
                f"def f{index}(a):\n    return p{index}.y[-1][P{index}(p{index}.x)] + {body}{call}",
            ],
            "property": [
                (
                    f"class Q{index}:\n    count = 0\n    @property\n    def v(self):\n        return self.count + b\n"
                    f"    @classmethod\n    def up(cls):\n        cls.count += 1\n        return cls()\n"
                    f"    def __call__(self, a):\n        return self.v + {body}{call}"
                ),
                f"f{index} = Q{index}.up()",
            ],
            "module": [
                f"import MODULE_{index}\nMODULE_{index}.LEVEL = b",
                f"def f{index}(a):\n    return MODULE_{index}.scaled(a) + MODULE_{index}.Box(c).value + {body}{call}",
            ],
        }
        lines += shapes[shape]
    return "\n".join([*lines, f"a = {draw(numbers)}", "def main(a):\n    return [f0(a), f1(a), f2(a)]"]) + "\n"


MODULE = """
LEVEL = 1
_seen = []
class Box:
    def __init__(self, value):
        self.value = value + len(_seen)
def scaled(x):
    return x * LEVEL
"""


def fresh_modules(text, folder):
    """The text with names for its modules that no other program has, and their files in ``folder``."""
    prefix = f"generated_{folder.name}"
    for index in range(3):
        (folder / f"{prefix}_{index}.py").write_text(MODULE)
    return text.replace("MODULE_", f"{prefix}_")


def run_here(text, path):
    """The globals of the program after it ran."""
    space: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    for name in [name for name in sys.modules if name.startswith(f"generated_{path.parent.name}")]:
        del sys.modules[name]
    exec(compile(text, str(path), "exec"), space)
    return space


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(text=programs())
def test_the_value_there_is_the_value_here(text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    path = folder / "generated.py"
    text = fresh_modules(text, folder)
    path.write_text(text)
    sys.path.insert(0, str(folder))
    try:
        here = run_here(text, path)
        version, python = OLDEST
        target = Target((3, int(version.partition(".")[2]), 0))
        there = call_there(here["main"], (2,), target, python, folder)
        assert there == run_here(text, path)["main"](2), text
    finally:
        sys.path.remove(str(folder))


def call_there(function, args, target, python, folder):
    """Make a call as a job does, without a cluster around it."""
    call = package_call(function, args, {}, target)
    job = JobFolder(str(folder / "jobs" / "one"))
    for path in (job.path, folder / "packages", folder / "work", folder / "spool"):
        Path(path).mkdir(parents=True, exist_ok=True)
    for made in (Path(job.outcome(0)).parent, Path(job.started(0)).parent):
        made.mkdir(parents=True, exist_ok=True)
    runtime = folder / "runtime.zip"
    with zipfile.ZipFile(io.BytesIO(runtime_package().data)) as package:
        runtime.write_bytes(package.read(RUNTIME_MEMBER))
    if call.package:
        (folder / "packages" / f"{call.package.digest}.zip").write_bytes(call.package.data)
    Path(job.calls).write_bytes(b"".join(map(bytes, call.call)))
    done = subprocess.run(
        [python, str(runtime), job.path, "0"], cwd=folder / "work", capture_output=True, text=True, check=False
    )
    assert Path(job.outcome(0)).exists(), done.stderr
    outcome = call.read_outcome(Path(job.outcome(0)).read_bytes())
    assert hasattr(outcome, "value"), getattr(outcome, "exception", None)
    return outcome.value
