"""Descriptors from the server itself: the service `ServerReflection`, asked once before the run.

grpcio asks: it blocks for a moment, and nothing of it is measured.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import grpc
    from google.protobuf.descriptor_pb2 import FileDescriptorProto

_SECONDS: Final = 10.0
VERSIONS: Final = ("grpc.reflection.v1", "grpc.reflection.v1alpha")


class ReflectionError(Exception):
    """A server that does not tell its descriptors; the message says why."""


def ask(target: str, credentials: "grpc.ChannelCredentials | None", service: str) -> bytes:
    """The descriptors of a service.

    Args:
        target: host and port.
        credentials: for TLS, or `None`.
        service: its full name; all services where the server does not know it, so that a hint can be given.

    Returns:
        A serialized `google.protobuf.FileDescriptorSet`.

    Raises:
        ReflectionError: there are none.
    """
    import grpc  # noqa: PLC0415 - 20 MB that only reflection needs
    from grpc_reflection.v1alpha import reflection_pb2 as messages  # noqa: PLC0415

    channel = (
        grpc.insecure_channel(target) if credentials is None else grpc.secure_channel(target, credentials)
    )
    with channel:
        refused = ""
        for version in VERSIONS:
            call = channel.stream_stream(
                f"/{version}.ServerReflection/ServerReflectionInfo",
                request_serializer=messages.ServerReflectionRequest.SerializeToString,
                response_deserializer=messages.ServerReflectionResponse.FromString,
            )
            try:
                return _files(
                    lambda *asked, call=call: call(iter(asked), timeout=_SECONDS), messages, service
                )
            except grpc.RpcError as error:
                refused = f"{error.code().name}, {error.details()}"
                if error.code() is not grpc.StatusCode.UNIMPLEMENTED:
                    break
    raise ReflectionError(f"{target} does not answer server reflection: {refused}")


def _files(ask_for: Any, messages: Any, service: str) -> bytes:
    """Ask for the file of a service, and for all that it imports."""
    from google.protobuf.descriptor_pb2 import FileDescriptorSet  # noqa: PLC0415 - as above

    request = messages.ServerReflectionRequest
    found: dict[str, FileDescriptorProto] = {}
    (answer,) = ask_for(request(file_containing_symbol=service))
    if answer.WhichOneof("message_response") == "error_response":
        (listed,) = ask_for(request(list_services="*"))
        names = [item.name for item in listed.list_services_response.service]
        answers = ask_for(*(request(file_containing_symbol=name) for name in names))
        take_files(
            (part for part in answers if part.WhichOneof("message_response") != "error_response"), found
        )
    else:
        take_files([answer], found)
    while missing := {name for file in found.values() for name in file.dependency} - found.keys():
        take_files(ask_for(*(request(file_by_filename=name) for name in sorted(missing))), found)
    return bytes(FileDescriptorSet(file=found.values()).SerializeToString())


def take_files(answers: Iterable[Any], found: "dict[str, FileDescriptorProto]") -> None:
    """Take the files in some answers, by name. Raises `ReflectionError` where one is an error."""
    from google.protobuf.descriptor_pb2 import FileDescriptorProto  # noqa: PLC0415 - as above

    for answer in answers:
        if answer.WhichOneof("message_response") == "error_response":
            raise ReflectionError(f"server reflection: {answer.error_response.error_message}")
        for serialized in answer.file_descriptor_response.file_descriptor_proto:
            file = FileDescriptorProto.FromString(serialized)
            found[file.name] = file
