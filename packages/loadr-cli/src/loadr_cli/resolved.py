"""The resolved plan as data: every key, also those that were left to their defaults."""

from typing import Any

from pydantic import BaseModel

from loadr_config.models import ConditionBase, Request, TestPlan
from loadr_config.secrets import Masker


def resolved(plan: TestPlan) -> dict[str, Any]:
    """Return maps, lists and scalars that load as the same plan; durations are seconds.

    What is None because nobody wrote it is left out: null is a value that a plan can hold.
    """
    data = _resolved(plan, plan.model_dump(by_alias=True))
    assert isinstance(data, dict)
    return data


def _resolved(value: Any, dumped: Any) -> Any:
    match value:
        case BaseModel() if _has_its_keys(value, dumped):
            return _members(value, dumped)
        case dict() if isinstance(dumped, dict):
            return {key: _resolved(member, dumped[key]) for key, member in value.items()}
        case tuple() | list() if isinstance(dumped, tuple | list):
            return [_resolved(item, below) for item, below in zip(value, dumped, strict=True)]
        case _:
            return _plain(dumped)


def _has_its_keys(model: BaseModel, dumped: Any) -> bool:
    """Whether a model is written key by key: a transform, for one, has a form of its own."""
    keys = (field.alias or name for name, field in type(model).model_fields.items())
    return isinstance(dumped, dict) and all(key in dumped for key in keys)


def _members(model: BaseModel, dumped: dict[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, field in type(model).model_fields.items():
        key, value = field.alias or name, getattr(model, name)
        if value is not None or name in model.model_fields_set:
            kept[key] = _resolved(value, dumped[key])
    if isinstance(model, Request):
        for check, below in zip(model.checks, kept.get("checks", ()), strict=True):
            _drop_unused(check, below)
    return {**kept, **_plain(model.__pydantic_extra__ or {})}


def _drop_unused(check: ConditionBase, data: dict[str, Any]) -> None:
    """A check steers nothing: its default `on_failure` would only be warned of."""
    if "on_failure" not in check.model_fields_set:
        data.pop("on_failure", None)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def masked_data(value: Any, masker: Masker) -> Any:
    """Return the data without the values of secrets; keys may hold them too."""
    if isinstance(value, dict):
        return {masker.mask(str(key)): masked_data(member, masker) for key, member in value.items()}
    if isinstance(value, list):
        return [masked_data(item, masker) for item in value]
    return masker.mask(value) if isinstance(value, str) else value
