"""What file functions mean, wherever they run: each place inherits these tests."""

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clustrix.filesystem import MissingFolderWarning, UnreadFoldersWarning
from tests.privileges import as_anybody

ODD_NAMES = (
    "with space",
    "with 'single' and \"double\" quotes",
    "new\nline",
    "-rf",
    "--help",
    "$HOME `id` $(id) ; id | id & id > x",
    "*",
    "[a]?",
    "~",
    "é ü 漢字 🎉",
    "\udcff\udcfe not utf-8",
    "\\back\\slash",
    "\ttab\r",
    "." * 3,
    "n" * 255,
)


@dataclass
class Site:
    """A place under test: ``files`` is asked; ``root`` is its folder as the test writes it, ``folder`` as asked for."""

    files: Any
    root: Path
    folder: str
    settle: Callable[[], object] = lambda: None
    host: str = ""
    where_root_is_like_others: Callable[[], AbstractContextManager[None]] = as_anybody

    def write(self, **files: str) -> None:
        """Make files: ``a__b_csv="..."`` is ``a/b.csv``."""
        for name, text in files.items():
            path = self.root / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.settle()

    def names(self) -> list[str]:
        """What lies in the folder, but for what an agent leaves there."""
        return [name for name in os.listdir(self.root) if name != ".clustrix"]

    def beneath(self, paths: list[str]) -> list[str]:
        """Full paths as they lie in the folder."""
        assert all(path.startswith(self.folder + "/") for path in paths), paths
        return [path[len(self.folder) + 1 :] for path in paths]


