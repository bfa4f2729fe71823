"""JSONPath and JMESPath in a JSON body; values keep their JSON types."""

from loadr_core.extraction.content import content_of
from loadr_core.extraction.jmes_paths import compile_jmespath
from loadr_core.extraction.json_paths import JsonQuery, compile_jsonpath
from loadr_core.extraction.sources.source import Source


def jsonpath_source(expression: str) -> Source:
    """Every node of the query's result is a match. Raises `CompileError`."""
    return _source(compile_jsonpath(expression), expression)


def jmespath_source(expression: str) -> Source:
    """The result is the match; where it is an array, its items are. Raises `CompileError`."""
    return _source(compile_jmespath(expression), expression)


def _source(query: JsonQuery, expression: str) -> Source:
    first, every = query.first, query.every
    return Source(
        f"nothing matches {expression}",
        lambda response, _scope: first(content_of(response).json),
        lambda response, _scope: every(content_of(response).json),
    )
