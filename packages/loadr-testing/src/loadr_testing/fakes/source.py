"""A source of observed metrics by a rule."""

from collections.abc import Callable
from typing import ClassVar

from loadr_core.spi import ObservedValues, Source, SourceContext, Window

Rule = Callable[[Window], list[ObservedValues]]


class FakeSource(Source):
    """The base of what `fake_source` makes.

    Attributes:
        contexts: what each source was made with.
        windows: what was asked for, in order.
    """

    rule: ClassVar[Rule]
    contexts: ClassVar[list[SourceContext]]
    windows: ClassVar[list[Window]]

    def __init__(self, context: SourceContext) -> None:
        super().__init__(context)
        self.contexts.append(context)

    async def read(self, window: Window) -> list[ObservedValues]:
        """What the rule says; it may raise."""
        self.windows.append(window)
        return type(self).rule(window)


def fake_source(rule: Rule) -> type[FakeSource]:
    """A class of sources that answer as the rule says, with a memory of its own."""

    class Ruled(FakeSource):
        pass

    Ruled.rule = staticmethod(rule)
    Ruled.contexts = []
    Ruled.windows = []
    return Ruled
