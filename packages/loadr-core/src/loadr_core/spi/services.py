"""Calling methods of services from a script: what a protocol of remote calls offers beside requests.

    methods = Handler.load_methods(files, ...)         while the script's top level runs
    opened = await host.open(request with ChannelBlock)  a channel, by a number of the script's own
    called = await host.request(request with CallBlock)  one message for one, over that channel
    opened = await host.open(request with CallBlock)     messages one by one, in both directions
    opened.connection.abort()                            the channel is closed, and what is under way on it

A message crosses in bytes: the body of a request, the data of `Connection.send` and of arrivals. The method that it
is for makes it from a JSON value, and a JSON value of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from loadr_core.spi.protocol import Response


class ServiceError(Exception):
    """Files describe no services, or a value is no message of its type; the message says why."""


class ServiceMethod(ABC):
    """A method of a service: the protocol's own object.

    Attributes:
        package: of the service; empty where it has none.
        service: its name without the package.
        name: of the method.
        path: `/package.Service/Method`.
        client_streams: whether it takes any number of messages.
        server_streams: whether it gives any number of answers.
    """

    __slots__ = ()

    package: str
    service: str
    name: str
    path: str
    client_streams: bool
    server_streams: bool

    @abstractmethod
    def encode(self, value: Any) -> bytes:
        """The message of a JSON value. Raises `ServiceError`."""

    @abstractmethod
    def decode(self, octets: bytes) -> Any:
        """The JSON value of an answer. Raises `ServiceError`."""


@runtime_checkable
class LoadsMethods(Protocol):
    """The ability of a handler whose services are described by files. Called on the class, before any run."""

    def load_methods(
        self, files: Sequence[str], includes: Sequence[str], folder: Path
    ) -> Sequence[ServiceMethod]:
        """The methods of all services in some files. May block for a second, the first time.

        Args:
            files: their names, relative to the folder or to one of the includes.
            includes: folders, relative as well, in which files and their imports are looked up.
            folder: where relative names begin.

        Raises:
            ServiceError: they cannot be read or compiled, or what does that is not installed.
        """
        ...

    def read_methods(self, described: bytes) -> Sequence[ServiceMethod]:
        """The methods in compiled descriptions. Raises `ServiceError`."""
        ...

    def health_method(self) -> ServiceMethod:
        """The method that asks a server how it is. Raises `ServiceError` where nothing is installed for it."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelTls:
    """How a channel's TLS differs from that of the plan; all of it PEM.

    Attributes:
        authorities: to trust beside the system's.
        certificate: to show; empty where there is none.
        key: its key.
        password: of the key; empty where it is not encrypted.
    """

    authorities: tuple[str, ...] = ()
    certificate: str = ""
    key: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class ChannelBlock:
    """The block of a request that opens a channel; its headers go to the server with the question for its methods.

    Attributes:
        number: by which the VU's script knows the channel; one of the same number is closed before.
        asks_methods: whether the server is asked for its methods.
        authority: by which the server is asked, where it is not the URL's.
        longest_received: the most bytes of a message that comes; the protocol's own limit where it is 0.
        longest_sent: the most bytes of a message that goes; 0 for no limit.
        tls: where it is not as the plan says.
    """

    number: int
    asks_methods: bool = False
    authority: str = ""
    longest_received: int = 0
    longest_sent: int = 0
    tls: ChannelTls | None = None


@dataclass(frozen=True, slots=True)
class CallBlock:
    """The block of a request that calls a method; its headers are the call's metadata.

    Attributes:
        number: of the channel.
        method: what is called.
        timeout: seconds; `None` where it may last as long as it takes.
    """

    number: int
    method: ServiceMethod
    timeout: float | None = None


class CallEnd(NamedTuple):
    """How a call ended: the data of the arrival `closed`.

    Attributes:
        status: of the protocol; 0 is success.
        reason: of another status, for people.
        details: of another status, as JSON values.
    """

    status: int
    reason: str
    details: Sequence[Any] = ()


class CallResponse(Response):
    """What came of a call; its body is the last answer, in bytes.

    Attributes:
        ended: how it ended.
        first: metadata before the answer.
        last: metadata behind it.
        methods: what the server has told of its methods, where it was asked.
    """

    __slots__ = ()

    ended: CallEnd
    first: Mapping[str, Sequence[str]]
    last: Mapping[str, Sequence[str]]
    methods: Sequence[ServiceMethod]
