"""JMESPath.

Chains of names and indexes are compiled here; all other expressions are the jmespath library's. A result
that is null is no match, as JMESPath has no other word for it; an array's items are several matches.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from loadr_core.extraction.errors import ExpressionError
from loadr_core.extraction.json_paths import JsonQuery
from loadr_core.extraction.lookups import MISSING, compile_lookup
from loadr_core.spi.content import ContentError

_SIMPLE: Final = re.compile(r"[A-Za-z_][0-9A-Za-z_]*(?:\.[A-Za-z_][0-9A-Za-z_]*|\[-?[0-9]{1,15}\])*")
_STEP: Final = re.compile(r"([A-Za-z_][0-9A-Za-z_]*)|\[(-?[0-9]+)\]")


def compile_jmespath(expression: str) -> JsonQuery:
    """Compile a JMESPath expression.

    Raises:
        ExpressionError: it is none.
    """
    search = jmespath_search(expression)

    def first(value: Any) -> Any:
        found = search(value)
        if found.__class__ is list:
            return found[0] if found else MISSING
        return MISSING if found is None else found

    def every(value: Any) -> list[Any]:
        found = search(value)
        if found.__class__ is list:
            return list(found)
        return [] if found is None else [found]

    return JsonQuery(first, every)


def jmespath_search(expression: str) -> Callable[[Any], Any]:
    """The expression as a function of a JSON value; null where nothing is found.

    Raises:
        ExpressionError: it is none. The function raises `ContentError` for a value of a wrong type.
    """
    if _SIMPLE.fullmatch(expression) is not None:
        steps = _STEP.findall(expression)
        look_up = compile_lookup([name or int(index) for name, index in steps])
        return lambda value: None if (found := look_up(value)) is MISSING else found
    library = _library()
    try:
        compiled = library.compile(expression)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "it is nested too deeply"
        offset = getattr(error, "lex_position", None)
        raise ExpressionError(f"{expression!r} is no JMESPath: {reason}", offset=offset) from None

    def search(value: Any) -> Any:
        try:
            return compiled.search(value)
        except ValueError as error:
            # Its message quotes the value.
            function = getattr(error, "function_name", None)
            place = f"{function}() of the JMESPath" if function else "the JMESPath"
            raise ContentError(f"{place} cannot take what the body has there") from None
        except RecursionError:
            raise ContentError("the body is nested too deeply for the JMESPath") from None

    return search


@cache
def _library() -> Any:
    import jmespath  # noqa: PLC0415 - 30 ms that most plans need not wait for

    return jmespath
