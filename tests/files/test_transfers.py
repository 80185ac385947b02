"""get and put: whole or not at all, again and on, checked."""

import errno
import os
import signal
import threading

import pytest

from clustrix_remote import buffers, file_pieces, file_requests, file_transfers, file_trees, wire
from clustrix_remote.file_pieces import PIECE_BYTES
from clustrix_remote.files import Files
from clustrix_remote.filesystem import Filesystem
from clustrix_remote.places import Here

LONG = 3 * PIECE_BYTES + 12345


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def files(through_pipes, home):
    return Filesystem(through_pipes.files.place, Here(lambda: str(home)))


def leftovers(folder):
    return [name for _, folders, names in os.walk(folder) for name in folders + names if name.endswith(".part")]


class Counting(Here):
    """Counts what is asked of it, and may fail."""

    def __init__(self, folder, fail_at=None, error=None):
        super().__init__(lambda: str(folder))
        self.asked = []
        self._fail_at, self._error = fail_at, error

    def start(self, function, given, body=()):
        self.asked.append(function)
        if self.asked.count(self._fail_at) == 2:
            self._fail_at = None
            raise self._error
        return super().start(function, given, body)


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, LONG])
def test_a_file_goes_there_and_comes_back_whole(files, folder, home, size):
    data = os.urandom(size)
    (home / "a.bin").write_bytes(data)
    os.utime(home / "a.bin", (1_600_000_000, 1_600_000_000))
    (home / "a.bin").chmod(0o600)
    assert files.put("a.bin") == str(folder / "a.bin")
    assert (folder / "a.bin").read_bytes() == data
    assert (folder / "a.bin").stat().st_mtime == 1_600_000_000
    assert (folder / "a.bin").stat().st_mode & 0o777 == 0o600
    assert files.get("a.bin", "b.bin") == str(home / "b.bin")
    assert (home / "b.bin").read_bytes() == data
    assert leftovers(folder) == leftovers(home) == []


def test_progress_is_told_in_bytes_to_the_end(files, home):
    (home / "a.bin").write_bytes(bytes(LONG))
    told = []
    files.put("a.bin", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (LONG, LONG)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) == 4


def test_a_file_goes_into_a_folder_that_is_there(files, folder, home):
    (home / "a.txt").write_text("1")
    (folder / "sub").mkdir()
    assert files.put("a.txt", "sub") == str(folder / "sub" / "a.txt")
    with pytest.raises(FileNotFoundError):
        files.put("a.txt", "new/")
    (folder / "sub" / "b.txt").mkdir()
    (home / "b.txt").write_text("1")
    with pytest.raises(IsADirectoryError):
        files.put("b.txt", "sub")


def test_a_folder_goes_there_and_comes_back_as_it_was(files, folder, home):
    top = home / "tree"
    for name in ("a/b", "empty", "with space\n"):
        (top / name).mkdir(parents=True)
    (top / "a" / "b" / "\udcff").write_text("odd")
    (top / "a" / "big").write_bytes(os.urandom(PIECE_BYTES + 1))
    (top / "run.sh").write_text("#!/bin/sh")
    (top / "run.sh").chmod(0o755)
    (top / "a").chmod(0o750)
    (top / "link").symlink_to("a/b")
    (top / "broken").symlink_to("/nowhere")
    for number in range(1200):
        (top / "empty" / str(number)).write_text(str(number))
    assert files.put("tree") == str(folder / "tree")
    files.get("tree", "back")

    def told(path):
        found = [entry for entry in file_trees.entries(str(path)) if entry.kind != "d"]
        return sorted((entry.name, entry.kind, entry.size, entry.mode, entry.mtime_ns) for entry in found)

    assert [each[:4] for each in told(home / "back")] == [each[:4] for each in told(top)]
    assert (home / "back" / "a" / "big").read_bytes() == (top / "a" / "big").read_bytes()
    assert (home / "back" / "a").stat().st_mode & 0o777 == 0o750
    assert leftovers(folder) == leftovers(home) == []


def test_a_folder_is_laid_over_one_that_is_there(files, folder, home):
    (home / "tree").mkdir()
    (home / "tree" / "a.txt").write_text("new")
    (folder / "tree").mkdir()
    (folder / "tree" / "a.txt").write_text("old")
    (folder / "tree" / "b.txt").write_text("kept")
    files.put("tree")
    assert sorted((path.name, path.read_text()) for path in (folder / "tree").iterdir()) == [
        ("a.txt", "new"),
        ("b.txt", "kept"),
    ]


