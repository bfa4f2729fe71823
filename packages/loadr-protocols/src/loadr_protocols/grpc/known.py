"""Messages of gRPC's own, which no proto file of the user describes: of the health service, and of statuses.

Sources: `grpc/health/v1/health.proto`, `google/rpc/status.proto`.
"""

import binascii
from base64 import b64decode
from functools import cache
from typing import TYPE_CHECKING, Any

from loadr_core.spi import CallEnd
from loadr_protocols.grpc.descriptors import Descriptors, Method, methods_of
from loadr_protocols.grpc.status import Code

if TYPE_CHECKING:
    from google.protobuf.descriptor_pool import DescriptorPool


@cache
def health_method() -> Method:
    """`Check` of the health service."""
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field  # noqa: PLC0415 - only where it is asked
    from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet  # noqa: PLC0415

    file = FileDescriptorProto(name="grpc/health/v1/health.proto", package="grpc.health.v1", syntax="proto3")
    asked, told = (file.message_type.add(name=f"HealthCheck{kind}") for kind in ("Request", "Response"))
    asked.field.add(name="service", number=1, label=Field.LABEL_OPTIONAL, type=Field.TYPE_STRING)
    # An enum, whose numbers are those that scripts compare; both are the same on the wire.
    told.field.add(name="status", number=1, label=Field.LABEL_OPTIONAL, type=Field.TYPE_INT32)
    file.service.add(name="Health").method.add(
        name="Check",
        input_type=".grpc.health.v1.HealthCheckRequest",
        output_type=".grpc.health.v1.HealthCheckResponse",
    )
    (method,) = methods_of(FileDescriptorSet(file=[file]).SerializeToString())
    return method


def detailed(end: CallEnd, field: str, method: Method) -> CallEnd:
    """The end of a call with all that the server says of a failure.

    Args:
        end: the end.
        field: a `google.rpc.Status` in Base64, or empty.
        method: what was called.
    """
    if not field or end.status == Code.OK:
        return end
    return end._replace(details=_details(field, method.request.DESCRIPTOR.file.pool))


def _details(field: str, pool: "DescriptorPool") -> list[Any]:
    """The `Any`s of a status; nothing where it is none."""
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - only where a server says so

    from loadr_protocols.grpc.values import value_of_any  # noqa: PLC0415

    try:
        status = _status_class().FromString(b64decode(field + "=" * (-len(field) % 4)))
    except (binascii.Error, ValueError, DecodeError):
        return []
    return [value_of_any(detail.type_url, detail.value, pool) for detail in status.details]


@cache
def _status_class() -> type[Any]:
    from google.protobuf.any_pb2 import DESCRIPTOR  # noqa: PLC0415 - as above
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field  # noqa: PLC0415
    from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet  # noqa: PLC0415
    from google.protobuf.message_factory import GetMessageClass  # noqa: PLC0415

    file = FileDescriptorProto(name="google/rpc/status.proto", package="google.rpc", syntax="proto3")
    file.dependency.append(DESCRIPTOR.name)
    status = file.message_type.add(name="Status")
    status.field.add(name="code", number=1, label=Field.LABEL_OPTIONAL, type=Field.TYPE_INT32)
    status.field.add(name="message", number=2, label=Field.LABEL_OPTIONAL, type=Field.TYPE_STRING)
    status.field.add(
        name="details",
        number=3,
        label=Field.LABEL_REPEATED,
        type=Field.TYPE_MESSAGE,
        type_name=".google.protobuf.Any",
    )
    known = FileDescriptorProto.FromString(DESCRIPTOR.serialized_pb)
    pool = Descriptors(FileDescriptorSet(file=[known, file]).SerializeToString()).pool
    made: type[Any] = GetMessageClass(pool.FindMessageTypeByName("google.rpc.Status"))
    return made
