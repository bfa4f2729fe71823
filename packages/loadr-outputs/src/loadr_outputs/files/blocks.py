"""A file that grows by whole blocks: after a failed write it ends where the last block ended.

The name's suffix decides about compression. Every block is a gzip member (RFC 1952) or a zstd frame
(RFC 8878) of its own; both formats say that a file of several of them is the concatenation of their
contents, so a block can be taken back and all tools read the file.
"""

import contextlib
import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from loadr_core.spi import OutputError
from loadr_outputs.delivery import UnavailableError

# On Windows a descriptor would turn every 0x0a into 0x0d 0x0a, also those of compressed blocks.
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)

_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 3


class BlockFile:
    """A file to append blocks to.

    Args:
        path: its name decides about compression: `.gz`, `.zst`, else none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._compress = _compression(path)
        self._descriptor = -1
        self._size = 0

    def open(self) -> None:
        """Make the file, empty.

        Raises:
            OutputError: it cannot be made.
        """
        try:
            self._descriptor = os.open(self.path, _NEW_FILE, 0o644)
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror}") from error

    def append(self, block: bytes) -> None:
        """Write a block, whole or not at all.

        Raises:
            UnavailableError: the device is full, or fails in another way.
        """
        data = self._compress(block)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            # A pipe or a device has no size and cannot be cut; then a part of the block may stay.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
                os.lseek(self._descriptor, self._size, os.SEEK_SET)
            raise UnavailableError(f"{self.path} cannot be written: {error.strerror}") from error
        self._size += len(data)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _compression(path: Path) -> Callable[[bytes], bytes]:
    match path.suffix:
        case ".gz":
            return lambda block: gzip.compress(block, _GZIP_LEVEL, mtime=0)
        case ".zst":
            import zstandard  # noqa: PLC0415 - only a compressed file needs it

            return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress
        case _:
            return lambda block: block
