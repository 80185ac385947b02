"""Whose is an imported module? Asked in a fresh Python, whose path holds what these tests lay there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments.wheel_making import install, make_wheel


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    return folder


def distributions(site: Path, *modules: str) -> list[list[str]]:
    code = (
        f"import sys, json; sys.path.append({str(site)!r})\n"
        "from clustrix.requirements import needed_distributions\n"
        f"found = needed_distributions({dict.fromkeys(modules, 'x')!r})\n"
        "print(json.dumps([[one.name, one.version, one.imported_as] for one in found]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_a_module_belongs_to_the_distribution_that_lists_its_file(tmp_path, site):
    install(make_wheel(tmp_path, "opencv_python", "4.9", files={"cv2/__init__.py": ""}), site)

    assert distributions(site, "cv2") == [["opencv-python", "4.9", "cv2"]]


def test_of_a_shared_namespace_each_part_has_its_own(tmp_path, site):
    install(make_wheel(tmp_path, "space_one", "1", files={"space/one.py": ""}), site)
    install(make_wheel(tmp_path, "space_two", "2", files={"space/two/__init__.py": ""}), site)

    assert distributions(site, "space.two") == [["space-two", "2", "space"]]
    assert distributions(site, "space", "space.one") == [["space-one", "1", "space"]]


def test_what_a_system_installed_without_a_list_of_files_is_known_by_its_modules(site):
    (site / "yam").mkdir()
    (site / "yam" / "__init__.py").write_text("")
    information = site / "PyYam-6.0.egg-info"
    information.mkdir()
    (information / "top_level.txt").write_text("_yam\nyam\n")

    assert distributions(site, "yam", "yam.sub") == [["PyYam", "6.0", "yam"]]


def test_a_submodule_that_nobody_has_imported_belongs_where_its_package_does(tmp_path, site):
    install(make_wheel(tmp_path, "big", "1", files={"big/__init__.py": "", "big/part.cpython-39-x86.so": ""}), site)

    assert distributions(site, "big.part", "big.no_file_of_its_own") == [["big", "1", "big"]]


def test_what_nobody_claims_has_no_version(site):
    (site / "loose.py").write_text("")

    assert distributions(site, "loose") == [["loose", "", "loose"]]
