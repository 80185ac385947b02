"""Which variables of the environment a call brings: those that the program has given their value, no others."""

import sys

import pytest

from clustrix.capture import Target, capture

SOURCE = """
import os

{setting}


def login():
    {inside}


def function():
    return os.environ["MODE"]
"""


@pytest.fixture
def brought(monkeypatch, tmp_path):
    def brought(setting, inside="pass"):
        """Whether the value travels that the variable had before the program was started, or the one it sets."""
        for name in ("MODE",):  # said so that no reader of this file takes it for what the program sets
            monkeypatch.setenv(name, "of-the-laptop")
        (tmp_path / "study_of_modes.py").write_text(SOURCE.format(setting=setting, inside=inside))
        monkeypatch.syspath_prepend(tmp_path)
        sys.modules.pop("study_of_modes", None)
        module = __import__("study_of_modes")
        pickled = capture(module.function, (), {}, Target(sys.version_info[:3])).pickled
        sys.modules.pop("study_of_modes", None)
        return [value for value in ("of-the-laptop", "fast", "42") if value.encode() in pickled]

    return brought


@pytest.mark.parametrize(
    "setting",
    ['os.environ["MODE"] = "fast"', 'os.environ.update(MODE="fast")', 'os.environ.update({"MODE": "fast"})'],
)
def test_a_value_that_the_program_has_set_travels(brought, setting):
    assert brought(setting) == ["fast"]


def test_a_value_that_was_computed_travels_where_it_was_surely_set(brought):
    assert brought('os.environ["MODE"] = str(6 * 7)') == ["42"]


@pytest.mark.parametrize(
    ("setting", "inside"),
    [
        ('os.environ.setdefault("MODE", "fast")', "pass"),
        ('os.environ["MODE"] = os.environ["MODE"].strip()', "pass"),
        ('os.environ["MODE"] = os.getenv("MODE", "fast")', "pass"),
        ("", 'os.environ["MODE"] = "fast"'),
        ("", 'os.environ["MODE"] = str(6 * 7)'),
        ('if "NEVER" in os.environ: os.environ["MODE"] = str(6 * 7)', "pass"),
    ],
)
def test_a_value_of_the_laptops_own_stays_there(brought, setting, inside):
    assert brought(setting, inside) == []


def test_what_a_module_took_from_the_environment_stays_there_and_who_asks_is_told(monkeypatch, tmp_path):
    for name in ("STUDY_LEVEL",):
        monkeypatch.setenv(name, "of-the-laptop")
    lines = [
        "import os, uuid", 'LEVEL = os.environ.get("STUDY_LEVEL", "low")', 'OTHER = os.environ.get("STUDY_OTHER", "low")',
        "RUN = LEVEL + uuid.uuid4().hex", "def function(): return LEVEL, OTHER, RUN",
    ]  # fmt: skip
    (tmp_path / "study_of_levels.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "study_of_levels", raising=False)
    module = __import__("study_of_levels")
    program = capture(module.function, (), {}, Target(sys.version_info[:3]))
    assert b"of-the-laptop" not in program.pickled
    assert [one.partition(" ")[0] for one in program.undecided] == ["study_of_levels.LEVEL", "study_of_levels.RUN"]
    assert 'environment_variables={"STUDY_LEVEL": None}' in program.undecided[0]
