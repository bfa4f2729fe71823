"""What a source of observed metrics implements: it tells what the target's own monitoring saw.

    source = Source(context)            once per entry of the plan's `observe`, before the run
    series = await source.read(window)  every few seconds while the load runs, and once at its end

Sources live in the coordinator process. Register the class under the entry-point group
`loadr.sources`; the entry's name is the plan's `observe[].type`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class SourceError(Exception):
    """A source cannot be asked, or did not answer: told with the result, never the end of a run.

    Its text is for people, and holds no credentials.
    """


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a source gets when it is made.

    Attributes:
        config: the plan's entry without `type`, its templates filled in.
    """

    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """The moments that are asked for: `start`, `start + step`, and so on.

    Attributes:
        start: seconds since the epoch.
        step: seconds, whole.
        count: how many moments, at least one.
    """

    start: float
    step: int
    count: int

    @property
    def end(self) -> float:
        """The last moment, seconds since the epoch."""
        return self.start + self.step * (self.count - 1)


@dataclass(frozen=True, slots=True)
class ObservedValues:
    """One series over a window.

    Attributes:
        values: one for each moment; `None` where there was none.
        labels: what tells the series from others of the same answer.
    """

    values: Sequence[float | None]
    labels: Mapping[str, str] = field(default_factory=dict)


class Source(ABC):
    """Somebody who knows metrics of the target.

    Args:
        context: what to ask for, and where.

    Raises:
        SourceError: the entry cannot work: the run is refused.
    """

    def __init__(self, context: SourceContext) -> None:
        self.context = context

    @abstractmethod
    async def read(self, window: Window) -> list[ObservedValues]:
        """Read all series. Called on the coordinator's loop, must not block it.

        Raises:
            SourceError: nobody answered, or the answer cannot be used.
        """
