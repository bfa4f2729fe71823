"""Addresses where a client gets nowhere."""

import contextlib
import socket
from collections.abc import Iterator

from loadr_testing.servers._actions import Stall
from loadr_testing.servers._scripted import ScriptedServer


@contextlib.contextmanager
def refused_port(host: str = "127.0.0.1") -> Iterator[int]:
    """Hold a port where connecting is refused.

    The port is bound and never listened on, so that nobody else can begin to listen there.

    Yields:
        The port.
    """
    with socket.socket() as holder:
        holder.bind((host, 0))
        yield holder.getsockname()[1]


class BlackHole(ScriptedServer):
    """A server that accepts, reads, and never answers; also never a TLS handshake."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((Stall(),), host=host)


@contextlib.contextmanager
def full_backlog(host: str = "127.0.0.1") -> Iterator[int]:
    """Hold a port where connecting neither succeeds nor fails, for as long as the context is open.

    On Linux a listening socket whose queue is full drops further SYN packets (listen(2),
    tcp(7): `tcp_abort_on_overflow` off), and the client's system repeats them for minutes. Other
    systems may refuse instead.

    Yields:
        The port.
    """
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind((host, 0))
        listener.listen(0)  # Linux queues one more than it is told
        address = listener.getsockname()
        sockets.enter_context(socket.create_connection(address))
        yield address[1]
