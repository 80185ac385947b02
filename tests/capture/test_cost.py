"""What is looked at grows with what a call reaches, not with the project around it."""

import importlib
import sys
from pathlib import Path

import pytest

from clustrix.capture import Target, capture
from clustrix.capture.module_state.written_elsewhere import names_written_elsewhere
from clustrix.capture.modules.found_modules import _parsed_module
from clustrix.capture.once_a_call import begin_call

UNREACHED = 60


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A package of loaded modules that all import the one that is called, and stand beside it."""
    folder = tmp_path / "costly"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "base.py").write_text("from costly.deep import twice\n\n\ndef call(x):\n    return twice(x)\n")
    (folder / "deep.py").write_text("import random\n\n\ndef twice(x):\n    return 2 * x + random.random()\n")
    for number in range(UNREACHED):
        (folder / f"m{number}.py").write_text(
            "import random\nfrom dataclasses import dataclass\nfrom costly.base import call\n\n\n@dataclass\nclass Point:\n    x: int = 0\n\n\n"
            f"class Other(Point):\n    y = {number}\n\n\ndef f(x):\n    found = {{}}\n    found[x] = call(random.random())\n"
            "    call(x)\n    return found\n"
        )
    (folder / "hook.py").write_text("from costly import base\n\nbase.call(1)\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = ["costly.base", "costly.hook", *(f"costly.m{number}" for number in range(UNREACHED))]
    yield [importlib.import_module(name) for name in names]
    for name in [name for name in sys.modules if name.partition(".")[0] == "costly"]:
        del sys.modules[name]


def test_loaded_modules_that_are_not_reached_are_not_parsed(project):
    before = _parsed_module.cache_info().misses

    program = capture(project[0].call, (1,), {}, Target((*sys.version_info[:3],)))

    # hook calls what is reached, for an effect that nobody can know.
    assert {module.name for module in program.modules} == {"costly", "costly.base", "costly.deep", "costly.hook"}
    assert _parsed_module.cache_info().misses - before <= 4


def test_a_module_that_was_edited_and_imported_again_is_looked_at_again(project):
    base, writer = project[0], project[2]
    for statement, is_written in (("base.call(2)", False), ("base.RATE = 2", True)):
        Path(writer.__file__).write_text(f"from costly import base\n\n\ndef f():\n    {statement}\n")
        importlib.invalidate_caches()
        importlib.reload(writer)

        begin_call()
        assert ("RATE" in names_written_elsewhere(frozenset({base.__name__}))) == is_written
