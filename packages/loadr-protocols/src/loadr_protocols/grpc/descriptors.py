"""Services and methods by name, from descriptors. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from loadr_core.spi import ServiceError, ServiceMethod
from loadr_protocols.grpc.messages import MessageError, encoded

if TYPE_CHECKING:
    from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
    from google.protobuf.descriptor_pb2 import FileDescriptorProto

_MOST_SETS: Final = 64


class UnknownName(Exception):
    """A service or method that the descriptors do not have.

    Attributes:
        hint: what may have been meant.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


# Equal to itself only: it is looked up for each call of a script.
@dataclass(frozen=True, slots=True, eq=False)
class Method(ServiceMethod):
    """A method of a service.

    Attributes:
        path: of its requests.
        request: the class of its messages.
        response: the class of its answers.
        client_streams: whether it takes any number of messages.
        server_streams: whether it gives any number of answers.
        package: of the service.
        service: the service's name without its package.
        name: its own name.
    """

    path: str
    request: type[Any]
    response: type[Any]
    client_streams: bool
    server_streams: bool
    package: str = ""
    service: str = ""
    name: str = ""

    @property
    def streams(self) -> bool:
        """Whether it is no unary call."""
        return self.client_streams or self.server_streams

    def encode(self, value: Any) -> bytes:
        """A message. Raises `ServiceError`."""
        octets = _for_scripts().plainly_encoded(value, self.request) if isinstance(value, dict) else None
        if octets is not None:
            return octets
        try:
            return encoded(value, self.request, fits=False)
        except MessageError as error:
            raise ServiceError(str(error)) from error

    def decode(self, octets: bytes) -> Any:
        """An answer, as scripts see it. Raises `ServiceError`."""
        try:
            return _for_scripts().value_of(octets, self.response)
        except MessageError as error:
            raise ServiceError(str(error)) from error


class _ForScripts(NamedTuple):
    """How messages of scripts are written and read."""

    plainly_encoded: Callable[[Mapping[str, Any], type[Any]], bytes | None]
    value_of: Callable[[bytes, type[Any]], Any]


@cache
def _for_scripts() -> _ForScripts:
    # As the rest of this module: without the extra there is none, and plans have no use for it.
    from loadr_protocols.grpc.plain_messages import plainly_encoded  # noqa: PLC0415
    from loadr_protocols.grpc.values import value_of  # noqa: PLC0415

    return _ForScripts(plainly_encoded, value_of)


class Descriptors:
    """Services from a set of files.

    Attributes:
        pool: all that the files define.
    """

    def __init__(self, serialized: bytes) -> None:
        """Take a serialized `FileDescriptorSet`; it needs the extra `grpc`."""
        from google.protobuf.descriptor_pb2 import FileDescriptorSet  # noqa: PLC0415 - without it there is none
        from google.protobuf.descriptor_pool import DescriptorPool  # noqa: PLC0415

        self.pool = DescriptorPool()
        self._services: list[str] = []
        files = {file.name: file for file in FileDescriptorSet.FromString(serialized).file}
        added: set[str] = set()
        for name in files:
            self._add(name, files, added)

    def _add(self, name: str, files: "dict[str, FileDescriptorProto]", added: set[str]) -> None:
        """Add a file behind those that it imports."""
        if name in added or name not in files:
            return
        added.add(name)
        file = files[name]
        for imported in file.dependency:
            self._add(imported, files, added)
        self.pool.Add(file)
        package = f"{file.package}." if file.package else ""
        self._services += [package + service.name for service in file.service]

    def method(self, service: str, name: str) -> Method:
        """Find a method. Raises `UnknownName`."""
        found: ServiceDescriptor
        try:
            found = self.pool.FindServiceByName(service)
        except KeyError:
            hint = hint_of(service, self._services)
            raise UnknownName(f"there is no service {service!r}", hint) from None
        method: MethodDescriptor | None = found.methods_by_name.get(name)
        if method is None:
            hint = hint_of(name, [method.name for method in found.methods])
            raise UnknownName(f"the service {service} has no method {name!r}", hint)
        return _method(method)

    def methods(self) -> Iterator[Method]:
        """The methods of all services."""
        for service in self._services:
            for method in self.pool.FindServiceByName(service).methods:
                yield _method(method)


def _method(described: "MethodDescriptor") -> Method:
    from google.protobuf.message_factory import GetMessageClass  # noqa: PLC0415 - without the extra there is none

    service = described.containing_service
    return Method(
        f"/{service.full_name}/{described.name}",
        GetMessageClass(described.input_type),
        GetMessageClass(described.output_type),
        described.client_streaming,
        described.server_streaming,
        package=service.file.package,
        service=service.name,
        name=described.name,
    )


@lru_cache(maxsize=_MOST_SETS)
def methods_of(serialized: bytes) -> tuple[Method, ...]:
    """The methods of a serialized `FileDescriptorSet`, the same ones each time: every VU's script loads its own.

    Raises:
        ServiceError: it is none.
    """
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - as above

    try:
        return tuple(Descriptors(serialized).methods())
    except (DecodeError, TypeError, KeyError) as error:  # the pool's own, of files that do not fit together
        raise ServiceError(f"these are no descriptions of services: {error}") from error


def hint_of(name: str, known: list[str]) -> str:
    """What may have been meant by a name that is not among those that there are."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are {', '.join(sorted(known))}" if known else "there are none"
