"""What may be asked about files, as requests and answers: the same for the agent, for the laptop and for a job.

``answer(files, header, body)`` gives ``(ok, chunks)``. ``header["function"]`` is one of FUNCTIONS. Names in a header
are text, names in chunks are separated by null characters: a byte that is no UTF-8 becomes, and comes from, a lone
surrogate.
"""

import os
import sys

from clustrix_remote import file_mark, file_pieces, file_trees
from clustrix_remote.files import Files
from clustrix_remote.folder_walk import Unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Sequence, Tuple, Union

    from clustrix_remote.listing import Found

    Buffer = Union[bytes, bytearray, memoryview]
    Header = Dict[str, Any]
    Answer = Tuple[Header, Iterable[Buffer]]

#: Names are sent in chunks of about this size: the other side can work on the first while we look for the next.
CHUNK_BYTES = 256 * 1024
#: Texts that go into one chunk before its size is looked at.
_TEXTS = 2000

_SAME = sys.getfilesystemencoding().lower().replace("-", "") == "utf8"


def answer(files: Files, header: "Header", body: "Iterable[Buffer]") -> "Answer":
    """Do what a request asks for. Raises OSError, and ValueError for what cannot be asked.

    The body is a sequence; only ``write_piece`` takes one that is still arriving.
    """
    function = FUNCTIONS.get(header["function"])
    if function is None:
        raise ValueError("no file function is called {!r}".format(header["function"]))
    return function(files, _Given(header), body)


class _Given:
    """What a request says."""

    def __init__(self, header: "Header") -> None:
        self._header = header

    def __getitem__(self, name: str) -> "Any":
        return self._header[name]

    def get(self, name: str, default: "Any" = None) -> "Any":
        return self._header.get(name, default)

    @property
    def path(self) -> str:
        return self.text("path")

    def text(self, name: str) -> str:
        """A path or name, as this system spells it."""
        return here(self._header[name])


def here(text: str) -> str:
    """A name as it came, in this interpreter's own form: an old one in a C locale knows ASCII only."""
    return text if _SAME else os.fsdecode(text.encode("utf-8", "surrogateescape"))


def there(text: str) -> str:
    """The contrary of ``here``."""
    return text if _SAME else os.fsencode(text).decode("utf-8", "surrogateescape")


# ------------------------------------------------------------------------------------------------------------- looking


