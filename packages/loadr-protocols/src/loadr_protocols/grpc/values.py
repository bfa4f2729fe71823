"""Messages as JSON values for scripts, as Go's `protojson` writes them with what is not set.

    field                              not set      set
    a message                          null         its value
    of a oneof, or `optional`          left out     its value
    any other that proto2 can leave    null         its value
    any other                          its default  its value

64-bit integers and bytes are texts, enums names; the well-known types have forms of their own. What the fields of a
message need is looked up once for each type.

Source: protobuf's language guide, "ProtoJSON Format"; Go's documentation of `protojson.MarshalOptions.EmitUnpopulated`.
"""

from base64 import b64encode
from collections.abc import Callable, MutableSequence
from enum import Enum, auto
from functools import lru_cache
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from loadr_protocols.grpc.field_types import LONG_INTEGERS, FieldLabel, FieldType
from loadr_protocols.grpc.messages import MessageError

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
    from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto
    from google.protobuf.descriptor_pool import DescriptorPool

_Convert = Callable[[Any], Any]

_ANY: Final = "google.protobuf.Any"
_OF_THEIR_OWN: Final = frozenset(
    f"google.protobuf.{name}"
    for name in (
        *("BoolValue", "BytesValue", "DoubleValue", "FloatValue", "Int32Value", "Int64Value", "StringValue"),
        *("UInt32Value", "UInt64Value", "Duration", "FieldMask", "ListValue", "Struct", "Timestamp", "Value"),
    )
)
_MOST_TYPES: Final = 4_096


class _Unset(Enum):
    """What becomes of a field that is not set."""

    DEFAULT = auto()
    NULL = auto()
    LEFT_OUT = auto()


class _Field(NamedTuple):
    """How a field is written.

    Attributes:
        key: its name in JSON.
        name: its name.
        convert: makes its value; `None` where it is the same.
        unset: what becomes of it.
    """

    key: str
    name: str
    convert: _Convert | None
    unset: _Unset


def value_of(octets: bytes, message_class: type[Any]) -> Any:
    """The JSON value of a message's bytes.

    Raises:
        MessageError: they are no such message, or one that JSON cannot say.
    """
    try:
        return _writer(message_class.DESCRIPTOR)(message_class.FromString(octets))
    except Exception as error:  # protobuf's implementations raise errors of their own
        raise MessageError(f"a message is no {message_class.DESCRIPTOR.full_name}: {error}") from error


@lru_cache(maxsize=_MOST_TYPES)
def _writer(descriptor: "Descriptor") -> _Convert:
    """What writes messages of a type."""
    if descriptor.full_name == _ANY:
        return _any
    if descriptor.full_name in _OF_THEIR_OWN:
        return _own_form
    raw = _described(descriptor)
    fields = [
        _field(described, described.json_name or known.name, known)
        for described, known in zip(raw.field, descriptor.fields, strict=True)
    ]

    def write(message: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, name, convert, unset in fields:
            if unset is _Unset.DEFAULT or message.HasField(name):
                value = getattr(message, name)
                made[key] = value if convert is None else convert(value)
            elif unset is _Unset.NULL:
                made[key] = None
        return made

    return write if not raw.extension_range else lambda message: write(message) | _extensions(message)


def _described(descriptor: "Descriptor") -> "DescriptorProto":
    from google.protobuf.descriptor_pb2 import DescriptorProto  # noqa: PLC0415 - an extra

    raw = DescriptorProto()
    descriptor.CopyToProto(raw)
    return raw


def _own_form(message: Any) -> Any:
    from google.protobuf import json_format  # noqa: PLC0415 - an extra

    return json_format.MessageToDict(message)


def _field(described: "FieldDescriptorProto", key: str, known: "FieldDescriptor") -> _Field:
    one = _converter(described.type, known)
    if described.label == FieldLabel.REPEATED:
        entry = known.message_type
        if entry is not None and entry.GetOptions().map_entry:
            values = _converter(_described(entry).field[1].type, entry.fields[1])
            return _Field(key, known.name, _map(values), _Unset.DEFAULT)
        return _Field(key, known.name, list if one is None else _list(one), _Unset.DEFAULT)
    if described.HasField("oneof_index"):
        return _Field(key, known.name, one, _Unset.LEFT_OUT)
    return _Field(key, known.name, one, _Unset.NULL if known.has_presence else _Unset.DEFAULT)


def _converter(kind: int, known: "FieldDescriptor") -> _Convert | None:
    """What makes one value of a field; `None` where it is the same."""
    if kind in {FieldType.MESSAGE, FieldType.GROUP}:
        return _inner(known.message_type)
    if kind == FieldType.ENUM:
        return _enum(known.enum_type)
    if kind in LONG_INTEGERS:
        return str
    if kind == FieldType.BYTES:
        return lambda octets: b64encode(octets).decode()
    if kind == FieldType.FLOAT:
        return _shortest()
    if kind == FieldType.DOUBLE:
        return lambda number: number if isfinite(number) else _no_number(number)
    return None


def _shortest() -> _Convert:
    """Numbers of 32 bits by the fewest digits that tell them from others."""
    from google.protobuf.internal.type_checkers import ToShortestFloat  # noqa: PLC0415 - an extra

    return lambda number: ToShortestFloat(number) if isfinite(number) else _no_number(number)


def _inner(described: "Descriptor") -> _Convert:
    def write(message: Any) -> Any:
        return _writer(described)(message)  # made when a message comes: types may contain themselves

    return write


def _enum(described: "EnumDescriptor") -> _Convert:
    if described.full_name == "google.protobuf.NullValue":
        return lambda _number: None
    names = {number: value.name for number, value in described.values_by_number.items()}
    return lambda number: names.get(number, number)


def _no_number(number: float) -> str:
    return "NaN" if isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _list(one: _Convert) -> _Convert:
    return lambda values: [one(value) for value in values]


def _map(one: _Convert | None) -> _Convert:
    def write(values: Any) -> dict[str, Any]:
        made = {}
        for key in values:
            name = str(key).lower() if isinstance(key, bool) else str(key)
            made[name] = values[key] if one is None else one(values[key])
        return made

    return write


def _any(message: Any) -> dict[str, Any]:
    return value_of_any(message.type_url, message.value, message.DESCRIPTOR.file.pool)


def value_of_any(type_url: str, octets: bytes, pool: "DescriptorPool") -> dict[str, Any]:
    """A message that names its type itself: its fields beside `@type`, or its own form in `value`.

    One whose type nothing here describes stays as it is on the wire, in Base64.
    """
    from google.protobuf.message_factory import GetMessageClass  # noqa: PLC0415 - an extra

    if not type_url:
        return {}
    try:
        described = pool.FindMessageTypeByName(type_url.rpartition("/")[2])
    except KeyError:
        return {"@type": type_url, "value": b64encode(octets).decode()}
    inner = _writer(described)(GetMessageClass(described).FromString(octets))
    is_own = described.full_name in _OF_THEIR_OWN or described.full_name == _ANY
    return {"@type": type_url, "value": inner} if is_own else {"@type": type_url, **inner}


def _extensions(message: Any) -> dict[str, Any]:
    """The extensions that are set (proto2)."""
    made = {}
    for known, value in message.ListFields():
        if known.is_extension:
            one = _converter(known.type, known)
            convert = one if one is None or not isinstance(value, MutableSequence) else _list(one)
            made[f"[{known.full_name}]"] = value if convert is None else convert(value)
    return made
