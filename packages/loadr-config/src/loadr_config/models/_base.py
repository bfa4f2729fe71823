"""What all models of the plan share."""

from typing import TYPE_CHECKING, Any, Self

from loadr_config._modelling import BaseModel, ConfigDict, model_validator

if TYPE_CHECKING:
    from pydantic_core import PydanticCustomError


def mistake(message: str, **where: Any) -> "PydanticCustomError":
    """Make the error that a validator raises.

    Args:
        message: What is wrong, for people.
        where: What makes the place exact: `key`, the key of the validated map to which the mistake
            belongs; `below`, a path below the value; `offset` characters into the text `of`; and
            `suggestion`, what to do about it.
    """
    from pydantic_core import PydanticCustomError  # noqa: PLC0415 - not for a process that never validates

    # The message travels in the context: pydantic would take braces in it for its own placeholders.
    return PydanticCustomError("plan", "{text}", {"text": message, **where})


class PlanModel(BaseModel):
    """A map of the plan: immutable, without unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, validate_by_alias=True, validate_by_name=True
    )


class Tagged(PlanModel):
    """A map that a key of its own (`type`, `executor`) tells from its siblings.

    The tag always counts as set, so that what leaves out unset keys keeps it.
    """

    def model_post_init(self, context: Any, /) -> None:  # noqa: ARG002  (pydantic's signature)
        """Count the tag as set."""
        self.model_fields_set.update({"type", "executor"} & type(self).model_fields.keys())


class OneOf(PlanModel):
    """A map of which exactly one of several keys is given."""

    @classmethod
    def choices(cls) -> tuple[str, ...]:
        """Return the keys of which exactly one is needed; by default all."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        names = {name: field.alias or name for name, field in type(self).model_fields.items()}
        given = [names[name] for name in names if name in self.model_fields_set]
        chosen = [key for key in given if key in self.choices()]
        wanted = " or ".join(f'"{key}"' for key in self.choices())
        if not chosen:
            raise mistake(f"needs {wanted}")
        if len(chosen) > 1:
            raise mistake(
                f'takes only one of {wanted}, not both "{chosen[0]}" and "{chosen[1]}"', key=chosen[1]
            )
        return self


def is_set(model: BaseModel, name: str) -> bool:
    """Tell whether a field was written in the plan: a written null is not the same as a missing key."""
    return name in model.model_fields_set


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that have a value."""
    return {key: value for key, value in values.items() if value is not None}
