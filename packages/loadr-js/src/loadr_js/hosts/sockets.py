"""`k6/ws` and `k6/websockets`: conversations over the protocol `ws` of the run, whoever has installed it.

`k6/ws` waits in its own loop for what comes (`socket_next`); sockets of `k6/websockets` are sources of the context's
events. What crosses with each of them is its kind, and a text where there is one; the rest waits until it is asked for.

The aim for a message in and one out is what k6 takes (benchmarks/ protocols, loadr-script).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from loadr_config.models import WsBlock
from loadr_core.cookies import CookieJar
from loadr_core.spi import Arrival, Clock, CompileError, Connection, Response, ScriptHost, ScriptRequest
from loadr_js.hosts.blocked import Blocked
from loadr_js.hosts.flow import FlowHost
from loadr_js.runtime import Signal, wait_for
from loadr_js.runtime.context import DirectFunction, HostFunction, ScriptContext
from loadr_js.runtime.outcomes import HostError

if TYPE_CHECKING:
    from loadr_js.options import ScriptSettings

# Kinds of what comes, as the modules know them.
_OPENED: Final = 0
_TEXT: Final = 1
_BINARY: Final = 2
_PING: Final = 3
_PONG: Final = 4
_CLOSED: Final = 5
_FAILED: Final = 6
_TIMER: Final = 7

_KINDS: Final = {"ping": _PING, "pong": _PONG, "closed": _CLOSED, "failed": _FAILED}
_MS: Final = 1000.0

# After so many bytes it is looked whether the server takes them.
_BETWEEN_PAUSES: Final = 1 << 16
_MOST_UNSENT: Final = 1 << 20
_BETWEEN_LOOKS: Final = 0.005
_SCHEMES: Final = ("ws://", "wss://")
_BAD_HANDSHAKE: Final = "websocket: bad handshake"
_SUBPROTOCOLS: Final = "sec-websocket-protocol"


class _Socket:
    """One socket of a script.

    Attributes:
        connection: the conversation, once it is open.
        detail: what belongs to the last arrival and has not crossed.
        fired: numbers of timers that are due.
        signal: of what `socket_next` waits for.
        written: bytes since it was last looked whether the server takes them.
        tasks: what is under way for it: its opening, its timers.
        opening: how its opening went, until it was told.
        tags: of what `k6/websockets` counts beside messages, `None` for a socket of `k6/ws`.
    """

    __slots__ = ("connection", "detail", "fired", "opening", "signal", "tags", "tasks", "written")

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.detail: Any = None
        self.fired: deque[int] = deque()
        self.signal = Signal()
        self.written = 0
        self.tasks: list[asyncio.Task[None]] = []
        self.opening: tuple[int, dict[str, Any]] | None = None
        self.tags: dict[str, str] | None = None

    def leave(self) -> None:
        """Let go of everything."""
        for task in self.tasks:
            task.cancel()
        self.tasks.clear()
        if self.connection is not None:
            self.connection.abort()


class SocketHost:
    """The sockets of one VU's script.

    Args:
        host: opens and records.
        flow: knows group and tags.
        settings: whether a failed handshake throws.
        jar_of: the jar of a number.
        clock: the time.
        as_script: whether k6's rules hold: refused handshakes are none of HTTP's failures.
    """

    def __init__(
        self,
        host: ScriptHost,
        flow: FlowHost,
        settings: "ScriptSettings",
        jar_of: Callable[[int], CookieJar],
        clock: Clock,
        *,
        as_script: bool,
    ) -> None:
        self._host = host
        self._flow = flow
        self._throws = settings.throws
        self._blocked = Blocked(settings.blocked_hosts, settings.blocked_addresses)
        self._jar_of = jar_of
        self._clock = clock
        self._as_script = as_script
        # The hot path has numbers as the engine gives them; any that is equal finds the socket.
        self._sockets: dict[float, _Socket] = {}
        self._next = 0
        self.context: ScriptContext | None = None

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {
            "socket_connect": self._connect,
            "socket_open": self._open,
            "socket_detail": lambda number: self._sockets[number].detail,
            "socket_unsent": self._unsent,
            "socket_send_text": lambda number, text: self._send(number, "text", _utf8(text)),
            "socket_send_bytes": self._send_bytes,
            "socket_ping": lambda number, payload: self._send(number, "ping", payload.encode()),
            "socket_close": self._close,
            "socket_leave": self._leave,
            "socket_timer": self._start_timer,
        }

    def direct(self) -> dict[str, DirectFunction]:
        """The host functions of the hot path."""
        return {"socket_next": self._wait_for_next, "socket_send": self._send_text}

    def end(self) -> None:
        """A call has ended, in whatever way: what it has left open is let go."""
        if self._sockets:
            sockets = list(self._sockets.values())
            self._sockets.clear()
            for socket in sockets:
                socket.leave()

    # ------------------------------------------------------------ opening

    def _connect(
        self, url: str, headers: dict[str, str], tags: dict[str, str] | None, rest: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Open a socket of `k6/ws`, and wait for it; its number where it is open, and the response."""
        if self._as_script and not url.lower().startswith(_SCHEMES):
            return _refused(self._throws, "malformed ws or wss URL")
        if (reason := self._blocked.reason(url)) is not None:
            return _refused(self._throws, reason)
        began = self._clock.now()
        request = self._request(url, headers, tags, rest)
        try:
            response: Response = wait_for(self._host.open(request))
        except CompileError as error:
            raise HostError(_mistake(error)) from error
        connection = response.connection
        if connection is None:
            # As in k6 a session that was refused has had its time, too.
            lasted = (self._clock.now() - began) * _MS
            self._host.record("trend", "ws_session_duration", lasted, self._flow.sample_tags(tags))
            if response.error_kind is not None:
                return _refused(self._throws, response.error or response.error_kind)
            if self._throws:
                raise HostError(_BAD_HANDSHAKE)
            return _told(response)
        number = self._keep(_Socket())
        socket = self._sockets[number]
        socket.connection = connection
        connection.listen(socket.signal.give)
        return {**_told(response), "number": number, "url": url}

    def _open(
        self, url: str, headers: dict[str, str], tags: dict[str, str] | None, rest: Mapping[str, Any]
    ) -> int:
        """Open a socket of `k6/websockets`; its number, under which all its events are told."""
        events = self._events()
        socket = _Socket()
        number: int = events.open(lambda: self._take_event(socket))
        self._sockets[number] = socket
        if (reason := self._blocked.reason(url)) is not None:
            socket.opening = _FAILED, {"message": reason}
            events.poke(number)
            return number
        request = self._request(url, headers, tags, rest)
        named = {} if request.name is None else {"name": request.name}
        socket.tags = {**dict(request.tags), **named}
        opening = self._host.open(request)

        async def run() -> None:
            try:
                response = await opening
            except CompileError as error:
                socket.opening = _FAILED, {"message": _mistake(error)}
            except Exception as error:  # noqa: BLE001 - an extension's bug; else nobody would hear of it
                socket.opening = _FAILED, {"message": f"{type(error).__name__}: {error}"}
            else:
                connection = socket.connection = response.connection
                if connection is None:
                    words = response.error if response.error_kind is not None else _BAD_HANDSHAKE
                    socket.opening = _FAILED, {"message": words}
                else:
                    headers = response.headers
                    agreed = {"protocol": headers.get(_SUBPROTOCOLS, ""), "extensions": _extensions(headers)}
                    socket.opening = _OPENED, agreed
                    connection.listen(lambda: events.poke(number))
            events.poke(number)

        socket.tasks.append(asyncio.get_running_loop().create_task(run()))
        return number

    def _request(
        self, url: str, headers: dict[str, str], tags: dict[str, str] | None, rest: Mapping[str, Any]
    ) -> ScriptRequest:
        sample_tags = self._flow.sample_tags(tags)
        name = sample_tags.pop("name", None)
        offered = [*rest.get("protocols", ())]
        fields = []
        for key, value in headers.items():
            if key.lower() == _SUBPROTOCOLS:
                offered += [part.strip() for part in value.split(",") if part.strip()]
            else:
                fields.append((key, value))
        return ScriptRequest(
            url,
            headers=tuple(fields),
            name=name,
            tags=tuple(sorted((key, value) for key, value in sample_tags.items() if value)),
            follow_redirects=False,
            stops_at_limit=True,
            protocol="ws",
            jar=self._jar_of(rest["jar"]) if rest.get("jar") else None,
            block=WsBlock.model_construct(
                subprotocols=tuple(offered), compression=bool(rest.get("compression"))
            ),
            counts_for_all=not self._as_script,
        )

    def _keep(self, socket: _Socket) -> int:
        self._next -= 1  # those of `k6/websockets` have the positive numbers of their events
        self._sockets[self._next] = socket
        return self._next

    # ------------------------------------------------------------ what comes

    def _wait_for_next(self, number: float) -> int | str:
        """What comes next to a socket of `k6/ws`, or a timer of it: a text message as it is, else the kind."""
        socket = self._sockets[number]
        connection = socket.connection
        assert connection is not None
        while True:
            if socket.fired:
                socket.detail = socket.fired.popleft()
                return _TIMER
            arrival = connection.next()
            if arrival is not None:
                kind, data, _ = arrival
                if kind == "message" and isinstance(data, str):
                    return data
                return self._kind_of(socket, arrival)
            socket.signal.wait()

    def _take_event(self, socket: _Socket) -> tuple[Any, ...] | None:
        """What a socket of `k6/websockets` has to tell: a kind, and a text where it is that of a text message."""
        if socket.opening is not None:
            (kind, socket.detail), socket.opening = socket.opening, None
            return (kind,)
        arrival = None if socket.connection is None else socket.connection.next()
        if arrival is None:
            return None
        if arrival.kind == "message" and isinstance(arrival.data, str):
            return (_TEXT, arrival.data)
        return (self._kind_of(socket, arrival),)

    def _kind_of(self, socket: _Socket, arrival: Arrival) -> int:
        """The kind of what is no text message; bytes are left in the script's buffer, all else is a detail."""
        if arrival.kind == "message":
            assert self.context is not None
            self.context.put_buffer(arrival.data)
            return _BINARY
        kind = _KINDS[arrival.kind]
        if kind == _CLOSED:
            code, reason = arrival.data
            socket.detail = {"code": code, "reason": reason}
        elif kind == _FAILED:
            socket.detail = {"message": arrival.data}
        return kind

    # ------------------------------------------------------------ what is sent

    def _send_text(self, number: float, text: str, length: float) -> int:
        """Send a text message of so many UTF-16 units.

        Returns:
            Its bytes, -1 where the socket is closed, -2 where a NUL in it has cut it off on its way here.
        """
        data = text.encode()
        if len(text) != length and len(text.encode("utf-16-le")) >> 1 != length:
            return -2
        socket = self._sockets.get(number)
        if socket is None or socket.connection is None:
            return -1
        try:
            socket.connection.send("text", data)
        except ConnectionError:
            return -1
        socket.written += len(data)
        if socket.written >= _BETWEEN_PAUSES:
            self._hold_back(socket)
        return len(data)

    def _send_bytes(self, number: int) -> int:
        """Send the bytes in the script's buffer."""
        assert self.context is not None
        return self._send(number, "binary", self.context.take_buffer() or b"")

    def _send(self, number: int, kind: str, data: bytes) -> int:
        socket = self._sockets.get(number)
        if socket is None or socket.connection is None:
            return -1
        try:
            socket.connection.send(kind, data)
        except ConnectionError:
            return -1
        if kind == "ping":
            self._count_sent(socket)
        socket.written += len(data)
        if socket.written >= _BETWEEN_PAUSES:
            self._hold_back(socket)
        return len(data)

    def _hold_back(self, socket: _Socket) -> None:
        """Wait in `k6/ws` while the server takes nothing: `send` blocks there. `k6/websockets` has `bufferedAmount`."""
        socket.written = 0
        if socket.tags is None:
            while socket.connection is not None and socket.connection.unsent > _MOST_UNSENT:
                wait_for(self._host.sleep(_BETWEEN_LOOKS))

    def _unsent(self, number: int) -> int:
        socket = self._sockets.get(number)
        return 0 if socket is None or socket.connection is None else socket.connection.unsent

    def _close(self, number: int, code: int, reason: str) -> None:
        socket = self._sockets.get(number)
        if socket is not None and socket.connection is not None:
            socket.connection.close(code, reason)
            self._count_sent(socket)

    def _count_sent(self, socket: _Socket) -> None:
        """As in k6 pings and closings of `k6/websockets` count as messages, those of `k6/ws` do not."""
        if socket.tags is not None:
            self._host.record("counter", "ws_msgs_sent", 1.0, socket.tags)

    def _leave(self, number: int) -> None:
        """The script has no further use for a socket."""
        socket = self._sockets.pop(number, None)
        if socket is not None:
            self._events().close(number)
            socket.leave()

    def _start_timer(self, number: int, timer: int, milliseconds: float, repeats: bool) -> None:
        """Tell a socket of `k6/ws` that a timer of its own is due, once or again and again."""
        socket = self._sockets.get(number)
        if socket is None:
            return
        clock, seconds = self._clock, milliseconds / _MS

        async def run() -> None:
            due = clock.now() + seconds
            while True:
                await clock.sleep_until(due)
                if timer not in socket.fired:  # a tick that nobody has taken yet stands for this one, too
                    socket.fired.append(timer)
                    socket.signal.give()
                if not repeats:
                    return
                due = max(due + seconds, clock.now())

        socket.tasks.append(asyncio.get_running_loop().create_task(run()))

    def _events(self) -> Any:
        assert self.context is not None
        return self.context.events


def _refused(throws: bool, words: str) -> dict[str, Any]:
    if throws:
        raise HostError(words)
    return {"url": "", "status": 0, "headers": {}, "body": "", "error": words}


def _told(response: Response) -> dict[str, Any]:
    """A response of a handshake; names of headers as Go writes them."""
    headers = {
        "-".join(part.capitalize() for part in name.split("-")): value
        for name, value in response.headers.items()
    }
    body = response.body.decode("utf-8", "replace")
    return {"url": "", "status": response.status, "headers": headers, "body": body, "error": ""}


def _mistake(error: CompileError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _extensions(headers: Mapping[str, str]) -> list[str]:
    agreed = headers.get("sec-websocket-extensions", "")
    return [agreed] if agreed else []


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
