"""The command's verbs for files."""

import json
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "clustrix.cli"]


@pytest.fixture
def clustrix(tmp_path):
    (tmp_path / "a.csv").write_text("12345")
    (tmp_path / ".hidden").write_text("")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.csv").write_text("x" * 2048)

    def run(*arguments, status=0):
        done = subprocess.run([*COMMAND, *arguments], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == status, done.stderr
        return done.stderr.decode() if status else done.stdout.decode("utf-8", "surrogateescape")

    return run


def test_ls_gives_names_and_with_flags_more(clustrix):
    assert clustrix("ls", ".") == "a.csv\nsub\n"
    assert clustrix("ls", "-a", ".") == ".hidden\na.csv\nsub\n"
    assert clustrix("ls", "sub", ".") == "sub:\nb.csv\n\n.:\na.csv\nsub\n"
    assert clustrix("ls", "a.csv") == "a.csv\n"
    first, second = clustrix("ls", "-l", ".").splitlines()
    assert first.startswith("-  644")
    assert first.split()[2] == "5"
    assert second.startswith("d  755")
    assert clustrix("ls", "-lH", "sub").split()[2:4] == ["2.0", "KB"]
    assert json.loads(clustrix("ls", "--json", "sub"))[0]["size"] == 2048


def test_find_takes_the_options_that_find_takes(clustrix, tmp_path):
    assert clustrix("find", ".", "-name", "*.csv") == f"{tmp_path}/a.csv\n{tmp_path}/sub/b.csv\n"
    assert clustrix("find", ".", "--type", "d") == f"{tmp_path}/sub\n"
    assert clustrix("find", "sub", "-print0") == f"{tmp_path}/sub/b.csv\0"
    assert json.loads(clustrix("find", "sub", "--json")) == [f"{tmp_path}/sub/b.csv"]
    assert "f, d and any" in clustrix("find", ".", "-type", "x", status=2)


def test_stat_and_du_tell_what_they_count(clustrix):
    assert clustrix("stat", "a.csv").startswith("a.csv: file, 5 bytes, modified 2")
    assert json.loads(clustrix("stat", "--json", "sub"))["is_dir"] is True
    assert clustrix("du", ".") == "2053\t3 files\t.\n"
    assert json.loads(clustrix("du", "--json", ".")) == {"total_bytes": 2053, "file_count": 3}


def test_cat_put_get_and_rm_do_what_they_say(clustrix, tmp_path):
    assert clustrix("cat", "a.csv") == "12345"
    clustrix("put", "a.csv", "sub")
    assert (tmp_path / "sub" / "a.csv").read_text() == "12345"
    clustrix("get", "sub/b.csv", "c.csv")
    assert (tmp_path / "c.csv").stat().st_size == 2048
    clustrix("rm", "c.csv")
    assert "recursive" in clustrix("rm", "sub", status=1)
    clustrix("rm", "-r", "sub")
    clustrix("rm", "-f", "sub")
    assert not (tmp_path / "sub").exists()


def test_what_is_missing_is_told_in_one_line(clustrix, tmp_path):
    assert clustrix("ls", "nowhere", status=1) == f"clustrix: {tmp_path}/nowhere: No such file or directory\n"


def test_names_that_are_no_text_are_printed_as_they_are(clustrix, tmp_path):
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "\udcff\n").touch()
    assert clustrix("ls", "-0", "odd") == "\udcff\n\0"
    assert json.loads(clustrix("ls", "--json", "odd"))[0]["name"] == "\udcff\n"
