"""What a response's body means: text, JSON, markup, each made at most once."""

from abc import ABC, abstractmethod
from typing import Any


class ContentError(Exception):
    """A body is not what a plan takes it for: the target's failure, so the request fails.

    Attributes:
        reason: for the failure breakdown, which counts equal reasons: no positions and no values of
            this one response, please.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Content(ABC):
    """A response's body, decoded and parsed when something first asks for it, and then kept.

    Everything that looks into one response shares one content: extractors, conditions, plugins.
    What it gives is shared too, so it is not to be changed.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def text(self) -> str:
        """The body, decoded by the charset that it declares, else as UTF-8. Raises `ContentError`."""

    @property
    @abstractmethod
    def json(self) -> Any:
        """The body as a JSON value. Raises `ContentError`."""
