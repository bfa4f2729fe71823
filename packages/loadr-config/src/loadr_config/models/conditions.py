"""Conditions: what ``assert`` and ``checks`` demand of a response."""

import re
from typing import Annotated, Any, Literal, Self

from loadr_config._modelling import BeforeValidator, ConfigDict, Field, Tag, WithJsonSchema, model_validator
from loadr_config.models._base import PlanModel, Tagged, is_set, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import (
    TEMPLATE,
    Code,
    CountOrZero,
    Duration,
    Flag,
    Name,
    Number,
    RegexTemplate,
    TemplateText,
    TemplateValue,
    checked_template,
    kind_of,
)

OnFailure = Literal["continue", "abort_iteration", "abort_scenario", "abort_test"]


_DIGITS = re.compile(r"\s*[0-9]{1,9}\s*")


def _status(value: Any) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return int(value)
    if isinstance(value, str):
        if "${" in value:
            return checked_template(value)
        if _DIGITS.fullmatch(value):
            return int(value)
    raise mistake(f"expected a status such as 200, got {kind_of(value)}")


Status = Annotated[
    int | str,
    BeforeValidator(_status),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}),
    TEMPLATE,
]
"""A status, or a template that renders to one."""


class ConditionBase(Tagged):
    """What all conditions have in common."""

    name: TemplateText | None = Field(
        None, description="Name in the summary; by default a readable one is made."
    )
    on_failure: OnFailure = Field("continue", description="What a failed assert stops.")


class StatusCondition(ConditionBase):
    """The response's status; all given operands must hold."""

    type: Literal["status"] = "status"
    equals: Status | None = Field(None, description="The one status that passes.")
    one_of: tuple[Status, ...] | None = Field(None, description="The statuses that pass.", min_length=1)
    matches: RegexTemplate | None = Field(
        None, description="Regular expression that the status as text matches whole."
    )

    @model_validator(mode="after")
    def _some_operand(self) -> Self:
        if self.equals is None and self.one_of is None and self.matches is None:
            raise mistake('needs "equals", "one_of" or "matches"')
        return self


class BodyContainsCondition(ConditionBase):
    """A text in the body."""

    type: Literal["body_contains"] = "body_contains"
    value: TemplateText = Field(description="The text.")
    negate: Flag = Field(False, description="Pass when the text is absent.")


class BodyMatchesCondition(ConditionBase):
    """A regular expression found in the body."""

    type: Literal["body_matches"] = "body_matches"
    pattern: RegexTemplate = Field(description="The regular expression.")
    negate: Flag = Field(False, description="Pass when nothing matches.")


class JsonpathCondition(ConditionBase):
    """A value in a JSON body."""

    type: Literal["jsonpath"] = "jsonpath"
    expression: TemplateText = Field(description="JSONPath (RFC 9535).")
    equals: TemplateValue = Field(None, description="The value it must have.")
    exists: Flag | None = Field(None, description="Whether it must be there.")


class XpathCondition(ConditionBase):
    """A value in an XML or HTML body."""

    type: Literal["xpath"] = "xpath"
    expression: TemplateText = Field(description="XPath 1.0.")
    equals: TemplateText | None = Field(None, description="The text it must have.")
    exists: Flag | None = Field(None, description="Whether it must be there.")


class DurationCondition(ConditionBase):
    """The time of the request."""

    type: Literal["duration"] = "duration"
    max: Duration = Field(description="The longest time that passes.")


class SizeCondition(ConditionBase):
    """The body's size in bytes."""

    type: Literal["size"] = "size"
    min: CountOrZero | None = Field(None, description="The least size.")
    max: CountOrZero | None = Field(None, description="The greatest size.")
    equals: CountOrZero | None = Field(None, description="The exact size.")

    @model_validator(mode="after")
    def _some_operand(self) -> Self:
        if self.min is None and self.max is None and self.equals is None:
            raise mistake('needs "min", "max" or "equals"')
        if self.min is not None and self.max is not None and self.min > self.max:
            raise mistake('"min" is above "max"', key="min")
        return self


class HeaderCondition(ConditionBase):
    """A response header."""

    type: Literal["header"] = "header"
    header: Name = Field(description="The header's name.")
    equals: TemplateText | None = Field(None, description="The whole value.")
    contains: TemplateText | None = Field(None, description="A part of the value.")
    exists: Flag | None = Field(None, description="Whether the header must be there.")


class ScriptCondition(ConditionBase):
    """An expression of a script engine, with `response` and `session.vars` in scope; its type is the engine's name."""

    type: Literal["js", "python"]
    expression: Code = Field(description="The expression.")


class JsCondition(ScriptCondition):
    """An expression in JavaScript, with `response` and `session.vars` in scope."""

    type: Literal["js"] = "js"


class PythonCondition(ScriptCondition):
    """An expression in Python, with `response` and `session` in scope."""

    type: Literal["python"] = "python"


class PluginCondition(ConditionBase):
    """A condition that a plugin judges; all further keys are the plugin's."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, TemplateValue]

    type: Literal["plugin"] = "plugin"
    plugin: Name = Field(description="Entry-point name in loadr.assertions.")


_FAMILY = Family(
    "condition",
    {
        "status": StatusCondition,
        "body_contains": BodyContainsCondition,
        "body_matches": BodyMatchesCondition,
        "jsonpath": JsonpathCondition,
        "xpath": XpathCondition,
        "duration": DurationCondition,
        "size": SizeCondition,
        "header": HeaderCondition,
        "js": JsCondition,
        "python": PythonCondition,
        "plugin": PluginCondition,
    },
)

Condition = Annotated[
    Annotated[StatusCondition, Tag(_FAMILY.tag("status"))]
    | Annotated[BodyContainsCondition, Tag(_FAMILY.tag("body_contains"))]
    | Annotated[BodyMatchesCondition, Tag(_FAMILY.tag("body_matches"))]
    | Annotated[JsonpathCondition, Tag(_FAMILY.tag("jsonpath"))]
    | Annotated[XpathCondition, Tag(_FAMILY.tag("xpath"))]
    | Annotated[DurationCondition, Tag(_FAMILY.tag("duration"))]
    | Annotated[SizeCondition, Tag(_FAMILY.tag("size"))]
    | Annotated[HeaderCondition, Tag(_FAMILY.tag("header"))]
    | Annotated[JsCondition, Tag(_FAMILY.tag("js"))]
    | Annotated[PythonCondition, Tag(_FAMILY.tag("python"))]
    | Annotated[PluginCondition, Tag(_FAMILY.tag("plugin"))],
    _FAMILY.discriminator(),
]


class ExtractCheck(PlanModel):
    """What an extracted value must be; counted like a check, and a failure fails the request."""

    equals: TemplateValue = Field(None, description="The value.")
    matches: RegexTemplate | None = Field(None, description="Regular expression found in the value as text.")
    one_of: tuple[TemplateValue, ...] | None = Field(None, description="The values that pass.", min_length=1)
    min: Number | None = Field(None, description="The least number.")
    max: Number | None = Field(None, description="The greatest number.")
    not_empty: Flag | None = Field(None, description="Whether an empty value fails.")
    on_failure: OnFailure = Field("continue", description="What a failure stops.")

    @model_validator(mode="after")
    def _some_operand(self) -> Self:
        operands = ("equals", "matches", "one_of", "min", "max", "not_empty")
        if not any(is_set(self, operand) for operand in operands):
            raise mistake(f"needs one of {', '.join(operands)}")
        return self
