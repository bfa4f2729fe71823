"""The schema of an overlay: a part of a plan, in which nothing is required.

Maps merge key by key, so every map of an overlay may be incomplete; what replaces as a whole, lists above all, is
what it is in a plan. Of a map that a key tells from its siblings the overlay need not repeat that key, so it takes
the keys of all of them.
"""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from loadr_config._validation.shapes import bare
from loadr_config.models._families import FAMILIES

Schema = dict[str, Any]


class Parts:
    """Adds the definitions of parts to a schema.

    Args:
        schema: The schema of a plan; its ``$defs`` grow.
    """

    def __init__(self, schema: Schema) -> None:
        self._definitions: dict[str, Schema] = schema["$defs"]

    def of_model(self, model: type[BaseModel], properties: Schema | None = None) -> Schema:
        """Return a reference to the part of a model.

        Args:
            model: The model.
            properties: Its properties in the schema, where it is no definition.
        """
        about = (model.__doc__ or "").partition(".")[0]
        return self._of_models((model,), model.__name__, f"A part of: {about}.", properties)

    def _of_siblings(self, models: tuple[type[BaseModel], ...]) -> Schema:
        family = next(family for family in FAMILIES.values() if models[0] in family.members.values())
        name = family.name.title().replace(" ", "")
        return self._of_models(models, name, f"A part of a map that is told by its {family.key}.", None)

    def _of_models(
        self, models: tuple[type[BaseModel], ...], name: str, description: str, properties: Schema | None
    ) -> Schema:
        name = f"PartOf{name}"
        if name not in self._definitions:
            part = self._definitions[name] = {"type": "object", "description": description}
            options: dict[str, list[Schema]] = {}
            for model in models:
                whole = properties or self._definitions[model.__name__]["properties"]
                for key, found in self._properties(model, whole):
                    if found not in (known := options.setdefault(key, [])):
                        known.append(found)
            part |= {
                "additionalProperties": False,
                "properties": {key: _one_of(found) for key, found in options.items()},
            }
        return {"$ref": f"#/$defs/{name}"}

    def _properties(self, model: type[BaseModel], whole: Schema) -> Iterator[tuple[str, Schema]]:
        for name, field in model.model_fields.items():
            key = field.alias or name
            part = self._of_shape(field.annotation)
            yield key, whole[key] if part is None else {"description": field.description, **part}

    def _of_shape(self, shape: Any) -> Schema | None:
        """Return the part of what a field holds; None for what replaces as a whole."""
        shape = bare(shape)
        if _is_model(shape):
            return self.of_model(shape)
        if get_origin(shape) is dict:
            inside = self._of_shape(get_args(shape)[1])
            return None if inside is None else {"type": "object", "additionalProperties": inside}
        if get_origin(shape) in {Union, UnionType}:
            members = tuple(bare(member) for member in get_args(shape))
            return self._of_siblings(members) if all(map(_is_model, members)) else None
        return None


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _one_of(found: list[Schema]) -> Schema:
    if len(found) == 1:
        return found[0]
    if all("const" in option for option in found):
        return {"enum": [option["const"] for option in found]}
    about = next((option["description"] for option in found if "description" in option), None)
    return {"anyOf": found} if about is None else {"description": about, "anyOf": found}
