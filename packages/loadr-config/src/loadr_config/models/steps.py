"""The steps of a flow: each a map with exactly one key."""

from typing import Annotated, Any, ClassVar, Final, Literal

from loadr_config._modelling import BeforeValidator, Field, Tag
from loadr_config.models._base import OneOf, PlanModel
from loadr_config.models._families import Family
from loadr_config.models._scalars import (
    Code,
    Count,
    CountOrZero,
    Duration,
    Name,
    NumberOrZero,
    PositiveDuration,
    TemplateText,
    TemplateValue,
)
from loadr_config.models.request import Request
from loadr_config.models.think_time import ThinkTime

Expression = TemplateText
"""A condition: with ``${…}`` in the small expression language, else for the script engine.

That is JavaScript, unless the plan's one script module is in Python (`TestPlan.expression_engine`)."""


SCRIPT_ENGINES: Final = ("js", "python")
"""The script engines that plans have keys for."""


class ScriptCode(OneOf):
    """Code for a script engine.

    Attributes:
        engine: The engine's name.
    """

    engine: ClassVar[str]

    script: Code | None = Field(None, description="Code.")
    call: Name | None = Field(None, description="Function of the script module.")


class JsCode(ScriptCode):
    """Code in JavaScript."""

    engine: ClassVar[str] = "js"


class PythonCode(ScriptCode):
    """Code in Python."""

    engine: ClassVar[str] = "python"


def _code(value: Any) -> Any:
    return {"script": value} if isinstance(value, str) else value


class Group(PlanModel):
    """Steps under a name; their samples get the group's tag, and the whole is timed."""

    name: TemplateText = Field(description="The group's name.")
    steps: "Steps" = Field(description="What is done.")


class Repeat(PlanModel):
    """Steps a fixed number of times."""

    times: CountOrZero = Field(description="How many times.")
    steps: "Steps" = Field(description="What is done.")
    counter: Name = Field("index", description="Variable with the number of the turn, from 0.")


class While(PlanModel):
    """Steps as long as a condition holds."""

    condition: Expression = Field(description="Checked before every turn.")
    steps: "Steps" = Field(description="What is done.")
    max_iterations: Count = Field(10_000, description="Turns after which the loop ends anyway.")


class If(PlanModel):
    """Steps for when a condition holds, and for when it does not."""

    condition: Expression = Field(description="What decides.")
    then: "Steps" = Field(description="Done when the condition holds.")
    else_: "Steps" = Field((), alias="else", description="Done when it does not.")


class Choice(PlanModel):
    """One branch of a random step."""

    weight: NumberOrZero = Field(1.0, description="How often, relative to the others.")
    name: Name | None = Field(None, description="Value of the branch tag; by default branch-0, branch-1, ...")
    steps: "Steps" = Field(description="What is done.")


class Random(PlanModel):
    """One of several branches."""

    strategy: Literal["weighted", "uniform", "round_robin"] = Field(
        "weighted", description="How one is chosen."
    )
    choices: tuple[Choice, ...] = Field(description="The branches.", min_length=1)


class Foreach(PlanModel):
    """Steps once for every item of a list."""

    items: TemplateValue = Field(
        description="A list, a template that renders to one, or a script expression."
    )
    var: Name = Field("item", description="Variable with the item.")
    index: Name = Field("index", description="Variable with its number, from 0.")
    steps: "Steps" = Field(description="What is done.")


class Switch(PlanModel):
    """The steps of the case that equals a value."""

    value: TemplateText = Field(description="What is compared, as text.")
    cases: dict[str, "Steps"] = Field(description="Steps by value.")
    default: "Steps" = Field((), description="Done when no case fits.")


class During(PlanModel):
    """Steps again and again for a time."""

    duration: Duration = Field(description="How long turns are started.")
    steps: "Steps" = Field(description="What is done.")
    counter: Name = Field("index", description="Variable with the number of the turn, from 0.")


class Retry(PlanModel):
    """Steps until they succeed; the variable `attempt` counts from 0."""

    times: Count = Field(3, description="Most attempts.")
    until: Expression | None = Field(None, description="What success is; by default that no request failed.")
    backoff: Duration = Field(0.0, description="Wait between two attempts.")
    steps: "Steps" = Field(description="What is done.")


