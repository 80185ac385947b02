"""What a function depends on, and a package in a file: views on what a call would ship."""

import functools
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from clustrix import dependency_analysis, file_packaging
from clustrix.config import ClusterConfig

# The names that programs know them by; given by __getattr__, so a type checker does not see them.
DependencyAnalyzer: Any = dependency_analysis.DependencyAnalyzer
analyze_function_dependencies: Any = dependency_analysis.analyze_function_dependencies
analyze_function_loops: Any = dependency_analysis.analyze_function_loops
FilePackager: Any = file_packaging.FilePackager
create_execution_context: Any = file_packaging.create_execution_context
package_function_for_execution: Any = file_packaging.package_function_for_execution
RATE = 3


def double(x):
    return 2 * x


def quadruple(x):
    return 2 * double(x)


class Doubling:
    def once(self):
        return double(RATE)


def folder_of(path):
    return Path(path).parent, zipfile.is_zipfile(path)


def work(paths):
    import json as js

    total = 0
    for _ in paths:
        while total < 3:
            total += double(RATE)
        total += sum(n for n in range(3))
    cluster_ls(".")  # type: ignore[name-defined]  # noqa: F821
    return js.dumps(total)


def test_the_graph_names_imports_calls_and_file_functions():
    graph = analyze_function_dependencies(work)
    assert graph.function_name == "work"
    assert "def work" in graph.source_code
    assert ("json", "standard library") in {(one.module, one.owner) for one in graph.imports}
    assert graph.requires_cluster_filesystem
    assert [call.function for call in graph.filesystem_calls] == ["cluster_ls"]
    assert "double" in {call.function_name for call in graph.local_function_calls}
    assert __file__ in graph.source_files


def test_the_graph_names_modules_that_are_imported_at_the_top():
    graph = analyze_function_dependencies(folder_of)
    assert {"pathlib", "zipfile"} <= {one.module for one in graph.imports if one.owner == "standard library"}
    assert "pytest" not in {one.module for one in graph.imports}


def test_files_that_are_opened_are_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("x")

    def read():
        with open("in.txt") as stream:
            return stream.read()

    graph = DependencyAnalyzer().analyze_function(read)
    assert [(one.name, one.path) for one in graph.file_references] == [("in.txt", str(tmp_path / "in.txt"))]
    assert graph.data_files == {str(tmp_path / "in.txt")}


def test_what_has_no_lines_of_its_own_has_a_graph():
    for one in (
        lambda x: double(x) + 1,
        functools.partial(quadruple, 3),
        Doubling().once,
        Doubling,
    ):
        calls = [
            call for call in analyze_function_dependencies(one).local_function_calls if call.function_name == "double"
        ]
        assert [Path(call.defined_in).name for call in calls] == ["test_views.py"], one
        lines = Path(__file__).read_text().splitlines()
        assert "double(" in lines[calls[0].line - 1]


def test_loops_are_told_with_what_they_go_over():
    found = [(loop.kind, loop.iterable, loop.depth) for loop in analyze_function_loops(work)]
    assert found == [("for", "paths", 0), ("while", "total < 3", 1), ("comprehension", "range(3)", 1)]


def test_the_same_function_gives_the_same_package(tmp_path):
    config = ClusterConfig(cluster_type="local")
    first = package_function_for_execution(double, config, (2,))
    second = FilePackager(str(tmp_path)).package_function(double, create_execution_context(config, (2,)))
    assert first.package_id == second.package_id
    assert first.function_name == "double"
    assert second.size_bytes == Path(second.package_path).stat().st_size
    with zipfile.ZipFile(second.package_path) as archive:
        assert json.loads(archive.read("metadata.json"))["external_dependencies"] == []


def test_other_names_are_not_there():
    for module in (dependency_analysis, file_packaging):
        with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
            module.nonsense  # noqa: B018
