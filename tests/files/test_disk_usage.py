"""du of more files than are worth counting by ourselves: the same numbers, by whatever means."""

import os

import pytest

from clustrix_remote import disk_usage
from clustrix_remote.folder_walk import Unread

#: Each file's number is its size.
MANY = 2 * disk_usage.FEW_FILES


@pytest.fixture
def top(tmp_path):
    """Many files, some of them twice, and what does not count, in a folder whose name is a pattern."""
    top = tmp_path / "odd [a-z]*?\\ \n name"
    for number in range(MANY):
        folder = top / str(number % 7)
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / f"{number}\n7 \udcff", "wb") as stream:
            stream.truncate(number)
    for number in (100, 200):
        os.link(top / str(number % 7) / f"{number}\n7 \udcff", top / f"again {number}")
        (top / f"link {number}").symlink_to(f"again {number}")
    (top / "loop").symlink_to("loop")
    os.mkfifo(top / "pipe")
    (top / ".clustrix").mkdir()
    (top / ".clustrix" / "ours").write_bytes(bytes(1000))
    return str(top)


def counted(top, own=".clustrix"):
    return disk_usage.usage(top, Unread(os.path.join(top, own)))


EXPECTED = (sum(range(MANY)), MANY)


def test_many_files_are_counted_as_few_are(top):
    assert counted(top) == EXPECTED
    assert counted(top, own="nowhere") == (EXPECTED[0] + 1000, MANY + 1)


def test_find_counts_what_we_count(top):
    if disk_usage.ask_find(top, "") is None:
        pytest.skip("there is no GNU find here")
    assert disk_usage.ask_find(top, os.path.join(top, ".clustrix")) == EXPECTED


def test_a_folder_that_a_link_leads_to_is_counted(top, tmp_path):
    (tmp_path / "link").symlink_to(top)
    assert counted(str(tmp_path / "link")) == EXPECTED


@pytest.mark.parametrize("script", [None, "echo 12345; exit 1", "echo nonsense >&2; exit 2"])
def test_without_a_find_that_looked_at_everything_we_count(top, tmp_path, monkeypatch, script):
    programs = tmp_path / "programs"
    programs.mkdir()
    if script is not None:
        (programs / "find").write_text(f"#!/bin/sh\n{script}\n")
        (programs / "find").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    assert disk_usage.ask_find(top, "") is None
    assert counted(top) == EXPECTED
