"""The reference is complete: words, public names, and what their docstrings say."""

import doctest
import importlib
import inspect
import pkgutil
import re
from dataclasses import MISSING, fields

import pytest

import clustrix
from clustrix import ClusterConfig
from clustrix.word_checks import CLUSTER_TYPES
from clustrix.words import ALIASES
from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
CLASSES = [
    "ClusterConfig",
    "ClusterExecutor",
    "ClusterFilesystem",
    "ClusterFunction",
    "DiskUsage",
    "FileInfo",
    "JobFuture",
]
FUNCTIONS = [name for name in clustrix.__all__ if inspect.isfunction(getattr(clustrix, name))]


def rows() -> dict[str, str]:
    """The words that the page describes, with what it gives as their defaults."""
    found: dict[str, str] = {}
    for line in (DOCS / "configuration.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) >= 2:
            found |= dict.fromkeys(re.findall(r"`(\w+)`", cells[0]), cells[1])
    return found


def test_the_page_describes_each_word_and_no_other():
    described = {name for name in rows() if name.islower()}
    assert described == {item.name for item in fields(ClusterConfig)}
    text = (DOCS / "configuration.md").read_text()
    assert all(f"`{alias}` is the same word" in text for alias in ALIASES)
    assert all(f"`{kind}`" in text for kind in CLUSTER_TYPES)


def test_the_page_gives_the_defaults_of_the_code():
    for item in fields(ClusterConfig):
        told = re.fullmatch(r"`(.+)`", rows()[item.name])
        default = item.default if item.default is not MISSING else {}
        # None means that somebody else decides; only then the page says it in words, or names a place.
        if default is not None:
            assert told is not None, item.name
            assert eval(told[1]) == default, item.name


def public_objects():
    for name in FUNCTIONS:
        yield name, getattr(clustrix, name)
    for name in CLASSES:
        kind = getattr(clustrix, name)
        yield name, kind
        for attribute, value in inspect.getmembers(kind):
            if (
                attribute.startswith("_")
                or not callable(value)
                or not getattr(value, "__module__", "").startswith("clustrix")
            ):
                continue
            yield f"{name}.{attribute}", value


PUBLIC = dict(public_objects())


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_says_what_it_does_and_is_in_the_reference(name):
    assert inspect.getdoc(PUBLIC[name])
    pages = "".join(page.read_text() for page in (DOCS / "reference").glob("*.md"))
    assert re.search(rf"\b{name.split('.')[0]}\b", pages)


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES])
def test_a_public_name_has_an_example_that_is_run(name):
    examples = doctest.DocTestParser().get_examples(getattr(clustrix, name).__doc__ or "")
    assert [one for one in examples if not one.options.get(doctest.SKIP)], f"{name} has no example"


def modules_with_examples():
    for package in ("clustrix", "clustrix_remote"):
        folder = ROOT / "src" / package
        for found in pkgutil.walk_packages([str(folder)], f"{package}."):
            path = ROOT / "src" / (found.name.replace(".", "/") + ("/__init__" if found.ispkg else "") + ".py")
            if ">>> " in path.read_text(encoding="utf-8"):
                yield found.name


@pytest.mark.parametrize("module", ["clustrix", *modules_with_examples()])
@pytest.mark.usefixtures("clustrix_local")
def test_examples_of_docstrings_hold(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "b").mkdir(parents=True)
    (tmp_path / "data" / "a.csv").write_text("time,value\n")
    (tmp_path / "data" / "b" / "c.csv").touch()
    loaded = importlib.import_module(module)
    # As if they were typed at a prompt: what they define is not the module's.
    names = {name: value for name, value in vars(loaded).items() if not name.startswith("__")}
    names |= {name: getattr(clustrix, name) for name in clustrix.__all__} | {"__name__": "__main__"}
    failed, tried = doctest.testmod(loaded, globs=names)
    assert tried
    assert not failed