class Parallel(PlanModel):
    """Branches that run at once inside one iteration."""

    branches: tuple["Steps", ...] = Field(description="The steps of each branch.", min_length=1)


class Rendezvous(PlanModel):
    """A wait until enough users have arrived, in the whole run."""

    name: Name = Field(description="Where they meet.")
    users: Count = Field(description="How many must have arrived.")
    timeout: PositiveDuration = Field(30.0, description="Longest wait.")


class RequestStep(PlanModel):
    """Send a request."""

    request: Request = Field(description="The request.")


class ThinkTimeStep(PlanModel):
    """Wait."""

    think_time: ThinkTime = Field(description="How long.")


class GroupStep(PlanModel):
    """Put steps under a name."""

    group: Group = Field(description="The group.")


class JsStep(PlanModel):
    """Run code."""

    js: Annotated[JsCode, BeforeValidator(_code, json_schema_input_type=JsCode | str)] = Field(
        description="Code, or {call: function}."
    )


class PythonStep(PlanModel):
    """Run code in Python."""

    python: Annotated[PythonCode, BeforeValidator(_code, json_schema_input_type=PythonCode | str)] = Field(
        description="Code, or {call: function}."
    )


class RepeatStep(PlanModel):
    """Repeat steps."""

    repeat: Repeat = Field(description="The loop.")


class WhileStep(PlanModel):
    """Repeat steps while a condition holds."""

    while_: While = Field(alias="while", description="The loop.")


class IfStep(PlanModel):
    """Decide."""

    if_: If = Field(alias="if", description="The decision.")


class RandomStep(PlanModel):
    """Take one of several branches."""

    random: Random = Field(description="The branches.")


class ForeachStep(PlanModel):
    """Go through a list."""

    foreach: Foreach = Field(description="The loop.")


class SwitchStep(PlanModel):
    """Decide by a value."""

    switch: Switch = Field(description="The cases.")


class DuringStep(PlanModel):
    """Repeat steps for a time."""

    during: During = Field(description="The loop.")


class RetryStep(PlanModel):
    """Repeat steps until they succeed."""

    retry: Retry = Field(description="The attempts.")


class ParallelStep(PlanModel):
    """Run branches at once."""

    parallel: Parallel = Field(description="The branches.")


class RendezvousStep(PlanModel):
    """Wait for other users."""

    rendezvous: Rendezvous = Field(description="The meeting.")


_FAMILY = Family(
    "step",
    {
        "request": RequestStep,
        "think_time": ThinkTimeStep,
        "js": JsStep,
        "python": PythonStep,
        "group": GroupStep,
        "repeat": RepeatStep,
        "while": WhileStep,
        "if": IfStep,
        "random": RandomStep,
        "foreach": ForeachStep,
        "switch": SwitchStep,
        "during": DuringStep,
        "retry": RetryStep,
        "parallel": ParallelStep,
        "rendezvous": RendezvousStep,
    },
    key=None,
)

Step = Annotated[
    Annotated[RequestStep, Tag(_FAMILY.tag("request"))]
    | Annotated[ThinkTimeStep, Tag(_FAMILY.tag("think_time"))]
    | Annotated[JsStep, Tag(_FAMILY.tag("js"))]
    | Annotated[PythonStep, Tag(_FAMILY.tag("python"))]
    | Annotated[GroupStep, Tag(_FAMILY.tag("group"))]
    | Annotated[RepeatStep, Tag(_FAMILY.tag("repeat"))]
    | Annotated[WhileStep, Tag(_FAMILY.tag("while"))]
    | Annotated[IfStep, Tag(_FAMILY.tag("if"))]
    | Annotated[RandomStep, Tag(_FAMILY.tag("random"))]
    | Annotated[ForeachStep, Tag(_FAMILY.tag("foreach"))]
    | Annotated[SwitchStep, Tag(_FAMILY.tag("switch"))]
    | Annotated[DuringStep, Tag(_FAMILY.tag("during"))]
    | Annotated[RetryStep, Tag(_FAMILY.tag("retry"))]
    | Annotated[ParallelStep, Tag(_FAMILY.tag("parallel"))]
    | Annotated[RendezvousStep, Tag(_FAMILY.tag("rendezvous"))],
    _FAMILY.discriminator(),
]

Steps = tuple[Step, ...]
