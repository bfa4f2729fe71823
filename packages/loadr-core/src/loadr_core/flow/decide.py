"""`if` and `switch`: one of several branches, by a condition or by a text."""

from collections.abc import Mapping

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.flow.values import Value
from loadr_core.spi.scope import Scope


class IfStep(Step):
    """Runs one of two branches."""

    __slots__ = ("_condition", "_else", "_then")

    def __init__(self, condition: Value[bool], then: Block, otherwise: Block) -> None:
        self._condition = condition
        self._then = then
        self._else = otherwise

    @property
    def waits(self) -> bool:
        """When both branches do."""
        return self._then.waits and self._else.waits

    async def run(self, scope: Scope) -> None:
        """Decide, then run."""
        for step in (self._then if self._condition(scope) else self._else).steps:
            await step.run(scope)


class SwitchStep(Step):
    """Runs the branch whose key is the text of a value."""

    __slots__ = ("_cases", "_default", "_value")

    def __init__(self, value: Value[str | None], cases: Mapping[str, Block], default: Block) -> None:
        self._value = value
        self._cases: Mapping[str | None, Block] = {key: cases[key] for key in cases}
        self._default = default

    @property
    def waits(self) -> bool:
        """When all branches do."""
        return self._default.waits and all(block.waits for block in self._cases.values())

    async def run(self, scope: Scope) -> None:
        """Decide, then run."""
        for step in self._cases.get(self._value(scope), self._default).steps:
            await step.run(scope)