def test_a_cut_transfer_leaves_nothing_under_the_final_name_and_goes_on(tmp_path, home):
    data = os.urandom(LONG)
    (home / "a.bin").write_bytes(data)
    there = Counting(tmp_path, "write_piece", OSError("cut"))
    files = Filesystem(there, Here(lambda: str(home)))
    with pytest.raises(OSError, match="cut"):
        files.put("a.bin")
    assert not (tmp_path / "a.bin").exists()
    assert len(leftovers(tmp_path)) == 1
    there.asked.clear()
    files.put("a.bin")
    assert (tmp_path / "a.bin").read_bytes() == data
    assert there.asked.count("write_piece") == 3
    assert leftovers(tmp_path) == []


def test_a_piece_that_is_wrong_is_sent_again_when_a_transfer_goes_on(tmp_path, home):
    data = os.urandom(LONG)
    (home / "a.bin").write_bytes(data)
    there = Counting(tmp_path, "write_piece", OSError("cut"))
    files = Filesystem(there, Here(lambda: str(home)))
    with pytest.raises(OSError, match="cut"):
        files.put("a.bin")
    (part,) = [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
    with part.open("r+b") as stream:
        stream.write(b"damaged")
    files.put("a.bin")
    assert (tmp_path / "a.bin").read_bytes() == data


def test_a_source_that_changed_is_sent_anew(tmp_path, home):
    (home / "a.bin").write_bytes(os.urandom(LONG))
    there = Counting(tmp_path, "write_piece", OSError("cut"))
    files = Filesystem(there, Here(lambda: str(home)))
    with pytest.raises(OSError, match="cut"):
        files.put("a.bin")
    data = os.urandom(LONG + 1)
    (home / "a.bin").write_bytes(data)
    files.put("a.bin")
    assert (tmp_path / "a.bin").read_bytes() == data


def test_a_folder_that_was_cut_goes_on_with_what_is_missing(tmp_path, home):
    (home / "tree").mkdir()
    for number in range(1600):
        (home / "tree" / str(number)).write_text("x")
    there = Counting(tmp_path, "write_many", OSError("cut"))
    files = Filesystem(there, Here(lambda: str(home)))
    with pytest.raises(OSError, match="cut"):
        files.put("tree")
    assert not (tmp_path / "tree").exists()
    there.asked.clear()
    files.put("tree")
    assert len(os.listdir(tmp_path / "tree")) == 1600
    assert there.asked.count("write_many") == 3


def test_what_a_cut_transfer_left_of_a_small_file_is_replaced_with_its_permissions(tmp_path):
    (tmp_path / "a").write_text("half")
    (tmp_path / "a").chmod(0o600)
    file_trees.write_many(str(tmp_path), None, [("a", 5, 0o640, 10**9), ("b", 0, 0o777, 10**9)], b"whole", 0o077)
    assert (tmp_path / "a").read_text() == "whole"
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "b")] == [0o640, 0o777]


def test_a_small_file_that_changed_since_its_folder_was_listed_is_an_error(tmp_path):
    (tmp_path / "a").write_text("12345")
    os.mkfifo(tmp_path / "pipe")
    assert file_trees.read_many(str(tmp_path), [("a", 5)]) == b"12345"
    for name, size in (("a", 4), ("a", 6), ("pipe", 1)):
        with pytest.raises(OSError, match="changed while it was copied"):
            file_trees.read_many(str(tmp_path), [(name, size)])


def test_what_was_damaged_on_the_way_is_an_error_and_nothing_is_written(tmp_path):
    files = Files(str(tmp_path))
    given = {"function": "write", "path": "a", "digest": file_pieces.digest([b"right"])}
    with pytest.raises(OSError, match="not what was sent"):
        file_requests.answer(files, given, [b"wrong"])
    assert os.listdir(tmp_path) == []


def test_a_piece_that_was_damaged_on_the_way_is_an_error_and_the_file_has_no_name(tmp_path):
    files = Files(str(tmp_path))
    given = {"path": "a", "token": "abc", "offset": 0, "digest": file_pieces.digest([b"right"])}
    file_requests.answer(files, {**given, "function": "begin", "size": 5}, [])
    with pytest.raises(OSError, match="not what was sent"):
        file_requests.answer(files, {**given, "function": "write_piece"}, iter([b"wro", b"ng"]))
    assert leftovers(tmp_path) == os.listdir(tmp_path)


def test_memory_is_lent_again_only_when_it_was_lent_and_given_back():
    buffers.forget()
    lent = buffers.take(wire.CHUNK_BYTES)
    assert lent is not None
    assert buffers.take(wire.CHUNK_BYTES) is not lent
    assert buffers.take(5) is None
    buffers.give([bytearray(wire.CHUNK_BYTES), b"", lent])
    assert buffers.take(wire.CHUNK_BYTES) is lent
    buffers.give(bytearray() for _ in range(100))
    buffers.give(buffers.Lent(1) for _ in range(100))
    assert len(buffers._kept) == buffers.MOST_KEPT
    buffers.forget()


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "", ".", "a//b"])
def test_nothing_is_written_outside_of_the_folder_that_is_received(tmp_path, name):
    with pytest.raises(ValueError, match="not a path inside"):
        file_trees.write_many(str(tmp_path), None, [(name, 0, 0o644, 0)], b"")


