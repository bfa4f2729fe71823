"""Conditions of steps and the lists that steps go through, made ready to evaluate."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from loadr_config import expressions
from loadr_config.errors import EvaluationError, ExpressionError
from loadr_config.templates import Reference, parse
from loadr_core.errors import PlanRefusedError
from loadr_core.extraction.patterns import compile_pattern
from loadr_core.spi.content import ContentError
from loadr_core.spi.protocol import CompileError
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError, Value
from loadr_core.templating.scripts import ScriptExpressions
from loadr_core.templating.texts import TextCompiler
from loadr_core.templating.values import compile_tree


def compile_condition(source: str, texts: TextCompiler) -> Callable[[Scope], bool]:
    """Compile an expression with ``${…}``; the result raises `EvaluationError`.

    Raises:
        PlanRefusedError: it is no expression, a constant in it does not exist, or it is the script
            engine's and there is none.
    """
    if "${" not in source:
        return _scripts(texts, source).condition(source)

    def look_up(reference: Reference) -> Callable[[Scope], Any]:
        get = texts.look_up(reference, source)

        def value_or_none(scope: Scope) -> Any:
            try:
                return get(scope)
            except RenderError:
                return None

        return value_or_none

    try:
        return expressions.compile_condition(expressions.parse(source), look_up, _search)
    except (ExpressionError, EvaluationError, CompileError) as error:
        raise PlanRefusedError([f"{source!r}: {error}"]) from error


def compile_items(items: Any, texts: TextCompiler) -> Callable[[Scope], Sequence[Any]]:
    """Compile the items of a `foreach`: a list whose texts are templates, or a template for a list.

    A text that is one reference only is that value, with its type. The result raises `RenderError` for
    a reference without a value and `EvaluationError` for what is no list.

    Raises:
        PlanRefusedError: a constant does not exist, or the items are the script engine's.
    """
    get: Callable[[Scope], Any]
    if isinstance(items, str) and "${" not in items:
        get = _scripts(texts, items).result(items)
    else:
        get = compile_tree(items, lambda source: _leaf(source, texts)).render

    def look_up(scope: Scope) -> Sequence[Any]:
        value = get(scope)
        listed = _listed(value) if isinstance(value, str) else value
        if not isinstance(listed, list | tuple):
            raise EvaluationError(f"the items are no list but {expressions.kind_of(value)}")
        return listed

    return look_up


def _scripts(texts: TextCompiler, source: str) -> ScriptExpressions:
    if texts.scripts is None:
        raise PlanRefusedError(
            [f"{source!r} is for a script engine, and there is no VU that has a script here"]
        )
    return texts.scripts


def _listed(text: str) -> Any:
    """The JSON value that a text is; None when it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _leaf(source: str, texts: TextCompiler) -> Value:
    """A text that is one reference only is that value."""
    parts = parse(source).parts
    if len(parts) == 1 and isinstance(parts[0], Reference):
        return Value(None, texts.look_up(parts[0], source), is_fixed=False)
    text = texts.compile(source)
    return Value(text.static, text.render, is_fixed=text.static is not None)


def _search(expression: str) -> Callable[[str], bool]:
    """Searching with a limit on the time that it takes."""
    pattern = compile_pattern(expression)

    def found(text: str) -> bool:
        try:
            return pattern.search(text) is not None
        except ContentError as error:
            raise EvaluationError(error.reason) from error

    return found
