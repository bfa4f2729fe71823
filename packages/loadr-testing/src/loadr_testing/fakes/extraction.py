"""Extractors and assertions that follow a rule, and what those of plugins are handed."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from loadr_core.spi import Assertion, Content, Extractor, Response, Scope, UseContext, Value

FindRule = Callable[[Content, Mapping[str, Any]], Sequence[Any]]
"""From a content and the rendered options to the values."""

HoldsRule = Callable[[Content, Mapping[str, Any]], bool]


def use_context(*, config: Mapping[str, Any] | None = None, **options: Any) -> UseContext:
    """What a plugin gets whose options are these, none of them a template."""
    fixed = {
        name: value if isinstance(value, Value) else Value.fixed(value) for name, value in options.items()
    }
    return UseContext(fixed, Path.cwd(), config or {})


def fake_extractor(rule: FindRule, *, needs_body: bool = True) -> type[Extractor]:
    """An extractor class whose values follow the rule."""

    class RuledExtractor(Extractor):
        reads_body = needs_body

        def __init__(self, context: UseContext) -> None:
            self._options = context.options

        def find(self, response: Response, content: Content, scope: Scope) -> Sequence[Any]:
            del response
            return rule(content, _rendered(self._options, scope))

    return RuledExtractor


def fake_assertion(
    rule: HoldsRule, *, called: str = "the rule holds", needs_body: bool = True
) -> type[Assertion]:
    """An assertion class that judges by the rule, under the name `called`."""

    class RuledAssertion(Assertion):
        reads_body = needs_body

        def __init__(self, context: UseContext) -> None:
            self._options = context.options

        @property
        def name(self) -> str:
            return called

        def holds(self, response: Response, content: Content, scope: Scope) -> bool:
            del response
            return rule(content, _rendered(self._options, scope))

    return RuledAssertion


def _rendered(options: Mapping[str, Value], scope: Scope) -> dict[str, Any]:
    return {name: value.render(scope) for name, value in options.items()}
