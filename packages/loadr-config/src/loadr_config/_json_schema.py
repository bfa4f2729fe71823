"""The plan language as JSON Schema (draft 2020-12), generated from the models, for editors."""

from typing import Any, Final

from pydantic import BaseModel

from loadr_config import models
from loadr_config._json_schema_parts import Parts
from loadr_config.durations import format_duration
from loadr_config.models import TestPlan
from loadr_config.models._families import FAMILIES
from loadr_config.models._scalars import DURATION_SCHEMA

__all__ = ["json_schema"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ENV: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Overlays, chosen with -e NAME: parts of a plan that are laid over it.",
}
_EXTENDS: Final[dict[str, Any]] = {
    "type": "string",
    "description": "Another plan, over which this one is laid; in this plan's folder.",
}


def json_schema() -> dict[str, Any]:
    """Return the schema of a plan; every call makes a new one."""
    schema = TestPlan.model_json_schema(by_alias=True, mode="validation")
    _require_tags(schema["$defs"])
    _describe(schema, TestPlan)
    for name, definition in schema["$defs"].items():
        _describe(definition, getattr(models, name))
    _tidy(schema)
    overlay = Parts(schema).of_model(TestPlan, schema["properties"])
    env = {**_ENV, "additionalProperties": overlay}
    schema["properties"] |= {"env": env, "extends": _EXTENDS}
    # A plan that extends another one may leave everything to it.
    required = schema.pop("required")
    schema["anyOf"] = [{"required": required}, {"required": ["extends"]}]
    return {"$schema": _DIALECT, "title": "loadr test plan", **schema}


def _require_tags(definitions: dict[str, Any]) -> None:
    """Demand the key that chooses among siblings: without it a union of them fits anything."""
    for family in FAMILIES.values():
        for model in family.members.values():
            if model is None or family.key is None or family.key not in model.model_fields:
                continue
            definition = definitions[model.__name__]
            definition["properties"][family.key].pop("default", None)
            definition.setdefault("required", []).append(family.key)
        if family.others is not None and (other := family.members[family.others]) is not None:
            known = [member for member in family.members if member != family.others]
            definitions[other.__name__]["properties"][family.key]["not"] = {"enum": known}
    for definition in definitions.values():
        if "required" in definition:
            definition["required"] = sorted(set(definition["required"]))


def _describe(definition: dict[str, Any], model: type[BaseModel]) -> None:
    """Put in the descriptions that pydantic leaves out beside a reference."""
    for name, field in model.model_fields.items():
        shown = definition["properties"][field.alias or name]
        if field.description is not None:
            shown.setdefault("description", field.description)


def _tidy(node: Any) -> None:
    """Write default durations as people do; drop generated titles and defaults that are whole maps."""
    if isinstance(node, list):
        for item in node:
            _tidy(item)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    default = node.get("default")
    if isinstance(default, dict | list) or (default is None and "default" in node):
        del node["default"]
    elif isinstance(default, float) and node.get("examples") == DURATION_SCHEMA["examples"]:
        node["default"] = format_duration(default)
    for key, member in node.items():
        if key == "properties":
            for below in member.values():
                _tidy(below)
        elif key not in {"default", "examples", "enum", "const"}:
            _tidy(member)
