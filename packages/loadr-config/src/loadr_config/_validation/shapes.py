"""Which model stands at a place: following an error's location through the models' annotations."""

import types
from typing import Annotated, Any, ForwardRef, Union, get_args, get_origin

from pydantic import BaseModel

from loadr_config.models import TestPlan
from loadr_config.models._families import model_of_tag


def model_at(location: tuple[str | int, ...]) -> type[BaseModel] | None:
    """Return the model that an error's location leads to, or None where there is no model.

    Args:
        location: pydantic's location: keys, indices and the ``#family:member`` tags of unions.
    """
    shape: Any = TestPlan
    for part in location:
        if isinstance(part, str) and part.startswith("#"):
            shape = model_of_tag(part)
        else:
            shape = below(bare(shape), part)
        if shape is None:
            return None
    shape = bare(shape)
    return shape if isinstance(shape, type) and issubclass(shape, BaseModel) else None


def below(shape: Any, part: str | int) -> Any:
    """Return what stands under a key or an index of a shape, or None."""
    if isinstance(shape, str | ForwardRef):
        return shape  # a list of steps: the next tag tells more
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        for name, field in shape.model_fields.items():
            if (field.alias or name) == part:
                return field.annotation
        return None
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is tuple:
        return arguments[0]
    if origin is dict:
        return arguments[1]
    return None


def bare(shape: Any) -> Any:
    """Take off what does not change the shape: annotations, and the None of what is optional."""
    while True:
        origin = get_origin(shape)
        if origin is Annotated:
            shape = get_args(shape)[0]
        elif origin is Union or origin is types.UnionType:
            members = [member for member in get_args(shape) if member is not type(None)]
            if len(members) != 1:
                return shape
            shape = members[0]
        else:
            return shape
