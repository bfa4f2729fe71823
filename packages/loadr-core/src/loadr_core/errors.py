"""The errors of the engine.

LoadrError                  everything below; carries the exit code
├── PlanRefusedError        the user's mistake: the plan asks for what cannot be run here
├── ControlError            a command to a running test that it cannot obey
├── ScriptFailedError       a script failed before the run, or in its summary
├── ExtensionError          a protocol, output or other extension misbehaved; names it
└── RunError                the run could not go on: a worker lost, nothing completed
    └── RunKilledError      interrupted twice before the load began

What the target does wrong is no error: it is counted.
"""

from collections.abc import Sequence
from typing import ClassVar


class LoadrError(Exception):
    """The root.

    Attributes:
        exit_code: what the command exits with.
    """

    exit_code: ClassVar[int] = 1


class PlanRefusedError(LoadrError):
    """The plan is valid, but this installation cannot run it.

    Attributes:
        problems: one line each, with the place in the plan and the way out.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ControlError(LoadrError):
    """A running test cannot obey a command; the message says which knob of what."""


class ScriptFailedError(LoadrError):
    """A script's top level or its `handleSummary` failed; the message tells where."""

    exit_code: ClassVar[int] = 107


class ExtensionError(LoadrError):
    """An extension is broken or missing; the message names it and its distribution."""


class RunError(LoadrError):
    """The run could not go on."""


class RunKilledError(RunError):
    """The user interrupted twice before there was anything to summarize."""

    exit_code: ClassVar[int] = 130
