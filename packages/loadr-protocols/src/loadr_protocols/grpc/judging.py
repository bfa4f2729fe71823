"""What of a message does not fit its type, with the place, before anything is sent. Pure.

Names of fields are known before the run, and so are values without templates. What waits for the run is left out.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from loadr_protocols.grpc.descriptors import hint_of
from loadr_protocols.grpc.fitting import MESSAGE, field_named, is_map, is_repeated
from loadr_protocols.grpc.messages import MessageError, encoded, is_well_known, parsed

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor, FieldDescriptor

Place = tuple[str | int, ...]
"""Where in a message: names of fields, keys of maps, numbers of items."""

Wrap = Callable[[Any], Any]

_WAITS: Final = object()


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit.

    Attributes:
        place: where.
        message: what is wrong.
        hint: what may have been meant; empty where nobody knows.
        on_key: whether the name at the end of the place is meant, not its value.
    """

    place: Place
    message: str
    hint: str = ""
    on_key: bool = False


def misfits(value: Any, message_class: type[Any], known: Callable[[str], str | None]) -> list[Misfit]:
    """What of a message of the plan does not fit; of a message that is wrong in several places each.

    Args:
        value: plain types, its texts with templates.
        message_class: of the message.
        known: a text with its templates filled in; `None` where they wait for the run.
    """
    judge = _Judge(known)
    found = list(judge.message(value, message_class.DESCRIPTOR, ()))
    if found or (whole := judge.filled(value)) is _WAITS:
        return found
    # What only the whole message tells, such as a required field that is missing.
    return _tried(encoded, whole, message_class, ())


class _Judge:
    """Walks a message beside its descriptor."""

    def __init__(self, known: Callable[[str], str | None]) -> None:
        self._known = known

    def message(self, value: Any, descriptor: "Descriptor", place: Place) -> Iterator[Misfit]:
        """Judge a message."""
        if is_well_known(descriptor):
            if (filled := self.filled(value)) is not _WAITS:
                yield from _tried(parsed, filled, _class_of(descriptor), place)
            return
        if isinstance(value, str):
            value = self._written(value)
        if value is None or value is _WAITS:
            return
        if not isinstance(value, dict):
            yield Misfit(place, f"a message of type {descriptor.full_name} is a map")
            return
        chosen: dict[str, str] = {}
        for name, member in value.items():
            if name.startswith("["):
                continue  # an extension of proto2, which the message's own type does not know
            field = field_named(descriptor, name)
            here = (*place, name)
            if field is None:
                message = f"{descriptor.full_name} has no field {name!r}"
                yield Misfit(here, message, hint_of(name, list(descriptor.fields_by_name)), on_key=True)
                continue
            if field.containing_oneof is not None and member is not None:
                other = chosen.setdefault(field.containing_oneof.name, name)
                if other != name:
                    yield Misfit(here, f"{other!r} is set already, and a oneof has one member", on_key=True)
            yield from self._member(field, member, here)

    def _member(self, field: "FieldDescriptor", value: Any, place: Place) -> Iterator[Misfit]:
        """Judge the value of a field."""
        if is_map(field) and isinstance(value, dict):
            of_values = field.message_type.fields_by_name["value"]
            for key, item in value.items():
                yield from self._item(field, of_values, item, (*place, key), partial(_under, key))
        elif is_repeated(field) and not is_map(field) and isinstance(value, list | tuple):
            for number, item in enumerate(value):
                yield from self._item(field, field, item, (*place, number), _listed)
        elif is_repeated(field):
            yield from self._plain(field, field, value, place, _as_it_is)
        else:
            yield from self._item(field, field, value, place, _as_it_is)

    def _item(
        self, field: "FieldDescriptor", kind: "FieldDescriptor", value: Any, place: Place, wrapped: Wrap
    ) -> Iterator[Misfit]:
        """Judge one value; `kind` says its type, `field` takes it once it is wrapped."""
        if kind.type == MESSAGE:
            yield from self.message(value, kind.message_type, place)
        else:
            yield from self._plain(field, kind, value, place, wrapped)

    def _plain(
        self, field: "FieldDescriptor", kind: "FieldDescriptor", value: Any, place: Place, wrapped: Wrap
    ) -> Iterator[Misfit]:
        """Judge one value that is no message."""
        filled = self.filled(value)
        if filled is _WAITS:
            return
        for misfit in _tried(parsed, {field.name: wrapped(filled)}, _class_of(field.containing_type), place):
            names = [] if kind.enum_type is None else list(kind.enum_type.values_by_name)
            yield replace(misfit, hint=hint_of(str(filled), names) if names else "")

    def _written(self, text: str) -> Any:
        """A message that is written as JSON in a text."""
        filled = self._known(text)
        if filled is None:
            return _WAITS
        try:
            return json.loads(filled)
        except ValueError:
            return filled

    def filled(self, value: Any) -> Any:
        """A value with all its templates filled in."""
        if isinstance(value, str):
            text = self._known(value)
            return _WAITS if text is None else text
        if isinstance(value, dict):
            members = {name: self.filled(member) for name, member in value.items()}
            return _WAITS if _WAITS in members.values() else members
        if isinstance(value, list | tuple):
            items = [self.filled(item) for item in value]
            return _WAITS if any(item is _WAITS for item in items) else items
        return value


def _as_it_is(item: Any) -> Any:
    return item


def _listed(item: Any) -> list[Any]:
    return [item]


def _under(key: str, item: Any) -> dict[str, Any]:
    return {key: item}


def _tried(
    make: Callable[[Any, type[Any]], object], value: Any, message_class: type[Any], place: Place
) -> list[Misfit]:
    """What protobuf itself says of a value."""
    try:
        make(value, message_class)
    except MessageError as error:
        return [Misfit(place, str(error))]
    return []


def _class_of(descriptor: "Descriptor") -> type[Any]:
    from google.protobuf.message_factory import GetMessageClass  # noqa: PLC0415 - an extra

    made: type[Any] = GetMessageClass(descriptor)
    return made