class FileContract:
    """Inherit, and give a fixture ``site``."""

    # ------------------------------------------------------------------------------------------------------- ls

    def test_ls_gives_sorted_names_with_dotfiles_and_folders(self, site):
        site.write(b_txt="", a_txt="", sub__c_txt="")
        (site.root / ".hidden").touch()
        assert site.files.ls() == [".hidden", "a.txt", "b.txt", "sub"]
        assert site.files.ls("sub") == ["c.txt"]

    def test_ls_of_an_empty_folder_is_empty(self, site):
        (site.root / "empty").mkdir()
        site.settle()
        assert site.files.ls("empty") == []

    @pytest.mark.parametrize("function", ["ls", "find", "glob", "du", "count_files", "stat"])
    def test_what_is_missing_is_an_error_that_names_host_and_path(self, site, function):
        args = ("*", "nowhere") if function in ("find", "glob") else ("nowhere",)
        with pytest.raises(FileNotFoundError) as raised:
            getattr(site.files, function)(*args)
        assert raised.value.errno == 2
        where = f"{site.host}:" if site.host else ""
        assert str(raised.value.filename) == f"{where}{site.folder}/nowhere"

    @pytest.mark.parametrize(
        ("function", "args", "empty"),
        [
            ("ls", (), []),
            ("find", ("*",), []),
            ("glob", ("*",), []),
            ("count_files", (), 0),
            ("du", (), (0, 0)),
        ],
    )
    def test_what_is_missing_is_empty_with_a_warning_if_that_is_asked_for(self, site, function, args, empty):
        with pytest.warns(MissingFolderWarning, match="nowhere"):
            assert getattr(site.files, function)(*args, path="nowhere", missing_ok=True) == empty

    def test_ls_of_a_file_is_an_error(self, site):
        site.write(a_txt="")
        with pytest.raises(NotADirectoryError):
            site.files.ls("a.txt")

    def test_what_is_forbidden_is_an_error(self, site):
        site.write(locked__a_txt="")
        (site.root / "locked").chmod(0)
        asked = (
            lambda: site.files.ls("locked"),
            lambda: site.files.find("*", "locked"),
            lambda: site.files.glob("*", "locked"),
            lambda: site.files.du("locked"),
            lambda: site.files.stat("locked/a.txt"),
            lambda: site.files.exists("locked/a.txt"),
            lambda: site.files.isdir("locked/a.txt"),
            lambda: site.files.isfile("locked/a.txt"),
        )
        with site.where_root_is_like_others():
            for ask in asked:
                with pytest.raises(PermissionError, match="locked"):
                    ask()

    def test_a_folder_that_cannot_be_read_on_the_way_is_left_out_with_a_warning(self, site):
        site.write(locked__a_txt="", open__b_txt="12")
        (site.root / "locked").chmod(0)
        with site.where_root_is_like_others():
            with pytest.warns(UnreadFoldersWarning, match=f"{site.folder}/locked"):
                assert site.beneath(site.files.find("*.txt")) == ["open/b.txt"]
            with pytest.warns(UnreadFoldersWarning):
                assert site.files.du() == (2, 1)
            with pytest.warns(UnreadFoldersWarning):
                assert site.files.count_files() == 1
            with pytest.warns(UnreadFoldersWarning):
                assert site.beneath(site.files.glob("*/*.txt")) == ["open/b.txt"]

    # ---------------------------------------------------------------------------------------------------- names

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_any_name_is_just_a_name(self, site, name):
        (site.root / name).mkdir()
        (site.root / name / "a.csv").write_text("12345")
        site.settle()
        # What begins with ~ may be somebody's home, in all of Python's path functions too.
        path = "./" + name
        assert site.files.ls() == [name]
        assert site.files.ls(path) == ["a.csv"]
        assert site.files.stat(path).name == name
        assert site.files.find("*.csv", path) == [f"{site.folder}/{name}/a.csv"]
        assert site.files.find("a.csv") == [f"{site.folder}/{name}/a.csv"]
        assert site.files.stat(site.files.find("*.csv")[0]).size == 5
        assert site.files.glob("*.csv", path) == [f"{site.folder}/{name}/a.csv"]
        assert site.files.du(path) == (5, 1)
        assert site.files.isdir(path)
        assert site.files.read_text(f"{path}/a.csv") == "12345"

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_no_name_does_anything_when_it_is_written(self, site, name):
        site.files.write_text("./" + name, "text")
        assert site.names() == [name]
        site.files.rename("./" + name, "other")
        site.files.rename("other", "./" + name)
        site.files.remove("./" + name)
        assert site.names() == []

    def test_no_pattern_does_anything(self, site):
        site.write(a_txt="")
        for pattern in ("$(touch x)", "; touch x", "`touch x`", "' -delete '", "-delete", "*\n*"):
            assert site.files.find(pattern) == []
            assert site.files.glob(pattern) == []
        assert site.names() == ["a.txt"]

    def test_a_null_character_is_a_value_error(self, site):
        with pytest.raises(ValueError, match="null"):
            site.files.exists("a\0b")

    # ---------------------------------------------------------------------------------------------------- paths

    def test_paths_are_absolute_or_relative_to_the_working_folder_or_the_home(self, site):
        site.write(sub__a_txt="12")
        for path in ("sub/a.txt", "./sub//a.txt", "sub/../sub/a.txt", f"{site.folder}/sub/a.txt"):
            told = site.files.stat(path)
            assert (told.name, told.size) == ("a.txt", 2)
        assert site.files.isdir("~")
        assert site.files.isdir("..")
        assert site.files.isdir("/")
        assert site.files.stat(".").is_dir
        assert site.files.stat(".").name == os.path.basename(site.folder)
        assert not site.files.exists("~/there is no such thing")

    def test_an_empty_path_is_not_there(self, site):
        with pytest.raises(FileNotFoundError):
            site.files.stat("")
        assert not site.files.exists("")

    def test_paths_may_be_path_objects(self, site):
        site.write(a_txt="12")
        assert site.files.stat(Path("a.txt")).size == 2

    # ----------------------------------------------------------------------------------------------- stat, exists

    def test_stat_tells_name_size_time_kind_and_permissions(self, site):
        site.write(a_csv="12345")
        (site.root / "a.csv").chmod(0o640)
        os.utime(site.root / "a.csv", (1_700_000_000, 1_700_000_000))
        told = site.files.stat("a.csv")
        assert told == ("a.csv", 5, 1_700_000_000.0, False, "640", True)
        assert (told.is_file, told.is_dir) == (True, False)
        assert told.modified_datetime.isoformat() == "2023-11-14T22:13:20+00:00"

    def test_a_list_of_paths_is_answered_by_a_list(self, site):
        site.write(a_csv="1", b_csv="12", sub__c_csv="")
        assert [told.size for told in site.files.stat(["b.csv", "a.csv"])] == [2, 1]
        assert site.files.exists(["a.csv", "x"]) == [True, False]
        assert site.files.isdir(["a.csv", "sub"]) == [False, True]
        assert site.files.isfile(["a.csv", "sub"]) == [True, False]
        with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
            site.files.stat(["a.csv", "nowhere.csv"])
        assert site.files.stat([]) == []

    def test_links_are_told_as_what_they_lead_to(self, site):
        site.write(a_txt="123", sub__b_txt="")
        (site.root / "to-file").symlink_to("a.txt")
        (site.root / "to-folder").symlink_to("sub")
        assert (site.files.stat("to-file").size, site.files.isfile("to-file")) == (3, True)
        assert site.files.isdir("to-folder")
        assert site.files.ls("to-folder") == ["b.txt"]

    def test_broken_and_looping_links_are_listed_and_lead_to_nothing(self, site):
        (site.root / "broken").symlink_to("nowhere")
        (site.root / "loop").symlink_to("loop")
        assert site.files.ls() == ["broken", "loop"]
        for name in ("broken", "loop", "broken/x", "loop/x"):
            assert not site.files.exists(name)
            assert not site.files.isfile(name)
            assert not site.files.isdir(name)
        with pytest.raises(FileNotFoundError):
            site.files.stat("broken")
        with pytest.raises(OSError, match="symbolic links"):
            site.files.stat("loop")
        assert site.files.find() == []
        assert site.beneath(site.files.find(type="any")) == ["broken", "loop"]
        assert site.files.du() == (0, 0)
        assert [told.name for told in site.files.entries()] == ["broken", "loop"]

    def test_a_file_is_no_folder_on_the_way_to_another(self, site):
        site.write(a_txt="")
        assert not site.files.exists("a.txt/b")
        with pytest.raises(NotADirectoryError):
            site.files.stat("a.txt/b")

    def test_sockets_and_pipes_are_neither_files_nor_folders(self, site):
        with socket.socket(socket.AF_UNIX) as bound:
            here = os.getcwd()
            os.chdir(site.root)  # a socket's path may be no longer than 107 bytes
            bound.bind("socket")
            os.chdir(here)
        os.mkfifo(site.root / "pipe")
        site.settle()
        assert site.files.ls() == ["pipe", "socket"]
        for name in ("pipe", "socket"):
            told = site.files.stat(name)
            assert (told.is_file, told.is_dir) == (False, False)
            assert site.files.exists(name)
            assert not site.files.isfile(name)
            with pytest.raises(OSError, match=name):
                site.files.read_bytes(name)
        assert site.files.find() == []
        assert len(site.files.find(type="any")) == 2
        assert site.files.du() == (0, 0)

    def test_entries_tells_what_stat_tells(self, site):
        site.write(a_txt="1", b_txt="12", sub__c_txt="123")
        assert site.files.entries() == [site.files.stat(name) for name in site.files.ls()]

    # ---------------------------------------------------------------------------------------------------- find

    def test_find_gives_files_in_all_folders_with_dotfiles_sorted_by_path(self, site):
        site.write(b_csv="", a__b_csv="", a__c_dat="", z__z__d_csv="")
        (site.root / ".e.csv").touch()
        (site.root / "a" / "folder.csv").mkdir()
        assert site.beneath(site.files.find("*.csv")) == [".e.csv", "a/b.csv", "b.csv", "z/z/d.csv"]
        assert site.beneath(site.files.find("*.csv", "a")) == ["a/b.csv"]
        assert site.beneath(site.files.find("*.csv", type="dir")) == ["a/folder.csv"]
        assert site.beneath(site.files.find("z", type="any")) == ["z", "z/z"]
        assert site.files.count_files() == 5
        assert site.files.count_files("a", "*.csv") == 1

    def test_what_find_and_glob_give_can_be_asked_for_whatever_folder_was_searched(self, site):
        site.write(a__b__c_csv="123")
        for folder in (".", "a", "a/b", "a/../a", "./a//b/", site.folder, f"{site.folder}/a"):
            for path in site.files.find("*.csv", folder) + site.files.glob("**/*.csv", folder):
                assert site.files.stat(path).size == 3
                assert site.files.read_text(path) == "123"
        assert len(site.files.find("*.csv", "a/b")) == 1

    def test_find_knows_the_patterns_of_a_shell(self, site):
        site.write(a1_csv="", a2_csv="", b1_csv="", a1_dat="", A1_csv="")
        assert site.beneath(site.files.find("a?.csv")) == ["a1.csv", "a2.csv"]
        assert site.beneath(site.files.find("[ab]1.csv")) == ["a1.csv", "b1.csv"]
        assert site.beneath(site.files.find("[!a]*.csv")) == ["A1.csv", "b1.csv"]
        assert site.beneath(site.files.find("a1.csv")) == ["a1.csv"]
        assert site.beneath(site.files.find("a1*")) == ["a1.csv", "a1.dat"]

    def test_find_takes_a_pattern_with_folders_as_the_end_of_a_path(self, site):
        site.write(x__run1__a_csv="", x__run2__a_csv="", run1__b_csv="")
        assert site.beneath(site.files.find("run1/*.csv")) == ["run1/b.csv", "x/run1/a.csv"]

    def test_find_takes_links_to_files_and_enters_no_links_to_folders(self, site):
        site.write(a__b_csv="")
        (site.root / "to-file.csv").symlink_to("a/b.csv")
        (site.root / "a" / "up").symlink_to("..")
        assert site.beneath(site.files.find("*.csv")) == ["a/b.csv", "to-file.csv"]
        assert site.beneath(site.files.find("up", type="dir")) == ["a/up"]

    def test_find_searches_a_folder_that_a_link_leads_to_if_that_is_asked_for(self, site):
        site.write(a__b_csv="")
        (site.root / "link").symlink_to("a")
        assert site.beneath(site.files.find("*", "link")) == ["link/b.csv"]

    def test_an_unknown_type_is_a_value_error(self, site):
        with pytest.raises(ValueError, match="type"):
            site.files.find("*", type="f")

    # ---------------------------------------------------------------------------------------------------- glob

    def test_glob_matches_folder_by_folder_without_dotfiles(self, site):
        site.write(a__x_csv="", b__x_csv="", b__c__x_csv="", x_csv="")
        (site.root / ".h").mkdir()
        (site.root / ".h" / "x.csv").touch()
        assert site.beneath(site.files.glob("*.csv")) == ["x.csv"]
        assert site.beneath(site.files.glob("*/*.csv")) == ["a/x.csv", "b/x.csv"]
        assert site.beneath(site.files.glob("**/*.csv")) == ["a/x.csv", "b/c/x.csv", "b/x.csv", "x.csv"]
        assert site.beneath(site.files.glob("**")) == ["a/x.csv", "b/c/x.csv", "b/x.csv", "x.csv"]
        assert site.beneath(site.files.glob("**/c/**/*.csv")) == ["b/c/x.csv"]
        assert site.beneath(site.files.glob("*", type="dir")) == ["a", "b"]
        assert site.beneath(site.files.glob("*/", "b")) == ["b/c"]
        assert site.beneath(site.files.glob(".h/*.csv")) == [".h/x.csv"]
        assert site.beneath(site.files.glob(".*/*.csv")) == [".h/x.csv"]
        assert site.beneath(site.files.glob("b/c/x.csv")) == ["b/c/x.csv"]
        assert site.beneath(site.files.glob(f"{site.folder}/a/*")) == ["a/x.csv"]
        assert site.files.glob("nowhere/*.csv") == []

    # ------------------------------------------------------------------------------------------------------ du

    def test_du_counts_apparent_bytes_and_hard_links_once(self, site):
        site.write(a_txt="12345", sub__b_txt="123")
        os.link(site.root / "a.txt", site.root / "sub" / "again.txt")
        (site.root / "link").symlink_to("a.txt")
        with open(site.root / "holes", "wb") as stream:
            stream.truncate(1_000_000)
        used = site.files.du()
        assert used == (1_000_008, 3)
        assert (used.total_bytes, used.file_count) == (1_000_008, 3)
        assert used.total_mb == 1_000_008 / 1024**2
        assert used.total_gb == 1_000_008 / 1024**3
        assert site.files.du("a.txt") == (5, 1)

    def test_clustrix_own_folder_is_left_out(self, site):
        site.write(a_txt="1")
        (site.root / ".clustrix").mkdir(exist_ok=True)
        (site.root / ".clustrix" / "b.txt").write_text("12")
        site.settle()
        assert site.files.ls() == ["a.txt"]
        assert site.beneath(site.files.find("*.txt")) == ["a.txt"]
        assert site.files.du() == (1, 1)
        assert "b.txt" in site.files.ls(".clustrix")

    # ------------------------------------------------------------------------------------------------ contents

    def test_what_is_written_is_read(self, site):
        data = bytes(range(256)) * 100
        assert site.files.write_bytes("a.bin", data) == len(data)
        assert site.files.read_bytes("a.bin") == data
        assert site.files.read_bytes("a.bin", offset=10, length=5) == data[10:15]
        assert site.files.read_bytes("a.bin", offset=10**9) == b""
        site.files.write_text("a.txt", "é\r\n漢\n")
        assert site.files.read_text("a.txt") == "é\n漢\n"
        assert site.files.read_bytes("a.txt") == "é\r\n漢\n".encode()
        site.files.write_bytes("empty", b"")
        assert site.files.read_bytes("empty") == b""
        assert sorted(site.names()) == ["a.bin", "a.txt", "empty"]

    def test_a_file_that_is_replaced_keeps_its_permissions_and_its_links(self, site):
        site.write(a_txt="old")
        (site.root / "a.txt").chmod(0o640)
        (site.root / "link").symlink_to("a.txt")
        site.files.write_text("link", "new")
        assert (site.root / "link").is_symlink()
        assert (site.root / "a.txt").read_text() == "new"
        assert (site.root / "a.txt").stat().st_mode & 0o777 == 0o640

    def test_writing_where_no_file_can_be_is_an_error(self, site):
        (site.root / "sub").mkdir()
        site.settle()
        with pytest.raises(FileNotFoundError):
            site.files.write_text("nowhere/a.txt", "")
        with pytest.raises(IsADirectoryError):
            site.files.write_text("sub", "")
        with pytest.raises(IsADirectoryError):
            site.files.read_bytes("sub")
        with pytest.raises(FileNotFoundError):
            site.files.read_bytes("nowhere")

    def test_folders_are_made_renamed_and_removed(self, site):
        site.files.mkdir("a/b")
        site.files.mkdir("a/b")
        with pytest.raises(FileExistsError):
            site.files.mkdir("a/b", exist_ok=False)
        with pytest.raises(FileNotFoundError):
            site.files.mkdir("x/y", parents=False)
        site.files.write_text("a/b/c.txt", "1")
        assert site.files.rename("a", "z") == f"{site.folder}/z"
        assert site.files.read_text("z/b/c.txt") == "1"
        with pytest.raises(IsADirectoryError, match="recursive"):
            site.files.remove("z")
        site.files.remove("z", recursive=True)
        with pytest.raises(FileNotFoundError):
            site.files.remove("z", recursive=True)
        site.files.remove("z", missing_ok=True)
        assert site.names() == []

    def test_a_link_is_removed_not_what_it_leads_to(self, site):
        site.write(sub__a_txt="")
        (site.root / "link").symlink_to("sub")
        site.files.remove("link")
        assert site.files.ls("sub") == ["a.txt"]

    @pytest.mark.parametrize("path", [".", "/", "~", ".."])
    def test_the_working_folder_and_the_home_cannot_be_removed(self, site, path):
        with pytest.raises(PermissionError):
            site.files.remove(path, recursive=True)
