"""Moving files between two places, whichever they are: in pieces, several on their way at once.

What was written of a transfer that was cut is found again and not sent again; see file_pieces.py.
"""

import errno
import hashlib
import io
import os
from collections import deque

from clustrix_remote import buffers, file_pieces, file_trees, places
from clustrix_remote.file_pieces import PIECE_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Deque, Iterable, Iterator, List, Optional, Sequence, Tuple

    from clustrix_remote.file_trees import Entry
    from clustrix_remote.places import Answer, Buffer, Place

    Progress = Callable[[int, int], object]

#: Requests on their way at once: at 50 ms there and back this is still more than a fast network takes.
WINDOW = 3
#: Small files are sent together: so many, or so many bytes; and so many of these batches at once.
BATCH_FILES = 500
BATCH_BYTES = 4 * 1024 * 1024
BATCH_WINDOW = 6
#: How often a transfer goes on after the connection was lost.
ATTEMPTS = 3


class Copying:
    """One copy from place to place. ``progress(done, total)`` is called with bytes as they arrive."""

    def __init__(self, source: "Place", target: "Place", progress: "Optional[Progress]" = None) -> None:
        self._source, self._target = source, target
        self._progress = progress or (lambda done, total: None)

    def copy(self, path: str, target_path: str) -> str:
        """Copy a file or a folder. Gives the full path of what there is now.

        A file goes into ``target_path`` if that is a folder; a folder becomes ``target_path``, or is laid over it.
        """
        try:
            return self._copy_again_and_again(path, target_path)
        finally:
            buffers.forget()

    def _copy_again_and_again(self, path: str, target_path: str) -> str:
        for failures in range(ATTEMPTS):
            try:
                return self._copy(path, target_path)
            except Exception as error:  # only the place knows which is that of a lost connection
                if not (self._source.may_try_again(error, failures) or self._target.may_try_again(error, failures)):
                    raise
        return self._copy(path, target_path)

    def _copy(self, path: str, target_path: str) -> str:
        try:
            first = self._read(path, 0)()
        except IsADirectoryError:
            return self._copy_folder(path, target_path)
        return self.copy_file(path, target_path, first, _name_of(first))

    def _read(self, path: str, offset: int) -> "Callable[[], Answer]":
        return self._source.start("read", {"path": path, "offset": offset, "length": PIECE_BYTES, "digest": True})

    # ---------------------------------------------------------------------------------------------------- one file

    def copy_file(self, path: str, target_path: str, first: "Answer", into: "Optional[str]") -> str:
        """Copy a file whose first piece is here already."""
        known, size = first.ok, int(first.ok["size"])
        # Neither set-uid nor set-gid: who sent it may not be whom it would run as.
        kept = {"mode": int(known["mode"]) & 0o777, "mtime_ns": known["mtime_ns"]}
        token = _token(self._source.where, known["path"], size, known["mtime_ns"], target_path)
        if size <= PIECE_BYTES:
            given = dict(kept, path=target_path, into=into, digest=known["digest"])
            answer = self._target.ask("write", given, first.body)
            self._progress(size, size)
            return str(answer.ok["path"])
        begun = self._target.ask("begin", {"path": target_path, "into": into, "token": token, "size": size}).ok
        self._fill(path, str(begun["path"]), token, first, begun["digests"])
        self._target.ask("finish", dict(kept, path=begun["path"], token=token, size=size))
        return str(begun["path"])

    def _fill(self, path: str, target_path: str, token: str, first: "Answer", there: "Sequence[str]") -> None:
        """Send all pieces but those that are right already."""
        size = int(first.ok["size"])
        ours = self._source.ask("digests", {"path": path}).ok["digests"] if there else []
        pieces = range(-(-size // PIECE_BYTES))
        wanted = pieces  # type: Sequence[int]
        done = 0
        if there:
            wanted = [each for each in pieces if each >= len(there) or there[each] != "".join(ours[each : each + 1])]
            done = size - sum(min(PIECE_BYTES, size - index * PIECE_BYTES) for index in wanted)
        writes: "Deque[Tuple[Callable[[], Answer], int]]" = deque()
        for index, answer in self._pieces(path, wanted, first):
            if (answer.ok["size"], answer.ok["mtime_ns"]) != (size, first.ok["mtime_ns"]):
                raise OSError(errno.EAGAIN, "it was changed while it was copied", first.ok["path"])
            given = {"path": target_path, "token": token, "offset": index * PIECE_BYTES, "digest": answer.ok["digest"]}
            writes.append((self._target.start("write_piece", given, answer.body), _length(answer.body)))
            while len(writes) >= (WINDOW if index != wanted[-1] else 1):
                write, length = writes.popleft()
                write()
                done += length
                self._progress(done, size)

    def _pieces(self, path: str, wanted: "Sequence[int]", first: "Answer") -> "Iterator[Tuple[int, Answer]]":
        """The pieces in order, the next ones on their way while one is dealt with."""
        waiting: "Deque[Tuple[int, Callable[[], Answer]]]" = deque()
        for index in wanted:
            waiting.append((index, (lambda: first) if index == 0 else self._read(path, index * PIECE_BYTES)))
            if len(waiting) == self._ahead(WINDOW):
                yield _arrived(*waiting.popleft())
        while waiting:
            yield _arrived(*waiting.popleft())

    def _ahead(self, window: int) -> int:
        """How many pieces to read at once: here reading ahead would only keep the other side waiting."""
        return window if self._source.is_far else 1

    # ---------------------------------------------------------------------------------------------------- a folder

    def _copy_folder(self, path: str, target_path: str) -> str:
        answer = self._source.ask("tree", {"path": path})
        entries = _tree_of(answer)
        others = [entry.name for entry in entries if entry.kind == file_trees.OTHER]
        if others:
            what = (
                "{} sockets, pipes or devices cannot be copied: {}, .."
                if len(others) > 1
                else "it cannot be copied: {1}"
            )
            raise OSError(errno.EINVAL, what.format(len(others), others[0]), str(answer.ok["path"]))
        token = _token(self._source.where, answer.ok["path"], 0, 0, target_path)
        folders = [(entry.name, entry.mode) for entry in entries if entry.kind == file_trees.FOLDER]
        names = [name for name, _ in folders]
        given = {"path": target_path, "token": token, "names": names[:BATCH_FILES]}
        begun = self._target.ask("begin_tree", given, again=True).ok
        top, fill = str(begun["path"]), str(begun["fill"])
        for start in range(BATCH_FILES, len(names), BATCH_FILES):
            self._target.ask("make_folders", {"path": fill, "names": names[start : start + BATCH_FILES]})
        there = {tuple(each) for each in begun["there"]}
        files = [entry for entry in entries if entry.kind == file_trees.FILE]
        missing = [entry for entry in files if (entry.name, entry.size, entry.mtime_ns) not in there]
        self._copy_files(path, fill, missing, sum(entry.size for entry in files), token if fill == top else None)
        links = [(entry.name, entry.leads_to) for entry in entries if entry.kind == file_trees.LINK]
        self._target.ask("finish_tree", {"path": top, "fill": fill, "folders": folders, "links": links})
        return top

    def _copy_files(self, path: str, fill: str, files: "List[Entry]", total: int, token: "Optional[str]") -> None:
        done = total - sum(entry.size for entry in files)
        batches = list(_batches([entry for entry in files if entry.size <= BATCH_BYTES]))
        writes: "Deque[Tuple[Callable[[], Answer], int]]" = deque()
        for batch, answer in self._read_batches(path, batches):
            if _length(answer.body) != sum(entry.size for entry in batch):
                raise OSError(errno.EIO, "what arrived is not what was sent", path)
            given = {
                "path": fill,
                "token": token,
                "digest": answer.ok["digest"],
                "files": [_planned(each) for each in batch],
            }
            writes.append((self._target.start("write_many", given, answer.body), _length(answer.body)))
            while len(writes) >= BATCH_WINDOW or (batch is batches[-1] and writes):
                write, length = writes.popleft()
                write()
                done += length
                self._progress(done, total)
        whole, self._progress = self._progress, lambda part, size: whole(done + part, total)
        for entry in files:
            if entry.size > BATCH_BYTES:
                first = self._read(_join(path, entry.name), 0)()
                self.copy_file(_join(path, entry.name), _join(fill, entry.name), first, None)
                done += entry.size
        self._progress = whole

    def _read_batches(self, path: str, batches: "List[List[Entry]]") -> "Iterator[Tuple[List[Entry], Answer]]":
        waiting: "Deque[Tuple[List[Entry], Callable[[], Answer]]]" = deque()
        for batch in batches:
            given = {"path": path, "files": [(entry.name, entry.size) for entry in batch]}
            waiting.append((batch, self._source.start("read_many", given)))
            if len(waiting) == self._ahead(BATCH_WINDOW):
                yield _arrived(*waiting.popleft())
        while waiting:
            yield _arrived(*waiting.popleft())


def _name_of(first: "Answer") -> str:
    """What a file is called where it comes from; OSError if that is no name, but leads elsewhere."""
    path = str(first.ok["path"])
    try:
        return file_trees.check_name(os.path.basename(path))
    except ValueError as error:
        raise places.unreadable(error, path) from None


def _tree_of(answer: "Answer") -> "List[Entry]":
    """What a folder holds that is to be copied; OSError if anything would lie outside of it."""
    entries = answer.records(file_trees.Entry.parse)
    try:
        file_trees.check_parents(entries)
    except ValueError as error:
        raise places.unreadable(error, str(answer.ok["path"])) from None
    return entries


def _arrived(what: "Any", answer: "Callable[[], Answer]") -> "Tuple[Any, Answer]":
    return what, answer()


def _batches(files: "Iterable[Entry]") -> "Iterator[List[Entry]]":
    """Files that go together."""
    batch, size = [], 0  # type: List[Entry], int
    for entry in files:
        if batch and (len(batch) == BATCH_FILES or size + entry.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size
    if batch:
        yield batch


def _planned(entry: "Entry") -> "Tuple[str, int, int, int]":
    return entry.name, entry.size, entry.mode, entry.mtime_ns


def _join(folder: str, name: str) -> str:
    return folder.rstrip("/") + "/" + name


def _length(buffers: "Sequence[Buffer]") -> int:
    return sum(len(buffer) for buffer in buffers)


def _token(*identity: object) -> str:
    """The name of a transfer: the same when it is tried again, another as soon as the source has changed."""
    text = "\0".join(map(str, identity)).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:24]


# ------------------------------------------------------------------------------------------------- contents in memory


def read(place: "Place", path: str, offset: int, length: "Optional[int]") -> bytes:
    """``length`` bytes of a file from ``offset`` on (to its end, if None)."""
    parts = []  # type: List[Buffer]
    while length is None or length > 0:
        wanted = PIECE_BYTES if length is None else min(length, PIECE_BYTES)
        answer = place.ask("read", {"path": path, "offset": offset, "length": wanted})
        got = _length(answer.body)
        parts.extend(answer.body)
        offset += got
        if not got or offset >= answer.ok["size"] or (length is not None and got == length):
            break
        length = None if length is None else length - got
    return b"".join(parts)


def write(place: "Place", path: str, data: "Buffer", new: bool = False) -> int:
    """Write a file from memory. Gives its size."""
    view = memoryview(data).cast("B")
    write_stream(place, path, io.BytesIO(view) if len(view) > PIECE_BYTES else None, view, new)
    return len(view)


def write_stream(place: "Place", path: str, stream: "Any", whole: "Optional[Buffer]", new: bool) -> None:
    """Write a file from an open one, or from ``whole`` if it is small enough for one request."""
    if stream is None:
        buffers = [whole] if whole is not None else []
        given = {"path": path, "digest": file_pieces.digest(buffers), "new": new}
        place.ask("write", given, buffers, again=not new)
        return
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    token = os.urandom(12).hex()
    begun = place.ask("begin", {"path": path, "token": token, "size": size, "new": new}).ok
    writes: "Deque[Callable[[], Answer]]" = deque()
    for offset in range(0, size, PIECE_BYTES):
        piece = stream.read(PIECE_BYTES)
        given = {"path": begun["path"], "token": token, "offset": offset, "digest": file_pieces.digest([piece])}
        writes.append(place.start("write_piece", given, [piece]))
        if len(writes) >= WINDOW:
            writes.popleft()()
    while writes:
        writes.popleft()()
    place.ask("finish", {"path": begun["path"], "token": token, "size": size, "mode": 0o666, "mtime_ns": None})
