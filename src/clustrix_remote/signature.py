"""The signature of an outcome: HMAC-SHA256 (RFC 2104) over parts that lie behind each other.

``hmac`` and ``hashlib`` load OpenSSL, which takes a quarter of the time that a task needs beside its call. So what is
small is signed by Python's own SHA-256, where it was built with one and OpenSSL is not loaded yet; OpenSSL's is quicker with
what is large.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

#: From this size on loading OpenSSL has paid for itself.
LARGE_BYTES = 1024 * 1024
_BLOCK_BYTES = 64
_OWN = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def sign(key: bytes, parts: "Sequence[Any]") -> str:
    """The hexadecimal signature of the bytes-like ``parts``.

    >>> sign(b"key", [b"The quick brown fox jumps ", b"over the lazy dog"])
    'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8'
    """
    sha256 = _sha256_for(sum(memoryview(part).nbytes for part in parts))
    padded = (key if len(key) <= _BLOCK_BYTES else sha256(key).digest()).ljust(_BLOCK_BYTES, b"\0")
    inner = sha256(padded.translate(_INNER))
    for part in parts:
        inner.update(part)
    outer = sha256(padded.translate(_OUTER))
    outer.update(inner.digest())
    return str(outer.hexdigest())


def _sha256_for(size: int) -> "Any":
    if size < LARGE_BYTES and "hashlib" not in sys.modules:
        try:
            return __import__(_OWN).sha256
        except ImportError:
            pass  # some distributions leave it out
    import hashlib

    return hashlib.sha256
