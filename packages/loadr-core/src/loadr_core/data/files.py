"""Data files: read in pieces at given places, and watched for changes.

Why they are not mapped into memory: a mapped file that somebody truncates kills the process (SIGBUS), and
every page that a scan touches counts as memory of the process. A read costs 0.8 us more, once a block
(docs/adr/0020).
"""

import os
import stat
import sys
import weakref
from pathlib import Path
from typing import Final

from loadr_core.data.errors import RowError, SourceError

# Without O_NONBLOCK, opening a named pipe would wait for its writer before it could be refused.
_READ: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class DataFile:
    """An open file that must stay as it is.

    A file that is deleted or replaced by another one of its name stays readable as it was, wherever the
    system keeps open files; one that is written to is noticed by its size or its time.

    Args:
        path: the file.
        name: how the plan calls it, for messages.

    Attributes:
        name: as given.
        size: in bytes.
        close: lets go of the file; so does the end of this object.

    Raises:
        SourceError: it cannot be opened, or is no regular file.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        try:
            self._descriptor = os.open(path, _READ)
        except (OSError, ValueError) as error:
            raise SourceError(
                f'"{name}" cannot be read: {getattr(error, "strerror", None) or error}'
            ) from None
        status = os.fstat(self._descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._descriptor)
            raise SourceError(f'"{name}" is no regular file: rows are read from its middle')
        self.close = weakref.finalize(self, os.close, self._descriptor)
        self.size = status.st_size
        self._modified = status.st_mtime_ns

    def read(self, offset: int, size: int) -> bytes:
        """Exactly so many bytes.

        Raises:
            RowError: the file was changed since it was opened, or the disk fails.
        """
        try:
            data = _read_at(self._descriptor, size, offset)
        except OSError as error:
            raise RowError(f'"{self.name}" cannot be read: {error.strerror}') from None
        self.check()
        if len(data) != size:
            raise self.changed()
        return data

    def check(self) -> None:
        """Make sure that nobody has written to the file.

        Raises:
            RowError: somebody has.
        """
        status = os.fstat(self._descriptor)
        if status.st_size != self.size or status.st_mtime_ns != self._modified:
            raise self.changed()

    def changed(self) -> RowError:
        """What to raise where the file is not what it was."""
        return RowError(f'"{self.name}" was changed after it had been opened for the run')

    def __repr__(self) -> str:
        return f"<DataFile {self.name!r} {self.size} bytes>"


if sys.platform != "win32":
    _read_at = os.pread
else:

    def _read_at(descriptor: int, size: int, offset: int, /) -> bytes:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, size)
