"""Which files around a script's folder are brought: those that it names, and never a home."""

import sys

import pytest

from clustrix.capture import CaptureOptions, Target, capture


def read_above():
    with open("../data/one.txt") as stream:
        return stream.read(), "..", "../.."


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder ``project`` with scripts, data, and what is nobody's business."""
    folder = tmp_path / "outer" / "project"
    for name in ("scripts/x.txt", "data/one.txt", "data/two.txt", "keys/secret.txt", "note.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    monkeypatch.chdir(folder / "scripts")
    return folder


def brought(**options):
    program = capture(read_above, (), {}, Target((*sys.version_info[:3],)), CaptureOptions(**options))
    return {file.path.rpartition("project/")[2]: file.member for file in program.data_files}


def test_a_file_above_is_brought_by_its_name_and_nothing_beside_it(project):
    assert brought() == {"data/one.txt": "data/^/data/one.txt"}


def test_exclude_counts_above_too(project):
    assert brought(exclude=("one.txt",)) == {}


@pytest.mark.parametrize("left_out", ["*.txt", "../data", "../data/", "../data/one.txt"])
def test_exclude_names_files_by_patterns_by_their_paths_and_by_folders(project, left_out):
    assert brought(exclude=(left_out,)) == {}
    assert brought(exclude=("*.csv", "../dat", "two.txt")) == {"data/one.txt": "data/^/data/one.txt"}


def test_nothing_is_brought_out_of_a_home_folder_or_the_folders_around_it(project, monkeypatch):
    monkeypatch.setenv("HOME", str(project))
    assert brought() == {}
