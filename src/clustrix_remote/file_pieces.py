"""The contents of files, in pieces: read with a digest, written under another name beside, and renamed when whole.

A piece carries the digest of its bytes as they were read, and is checked where it is written, so whatever lies
between is checked too. What was written of a transfer that was cut stays as ``.clustrix-<token>.part``; the pieces of
it that are right already are not sent again.
"""

import errno
import hashlib
import os
import stat
import zlib

from clustrix_remote import buffers as memory
from clustrix_remote import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple, Union

    from clustrix_remote.files import Files

    Buffer = Union[bytes, bytearray, memoryview]

#: A long file is moved in pieces of this size.
PIECE_BYTES = 8 * 1024 * 1024
#: A link that lies where we want to write is not ours; and no line end is to be changed.
_EXACTLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _EXACTLY
#: An error, not a pause, for what is a pipe.
READ_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_UTIME_BY_DESCRIPTOR = os.utime in os.supports_fd
_TOKEN_LETTERS = frozenset("0123456789abcdef")


def digest(buffers: "Iterable[Buffer]") -> str:
    """The hash that goes with bytes on their way, in hexadecimal.

    It has to find accidents only (ssh keeps off attackers, and hashes what is on the network itself), and to keep up
    with the network on a laptop whose processor is busy with ssh's ciphers: CRC-32 is four times as fast as SHA-256.
    """
    summing = Summing()
    for buffer in buffers:
        summing.add(buffer)
    return summing.digest()


class Summing:
    """That hash, of bytes as they pass."""

    def __init__(self) -> None:
        self._sum = self._size = 0

    def add(self, buffer: "Buffer") -> "Buffer":
        """Take these bytes in, and give them back."""
        self._sum = zlib.crc32(buffer, self._sum)
        self._size += len(buffer)
        return buffer

    def digest(self) -> str:
        return "{:08x}-{:x}".format(self._sum, self._size)


def strong_digest(data: bytes) -> str:
    """The hash by which a piece that is here already is known to be right: SHA-256."""
    return hashlib.sha256(data).hexdigest()


def check(buffers: "Sequence[Buffer]", expected: "Optional[str]", path: str) -> None:
    """Raise OSError if these bytes are not those that were read."""
    if expected is not None and digest(buffers) != expected:
        raise _damaged(path)


def _damaged(path: str) -> OSError:
    return OSError(errno.EIO, "what arrived is not what was sent", path)


def part_path(path: str, token: str) -> str:
    """Where what will be ``path`` lies until it is whole."""
    if not token or not _TOKEN_LETTERS.issuperset(token):
        raise ValueError("not a token: {!r}".format(token))
    # Not made from the name, to which nothing might be added if it is as long as names may be.
    return os.path.join(os.path.dirname(path), ".clustrix-{}.part".format(token))


# ------------------------------------------------------------------------------------------------------------- reading


def read(
    path: str, offset: int, length: "Optional[int]", with_digest: bool
) -> "Tuple[Dict[str, Any], Iterator[Buffer]]":
    """What is known of a file, and ``length`` bytes of it (to its end, if None); the digest is known when all is read."""
    stream = os.fdopen(open_regular(path), "rb", buffering=0)
    told = os.fstat(stream.fileno())
    size = told.st_size
    known = {"size": size, "mtime_ns": told.st_mtime_ns, "mode": stat.S_IMODE(told.st_mode)}  # type: Dict[str, Any]
    if size:
        chunks = _read_chunks(stream, offset, (size if length is None else min(size, offset + length)) - offset)
    else:  # what the system makes as it is read, as in /proc
        whole = list(_read_chunks(stream, offset, PIECE_BYTES if length is None else length))
        known["size"] = offset + sum(map(len, whole)) if whole else 0
        chunks = iter(whole)
    return known, _summed(chunks, known) if with_digest else chunks


def _read_chunks(stream: "Any", offset: int, length: int) -> "Iterator[Buffer]":
    """These bytes, or as many as there are; then the stream is closed."""
    with stream:
        stream.seek(offset)
        while length > 0:
            lent = memory.take(min(length, wire.CHUNK_BYTES))
            got = stream.read(min(length, wire.CHUNK_BYTES)) if lent is None else stream.readinto(lent)
            if not got:
                return
            part = got if lent is None else lent if got == len(lent) else lent[:got]
            length -= len(part)
            yield part


def _summed(chunks: "Iterator[Buffer]", known: "Dict[str, Any]") -> "Iterator[Buffer]":
    summing = Summing()
    for chunk in chunks:
        yield summing.add(chunk)
    known["digest"] = summing.digest()


def open_regular(path: str) -> int:
    """A descriptor to read a file from; an error, not a pause, for a pipe or what else is none."""
    descriptor = os.open(path, READ_FLAGS)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", path)


