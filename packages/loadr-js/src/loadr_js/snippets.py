"""The pieces of JavaScript in a plan, as functions that the engine can compile. Pure.

A snippet stands on the first line of its function, behind a prefix of known length, so that places in it
can be told.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_AWAIT: Final = re.compile(r"\bawait\b")

RESPONSE: Final = "response"
"""The name under which an expression finds a response of the plan."""


class Snippet(NamedTuple):
    """A piece of JavaScript that was compiled.

    Attributes:
        name: what it is, for messages.
        prefix: what stands before it on its first line.
        source: the function.
    """

    name: str
    prefix: str
    source: str


def expression_snippet(text: str, names: Iterable[str] = ()) -> Snippet:
    """An expression in which some names are in scope."""
    names = tuple(names)
    return Snippet("expression", expression_prefix(text, names), expression(text, names))


def statements_snippet(text: str) -> Snippet:
    """Statements."""
    return Snippet("step", statements_prefix(text), statements(text))


def expression(text: str, names: Iterable[str] = ()) -> str:
    """An expression in which some names are in scope."""
    return f"{expression_prefix(text, names)}{text}\n) }})"


def expression_prefix(text: str, names: Iterable[str] = ()) -> str:
    """What stands before an expression."""
    names = tuple(names)
    adopt = f"{RESPONSE} = __loadr_adopt({RESPONSE}); " if RESPONSE in names else ""
    return f"({_kind(text)} ({', '.join(names)}) {{ {adopt}return ("


def statements(text: str) -> str:
    """Statements."""
    return f"{statements_prefix(text)}{text}\n }})"


def statements_prefix(text: str) -> str:
    """What stands before statements."""
    return f"({_kind(text)} () {{ "


def _kind(text: str) -> str:
    """With `await` in it a snippet is the body of an async function; what the word is part of does not matter."""
    return "async function" if _AWAIT.search(text) else "function"
