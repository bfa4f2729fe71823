"""Rendered texts become what their fields take. Pure.

A template renders text, and a field has a type. protobuf's JSON reads numbers and enums from text by itself; what it
does not is done here:

    field     text                      becomes
    bool      true, false               the boolean
    message   JSON of an object         the object, its members fitted again; not of the well-known types that are texts
"""

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor, FieldDescriptor

_BOOLEANS: Final = {"true": True, "false": False}
# google.protobuf.FieldDescriptorProto.Type.
_BOOL: Final = 8
MESSAGE: Final = 11
"""The type of fields that are messages."""

# google.protobuf.FieldDescriptorProto.Label.
_REPEATED: Final = 3


def field_named(descriptor: "Descriptor", name: str) -> "FieldDescriptor | None":
    """The field that JSON names so: as the proto does, or by its name in JSON."""
    found: FieldDescriptor | None = descriptor.fields_by_name.get(name)
    if found is not None:
        return found
    return next((field for field in descriptor.fields if field.json_name == name), None)


def is_map(field: "FieldDescriptor") -> bool:
    """Whether a field is a map: to protobuf, a list of messages with key and value."""
    return bool(field.type == MESSAGE and field.message_type.GetOptions().map_entry)


def is_repeated(field: "FieldDescriptor") -> bool:
    """Whether a field is a list, or a map."""
    told = getattr(field, "is_repeated", None)  # from protobuf 6.31 on, which warns of `label`
    return bool(field.label == _REPEATED if told is None else told)


def fitted(value: Any, descriptor: "Descriptor") -> Any:
    """A JSON value for a message; what does not fit stays as it is, for protobuf to tell."""
    if not isinstance(value, dict):
        return value
    return {name: _member(descriptor, name, member) for name, member in value.items()}


def _member(descriptor: "Descriptor", name: str, value: Any) -> Any:
    field = field_named(descriptor, name)
    if field is None:
        return value
    if isinstance(value, list):
        return [_fitted(field, item) for item in value]
    if is_map(field) and isinstance(value, dict):
        of_values = field.message_type.fields_by_name["value"]
        return {key: _fitted(of_values, item) for key, item in value.items()}
    return _fitted(field, value)


def _fitted(field: "FieldDescriptor", value: Any) -> Any:
    if field.type == _BOOL and isinstance(value, str):
        return _BOOLEANS.get(value, value)
    if field.type != MESSAGE:
        return value
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return fitted(value, field.message_type)
