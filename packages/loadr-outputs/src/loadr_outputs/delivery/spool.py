"""Parcels that wait for their delivery: in memory up to a bound, then on disk up to another.

             put                                   take
    ────────────────▶ memory ─────────────────────────────▶
         full │                              ▲ empty
              └───────────▶ file ────────────┘

Order is kept: once a parcel went to the file, later ones follow it there until the file is empty.
Beyond both bounds parcels are refused and counted; nothing ever blocks the side that puts.
"""

import pickle
import tempfile
import threading
from collections import deque
from dataclasses import dataclass
from struct import Struct
from typing import IO, Any, Final

_LENGTH: Final = Struct("!Q")
_MIB: Final = 1 << 20

MEMORY_LIMIT: Final = 64 * _MIB
DISK_LIMIT: Final = 1024 * _MIB


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to deliver.

    Attributes:
        content: what it is; must be picklable.
        samples: how many samples it stands for in the books.
        size: about how many bytes it takes in memory.
    """

    content: Any
    samples: int
    size: int


class Spool:
    """A queue between the coordinator's loop and a courier's thread.

    Attributes:
        refused: samples that did not fit.
        problem: why; empty while everything did.
    """

    def __init__(self, memory_limit: int = MEMORY_LIMIT, disk_limit: int = DISK_LIMIT) -> None:
        self.refused = 0
        self.problem = ""
        self._memory_limit = memory_limit
        self._disk_limit = disk_limit
        self._changed = threading.Condition()
        self._memory: deque[Parcel] = deque()
        self._memory_size = 0
        self._file: IO[bytes] | None = None
        self._written_to = 0
        self._read_from = 0
        self._closed = False

    def put(self, parcel: Parcel) -> bool:
        """Take a parcel without blocking; whether there was room for it."""
        with self._changed:
            if self._on_disk or self._memory_size + parcel.size > self._memory_limit:
                taken = self._spill(parcel)
            else:
                self._memory.append(parcel)
                self._memory_size += parcel.size
                taken = True
            if not taken:
                self.refused += parcel.samples
            self._changed.notify()
            return taken

    def take(self, most: int, timeout: float) -> list[Parcel]:
        """The next parcels, up to `most`; waits for the first up to `timeout` seconds."""
        with self._changed:
            if self._is_empty and not self._closed:
                self._changed.wait(timeout)
            parcels: list[Parcel] = []
            while len(parcels) < most and self._memory:
                parcel = self._memory.popleft()
                self._memory_size -= parcel.size
                parcels.append(parcel)
            while len(parcels) < most and self._on_disk:
                parcels.append(self._read_back())
            return parcels

    def close(self) -> None:
        """Nothing more will be put; `take` no longer waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait, but not beyond the moment at which the spool is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)

    def discard(self) -> int:
        """Throw away what waits; the number of its samples."""
        return sum(parcel.samples for parcel in iter(lambda: next(iter(self.take(1, 0.0)), None), None))

    @property
    def is_drained(self) -> bool:
        """Whether nothing waits and nothing will come."""
        with self._changed:
            return self._closed and self._is_empty

    @property
    def _on_disk(self) -> bool:
        return self._read_from < self._written_to

    @property
    def _is_empty(self) -> bool:
        return not self._memory and not self._on_disk

    def _spill(self, parcel: Parcel) -> bool:
        data = pickle.dumps(parcel, protocol=pickle.HIGHEST_PROTOCOL)
        size = _LENGTH.size + len(data)
        if self._written_to - self._read_from + size > self._disk_limit:
            self.problem = f"more than {self._disk_limit // _MIB} MiB waited for delivery"
            return False
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as the spool
            self._file.seek(self._written_to)
            self._write_fully(_LENGTH.pack(len(data)) + data)
        except OSError as error:
            self.problem = f"the spool on disk cannot be written: {error.strerror or error}"
            return False
        self._written_to += size
        return True

    def _write_fully(self, data: bytes) -> None:
        assert self._file is not None
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def _read_back(self) -> Parcel:
        assert self._file is not None
        self._file.seek(self._read_from)
        (length,) = _LENGTH.unpack(self._file.read(_LENGTH.size))
        parcel: Parcel = pickle.loads(self._file.read(length))  # noqa: S301 - our own file, without a name
        self._read_from += _LENGTH.size + length
        if not self._on_disk:
            self._file.close()
            self._file = None
            self._read_from = self._written_to = 0
        return parcel

    def __repr__(self) -> str:
        waiting = f"{len(self._memory)} parcels in memory, {self._written_to - self._read_from} bytes on disk"
        return f"<Spool {waiting}, {self.refused} refused>"