def read_at(descriptor: int, offset: int, length: int) -> bytes:
    """These bytes, or as many as there are."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    parts = []
    while length > 0:
        part = os.read(descriptor, length)
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def digests(path: str, piece_bytes: int) -> "List[str]":
    """The digest of each piece of a file; none if there is no file."""
    found = []  # type: List[str]
    try:
        stream = open(path, "rb", buffering=0)  # noqa: SIM115  # the with block comes when it is known to be there
    except FileNotFoundError:
        return found
    with stream:
        while True:
            data = read_at(stream.fileno(), len(found) * piece_bytes, piece_bytes)
            if not data:
                return found
            found.append(strong_digest(data))


# ------------------------------------------------------------------------------------------------------------- writing


def target_path(files: "Files", path: str, into: "Optional[str]") -> str:
    """The file that is meant: ``into`` is its name, if ``path`` is a folder. A link is written through."""
    full = files.absolute(path)
    if os.path.isdir(full):
        if into is None:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), full)
        full = os.path.join(full, into)
        if os.path.isdir(full):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), full)
    elif path.endswith("/"):
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", full)
    return os.path.realpath(full) if os.path.islink(full) else full


def write_whole(
    path: str, token: str, buffers: "Sequence[Buffer]", mode: int, mtime_ns: "Optional[int]", new: bool
) -> None:
    """Write a file at once: beside, then renamed. ``new``: FileExistsError if there is one."""
    part = part_path(path, token)
    try:
        write_new(part, buffers[0] if len(buffers) == 1 else b"".join(buffers), mode, mtime_ns)
        _keep_permissions(part, path)
        if new:
            os.link(part, path)
            os.unlink(part)
        else:
            os.replace(part, path)
    except OSError as error:
        _forget(part)
        raise told_of(error, part, path, sum(len(buffer) for buffer in buffers)) from None


def write_new(path: str, content: "Buffer", mode: int, mtime_ns: "Optional[int]", process_umask: int = 0o777) -> None:
    """Make a file of these bytes. Of ``mode`` the system takes ``process_umask`` away, which would have to be mended."""
    made_with = 0o600 if mode & process_umask else mode
    descriptor = _create(path, made_with)
    try:
        if len(content) and os.write(descriptor, content) < len(content):
            os.lseek(descriptor, 0, os.SEEK_SET)
            write_all(descriptor, [content])
        if mode != made_with:
            _chmod(descriptor, path, mode)
        if mtime_ns is not None:
            os.utime(descriptor if _UTIME_BY_DESCRIPTOR else path, ns=(mtime_ns, mtime_ns))
    finally:
        os.close(descriptor)


def _create(path: str, mode: int) -> int:
    try:
        return os.open(path, _NEW_FLAGS, mode)
    except FileExistsError:  # left by a transfer that was cut
        os.unlink(path)
        return os.open(path, _NEW_FLAGS, mode)


def _chmod(descriptor: int, path: str, mode: int) -> None:
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
    else:
        os.chmod(path, mode)


def write_all(descriptor: int, buffers: "Iterable[Buffer]") -> None:
    """Write all of these bytes: os.write may take fewer."""
    for buffer in buffers:
        rest = memoryview(buffer)
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def begin(path: str, token: str, size: int) -> "List[str]":
    """Make sure that ``size`` bytes may be written, and tell the digests of the pieces that are here already."""
    part = part_path(path, token)
    there = digests(part, PIECE_BYTES)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | _EXACTLY, 0o600)
    try:
        free = free_bytes(os.path.dirname(path))
        if free is not None and size - os.fstat(descriptor).st_size > free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        if not there:
            _forget(part)
        raise told_of(error, part, path, size) from None
    finally:
        os.close(descriptor)
    return there


def write_piece(path: str, token: str, offset: int, buffers: "Iterable[Buffer]", expected: str) -> None:
    """Write these bytes to where they belong in a file that was begun, as they come; OSError if they are not right.

    Then they stay until the transfer goes on, which finds out what is not right.
    """
    part, summing = part_path(path, token), Summing()
    descriptor = os.open(part, os.O_WRONLY | _EXACTLY)
    try:
        os.lseek(descriptor, offset, os.SEEK_SET)
        for buffer in buffers:
            write_all(descriptor, [summing.add(buffer)])
            memory.give([buffer])
    except OSError as error:
        raise told_of(error, part, path, None) from None
    finally:
        os.close(descriptor)
    if summing.digest() != expected:
        raise _damaged(path)


def finish(path: str, token: str, size: int, mode: int, mtime_ns: "Optional[int]") -> None:
    """Give a file that has all its pieces its name."""
    part = part_path(path, token)
    try:
        os.truncate(part, size)
    except FileNotFoundError:
        # Asked twice, or somebody else has put the same file here: then it is done.
        told = os.stat(path)
        if (told.st_size, told.st_mtime_ns) != (size, mtime_ns):
            raise
        return
    os.chmod(part, mode)
    _keep_permissions(part, path)
    if mtime_ns is not None:
        os.utime(part, ns=(mtime_ns, mtime_ns))
    os.replace(part, path)


def _keep_permissions(part: str, path: str) -> None:
    """A file that is replaced keeps the permissions it had."""
    try:
        os.chmod(part, stat.S_IMODE(os.stat(path).st_mode))
    except FileNotFoundError:
        return


def _forget(part: str) -> None:
    try:
        os.unlink(part)
    except OSError:
        return


def free_bytes(folder: str) -> "Optional[int]":
    """How much may still be written there; None if nobody knows."""
    if not hasattr(os, "statvfs"):
        return None
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize if told.f_blocks else None


def told_of(error: OSError, part: str, path: str, needed: "Optional[int]") -> OSError:
    """The error as it is told: of the file that was meant; of a full disk with how much was needed."""
    if error.errno not in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return OSError(error.errno, error.strerror, path) if error.filename in (part, None) else error
    try:
        free = free_bytes(os.path.dirname(path))
    except OSError:
        free = None
    what = error.strerror or os.strerror(errno.ENOSPC)
    if needed is not None:
        what += ": {} bytes are needed".format(needed)
    if free is not None:
        what += ", {} are free".format(free)
    return OSError(error.errno, what, path)
