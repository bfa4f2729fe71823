"""Messages of plain fields from JSON, without protobuf's JSON: most messages of most scripts.

A value goes the short way where its type says by itself what it becomes: a text for a string, an integer, a number or
a boolean for a field of the same. Everything else, and all that does not fit, is left to `messages.encoded`, which
also has the words for it. 1.5 us for a message of two fields; `ParseDict` takes 5.5.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from loadr_protocols.grpc.field_types import LONG_INTEGERS, SHORT_INTEGERS, FieldLabel, FieldType

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor

_TYPES: Final = {
    FieldType.STRING: str,
    FieldType.BOOL: bool,
    FieldType.DOUBLE: float,
    **dict.fromkeys((*SHORT_INTEGERS, *LONG_INTEGERS), int),
}
_MOST_TYPES: Final = 4_096


def plainly_encoded(value: Mapping[str, Any], message_class: type[Any]) -> bytes | None:
    """A message's bytes; `None` where it has to go the long way."""
    fields = _plain_fields(message_class.DESCRIPTOR)
    if fields is None:
        return None
    made: dict[str, Any] = {}
    for key, member in value.items():
        name, kind = fields.get(key, _NONE)
        if type(member) is not kind or name in made:
            return None
        made[name] = member
    try:
        return bytes(message_class(**made).SerializeToString())
    except (ValueError, TypeError):  # a number beyond its field, a text that is none
        return None


_NONE: Final[tuple[str, type | None]] = ("", None)


@lru_cache(maxsize=_MOST_TYPES)
def _plain_fields(descriptor: "Descriptor") -> Mapping[str, tuple[str, type | None]] | None:
    """The fields that go the short way, by both of their names in JSON; `None` where a message needs more."""
    from google.protobuf.descriptor_pb2 import DescriptorProto  # noqa: PLC0415 - an extra

    raw = DescriptorProto()
    descriptor.CopyToProto(raw)
    if descriptor.full_name.startswith("google.protobuf.") or any(
        field.label == FieldLabel.REQUIRED for field in raw.field
    ):
        return None
    return {
        key: (field.name, _TYPES[field.type])
        for field in raw.field
        if field.type in _TYPES and field.label == FieldLabel.OPTIONAL and not field.HasField("oneof_index")
        for key in (field.name, field.json_name)
    }
