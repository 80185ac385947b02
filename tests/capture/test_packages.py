"""The bytes that travel: the same for the same sources, wherever they lie; few; found quickly."""

import importlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from clustrix.capture import CaptureOptions, Target, capture
from clustrix.capture.modules.found_modules import _parsed_module
from clustrix.errors import CaptureError
from clustrix.file_packaging import package_call

OWN = Target((*sys.version_info[:2], 0))

PROGRAM = """
import sys
sys.path.insert(0, {source!r})
import helper
from clustrix.capture import Target
from clustrix.file_packaging import package_call
RATE = {{"b": 1, "a": 2}}
def inner(x): return helper.double(x) * RATE["a"]
class Kind: pass
def f(x): return inner(x), Kind(), open("in.txt").read()
print(package_call(f, (1,), {{}}, Target((3, 9, 1))).package.digest)
"""


def digest_in(folder, seed):
    folder.mkdir(parents=True)
    source = str(Path(__file__).parent.parent.parent / "src")
    (folder / "helper.py").write_text("def double(x):\n    return 2 * x\n")
    (folder / "in.txt").write_text("x")
    (folder / "main.py").write_text(textwrap.dedent(PROGRAM.format(source=source)))
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": seed},
    )
    return done.stdout


def test_the_same_sources_give_the_same_bytes_from_any_folder_in_any_process(tmp_path):
    assert digest_in(tmp_path / "one", "1") == digest_in(tmp_path / "two" / "deeper", "2")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of 500 modules; ``app.m0`` needs five of them."""
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for number in range(500):
        following = f"from . import m{number + 1}\n" if number < 4 else ""
        lines = "\n".join(f"def f{index}(x):\n    return x + {index}\n" for index in range(20))
        (package / f"m{number}.py").write_text(f"import json\n{following}{lines}")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "app"]:
        del sys.modules[name]


def test_cost_grows_with_what_is_reached_not_with_the_project(project):
    m0 = importlib.import_module("app.m0")

    before = _parsed_module.cache_info().misses
    program = capture(m0.f0, (1,), {}, OWN)
    cold = _parsed_module.cache_info().misses - before
    package_call(m0.f0, (1,), {}, OWN)
    warm = _parsed_module.cache_info().misses - before - cold
    # Seconds are measured in benchmarks/; this is to find what grows. A test's own modules are looked at, too.
    assert [module.name for module in program.modules] == ["app", "app.m0", "app.m1", "app.m2", "app.m3", "app.m4"]
    assert cold < 50
    assert warm == 0


def test_nothing_of_the_user_is_imported_to_find_out(tmp_path, monkeypatch):
    (tmp_path / "explosive.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def f():
        import explosive  # type: ignore[import-not-found]

        return explosive

    assert [module.name for module in capture(f, (), {}, OWN).modules] == ["explosive"]


def test_include_exclude_and_data_say_what_no_analysis_can_see(tmp_path, monkeypatch):
    (tmp_path / "hidden.py").write_text("X = 1\n")
    (tmp_path / "seen.py").write_text("X = 1\n")
    (tmp_path / "table.csv").write_text("1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def f():
        import seen  # type: ignore[import-not-found]

        return seen.X

    options = CaptureOptions(include=("hidden",), exclude=("seen",), data=("*.csv",))
    program = capture(f, (), {}, OWN, options)
    assert [module.name for module in program.modules] == ["hidden"]
    assert [file.arrives_as for file in program.data_files] == ["table.csv"]
    with pytest.raises(CaptureError, match="is not a local module"):
        capture(f, (), {}, OWN, CaptureOptions(include=("nowhere",)))
    with pytest.raises(CaptureError, match="there is no such file"):
        capture(f, (), {}, OWN, CaptureOptions(data=("*.nothing",)))


def test_who_counts_files_of_code_brings_none_of_the_project(tmp_path, monkeypatch):
    (tmp_path / "counting.py").write_text(
        "import os\n\n\ndef count(folder):\n    return [name for name in os.listdir(folder) if name.endswith(('.py', '.csv'))]\n"
    )
    (tmp_path / "other.py").write_text("X = 1\n")
    (tmp_path / "table.csv").write_text("1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    counting = importlib.import_module("counting")

    program = capture(counting.count, (".",), {}, OWN)
    del sys.modules["counting"]
    assert [file.arrives_as for file in program.data_files] == ["table.csv"]
