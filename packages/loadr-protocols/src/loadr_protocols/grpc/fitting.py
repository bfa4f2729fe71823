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
_MESSAGE: Final = 11


def fitted(value: Any, descriptor: "Descriptor") -> Any:
    """A JSON value for a message; what does not fit stays as it is, for protobuf to tell."""
    if not isinstance(value, dict):
        return value
    return {name: _member(descriptor, name, member) for name, member in value.items()}


def _member(descriptor: "Descriptor", name: str, value: Any) -> Any:
    field = descriptor.fields_by_name.get(name) or descriptor.fields_by_camelcase_name.get(name)
    if field is None:
        return value
    if isinstance(value, list):
        return [_fitted(field, item) for item in value]
    entry = field.message_type if field.type == _MESSAGE else None
    if entry is not None and entry.GetOptions().map_entry and isinstance(value, dict):
        of_values = entry.fields_by_name["value"]
        return {key: _fitted(of_values, item) for key, item in value.items()}
    return _fitted(field, value)


def _fitted(field: "FieldDescriptor", value: Any) -> Any:
    if field.type == _BOOL and isinstance(value, str):
        return _BOOLEANS.get(value, value)
    if field.type != _MESSAGE:
        return value
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    return fitted(value, field.message_type)