def test_sockets_cannot_be_copied_and_that_is_said(files, home):
    (home / "tree").mkdir()
    os.mkfifo(home / "tree" / "pipe")
    with pytest.raises(OSError, match="cannot be copied: pipe"):
        files.put("tree")


def test_an_agent_that_is_killed_in_the_middle_is_started_again_and_the_transfer_goes_on(through_pipes, folder, home):
    link = through_pipes.files.place._link()
    data = os.urandom(6 * PIECE_BYTES)
    (home / "a.bin").write_bytes(data)
    killed: list[int] = []

    def kill(done, total):
        if not killed:
            killed.append(link.channel().hello.pid)
            os.kill(killed[0], signal.SIGKILL)

    files = Filesystem(through_pipes.files.place, Here(lambda: str(home)))
    files.put("a.bin", progress=kill)
    assert killed
    assert (folder / "a.bin").read_bytes() == data
    assert leftovers(folder) == []


def test_a_long_transfer_does_not_keep_a_short_question_waiting(files, home):
    (home / "a.bin").write_bytes(bytes(8 * PIECE_BYTES))
    answered = threading.Event()

    def ask(done, total):
        if done < total:
            files.stat(".")
            answered.set()

    files.put("a.bin", progress=ask)
    assert answered.is_set()


def test_open_reads_ranges_and_writes_whole_files(files, folder):
    data = os.urandom(5_000_000)
    (folder / "a.bin").write_bytes(data)
    with files.open("a.bin", "rb") as stream:
        assert stream.seek(4_000_000) == 4_000_000
        assert stream.read(100) == data[4_000_000:4_000_100]
        assert stream.seek(-10, os.SEEK_END) == len(data) - 10
        assert stream.read() == data[-10:]
        stream.seek(0)
        assert stream.read() == data
    with files.open("b.txt", "w", newline="\r\n") as stream:
        stream.write("é\n")
        assert not (folder / "b.txt").exists()
    assert (folder / "b.txt").read_bytes() == "é\r\n".encode()
    with files.open("b.txt") as stream:
        assert list(stream) == ["é\n"]
    with files.open("long.bin", "wb") as stream:
        stream.write(data * 4)
    assert (folder / "long.bin").read_bytes() == data * 4


def test_open_puts_nothing_in_place_when_its_block_fails(files, folder):
    for mode, text in (("w", "x"), ("wb", b"x")):
        with pytest.raises(ZeroDivisionError), files.open("a.txt", mode) as stream:
            stream.write(text * (1 // 0))
    assert not (folder / "a.txt").exists()


def test_open_refuses_at_once_what_cannot_be(files, folder):
    (folder / "a.txt").write_text("old")
    (folder / "sub").mkdir()
    for path, mode, error in (
        ("a.txt", "x", FileExistsError),
        ("sub", "w", IsADirectoryError),
        ("nowhere/a", "w", FileNotFoundError),
        ("nowhere", "r", FileNotFoundError),
        ("a.txt", "a", ValueError),
        ("a.txt", "r+", ValueError),
        ("a.txt", "", ValueError),
    ):
        with pytest.raises(error):
            files.open(path, mode)
    with files.open("new.txt", "x") as stream:
        stream.write("new")
    assert (folder / "new.txt").read_text() == "new"


@pytest.mark.testbed
def test_a_full_disk_says_so_with_how_much_was_needed(small_disk, ssh_config_words, home):
    from clustrix.config import ClusterConfig
    from clustrix.filesystem import ClusterFilesystem

    files = ClusterFilesystem(ClusterConfig(remote_work_dir=small_disk, **ssh_config_words))
    (home / "a.bin").write_bytes(bytes(30_000_000))
    with pytest.raises(OSError, match=r"30000000 bytes are needed, .* are free") as raised:
        files.put(home / "a.bin", "a.bin")
    assert raised.value.errno == errno.ENOSPC
    assert raised.value.filename == f"hpc:{small_disk}/a.bin"
    assert files.ls() == []
    assert files.find(".clustrix-*.part") == []


def test_a_transfer_is_known_by_what_is_sent():
    assert file_transfers._token("a", 1) == file_transfers._token("a", 1)
    assert file_transfers._token("a", 1) != file_transfers._token("a", 2)
