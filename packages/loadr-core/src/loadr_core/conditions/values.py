"""`jsonpath {expression, equals, exists}` and `xpath {expression, equals, exists}`.

Of several matches the first one counts, as in an extraction. Without an operand something must match.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from loadr_config.expressions import text_of
from loadr_config.models import JsonpathCondition, XpathCondition
from loadr_core.conditions.condition import Condition, named
from loadr_core.extraction.content import content_of
from loadr_core.extraction.json_paths import JsonQuery, compile_jsonpath
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.markup import require_etree
from loadr_core.extraction.operands import compile_equals, shown
from loadr_core.extraction.xpaths import XPathQuery, compile_xpath
from loadr_core.spi.protocol import CompileError, Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError
from loadr_core.templating.values import CompileText

_Find = Callable[[Response, Scope], Any]

# Expressions that are templates are compiled when they are first seen; most give few forms.
_RECENT: Final = 1_000


def compile_jsonpath_condition(condition: JsonpathCondition, compile_text: CompileText) -> Condition:
    """A value in a JSON body. Raises `CompileError`."""
    equals = None
    if "equals" in condition.model_fields_set:
        equals = compile_equals(condition.equals, compile_text)
    find = _finder(condition.expression, compile_text, compile_jsonpath, _find_json)
    return _condition(condition, compile_text, find, equals)


def compile_xpath_condition(condition: XpathCondition, compile_text: CompileText) -> Condition:
    """A text, number or boolean in an XML or HTML body. Raises `CompileError`."""
    require_etree("xpath")
    if condition.equals is None:
        find = _finder(condition.expression, compile_text, compile_xpath, _find_true_in_tree)
        return _condition(condition, compile_text, find, None)
    wanted = compile_text(condition.equals).render
    find = _finder(condition.expression, compile_text, compile_xpath, _find_in_tree)
    return _condition(condition, compile_text, find, lambda value, scope: text_of(value) == wanted(scope))


def _condition(
    condition: JsonpathCondition | XpathCondition,
    compile_text: CompileText,
    find: _Find,
    equals: Callable[[Any, Scope], bool] | None,
) -> Condition:
    exists = condition.exists is not False
    words = []
    if equals is not None:
        words.append(f"is {shown(condition.equals)}")
    if condition.exists is not None or equals is None:
        # A comparison in XPath without an operand is a demand of its own.
        there = "is there" if isinstance(condition, JsonpathCondition) else "matches"
        words.append(there if exists else "is not there")

    def holds(response: Response, scope: Scope) -> bool:
        value = find(response, scope)
        if value is MISSING:
            return not exists and equals is None
        return exists and (equals is None or equals(value, scope))

    readable = f"{condition.type} {condition.expression} {' and '.join(words)}"
    return Condition(named(condition, compile_text, readable), holds, reads_body=True)


def _find_json(query: JsonQuery, response: Response) -> Any:
    return query.first(content_of(response).json)


def _find_in_tree(query: XPathQuery, response: Response) -> Any:
    return next(iter(query(content_of(response).tree)), MISSING)


def _find_true_in_tree(query: XPathQuery, response: Response) -> Any:
    """`count(//item) = 3` always gives something; it exists where it is true."""
    value = _find_in_tree(query, response)
    return MISSING if value is False else value


def _finder(
    expression: str,
    compile_text: CompileText,
    compile_query: Callable[[str], Any],
    find: Callable[[Any, Response], Any],
) -> _Find:
    text = compile_text(expression)
    if text.static is not None:
        query = compile_query(text.static)
        return lambda response, _scope: find(query, response)
    recent = lru_cache(maxsize=_RECENT)(compile_query)

    def find_rendered(response: Response, scope: Scope) -> Any:
        try:
            query = recent(text.render(scope))
        except CompileError:
            raise RenderError(f"{text.source!r} became no valid expression") from None
        return find(query, response)

    return find_rendered