def look(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Call ``what`` (stat, exists, isdir, isfile) for each of ``paths``. -> ``values``."""
    function = {"stat": _stat, "exists": Files.exists, "isdir": Files.isdir, "isfile": Files.isfile}[given["what"]]
    return {"values": [function(files, here(path)) for path in given["paths"]]}, ()


def _stat(files: Files, path: str) -> "Tuple[Any, ...]":
    told = files.stat(path)
    return (there(told.name),) + told[1:]


def names(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> the names in a folder."""
    return {}, _joined(files.names(given.path))


def entries(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> six texts for each thing in a folder."""
    texts = (text for told in files.entries(given.path) for text in (told.name,) + tuple(map(_text, told[1:])))
    return {}, _joined(texts)


def _text(value: "Any") -> str:
    return value if isinstance(value, str) else repr(value + 0) if isinstance(value, bool) else repr(value)


def find(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> paths; in the end ``unread``: how many folders could not be read, and some of them."""
    return _searched(files.find, files, given)


def glob(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """The same for a pattern with folders."""
    return _searched(files.glob, files, given)


def _searched(search: "Callable[..., Iterator[Found]]", files: Files, given: _Given) -> "Answer":
    ok = {}  # type: Header
    unread = Unread(files.own)
    found = search(given.text("pattern"), given.path, given.get("type", "file"), unread)
    return ok, _then(_joined_paths(found), lambda: ok.update(_told(unread)))


def count(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> ``value``: how many files ``find`` would give; ``unread``."""
    unread = Unread(files.own)
    number = sum(len(names) for _, names in files.find(given.text("pattern"), given.path, "file", unread))
    return dict(_told(unread), value=number), ()


def usage(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> ``value``: bytes and number of files; ``unread``."""
    unread = Unread(files.own)
    value = files.usage(given.path, unread)
    return dict(_told(unread), value=value), ()


def _told(unread: Unread) -> "Header":
    if not unread.count:
        return {}
    return {"unread": [unread.count, [[there(folder), why] for folder, why in unread.examples]]}


def _joined(texts: "Iterator[str]") -> "Iterator[bytes]":
    """The texts, each with a null character behind it, in chunks."""
    waiting = []  # type: List[str]
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if len(waiting) >= _TEXTS and size >= CHUNK_BYTES:
            yield _packed(waiting)
            waiting, size = [], 0
    if waiting:
        yield _packed(waiting)


def _joined_paths(found: "Iterator[Found]") -> "Iterator[bytes]":
    """The same for what was found: each path with a null character behind it."""
    waiting = []  # type: List[str]
    size = 0
    for prefix, names in found:
        if names:
            waiting.append(prefix + ("\0" + prefix).join(names))
            size += len(waiting[-1])
        if size >= CHUNK_BYTES:
            yield _packed(waiting)
            waiting, size = [], 0
    if waiting:
        yield _packed(waiting)


def _packed(texts: "List[str]") -> bytes:
    # fsencode gives the bytes that the name has on the disk, whatever this interpreter takes them for.
    return os.fsencode("\0".join(texts) + "\0")


def _then(chunks: "Iterator[bytes]", finally_do: "Callable[[], object]") -> "Iterator[bytes]":
    for chunk in chunks:
        yield chunk
    finally_do()


# ------------------------------------------------------------------------------------------------------------ changing


def mkdir(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Make a folder."""
    files.mkdir(given.path, given["parents"], given["exist_ok"])
    return {}, ()


def remove(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Remove a file, or ``recursive`` a folder."""
    files.remove(given.path, given["recursive"], given["missing_ok"])
    return {}, ()


def rename(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> ``path``: the new one in full."""
    return {"path": there(files.rename(given.path, given.text("target")))}, ()


def mark(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Leave the mark that says by which name, ``host``, these files are reached."""
    file_mark.leave(files.folder, given["host"])
    return {}, ()


def absolute(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> ``path`` in full."""
    return {"path": there(files.absolute(given.path))}, ()


# ------------------------------------------------------------------------------------------------------------ contents


def read(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> ``length`` bytes of a file from ``offset`` on; ``size``, ``mtime_ns``, ``mode``, ``digest``."""
    path = files.absolute(given.path)
    known, chunks = file_pieces.read(path, given.get("offset", 0), given.get("length"), given.get("digest", False))
    known["path"] = there(path)
    return known, chunks


def _sliced(data: bytes) -> "Iterator[memoryview]":
    # A chunk larger than this would keep others waiting.
    view, size = memoryview(data), 1024 * 1024
    for offset in range(0, len(view), size):
        yield view[offset : offset + size]


def digests(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> ``digests`` of the pieces of a file."""
    return {"digests": file_pieces.digests(files.absolute(given.path), file_pieces.PIECE_BYTES)}, ()


def write(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Write a file that is small enough to be sent at once; ``into`` is its name, should ``path`` be a folder."""
    path = file_pieces.target_path(files, given.path, _into(given))
    file_pieces.check(body, given.get("digest"), path)
    mode = given.get("mode", 0o666) & ~files.umask
    token = given.get("token") or os.urandom(8).hex()
    file_pieces.write_whole(path, token, body, mode, given.get("mtime_ns"), given.get("new", False))
    return {"path": there(path)}, ()


def begin(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Begin a long file of ``size``. -> its ``path``, and the ``digests`` of its pieces that are here already."""
    path = file_pieces.target_path(files, given.path, _into(given))
    if given.get("new") and os.path.lexists(path):
        raise FileExistsError(17, os.strerror(17), path)
    return {"path": there(path), "digests": file_pieces.begin(path, given["token"], given["size"])}, ()


def _into(given: _Given) -> "Any":
    return None if given.get("into") is None else given.text("into")


def write_piece(files: Files, given: _Given, body: "Iterable[Buffer]") -> "Answer":
    """Write the body, as it comes, at ``offset`` of a file that was begun; its memory is given back."""
    file_pieces.write_piece(files.absolute(given.path), given["token"], given["offset"], body, given["digest"])
    return {}, ()


def finish(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """All pieces are there: the file gets its name."""
    mode = given["mode"] & ~files.umask
    file_pieces.finish(files.absolute(given.path), given["token"], given["size"], mode, given.get("mtime_ns"))
    return {}, ()


# -------------------------------------------------------------------------------------------------------- whole folders


def tree(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> six texts for each thing beneath a folder."""
    top = files.absolute(given.path)
    return {"path": there(top)}, _joined(file_trees.texts(top))


def read_many(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """-> the contents of ``files`` ([name, size] each) in a folder, one after the other; their ``digest``."""
    whole = file_trees.read_many(files.absolute(given.path), [(here(name), size) for name, size in given["files"]])
    return {"digest": file_pieces.digest([whole])}, _sliced(whole)


def begin_tree(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Begin a folder, with folders ``names`` in it. -> its ``path``; ``fill``, where its files go; ``there``, those that are.

    A new folder is filled under another name (``token``); for one that is there, ``fill`` is itself.
    """
    path = files.absolute(given.path)
    names = [here(name) for name in given["names"]]
    if os.path.isdir(path):
        file_trees.make_folders(path, names)
        return {"path": there(path), "fill": there(path), "there": []}, ()
    if os.path.lexists(path):
        raise NotADirectoryError(20, os.strerror(20), path)
    fill = file_pieces.part_path(path, given["token"])
    ready = file_trees.sizes(fill)
    if not ready:
        try:
            os.mkdir(fill, 0o700)
        except FileExistsError:
            ready = []
        except OSError as error:
            raise file_pieces.told_of(error, fill, path, None) from None
    file_trees.make_folders(fill, names)
    return {
        "path": there(path),
        "fill": there(fill),
        "there": [[there(name), size, mtime_ns] for name, size, mtime_ns in ready],
    }, ()


def make_folders(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Make ``names`` in a folder."""
    file_trees.make_folders(files.absolute(given.path), [here(name) for name in given["names"]])
    return {}, ()


def write_many(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """Write small ``files`` ([name, size, mode, mtime_ns] each) into a folder."""
    top = files.absolute(given.path)
    file_pieces.check(body, given["digest"], top)
    whole = body[0] if len(body) == 1 else b"".join(body)
    planned = [(here(name), size, mode & ~files.umask, mtime_ns) for name, size, mode, mtime_ns in given["files"]]
    file_trees.write_many(top, given.get("token"), planned, whole, files.process_umask)
    return {}, ()


def finish_tree(files: Files, given: _Given, body: "Sequence[Buffer]") -> "Answer":
    """All files are there: links are made, folders get their permissions, the new folder its name."""
    fill, path = files.absolute(given.text("fill")), files.absolute(given.path)
    folders = [(here(name), mode & ~files.umask | 0o700) for name, mode in given["folders"]]
    if fill != path and not os.path.lexists(fill) and os.path.isdir(path):
        return {}, ()  # asked twice
    file_trees.finish(fill, folders, [(here(name), here(leads_to)) for name, leads_to in given["links"]])
    if fill != path:
        os.chmod(fill, 0o777 & ~files.umask)
        os.rename(fill, path)
    return {}, ()


FUNCTIONS = {
    function.__name__: function
    for function in (
        look, names, entries, find, glob, count, usage, mkdir, remove, rename, mark, absolute, read, digests, write,
        begin, write_piece, finish, tree, read_many, begin_tree, make_folders, write_many, finish_tree,
    )
}  # type: Dict[str, Callable[[Files, _Given, Any], Answer]]  # fmt: skip
