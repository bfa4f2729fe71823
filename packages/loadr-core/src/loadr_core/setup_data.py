"""The parts of a run that run once in the whole fleet, and what they leave. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

OncePart = Literal["setup", "teardown"]
"""What runs once: before the first VU and after the last."""


@dataclass(frozen=True, slots=True)
class SetupData:
    """What setup leaves to every VU of every instance, and to teardown.

    It is made once and read by many: whoever changes a value works on a copy.

    Attributes:
        variables: what its steps have set, such as a token that a log-in gave.
        scripts: what the `setup` of each script module has returned, a plain value as JSON has it, by engine.
    """

    variables: Mapping[str, Any] = field(default_factory=dict)
    scripts: Mapping[str, Any] = field(default_factory=dict)


OnceEnd = Literal["steps failed", "script failed", "aborted"]
"""What made such a part fail: one of its steps, a script's own function, or a script that aborts the test."""


@dataclass(frozen=True, slots=True)
class OnceOutcome:
    """How such a part ended.

    Attributes:
        data: what it has left.
        problem: why it failed; `None` when it did not.
        end: what made it fail first.
    """

    data: SetupData
    problem: str | None = None
    end: OnceEnd = "steps failed"
