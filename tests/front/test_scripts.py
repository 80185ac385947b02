"""How the command line names a function and its arguments."""

import sys
import textwrap

import pytest

from clustrix.errors import ConfigError
from clustrix.scripts import load_function, read_arguments


@pytest.fixture(autouse=True)
def own_modules(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    known = set(sys.modules)
    yield
    for name in set(sys.modules) - known:
        del sys.modules[name]


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(path, text=""):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        return str(file)

    return write


def test_a_script_is_imported_without_its_main_guard(write):
    path = write("job-one.py", "def f(x): return x + 1\nif __name__ == '__main__': raise SystemExit('ran')")
    assert load_function(f"{path}:f")(1) == 2


def test_a_script_imports_what_stands_beside_it(write):
    write("beside_it.py", "VALUE = 7")
    write("scripts/near.py", "VALUE = 8")
    path = write("scripts/uses.py", "import near\ndef f(): return near.VALUE")
    assert load_function(f"{path}:f")() == 8


def test_a_file_of_a_package_is_imported_as_its_part(write):
    write("pack_age/__init__.py")
    write("pack_age/other.py", "VALUE = 9")
    path = write(
        "pack_age/part.py", "from .other import VALUE\nclass C:\n    @staticmethod\n    def f(): return VALUE, __name__"
    )
    assert load_function(f"{path}:C.f")() == (9, "pack_age.part")
    assert load_function("pack_age.part:C.f")() == (9, "pack_age.part")


@pytest.mark.parametrize(
    ("target", "what", "hint"),
    [
        ("script.py", "does not name a function", "script.py:function"),
        ("scrip.py:fit", "there is no script scrip.py", "script.py"),
        ("nowhere/x.py:fit", "there is no script", "path of a Python file"),
        ("script.py:fti", "there is no fti", "did you mean fit?"),
        ("script.py:xyz", "there is no xyz", "one of fit"),
        ("script.py:fit.deeper", "there is no deeper", "one of"),
        ("no_such_module:f", "there is no module no_such_module", "package.module:function"),
        ("random.py:f", "name of a module that is in use", "rename"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(write, target, what, hint):
    import random  # noqa: F401  # must be in use

    write("script.py", "def fit(): ...")
    write("random.py", "def f(): ...")
    with pytest.raises(ConfigError) as told:
        load_function(target)
    assert what in told.value.what
    assert hint in told.value.hint


def test_a_missing_import_of_the_script_is_its_own_error(write):
    write("broken_one.py", "import not_there_at_all")
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all"):
        load_function("broken_one:f")


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["1", "2.5", "-3", "None", "True"], ([1, 2.5, -3, None, True], {})),
        (["[1, 'a']", "{'k': (1,)}"], ([[1, "a"], {"k": (1,)}], {})),
        (["text", "two words", "'3'", "a.csv", ""], (["text", "two words", "3", "a.csv", ""], {})),
        (["1", "scale=2", "unit=m/s"], ([1], {"scale": 2, "unit": "m/s"})),
        (["k=v", "a==b"], (["k=v", "a==b"], {})),
        (["(" * 5000], (["(" * 5000], {})),
        (["__import__('os')"], (["__import__('os')"], {})),
    ],
)
def test_arguments_are_literals_texts_or_named(texts, read):
    assert read_arguments(lambda x=0, *rest, scale=1, unit="": x, texts) == read


def test_a_function_that_tells_no_parameters_takes_texts():
    assert read_arguments(print, ["sep=1"])[0] in (["sep=1"], [])
