"""Families: maps of which a key, or the kind of the value, tells the model.

A family gives each member a tag ``#family:member``. Tags appear in the locations of validation errors,
where the leading ``#`` keeps them apart from keys of the plan.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from loadr_config._modelling import BaseModel, Discriminator

FAMILIES: Final[dict[str, "Family"]] = {}
"""Every family by name; filled by the modules that define them, complete once the models are imported."""


@dataclass(frozen=True, slots=True)
class Family:
    """One of several models, chosen by what stands in the map.

    Attributes:
        name: What an entry is called in messages.
        members: The models by the value that chooses them; None for a plain value such as a string.
        key: The key whose value chooses, or None where the one key of the map itself chooses.
        others: The member that takes a value nobody knows (a plugin's name), if there is one.
    """

    name: str
    members: dict[str, type[BaseModel] | None]
    key: str | None = "type"
    others: str | None = None
    choose: Callable[[Any], str | None] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        FAMILIES[self.name] = self

    def tag(self, member: str) -> str:
        """Return the tag of a member."""
        return f"#{self.name}:{member}"

    def tag_of(self, value: Any) -> str | None:
        """Return the tag of the member that a value stands for, or None."""
        if self.choose is not None and (special := self.choose(value)) is not None:
            return self.tag(special)
        if isinstance(value, BaseModel):
            return self._tag_of_model(value)
        if not isinstance(value, dict):
            return None
        chosen = _only_key(value) if self.key is None else value.get(self.key)
        if isinstance(chosen, str):
            if chosen in self.members:
                return self.tag(chosen)
            if self.others is not None:
                return self.tag(self.others)
        return None

    def _tag_of_model(self, value: BaseModel) -> str | None:
        for member, model in self.members.items():
            if type(value) is model:
                return self.tag(member)
        return None

    def discriminator(self) -> Discriminator:
        """Return what makes a union of the tagged members choose by `tag_of`."""
        return Discriminator(
            self.tag_of,
            custom_error_type=f"family:{self.name}",
            custom_error_message=f"unknown {self.name}",
        )


def _only_key(value: dict[Any, Any]) -> Any:
    return next(iter(value)) if len(value) == 1 else None


def model_of_tag(tag: str) -> type[BaseModel] | None:
    """Return the model that a tag stands for, or None for a plain value."""
    family, _, member = tag.removeprefix("#").partition(":")
    return FAMILIES[family].members.get(member)


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys that a model knows, as written in a plan."""
    return tuple(found.alias or name for name, found in model.model_fields.items())


def sibling_keys(tag: str) -> Iterable[tuple[str, str]]:
    """Yield (key, member) for every key that the other members of a tag's family know.

    Only members that the same key chooses are siblings: a chain extractor is no sibling of the classic ones.
    """
    name, _, own = tag.removeprefix("#").partition(":")
    family = FAMILIES[name]
    models = {
        member: model
        for member, model in family.members.items()
        if model and family.key in model.model_fields
    }
    if own not in models:
        return
    for member, model in models.items():
        if member != own:
            for key in keys_of(model):
                yield key, member
