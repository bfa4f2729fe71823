"""Why a run ends before its time: the first reason wins and is kept."""

from enum import StrEnum


class Cause(StrEnum):
    """Who or what ended a run."""

    SIGNAL = "signal"
    CONTROL = "control"
    THRESHOLD = "threshold"
    TEST = "test"  # `abort_test`, or the script
    SETUP = "setup"
    TROUBLE = "trouble"  # workers lost, an extension broken


class Ending:
    """The end of a run.

    Attributes:
        reason: the first reason, for people; `None` while nobody wants to end the run.
        cause: its kind.
        interrupted: whether the user has interrupted once.
        killed: whether the user wanted it at once, so that nothing was finished.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        self.cause: Cause | None = None
        self.interrupted = False
        self.killed = False
        self._scenarios: dict[str, Cause] = {}

    @property
    def is_wanted(self) -> bool:
        """Whether anybody wants to end the run."""
        return self.reason is not None

    def want(self, reason: str, cause: Cause) -> bool:
        """Ask for the end of the run; whether this was the first to ask."""
        if self.is_wanted:
            return False
        self.reason, self.cause = reason, cause
        return True

    def want_scenario(self, scenario: str, cause: Cause) -> bool:
        """Ask for the end of one scenario; whether this was the first to ask."""
        first = scenario not in self._scenarios
        self._scenarios.setdefault(scenario, cause)
        return first

    @property
    def by_hand(self) -> bool:
        """Whether a person ended the run, or part of it."""
        return self.cause in (Cause.SIGNAL, Cause.CONTROL) or Cause.CONTROL in self._scenarios.values()

    def __repr__(self) -> str:
        return f"<Ending {self.reason or 'not wanted'}{', at once' if self.killed else ''}>"
