"""Calls whose packages the other Python lacks: what is built, when, and what is said if it cannot be."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from testbed.processes import wait_until

from tests.environments.wheel_making import Laptop, Ran, ended

SHOW = """
import tiny
@cluster
def show():
    import sys
    return tiny.version, sys.version_info[:2], "envs" in sys.executable
print(show())
"""


#: From here on what is asked of the agent is noted, but for submissions.
COUNT = """
from clustrix.connection.link import Link
asked, request = [], Link.request
Link.request = lambda self, op, *rest, **words: asked.append(op) or request(self, op, *rest, **words)
"""
#: A build by another interpreter than the one that was asked what it is.
BUILD_WITH = """
from clustrix.environments import build
header = build._header
build._header = lambda *arguments: dict(header(*arguments), python={!r})
"""


def environments(laptop: Laptop) -> list[Path]:
    return sorted((laptop.folder / "work" / ".clustrix" / "envs").glob("[!.]*"))


def builds(ran: Ran) -> int:
    return ran.err.count("built it in")


def test_a_package_that_the_interpreter_lacks_is_there_in_the_version_of_the_laptop(laptop):
    laptop.has("tiny", "2.0", "1.0", "3.0")

    ran = laptop.run(SHOW)

    assert ran.out == "('2.0', (3, 9), True)", ran.err
    assert builds(ran) == 1


def test_the_second_program_finds_it_built(laptop):
    laptop.has("tiny", "2.0")

    first, second = laptop.run(SHOW), laptop.run(SHOW)

    assert (builds(first), builds(second)) == (1, 0)
    assert second.err == ""


def test_a_warm_call_asks_nothing_more_than_to_be_submitted(laptop):
    laptop.has("tiny", "2.0")
    text = SHOW + COUNT + "print(show())\nprint(asked)"

    assert laptop.run(text).out.splitlines()[-1] == "[]"


def test_what_its_packages_need_in_turn_comes_too(laptop):
    laptop.has("deep", "1.0")
    laptop.has("tiny", "2.0", requires=["deep>=0.5"], files={"tiny/__init__.py": "import deep; version = deep.version"})

    assert laptop.run(SHOW).out == "('1.0', (3, 9), True)"


def test_nothing_is_built_for_the_standard_library(laptop):
    ran = laptop.run("@cluster\ndef show():\n    import json\n    return json.dumps(1)\nprint(show())")

    assert ran.out == "1"
    assert environments(laptop) == []


def test_nothing_is_built_where_the_interpreter_has_any_version_of_it(laptop, tmp_path):
    laptop.has("tiny", "2.0", "1.0")
    there = tmp_path / "there"
    make_available(laptop, there, "1.0")

    ran = laptop.run(SHOW, environment_variables={"PYTHONPATH": str(there)})

    assert ran.out == "('1.0', (3, 9), False)", ran.err


def test_strict_versions_builds_where_the_version_is_another(laptop, tmp_path):
    laptop.has("tiny", "2.0", "1.0")
    there = tmp_path / "there"
    make_available(laptop, there, "1.0")

    ran = laptop.run(SHOW, environment_variables={"TINY": "x"}, strict_versions=True)

    assert ran.out == "('2.0', (3, 9), True)", ran.err


def make_available(laptop: Laptop, folder: Path, version: str) -> None:
    from tests.environments.wheel_making import install

    install(next(laptop.wheels.glob(f"tiny-{version}-*.whl")), folder)


def test_nothing_is_built_for_the_python_that_runs_here(laptop):
    laptop.has("tiny", "2.0")
    laptop.settings["python_executable"] = sys.executable

    ran = laptop.run(SHOW)

    assert "No module named 'tiny'" in ran.err  # PYTHONPATH is the laptop's own
    assert environments(laptop) == []


def test_environment_none_takes_the_interpreter_as_it_is(laptop):
    laptop.has("tiny", "2.0")

    ran = laptop.run(SHOW, environment=None)

    assert "ModuleNotFoundError: No module named 'tiny'" in ran.err
    assert environments(laptop) == []


def test_a_folder_is_taken_as_it_is(laptop, tmp_path, other_python):
    laptop.has("tiny", "2.0", "1.0")
    import subprocess

    from clustrix.environments.uv import local_uv

    venv = tmp_path / "venv"
    subprocess.run([local_uv(), "venv", "-q", "--no-project", "--python", other_python, venv], check=True)
    make_available(laptop, next(venv.glob("lib/python*/site-packages")), "1.0")

    ran = laptop.run(SHOW, environment=str(venv))

    assert ran.out.startswith("('1.0', (3, 9)"), ran.err
    assert environments(laptop) == []


def test_a_folder_that_is_no_environment_is_an_error_that_names_it(laptop):
    laptop.has("tiny", "2.0")

    ran = laptop.run(SHOW, environment="/nowhere/at/all")

    assert "RemotePythonError: /nowhere/at/all/bin/python cannot be started" in ran.err


def test_a_list_of_requirements_is_built_and_wins_over_what_is_installed(laptop):
    laptop.has("tiny", "2.0", "1.5", "1.0")

    assert laptop.run(SHOW, environment=["tiny<2"]).out == "('1.5', (3, 9), True)"


def test_a_script_block_says_what_is_needed(laptop):
    laptop.has("tiny", "2.0", "1.5", "1.0")
    block = '# /// script\n# dependencies = ["tiny==1.0"]\n# ///\n'

    assert laptop.run(block + SHOW).out == "('1.0', (3, 9), True)"


def test_the_nearest_lock_file_says_the_versions(laptop):
    laptop.has("tiny", "2.0", "1.5", "1.0")
    (laptop.folder / "uv.lock").write_text('version = 1\n[[package]]\nname = "tiny"\nversion = "1.5"\n')

    assert laptop.run(SHOW).out == "('1.5', (3, 9), True)"


def test_the_range_of_the_project_is_kept_to_also_by_what_the_cluster_has_already(laptop, tmp_path):
    laptop.has("tiny", "2.0", "1.5", "1.0")
    (laptop.folder / "pyproject.toml").write_text('[project]\nname = "me"\ndependencies = ["tiny>=1.2,<2"]\n')
    there = tmp_path / "there"
    make_available(laptop, there, "1.0")

    # In the job this variable wins over what was built.
    kept, of_cluster = laptop.run(SHOW), laptop.run(SHOW, environment_variables={"PYTHONPATH": str(there)})

    assert kept.out == "('1.5', (3, 9), True)", kept.err
    assert of_cluster.out == "('1.0', (3, 9), True)", of_cluster.err


def test_a_version_that_does_not_exist_for_that_python_is_relaxed_and_told(laptop):
    laptop.can_have("tiny", "1.0")
    laptop.has("tiny", "2.0", python=">=3.11")

    ran = laptop.run(SHOW)

    assert ran.out == "('1.0', (3, 9), True)", ran.err
    assert re.search(r"the cluster's Python is 3\.9\.\d+: tiny 2\.0 -> 1\.0; strict_versions=True would fail", ran.err)


def test_strict_versions_makes_that_an_error_before_anything_is_submitted(laptop):
    laptop.can_have("tiny", "1.0")
    laptop.has("tiny", "2.0", python=">=3.11")

    ran = laptop.run(SHOW, strict_versions=True)

    assert "EnvironmentBuildError" in ran.err
    assert "tiny==2.0" in ran.err
    assert not list((laptop.folder / "work").glob(".clustrix/jobs/*"))


def test_further_packages_are_built_in(laptop):
    laptop.has("tiny", "2.0")
    laptop.has("late", "1.0")
    text = SHOW.replace("return tiny.version", "return __import__('late').version")

    assert laptop.run(text, packages=["late"]).out == "('1.0', (3, 9), True)"


def test_what_no_index_has_is_packed_from_what_is_installed_here(laptop):
    laptop.has("tiny", "2.0")
    next(laptop.wheels.glob("*.whl")).unlink()

    ran = laptop.run(SHOW)

    assert ran.out == "('2.0', (3, 9), True)", ran.err


def test_what_was_installed_from_a_repository_is_packed_from_here_even_if_an_index_has_the_name(laptop):
    laptop.has("tiny", "2.0")
    mine = laptop.site / "tiny" / "__init__.py"
    mine.write_text("version = 'mine'\n")
    url = {"url": "https://host.invalid/tiny.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    (laptop.site / "tiny-2.0.dist-info" / "direct_url.json").write_text(json.dumps(url))

    ran = laptop.run(SHOW)

    assert ran.out == "('mine', (3, 9), True)", ran.err


def test_a_compiled_package_that_no_index_has_is_an_error_that_names_it(laptop):
    laptop.has("tiny", "2.0", tag="cp311-cp311-linux_x86_64")
    for wheel in laptop.wheels.glob("*.whl"):
        wheel.unlink()

    ran = laptop.run(SHOW)

    assert "EnvironmentBuildError: no index has tiny 2.0, and the one installed here cannot be sent" in ran.err


def test_a_package_of_which_an_index_has_no_wheel_for_that_python_is_an_error_that_names_it(laptop):
    laptop.can_have("tiny", "2.0", tag="cp313-cp313-manylinux_2_17_x86_64")

    ran = laptop.run(SHOW.replace("import tiny", "tiny = 0"), environment=["tiny"])

    assert "EnvironmentBuildError: environment=[..] (tiny) cannot be had for Python 3.9." in ran.err
    assert "no usable wheels" in ran.err
    assert "try:   a newer Python there has more wheels: python_version=" in ran.err
    assert not list((laptop.folder / "work").glob(".clustrix/jobs/*"))


def test_a_package_that_cannot_be_had_is_left_out_where_another_import_takes_its_place(laptop):
    laptop.has("tiny", "2.0")
    (laptop.site / "stray.py").write_text("from json import dumps\n")

    ran = laptop.run("""
