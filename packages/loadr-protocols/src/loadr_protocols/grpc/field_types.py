"""What the fields of messages are, by the numbers of protobuf's `descriptor.proto`; known without protobuf."""

from enum import IntEnum
from typing import Final


class FieldType(IntEnum):
    """`google.protobuf.FieldDescriptorProto.Type`."""

    DOUBLE = 1
    FLOAT = 2
    INT64 = 3
    UINT64 = 4
    INT32 = 5
    FIXED64 = 6
    FIXED32 = 7
    BOOL = 8
    STRING = 9
    GROUP = 10
    MESSAGE = 11
    BYTES = 12
    UINT32 = 13
    ENUM = 14
    SFIXED32 = 15
    SFIXED64 = 16
    SINT32 = 17
    SINT64 = 18


class FieldLabel(IntEnum):
    """`google.protobuf.FieldDescriptorProto.Label`."""

    OPTIONAL = 1
    REQUIRED = 2
    REPEATED = 3


SHORT_INTEGERS: Final = (
    FieldType.INT32,
    FieldType.UINT32,
    FieldType.SINT32,
    FieldType.FIXED32,
    FieldType.SFIXED32,
)
"""Types of 32 bits, which JSON writes as numbers."""

LONG_INTEGERS: Final = (
    FieldType.INT64,
    FieldType.UINT64,
    FieldType.SINT64,
    FieldType.FIXED64,
    FieldType.SFIXED64,
)
"""Types of 64 bits, which JSON writes as texts."""
