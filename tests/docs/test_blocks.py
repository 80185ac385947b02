"""Every code block of README and documentation is run as it stands there."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from testbed import Testbed

from clustrix.words import check_words
from tests.docs.pages import ROOT, RUN, Page, all_pages

PAGES = all_pages()
HERE = Path(__file__).parent


@pytest.fixture
def project(tmp_path):
    """A reader's folder, and a home without anything of whoever runs the tests."""
    shutil.copytree(HERE / "project", tmp_path / "project")
    return tmp_path / "project"


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLUSTRIX", "XDG", "PYTEST"))}
    homes = {"XDG_STATE_HOME": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    return {**kept, **homes, "PATH": path, "PYTHONPATH": str(home / "project"), "NO_COLOR": "1", **more}


def run(command: list[str], folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=280, check=False
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def write_scripts(pages: list[Page], folder: Path) -> list[str]:
    scripts = []
    for page in pages:
        for block in page.blocks:
            if block.file:
                (folder / block.file).write_text(block.code)
        if page.to_run("python"):
            scripts.append(str(folder / (page.path.stem.replace("-", "_") + "_page.py")))
            Path(scripts[-1]).write_text(page.script())
    return scripts


@pytest.mark.timeout(300)  # some sixty processes, on a machine that others use as well
def test_python_of_pages_runs_here(project):
    scripts = write_scripts([page for page in PAGES if not page.on_cluster], project)
    assert len(scripts) > 8
    run(
        [sys.executable, str(HERE / "run_pages.py"), "here", str(project.parent), *scripts],
        project,
        environment(project.parent),
    )


def test_tests_in_pages_pass(project):
    marked = [(page, block) for page in PAGES for block in page.blocks if block.comment == "pytest"]
    assert marked
    write_scripts([page for page, _ in marked], project)
    files = [block.file or "" for _, block in marked]
    plugin = ["-p", "no:cacheprovider", "-p", "clustrix.pytest_plugin"]
    variables = environment(project.parent, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert " passed" in run([sys.executable, "-m", "pytest", "-q", *plugin, *files], project, variables)


ON_CLUSTER = [page for page in PAGES if page.on_cluster]


@pytest.mark.testbed
@pytest.mark.timeout(300)
def test_python_of_pages_about_clusters_runs_on_one(project, testbed: Testbed):
    variables = environment(project.parent, CLUSTRIX_SSH_CONFIG=str(named_as_in_the_pages(testbed, project)))
    testbed.exec("login", ["mkdir", "-p", "/scratch/project"], user="alice")
    scripts = write_scripts(ON_CLUSTER, project)
    run([sys.executable, str(HERE / "run_pages.py"), "cluster", *scripts], project, variables)


@pytest.mark.testbed
@pytest.mark.timeout(300)
def test_commands_of_pages_about_clusters_run_on_one(project, testbed: Testbed):
    variables = environment(project.parent, CLUSTRIX_SSH_CONFIG=str(named_as_in_the_pages(testbed, project)))
    shell = "\n".join(block.code for page in ON_CLUSTER for block in page.to_run("sh"))
    printed = run(["bash", "-euo", "pipefail", "-c", shell], project, variables)
    assert "148933 primes" in printed
    assert re.search(r"counting on s1\d", printed)


def named_as_in_the_pages(testbed: Testbed, folder: Path) -> Path:
    """An ssh_config in which the test cluster has the name that the pages give theirs."""
    config = folder / "ssh_config"
    config.write_text(testbed.ssh_config.read_text().replace("Host hpc ", "Host hpc login.hpc.edu "))
    return config


@pytest.mark.timeout(300)
def test_cells_of_pages_run_in_one_session_each(project):
    pages = [page for page in PAGES if page.cells()]
    assert pages
    for page in pages:
        cells = project / "cells.json"
        cells.write_text(json.dumps(page.cells()))
        variables = environment(project.parent, IPYTHONDIR=str(project.parent / "ipython"))
        run([sys.executable, str(HERE / "run_cells.py"), str(project.parent), str(cells)], project, variables)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_block_that_is_not_run_has_a_reason(page):
    for block in page.blocks:
        if block.comment and block.language in RUN:
            assert block.comment == "pytest" or re.fullmatch(r"not run: .{10,}", block.comment), block
        if block.language == "sh":
            assert page.on_cluster or block.comment, f"{page.name}:{block.line}: nothing runs this block"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_configuration_in_pages_is_one(page):
    for block in page.blocks:
        if block.language == "toml":
            content = tomllib.loads(block.code)
            for name, table in content.pop("clusters", {}).items():
                check_words(table, f"{page.name}: clusters.{name}")
            check_words(content, page.name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_verbs_of_the_command_in_pages_exist(page):
    shell = "\n".join(block.code for block in page.blocks if block.language == "sh")
    told = {
        *re.findall(r"`clustrix ([a-z][a-z-]*)", page.text),
        *re.findall(r"^clustrix ([a-z][a-z-]*)", shell, re.MULTILINE),
    }
    assert told <= verbs(), told - verbs()


def verbs() -> set[str]:
    import typer

    from clustrix.cli import app

    group = typer.main.get_command(app)
    return {*group.commands}  # type: ignore[attr-defined]


def test_pages_lie_where_the_table_of_contents_says():
    listed = set()
    for page in PAGES:
        for block in page.blocks:
            if block.language == "{toctree}":
                listed |= set(re.findall(r"^[\w/-]+$", block.code, re.MULTILINE))
    there = {page.path.relative_to(ROOT / "docs").with_suffix("").as_posix() for page in PAGES if "docs" in page.name}
    assert listed == there - {"index"}
