"""The events of a trace. Pure values, without the values of secrets.

PartBegan ─▶ StepBegan ─▶ ... ─▶ StepEnded ─▶ PartEnded      a step's events lie between its two
             of a request: Exchanged (one each), Answered, Judged (one for each condition)
             of any step:  VariablesChanged
"""

from dataclasses import dataclass
from typing import Literal

from loadr_core.tracing.wire import ReadableExchange


@dataclass(frozen=True, slots=True)
class PartBegan:
    """A part of the run begins: `setup`, `teardown`, or the iteration of a scenario.

    Attributes:
        part: its name.
        is_scenario: whether it is a scenario's.
    """

    part: str
    is_scenario: bool


@dataclass(frozen=True, slots=True)
class PartEnded:
    """A part is over.

    Attributes:
        part: its name.
        seconds: how long it took.
        problem: why it ended before its last step; `None` where it did not.
    """

    part: str
    seconds: float
    problem: str | None


@dataclass(frozen=True, slots=True)
class StepBegan:
    """A step begins.

    Attributes:
        place: where it stands in the plan.
        kind: its key there.
        label: what tells it from others of its kind, or an empty text.
    """

    place: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step is over.

    Attributes:
        place: where it stands in the plan.
        kind: its key there.
        seconds: how long it took.
        problem: why it ended the steps around it as well, or `None`.
    """

    place: str
    kind: str
    seconds: float
    problem: str | None


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A request went over the wire, and something came back."""

    place: str
    exchange: ReadableExchange


@dataclass(frozen=True, slots=True)
class Answered:
    """A request step has its response.

    Attributes:
        place: where the step stands in the plan.
        name: the request's name.
        status: the protocol's; 0 where there is none.
        proto: such as `HTTP/1.1`.
        seconds: all its exchanges together.
        size: bytes of the body.
        problem: why it counts as failed as it is, or `None`; conditions come later.
    """

    place: str
    name: str
    status: int
    proto: str
    seconds: float
    size: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """An extraction, an assert or a check has its result, or a hook of a script has failed.

    Attributes:
        place: where the step stands in the plan.
        kind: which of them.
        name: its name; of an extraction the variable's.
        passed: whether it held, or found a value.
        detail: the value, or the reason.
    """

    place: str
    kind: Literal["extract", "assert", "check", "hook"]
    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class VariablesChanged:
    """Variables are not what they were.

    Attributes:
        place: the step.
        changes: names and values as texts; `None` where one is gone.
    """

    place: str
    changes: tuple[tuple[str, str | None], ...]


TraceEvent = PartBegan | PartEnded | StepBegan | StepEnded | Exchanged | Answered | Judged | VariablesChanged
