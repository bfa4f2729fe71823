"""What is wrong with the pieces of JavaScript in a plan, without running any of them.

A module is loaded by the engine itself; here are steps, conditions and `${js: …}`, each in a function as it will
run. The engine parses all of a text before it runs its first statement, which throws.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import quickjs

from loadr_config.diagnostics import Finding, offset_of
from loadr_config.parts import PlanPart
from loadr_js import snippets

_NOTHING_RUNS: Final = "throw 0; "
_SYNTAX_ERROR: Final = re.compile(r"SyntaxError: (?P<message>.*)\n\s*at .*?:(?P<line>\d+):(?P<column>\d+)")


def check_snippets(parts: Sequence[PlanPart]) -> Iterator[Finding]:
    """Yield the syntax errors of steps and expressions.

    Args:
        parts: the parts of a plan that are JavaScript.
    """
    context = quickjs.Context()
    for part in parts:
        if isinstance(part.value, str):
            yield from _check(context, part, part.value)


def _check(context: quickjs.Context, part: PlanPart, text: str) -> Iterator[Finding]:
    if part.path[-1] == "script":
        prefix, source = snippets.statements_prefix(text), snippets.statements(text)
    else:
        prefix, source = snippets.expression_prefix(text), snippets.expression(text)
    try:
        context.eval(_NOTHING_RUNS + source)
    except quickjs.JSException as error:
        found = _SYNTAX_ERROR.match(str(error))
        if found is not None:
            line = int(found["line"])
            before = len(_NOTHING_RUNS) + len(prefix) if line == 1 else 0
            offset = offset_of(text, line, int(found["column"]) - before)
            # What is missing at the end is missed behind it, in our own text.
            offset = max(min(offset, len(text) - 1), 0)
            yield part.finding(f"this is no JavaScript: {found['message']}", offset=offset)
    except ValueError as error:  # a NUL in the text, which the engine's wrapper refuses
        yield part.finding(f"this cannot be parsed as JavaScript: {error}")
