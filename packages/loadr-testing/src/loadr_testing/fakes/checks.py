"""Extensions that check what a test wants, without a protocol or a script engine behind them."""

from collections.abc import Callable, Iterable, Sequence

from loadr_core.spi import Finding, PlanContext, PlanPart

CheckRule = Callable[[PlanPart, PlanContext], Iterable[Finding]]


class FakeChecks:
    """The base of what `fake_checks` makes.

    Attributes:
        asked: the parts of every call, in order.
        contexts: what surrounded them.
    """

    rule: CheckRule
    asked: list[tuple[PlanPart, ...]]
    contexts: list[PlanContext]

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterable[Finding]:
        """Apply the rule to each part."""
        cls.asked.append(tuple(parts))
        cls.contexts.append(context)
        return [finding for part in parts for finding in cls.rule(part, context)]


def fake_checks(rule: CheckRule = lambda _part, _context: ()) -> type[FakeChecks]:
    """An extension whose checks follow the rule, with a memory of its own."""

    class Extension(FakeChecks):
        pass

    Extension.rule = staticmethod(rule)
    Extension.asked = []
    Extension.contexts = []
    return Extension


def fake_engine(
    exports: Iterable[str] | None, rule: CheckRule = lambda _part, _context: ()
) -> type[FakeChecks]:
    """A script engine for checks: every module exports these functions; `None`, nobody knows which."""
    known = None if exports is None else frozenset(exports)

    class Engine(FakeChecks):
        @classmethod
        def exports(cls, module: PlanPart, context: PlanContext) -> frozenset[str] | None:
            """The same for every module."""
            del module, context
            return known

    Engine.rule = staticmethod(rule)
    Engine.asked = []
    Engine.contexts = []
    return Engine
