"""Services and methods by name, from descriptors. Pure."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
    from google.protobuf.descriptor_pb2 import FileDescriptorProto


class UnknownName(Exception):
    """A service or method that the descriptors do not have.

    Attributes:
        hint: what may have been meant.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a service.

    Attributes:
        path: of its requests.
        request: the class of its messages.
        response: the class of its answers.
        client_streams: whether it takes any number of messages.
        server_streams: whether it gives any number of answers.
    """

    path: str
    request: type[Any]
    response: type[Any]
    client_streams: bool
    server_streams: bool

    @property
    def streams(self) -> bool:
        """Whether it is no unary call."""
        return self.client_streams or self.server_streams


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
        from google.protobuf.message_factory import GetMessageClass  # noqa: PLC0415 - as above

        return Method(
            f"/{service}/{name}",
            GetMessageClass(method.input_type),
            GetMessageClass(method.output_type),
            method.client_streaming,
            method.server_streaming,
        )


def hint_of(name: str, known: list[str]) -> str:
    """What may have been meant by a name that is not among those that there are."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are {', '.join(sorted(known))}" if known else "there are none"
