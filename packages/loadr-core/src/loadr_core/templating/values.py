"""JSON values whose texts are templates."""

import json
from collections.abc import Callable
from typing import Any

from loadr_core.spi.scope import Scope
from loadr_core.spi.text import Text, Value

CompileText = Callable[[str], Text]


CompileLeaf = Callable[[str], Value]


def compile_value(value: Any, compile_text: CompileText, *, typed_leaves: bool = False) -> Value:
    """Compile a JSON value of the plan.

    Args:
        value: plain types; its string leaves are templates, its keys are not.
        compile_text: compiles one text.
        typed_leaves: whether a leaf that is one reference only becomes the JSON value that its text
            is, as in a request's body: `"${n}"` with n = 7 becomes 7; `007` is no JSON number and
            stays text.
    """
    return compile_tree(
        value, lambda source: _leaf(compile_text(source), typed=typed_leaves and is_one_reference(source))
    )


def compile_tree(value: Any, compile_leaf: CompileLeaf) -> Value:
    """Compile a JSON value whose string leaves become what a function makes of them."""
    match value:
        case str():
            return compile_leaf(value)
        case dict():
            members = {key: compile_tree(member, compile_leaf) for key, member in value.items()}
            if all(member.is_fixed for member in members.values()):
                return Value.fixed({key: member.static for key, member in members.items()})
            return _rendered(lambda scope: {key: member.render(scope) for key, member in members.items()})
        case list() | tuple():
            items = [compile_tree(item, compile_leaf) for item in value]
            if all(item.is_fixed for item in items):
                return Value.fixed([item.static for item in items])
            return _rendered(lambda scope: [item.render(scope) for item in items])
        case _:
            return Value.fixed(value)


def value_in(text: str) -> Any:
    """The JSON value that a text is, or the text itself."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return text


def _leaf(text: Text, *, typed: bool) -> Value:
    if text.static is not None:
        return Value.fixed(value_in(text.static) if typed else text.static)
    return _rendered((lambda scope: value_in(text.render(scope))) if typed else text.render)


def _rendered(render: Callable[[Scope], Any]) -> Value:
    return Value(None, render, is_fixed=False)


def is_one_reference(source: str) -> bool:
    """Whether a text of the plan is a reference and nothing else."""
    return source.startswith("${") and source.endswith("}") and source.count("${") == 1


def _no_constant(name: str) -> Any:
    """`NaN` and `Infinity` are Python's, not JSON's."""
    raise ValueError(name)
