"""files, fetch and clean."""

import os

from tests.command.conftest import wait_for


def test_files_lists_what_the_function_left(clustrix):
    key = clustrix.submit("leave()")
    clustrix("wait", key)

    said = clustrix("files", key)

    assert [line.split()[:3] for line in said.out.splitlines()[1:]] == [
        ["notes.txt", "6", "B"],
        ["plots/plot.png", "9", "B"],
    ]
    assert [file["size_bytes"] for file in clustrix("files", key, "--json").json] == [6, 9]


def test_fetch_brings_home_files_by_name_and_by_pattern(clustrix):
    key = clustrix.submit("leave()")
    clustrix("wait", key)

    said = clustrix("fetch", key, "plots/*.png", "notes.txt", "--to", "out/here")

    assert said.out.splitlines() == ["out/here/plot.png", "out/here/notes.txt"]
    assert (clustrix.folder / "out/here/plot.png").read_bytes() == b"a picture"


def test_a_file_that_is_not_there_is_told_with_those_that_are(clustrix):
    key = clustrix.submit("leave()")
    clustrix("wait", key)

    said = clustrix("fetch", key, "plt.png")

    assert said.status == 2
    assert "plots/plot.png" in said.err


def test_clean_takes_what_was_fetched_and_leaves_what_was_not(clustrix):
    clustrix("run", "script.py:leave")
    unfetched, failed = clustrix.submit("add(1)"), clustrix.submit("fail()")
    clustrix("wait", unfetched, failed)
    assert sorted(row["fetched"] for row in clustrix.rows()) == [False, False, True]

    said = clustrix("clean")

    assert said.status == 0
    assert "removed 1 job" in said.out
    assert "1 not fetched yet, 1 failed" in said.out
    assert {row["key"] for row in clustrix.rows()} == {unfetched, failed}


def test_clean_all_takes_all_that_ended_but_never_a_running_job(clustrix):
    running = clustrix.submit(f"until({str(clustrix.folder / 'never')!r})")
    ended = clustrix.submit("add(1)")
    clustrix("wait", ended)
    wait_for(lambda: clustrix.rows()[0]["state"] == "running")

    clustrix("clean", "--all")
    assert [row["key"] for row in clustrix.rows()] == [running]
    said = clustrix("clean", running)
    assert "1 running" in said.out
    assert [row["key"] for row in clustrix.rows()] == [running]

    assert "removed 1 job" in clustrix("clean", running, "--force").out
    assert clustrix.rows() == []


def test_clean_can_be_tried_without_doing_it(clustrix):
    key = clustrix.submit("add(1)")
    clustrix("wait", key)

    said = clustrix("clean", "--all", "--dry-run")

    assert "would remove 1 job" in said.out
    assert [row["key"] for row in clustrix.rows()] == [key]


def test_clean_by_age_leaves_what_is_young(clustrix):
    key = clustrix.submit("add(1)")
    clustrix("wait", key)

    assert "1 not so old" in clustrix("clean", "--older-than", "7d").out
    assert "removed 1 job" in clustrix("clean", "--older-than", "1s").out or clustrix.rows() == []


def test_packages_that_no_job_needs_go_and_those_of_a_waiting_one_stay(clustrix):
    key = clustrix.submit(f"until({str(clustrix.folder / 'go on')!r})")
    packages = clustrix.folder / "work" / ".clustrix" / "packages"
    needed = set(packages.iterdir())
    (packages / f"{'0' * 64}.zip").write_bytes(b"old")
    for path in packages.iterdir():
        os.utime(path, (1, 1))

    said = clustrix("clean")

    assert "1 package (3 B)" in said.out
    assert set(packages.iterdir()) == needed
    clustrix("cancel", key)
