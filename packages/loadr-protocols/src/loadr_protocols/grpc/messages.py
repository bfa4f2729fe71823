"""Messages written as JSON, by protobuf's own mapping (the Protocol Buffers language guide, ProtoJSON)."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from loadr_core.spi import RenderError, Scope, Value
from loadr_protocols.grpc.fitting import fitted
from loadr_protocols.grpc.framing import encode_message

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor


@cache
def _json_format() -> Any:
    """Protobuf's JSON, which comes with the extra `grpc`."""
    from google.protobuf import json_format  # noqa: PLC0415 - without the extra there is none

    return json_format


class MessageError(Exception):
    """A JSON value is no message of its type; the message says where and why."""


def is_well_known(descriptor: "Descriptor") -> bool:
    """Whether a message is one of protobuf's own, which JSON may write as something else than a map."""
    name: str = descriptor.full_name
    return name.startswith("google.protobuf.")


def parsed(value: Any, message_class: type[Any], *, fits: bool = True) -> Any:
    """A message from JSON.

    Args:
        value: of JSON.
        message_class: its class.
        fits: whether texts may be anything that their fields take, as what a template renders may.

    Raises:
        MessageError: the value does not fit.
    """
    if value is None:
        value = {}
    descriptor = message_class.DESCRIPTOR
    if not isinstance(value, dict) and not is_well_known(descriptor):
        raise MessageError(f"a message of type {descriptor.full_name} is a map")
    try:
        made = fitted(value, descriptor) if fits else value
        return _json_format().ParseDict(made, message_class(), descriptor_pool=descriptor.file.pool)
    except (
        _json_format().ParseError,
        TypeError,
        AttributeError,
    ) as error:  # the others of an `Any` that is none
        raise MessageError(str(error).rstrip(".")) from error


def encoded(value: Any, message_class: type[Any], *, fits: bool = True) -> bytes:
    """A message's bytes from JSON; arguments as of `parsed`.

    Raises:
        MessageError: the value does not fit, or a required field is missing.
    """
    message = parsed(value, message_class, fits=fits)
    missing = message.FindInitializationErrors()
    if missing:
        raise MessageError(f"a message of type {message.DESCRIPTOR.full_name} lacks {', '.join(missing)}")
    return bytes(message.SerializeToString())


def as_json(octets: bytes, message_class: type[Any]) -> str:
    """JSON of a message's bytes, fields with their default values included.

    Raises:
        MessageError: the bytes are no such message.
    """
    try:
        message = message_class.FromString(octets)
        value = _json_format().MessageToDict(
            message, always_print_fields_with_no_presence=True, descriptor_pool=_pool(message_class)
        )
    except Exception as error:  # protobuf's implementations raise errors of their own
        raise MessageError(f"a message is no {message_class.DESCRIPTOR.full_name}: {error}") from error
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pool(message_class: type[Any]) -> Any:
    """Where the types are found that an `Any` names."""
    return message_class.DESCRIPTOR.file.pool


def body_of(
    values: Sequence[Value], message_class: type[Any], *, compress: bool
) -> tuple[bytes | None, Callable[[Scope], bytes]]:
    """The body of a call: its bytes where they are known, and what renders them.

    Raises:
        MessageError: a fixed value does not fit.
    """
    parts = [
        encode_message(encoded(value.static, message_class), compress=compress) if value.is_fixed else value
        for value in values
    ]
    if all(isinstance(part, bytes) for part in parts):
        fixed = b"".join(part for part in parts if isinstance(part, bytes))
        return fixed, lambda _scope: fixed

    def rendered(part: Value, scope: Scope) -> bytes:
        try:
            return encode_message(encoded(part.render(scope), message_class), compress=compress)
        except MessageError as error:
            raise RenderError(f"grpc.message: {error}") from error

    return None, lambda scope: b"".join(
        [part if isinstance(part, bytes) else rendered(part, scope) for part in parts]
    )
