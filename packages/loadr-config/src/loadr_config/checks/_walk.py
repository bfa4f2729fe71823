"""Walking a plan's models with the paths of the plan."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from loadr_config._tree.nodes import Path
from loadr_config.models._scalars import TEMPLATE


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, bool], ...]:
    """Return (attribute, key, whether its texts are templates) for every field of a model."""
    return tuple(
        (name, field.alias or name, TEMPLATE in field.metadata or _holds_templates(field.annotation))
        for name, field in model.model_fields.items()
    )


def _holds_templates(annotation: Any) -> bool:
    # `get_args` of Annotated gives the metadata too; a model is judged by its own fields.
    return any(part is TEMPLATE or _holds_templates(part) for part in get_args(annotation))


def models_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, BaseModel]]:
    """Yield every model in a value with its path, from the outside in."""
    if isinstance(value, BaseModel):
        yield path, value
        for name, key, _ in _fields(type(value)):
            yield from models_in(getattr(value, name), (*path, key))
    elif isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(member, str):
                yield from models_in(member, (*path, key))
    elif isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        for index, item in enumerate(value):
            if not isinstance(item, str):
                yield from models_in(item, (*path, index))


def templates_of(model: BaseModel, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the texts of a model's own fields that are templates and have a ``$`` in them."""
    for name, key, is_template in _fields(type(model)):
        if is_template:
            yield from _texts(getattr(model, name), (*path, key))
    for key, value in (model.__pydantic_extra__ or {}).items():
        yield from _texts(value, (*path, key))


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        if "${" in value:
            yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _texts(member, (*path, key))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
