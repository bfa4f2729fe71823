"""Serving the control of a run: a Unix socket of the user's own, or a TCP port with a token."""

import asyncio
import hmac
import logging
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from loadr_core.control.interface import RunControl
from loadr_core.control.places import Entry, Port, RuntimeFolder
from loadr_core.control.wire import MOST_BYTES, Answer, decode_request, encode
from loadr_core.errors import ControlError

_LOG = logging.getLogger(__name__)

# A client asks and goes; one that only sits there must not keep a descriptor for ever.
_IDLE_SECONDS: Final = 60.0
_MOST_CLIENTS: Final = 32


class ControlServer:
    """Answers requests for one run.

    Args:
        run: what is controlled.
        token: what every request has to carry; `None` where the system keeps others out.
    """

    def __init__(self, run: RunControl, token: str | None) -> None:
        self._run = run
        self._token = token
        self._clients: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it goes, says nothing for long, or sends what is no request."""
        if len(self._clients) >= _MOST_CLIENTS:
            writer.close()
            return
        self._clients[writer] = asyncio.current_task()
        try:
            with suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError):
                while await self._answer_one(reader, writer):
                    continue
        finally:
            del self._clients[writer]
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the client may send another."""
        async with asyncio.timeout(_IDLE_SECONDS):
            try:
                line = await reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                answer, goes_on = _refusal(f"a request has at most {MOST_BYTES} bytes"), False
            else:
                answer, goes_on = await self._answer(line)
            writer.write(encode(answer))
            await writer.drain()
        return goes_on

    async def _answer(self, line: bytes) -> tuple[Answer, bool]:
        try:
            request = decode_request(line)
        except ControlError as error:
            return _refusal(str(error)), False
        if self._token is not None and not _same(request.token, self._token):
            return _refusal("wrong token"), False
        order = request.order()
        if order is not None:
            _LOG.info("asked to %s", order)
            try:
                await self._run.obey(order)
            except ControlError as error:
                return _refusal(str(error)), True
        return Answer(ok=True, status=self._run.status()), True

    async def close(self) -> None:
        """Send all clients away."""
        tasks = [task for task in self._clients.values() if task is not None]
        for writer in self._clients:
            writer.close()
        if tasks:
            await asyncio.wait(tasks)

    def __repr__(self) -> str:
        return f"<ControlServer of {self._run.run_id}, {len(self._clients)} clients>"


@asynccontextmanager
async def serve_locally(run: RunControl, folder: RuntimeFolder) -> AsyncIterator[Entry]:
    """Serve a run to the same user on this machine: over a Unix socket, or else over a loopback port.

    Raises:
        ControlError: neither can be had.
    """
    folder.make()
    listening = folder.listen(run.run_id)
    if sys.platform == "win32" or listening is None:
        async with serve_port(run, folder, "127.0.0.1", 0, secrets.token_urlsafe()) as (entry, _):
            yield entry
        return
    listener, entry = listening
    control = ControlServer(run, None)
    server = await asyncio.start_unix_server(control.serve, sock=listener, limit=MOST_BYTES)
    async with _closing(server, control, entry):
        yield entry


@asynccontextmanager
async def serve_port(
    run: RunControl, folder: RuntimeFolder, host: str, port: int, token: str
) -> AsyncIterator[tuple[Entry, Port]]:
    """Serve a run over TCP to whoever knows the token, and leave word of it in the user's folder.

    Args:
        run: what is controlled.
        folder: the user's own.
        host: the address to listen on.
        port: its number; 0 chooses a free one.
        token: what every request has to carry.

    Raises:
        ControlError: the port is taken, or the address is not this machine's.
    """
    folder.make()
    control = ControlServer(run, token)
    try:
        server = await asyncio.start_server(control.serve, host, port, limit=MOST_BYTES)
    except OSError as error:
        raise ControlError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    listening = Port(host, server.sockets[0].getsockname()[1], token)
    try:
        entry = folder.announce(run.run_id, listening)
    except ControlError:
        server.close()
        raise
    async with _closing(server, control, entry):
        yield entry, listening


@asynccontextmanager
async def _closing(server: asyncio.Server, control: ControlServer, entry: Entry) -> AsyncIterator[None]:
    try:
        yield
    finally:
        entry.remove()
        server.close()
        await control.close()


def _same(given: str | None, token: str) -> bool:
    """Compare in a time that tells nothing about the token."""
    return given is not None and hmac.compare_digest(given.encode(), token.encode())


def _refusal(problem: str) -> Answer:
    return Answer(ok=False, error=problem)
