"""Where runs are found: a folder of the user's own, with one entry for each run that can be controlled.

    20261125-024948-520836.sock     a Unix socket: the folder's mode keeps others out
    20261125-024948-520836.tcp      JSON: host, port and token, readable by the user alone

The folder is `$XDG_RUNTIME_DIR/loadr`, or `loadr-UID` among the temporary files. An entry appears under
its name when somebody listens behind it, so one behind which nobody listens was left by a run that was
killed, and is removed by whoever finds it.
"""

import json
import os
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from loadr_core.errors import ControlError

_SOCKET: Final = ".sock"
_PORT: Final = ".tcp"

# sockaddr_un of Linux has 108 bytes, that of macOS 104, with the NUL at the end.
_MOST_PATH_BYTES: Final = 103

HAS_UNIX_SOCKETS: Final = sys.platform != "win32" and hasattr(socket, "AF_UNIX")


@dataclass(frozen=True, slots=True)
class Port:
    """A TCP port that runs a run's control.

    Attributes:
        host: its address.
        port: its number.
        token: what every request has to carry.
    """

    host: str
    port: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in the folder.

    Attributes:
        run_id: the run's name.
        path: its file.
    """

    run_id: str
    path: Path

    def address(self) -> Path | Port:
        """Where to connect.

        Raises:
            ControlError: the file cannot be read.
        """
        if self.path.suffix == _SOCKET:
            return self.path
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            return Port(str(document["host"]), int(document["port"]), str(document["token"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ControlError(f"{self.path} cannot be read: {error}") from error

    def remove(self) -> None:
        """Nobody listens there any more."""
        self.path.unlink(missing_ok=True)


class RuntimeFolder:
    """The user's folder of runs.

    Args:
        path: where it is; the user's own place when it is `None`.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_folder()

    def make(self) -> None:
        """Make the folder, for this user alone.

        Raises:
            ControlError: it cannot be made, or is somebody else's.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ControlError(f"{self.path} cannot be made: {error.strerror or error}") from error
        self._require_ours()

    def _require_ours(self) -> None:
        """Refuse a folder that somebody else made or can look into (a link is not followed)."""
        if sys.platform == "win32":
            return  # the user's temporary folder is the user's own there
        found = self.path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise ControlError(f"{self.path} is no folder")
        if found.st_uid != os.getuid():
            raise ControlError(f"{self.path} belongs to another user")
        if found.st_mode & 0o077:
            raise ControlError(f"{self.path} is open to other users: chmod 700 it")

    def socket_path(self, run_id: str) -> Path | None:
        """Where a run's socket goes; `None` where there can be none, or its path would be too long."""
        path = self.path / f"{run_id}{_SOCKET}"
        fits = len(os.fsencode(self._unlisted(path))) <= _MOST_PATH_BYTES
        return path if HAS_UNIX_SOCKETS and fits else None

    def listen(self, run_id: str) -> tuple[socket.socket, Entry] | None:
        """A listening Unix socket under a run's name; `None` where there can be none.

        Raises:
            ControlError: the system refuses it.
        """
        path = self.socket_path(run_id)
        if sys.platform == "win32" or path is None:
            return None
        hidden = self._unlisted(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(os.fspath(hidden))
            listener.listen()
            hidden.replace(path)
        except OSError as error:
            listener.close()
            hidden.unlink(missing_ok=True)
            raise ControlError(f"{path} cannot be made: {error.strerror or error}") from error
        return listener, Entry(run_id, path)

    def announce(self, run_id: str, port: Port) -> Entry:
        """Leave word of a port, for this user alone.

        Raises:
            ControlError: the file cannot be written.
        """
        path = self.path / f"{run_id}{_PORT}"
        hidden = self._unlisted(path)
        document = json.dumps({"host": port.host, "port": port.port, "token": port.token})
        try:
            with open(hidden, "w", encoding="utf-8", opener=_private) as file:
                file.write(document)
            hidden.replace(path)
        except OSError as error:
            raise ControlError(f"{path} cannot be written: {error.strerror or error}") from error
        return Entry(run_id, path)

    def entries(self) -> Iterator[Entry]:
        """All entries, the oldest run first; those that were left behind among them.

        Raises:
            ControlError: the folder is somebody else's.
        """
        if not self.path.exists():
            return
        self._require_ours()
        for path in sorted(self.path.iterdir()):
            if path.suffix in (_SOCKET, _PORT) and not path.name.startswith("."):
                yield Entry(path.stem, path)

    @staticmethod
    def _unlisted(path: Path) -> Path:
        """Where an entry is made before it gets its name."""
        return path.with_name(f".{path.name}")


def default_folder() -> Path:
    """The user's own place for files that live as long as a session."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and Path(runtime).is_dir():
        return Path(runtime) / "loadr"
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"loadr-{user}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)
