"""Conversations that outlive one request: what a protocol offers to scripts beside requests and responses.

    opening = handler.compile_opening(spec)          like `compile`, once per shape of what scripts open
    response = await opening.send(session, scope)    recorded as a request step's
    connection = response.connection                 `None` where the target did not agree
    connection.record_in(recording)                  by the engine, before the script sees it
    connection.listen(wake); connection.next()       arrivals, as they come
    connection.send(kind, data)                      at once: nothing here waits
    connection.close()                               in order; arrivals go on until the peer has ended as well
    connection.abort()                               whenever nobody wants to hear of it any more

A script's language decides how it waits: a blocking loop over `next`, an event loop that calls listeners. So a
connection neither waits nor calls back with values: `wake` says that something is there, and `next` takes it. What
nobody takes holds the peer back, by the protocol's own means.

What the words mean in two protocols:

| | WebSocket | a gRPC stream |
| --- | --- | --- |
| opening | the handshake | the call's headers |
| `send(kind, data)` | `text` (str), `binary`, `ping` (bytes) | `message` (a message in bytes) |
| arrivals | `message` (str or bytes), `ping`, `pong` (bytes), `closed` (code, reason), `failed` (words) | `headers`, `message`, `closed` (status), `failed` |
| `close(code, reason)` | the closing handshake | the end of what the client sends |
| `abort()` | goes away, with 1001 | cancels the call |

A gRPC client of a script is no conversation of its own: `connect` prepares, or opens one without a method to see
whether the target is there; a unary call is a `ScriptHost.request` with a block, over the connections of the VU's
session; a stream, of whatever direction, is a `ScriptHost.open`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from loadr_core.spi.protocol import CompiledRequest, RequestSpec, Sample


class Arrival(NamedTuple):
    """Something that has come.

    Attributes:
        kind: what it is, in the protocol's words; `closed` and `failed` are the last ones.
        data: what it holds, in the protocol's types.
        at: the moment of the clock at which its last byte was read.
    """

    kind: str
    data: Any
    at: float


class Counted(Protocol):
    """A counter of one tag set; add to `value`."""

    value: float


class Recording(ABC):
    """Where a conversation records what happens in it, under the tags of the place where it was opened."""

    @abstractmethod
    def sample(self, sample: "Sample") -> None:
        """Record something that has measurements of its own, such as a pong or the end."""

    @abstractmethod
    def counter(self, metric: str, like: "Sample") -> Counted:
        """A counter under the tags that a sample has; worth keeping."""


class Connection(ABC):
    """A conversation that is open. All calls are made on the event loop, and none waits."""

    __slots__ = ()

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether something can be sent."""

    @property
    def unsent(self) -> int:
        """Bytes that were sent and that the peer has not taken yet; 0 where the protocol does not know.

        A script that waits until they are fewer cannot fill the memory.
        """
        return 0

    @abstractmethod
    def record_in(self, recording: Recording) -> None:
        """Record there what happens from now on. Called once, by the engine, right after the opening."""

    @abstractmethod
    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever something is there for `next`, also if it was there before; it returns soon.

        A second call replaces the first.
        """

    @abstractmethod
    def next(self) -> Arrival | None:
        """What has come next; `None` while there is nothing, and after the last arrival."""

    @abstractmethod
    def send(self, kind: str, data: Any) -> None:
        """Send something.

        Args:
            kind: what it is, in the protocol's words.
            data: what it holds, in the protocol's types.

        Raises:
            ConnectionError: nothing can be sent any more, with the reason.
            ValueError: the protocol cannot send this.
        """

    @abstractmethod
    def close(self, code: int | None = None, reason: str = "") -> None:
        """Say to the peer that nothing more is sent; a second call does nothing.

        Args:
            code: why, in the protocol's numbers; its ordinary one where it is `None`.
            reason: for people.
        """

    @abstractmethod
    def abort(self) -> None:
        """Let go of it, in whatever state it is, and record its end; nothing arrives any more.

        A second call does nothing. A VU's session aborts what is left when it is closed.
        """


@runtime_checkable
class OpensConnections(Protocol):
    """The ability of a handler whose conversations outlive one request."""

    def compile_opening(self, spec: "RequestSpec") -> "CompiledRequest":
        """Make an opening ready: a request whose responses have a `connection` where the target has agreed.

        Called by the engine when a script opens something for the first time; later openings of the same shape
        use it again. May block for a short time. An opening that is cancelled leaves nothing open.

        Raises:
            CompileError: it asks for what this protocol cannot do.
        """
        ...
