"""One compiled entry of a request's `extract` list."""

from collections.abc import Callable
from typing import Any

from loadr_core.extraction.chain_checks import ChainCheck
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.sources.source import Finder
from loadr_core.spi.content import ContentError
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError, Value


class Extraction:
    """Takes a value from a response into a variable.

    Where nothing can be taken the default stands in; without one the variable is unset, so that no
    later request goes out with the value of an earlier response.

    Attributes:
        variable: the variable's name.
        check: what the value must be, or `None`.
        reads_body: whether it looks into the response's body.
    """

    __slots__ = ("_default", "_find", "_nothing", "_refine", "check", "reads_body", "variable")

    def __init__(
        self,
        variable: str,
        find: Finder,
        *,
        nothing: str,
        default: Value | None,
        refine: Callable[[Any], Any] | None = None,
        check: ChainCheck | None = None,
        reads_body: bool,
    ) -> None:
        """Join what is compiled.

        Args:
            variable: the variable's name.
            find: finds the value.
            nothing: the reason where there is none.
            default: stands in where nothing can be taken, or `None`.
            refine: coercion and transforms; raises `ContentError`.
            check: what the value must be.
            reads_body: whether `find` looks into the body.
        """
        self.variable = variable
        self.check = check
        self.reads_body = reads_body
        self._find = find
        self._nothing = nothing
        self._default = default
        self._refine = refine

    def take(self, response: Response, scope: Scope) -> str | None:
        """Set the variable, or unset it; the reason of a failure, else `None`."""
        try:
            value = self._find(response, scope)
            if value is MISSING:
                raise ContentError(self._nothing)  # noqa: TRY301 - rare, and one way for all that is missing
        except (ContentError, RenderError) as error:
            if self._default is None:
                return self._fail(error, scope)
            return self._take_default(self._default, scope)
        if self._refine is not None:
            return self._keep(value, scope)
        scope.variables[self.variable] = value
        return None

    def _keep(self, value: Any, scope: Scope) -> str | None:
        if self._refine is not None:
            try:
                value = self._refine(value)
            except ContentError as error:
                return self._fail(error, scope)
        scope.variables[self.variable] = value
        return None

    def _take_default(self, default: Value, scope: Scope) -> str | None:
        try:
            value = default.render(scope)
        except RenderError as error:
            return self._fail(error, scope)
        return self._keep(value, scope)

    def _fail(self, error: ContentError | RenderError, scope: Scope) -> str:
        scope.variables.pop(self.variable, None)
        return str(error)

    def __repr__(self) -> str:
        return f"<Extraction {self.variable}{'' if self._default is None else ' with a default'}>"
