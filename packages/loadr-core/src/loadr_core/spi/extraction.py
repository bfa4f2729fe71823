"""What plugins implement that take values from responses, or judge them.

Register the class under the entry-point group `loadr.extractors` or `loadr.assertions`; the entry's
name is what a plan writes as `plugin`. One object is made per use in a plan and worker, before the
run, and shared by all VUs.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from loadr_core.spi.content import Content
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import Value


@dataclass(frozen=True, slots=True)
class UseContext:
    """Where and how a plan uses an extractor or an assertion.

    Attributes:
        options: the entry's keys that are the plugin's own, by name.
        folder: relative paths of the plan start here.
        config: the plan's `plugins[].config` for this plugin.
    """

    options: Mapping[str, Value]
    folder: Path
    config: Mapping[str, Any] = field(default_factory=dict)


class Extractor(ABC):
    """Finds values in responses.

    Attributes:
        reads_body: whether it looks into the body; where nothing does, the body is not kept.
    """

    reads_body: ClassVar[bool] = True

    @abstractmethod
    def __init__(self, context: UseContext) -> None:
        """Make it ready: whatever is known before the run is computed here. May block for a short time.

        Raises:
            CompileError: the options are wrong.
        """

    @abstractmethod
    def find(self, response: Response, content: Content, scope: Scope) -> Sequence[Any]:
        """All values, in their order in the response; none is no error.

        Called by the flow for each response, on the worker's event loop; it must not block.

        Raises:
            ContentError: the body is not what it should be.
            RenderError: an option's reference has no value.

        Anything else that it raises fails the request with the exception's class as its reason.
        """


class Assertion(ABC):
    """Judges responses; the plan decides what follows from it.

    Attributes:
        reads_body: whether it looks into the body; where nothing does, the body is not kept.
    """

    reads_body: ClassVar[bool] = True

    @abstractmethod
    def __init__(self, context: UseContext) -> None:
        """Make it ready, as `Extractor` says."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What it demands, as a name in the summary; read once, where the plan gives none."""

    @abstractmethod
    def holds(self, response: Response, content: Content, scope: Scope) -> bool:
        """Whether a response is as it should be. Called and raising as `Extractor.find`."""