try:
    import stray as json
except ImportError:
    import json
import tiny
@cluster
def show():
    return json.dumps([tiny.version])
print(show())
""")

    assert ran.out == '["2.0"]', ran.err
    assert builds(ran) == 1


def test_a_module_that_nobody_claims_is_an_error_that_names_it_and_who_imports_it(laptop):
    """It lies in site-packages, and no distribution there knows it."""
    laptop.site.mkdir()
    (laptop.site / "unclaimed").mkdir()
    (laptop.site / "unclaimed" / "__init__.py").touch()
    laptop.has("tiny", "2.0")

    ran = laptop.run("import unclaimed\n@cluster\ndef show():\n    return unclaimed.__name__\nshow()")

    assert "has no module unclaimed (imported by " in ran.err
    assert 'environment=["the name of its distribution", ..], or exclude=["unclaimed"]' in ran.err
    assert not list((laptop.folder / "work").glob(".clustrix/jobs/*"))


def test_a_module_that_is_installed_nowhere_is_the_error_that_it_is_here(laptop):
    ran = laptop.run("@cluster\ndef show():\n    import nowhere_at_all\nshow()")

    assert "ModuleNotFoundError: No module named 'nowhere_at_all'" in ran.err


def test_an_index_that_answers_with_a_page_for_people_is_an_error_before_anything_is_submitted(laptop, tmp_path):
    page = tmp_path / "html" / "tiny" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html><body>Please log in to the network</body></html>")
    laptop.has("tiny", "2.0", tag="cp311-cp311-linux_x86_64")
    laptop.variables.update(UV_NO_INDEX="", UV_FIND_LINKS="", UV_DEFAULT_INDEX=(tmp_path / "html").as_uri())

    ran = laptop.run(SHOW)

    assert "EnvironmentBuildError: " in ran.err
    assert "tiny" in ran.err
    assert not list((laptop.folder / "work").glob(".clustrix/jobs/*"))


def test_a_local_compiled_module_is_an_error_that_names_its_file(laptop):
    (laptop.folder / "quick.cpython-311-x86_64-linux-gnu.so").write_bytes(b"")

    ran = laptop.run("@cluster\ndef show():\n    import quick\nshow()")

    assert "quick.cpython-311-x86_64-linux-gnu.so is a local compiled module" in ran.err
    assert not list((laptop.folder / "work").glob(".clustrix/jobs/*"))


def test_a_pin_that_does_not_exist_is_an_error_that_names_it(laptop):
    laptop.has("tiny", "2.0")

    ran = laptop.run(SHOW, environment=["tiny==99"])

    assert "EnvironmentBuildError" in ran.err
    assert "tiny==99" in ran.err
    assert environments(laptop) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("uv.lock", "version = [", "uv.lock"),
        ("uv.lock", "version = 1", "this lock file has no packages"),
    ],
)
def test_a_broken_lock_file_is_an_error_that_names_it(laptop, name, text, said):
    laptop.has("tiny", "2.0")
    (laptop.folder / name).write_text(text)

    ran = laptop.run(SHOW)

    assert "ConfigError" in ran.err
    assert said in ran.err


@pytest.mark.parametrize("variable", ["PIP_NO_INDEX", "UV_OFFLINE"])
def test_where_indexes_are_forbidden_nothing_is_built_and_the_import_fails_with_a_hint(laptop, variable):
    laptop.has("tiny", "2.0")
    laptop.variables[variable] = "1"

    ran = laptop.run(SHOW)

    assert "ModuleNotFoundError: No module named 'tiny'" in ran.err
    assert f"lacks tiny, and no environment is built, as {variable} is set" in ran.err


def test_a_wrapper_that_starts_python_elsewhere_is_asked_like_any_other(laptop, tmp_path, other_python):
    laptop.has("tiny", "2.0", "1.0")
    there = tmp_path / "there"
    make_available(laptop, there, "1.0")
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\nPYTHONPATH={there} exec {other_python} "$@"\n')
    wrapper.chmod(0o755)

    assert laptop.run(SHOW, python_executable=str(wrapper)).out == "('1.0', (3, 9), False)"


def test_a_wrapper_that_starts_another_python_than_it_says_makes_no_environment(laptop, tmp_path, other_python):
    laptop.has("tiny", "2.0")
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\nexec {other_python} "$@"\n')
    wrapper.chmod(0o755)
    text = SHOW.replace("import tiny", BUILD_WITH.format(sys.executable) + "import tiny")

    ran = laptop.run(text, python_executable=str(wrapper))

    assert (
        "EnvironmentBuildError: no environment for what the function imports: the interpreter starts another" in ran.err
    )


def test_an_environment_that_was_removed_under_a_running_program_is_built_again(laptop):
    laptop.has("tiny", "2.0")
    text = (
        SHOW + "\nimport glob, shutil\nfor one in glob.glob('work/.clustrix/envs/*'): shutil.rmtree(one)\nprint(show())"
    )

    ran = laptop.run(text)

    assert ran.out.splitlines() == ["('2.0', (3, 9), True)"] * 2, ran.err
    assert builds(ran) == 2


def test_sixteen_jobs_of_four_processes_at_once_build_once(laptop):
    laptop.has("tiny", "2.0")
    text = SHOW.replace("print(show())", "print({future.result()[0] for future in [show.submit() for _ in range(4)]})")

    ran = ended([laptop.start(text) for _ in range(4)])

    assert [one.out for one in ran] == ["{'2.0'}"] * 4
    assert sum(one.err.count("built it in") for one in ran) == 1


def test_a_killed_build_leaves_nothing_that_looks_ready_and_the_next_one_makes_it(laptop, tmp_path):
    laptop.has("tiny", "2.0")
    python = laptop.settings["python_executable"]
    slow = tmp_path / "slow-python"
    slow.write_text(f'#!/bin/sh\n[ -e {tmp_path}/go ] || {{ : >{tmp_path}/at; sleep 60; }}\nexec {python} "$@"\n')
    slow.chmod(0o755)

    # uv asks the interpreter what it is: one that hangs keeps the build where it is.
    process = laptop.start(SHOW.replace("import tiny", BUILD_WITH.format(str(slow)) + "import tiny"))
    wait_until((tmp_path / "at").exists, 30, "the build")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)

    assert not list((laptop.folder / "work").glob(".clustrix/envs/*/READY"))
    assert laptop.run(SHOW).out == "('2.0', (3, 9), True)"
