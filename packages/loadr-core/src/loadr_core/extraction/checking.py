"""What `loadr validate` asks the engine about expressions: each kind is an entry of `loadr.extractors`.

Regular expressions are checked by the plan language itself, with the library that runs them. A library is
imported only where a plan has an expression for it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from loadr_config.diagnostics import Finding, Severity
from loadr_config.parts import PlanPart
from loadr_core.extraction.errors import ExpressionError, LibraryMissingError
from loadr_core.extraction.jmes_paths import compile_jmespath
from loadr_core.extraction.json_paths import compile_jsonpath
from loadr_core.extraction.sources.css import check_css
from loadr_core.extraction.xpaths import compile_xpath
from loadr_core.spi.checks import PlanContext


class Expressions(ABC):
    """The expressions of one kind in a plan."""

    @staticmethod
    @abstractmethod
    def compile(expression: str) -> Any:
        """Compile one. Raises `ExpressionError` or `LibraryMissingError`."""

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterable[Finding]:
        """See `Checks.check`: what is wrong with the expressions."""
        del context
        return cls._findings(parts)

    @classmethod
    def _findings(cls, parts: Sequence[PlanPart]) -> Iterator[Finding]:
        for part in parts:
            try:
                cls.compile(part.value)
            except LibraryMissingError as error:
                message = f"{error.message}: such expressions are not checked"
                yield part.finding(message, suggestion=error.hint, severity=Severity.WARNING)
                return
            except ExpressionError as error:
                yield part.finding(error.message, suggestion=error.hint or None, offset=error.offset)


class JsonpathExpressions(Expressions):
    """`jsonpath`."""

    compile = staticmethod(compile_jsonpath)


class JmespathExpressions(Expressions):
    """`jmespath`."""

    compile = staticmethod(compile_jmespath)


class XpathExpressions(Expressions):
    """`xpath`."""

    compile = staticmethod(compile_xpath)


class CssExpressions(Expressions):
    """`css`."""

    compile = staticmethod(check_css)
