"""Asking a run, from another process: blocking, for the command line."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from loadr_core.control.places import Entry, Port, RuntimeFolder
from loadr_core.control.status import RunStatus
from loadr_core.control.wire import MOST_ANSWER_BYTES, Request, decode_answer, encode
from loadr_core.errors import ControlError

# A run answers at once; its workers may be busy for a moment.
_PATIENCE_SECONDS: Final = 15.0


class NobodyListensError(ControlError):
    """There is no run behind an address any more."""


def ask(address: Path | Port, request: Request) -> RunStatus:
    """Send one request and wait for its answer.

    Args:
        address: the run's; its token is added to the request.
        request: what is asked.

    Raises:
        NobodyListensError: there is no run.
        ControlError: it refuses, or does not answer.
    """
    if isinstance(address, Port):
        request = request.model_copy(update={"token": address.token})
    try:
        with _connect(address) as connection:
            connection.sendall(encode(request))
            line = _line(connection)
    except (ConnectionRefusedError, FileNotFoundError) as error:
        raise NobodyListensError(f"no run listens at {_shown(address)}") from error
    except TimeoutError as error:
        raise ControlError(f"the run at {_shown(address)} does not answer") from error
    except OSError as error:
        raise ControlError(f"{_shown(address)}: {error.strerror or error}") from error
    answer = decode_answer(line)
    if answer.status is None:
        raise ControlError(answer.error or "the run refused without a word")
    return answer.status


def find_runs(folder: RuntimeFolder) -> Iterator[tuple[Entry, RunStatus]]:
    """The runs of the user, each with its status; entries that were left behind are removed.

    Raises:
        ControlError: the folder is somebody else's.
    """
    for entry in folder.entries():
        try:
            yield entry, ask(entry.address(), Request(command="status"))
        except NobodyListensError:
            entry.remove()
        except ControlError:
            continue  # it has just ended, or belongs to another version


def _connect(address: Path | Port) -> socket.socket:
    if isinstance(address, Port):
        return socket.create_connection((address.host, address.port), _PATIENCE_SECONDS)
    if sys.platform == "win32":
        raise ControlError(f"{address} is a Unix socket, and Python on Windows knows none")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_PATIENCE_SECONDS)
    try:
        connection.connect(str(address))
    except OSError:
        connection.close()
        raise
    return connection


def _line(connection: socket.socket) -> bytes:
    data = bytearray()
    while not data.endswith(b"\n"):
        piece = connection.recv(65536)
        if not piece:
            raise ControlError("the run went away without an answer")
        data += piece
        if len(data) > MOST_ANSWER_BYTES:
            raise ControlError(f"an answer of more than {MOST_ANSWER_BYTES:,} bytes is none of a run")
    return bytes(data)


def _shown(address: Path | Port) -> str:
    return f"{address.host}:{address.port}" if isinstance(address, Port) else str(address)
