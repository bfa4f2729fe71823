"""Paths of names and indexes into JSON, compiled to plain look-ups.

Nearly all queries of load tests have this form, `$.data[0].token`, and there is one way only through
the document. Budget: 0.1 us plus 0.05 us per step (benchmarks/ extraction); the libraries take 2 to 11 us.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

MISSING: Final[Any] = type("Missing", (), {"__repr__": lambda _self: "MISSING", "__slots__": ()})()
"""Stands for no value; JSON's null is one."""

Lookup = Callable[[Any], Any]
"""From a JSON value to the one it leads to, or `MISSING`."""


def compile_lookup(path: Sequence[str | int]) -> Lookup:
    """A look-up along names of objects and indexes of arrays; a negative index counts from the end."""
    if len(path) == 1 and isinstance(path[0], str):
        return _member(path[0])
    if all(isinstance(step, str) for step in path):
        return _members(tuple(path))
    return _mixed(tuple(path))


def _member(name: str) -> Lookup:
    def look_up(value: Any) -> Any:
        # Nothing of JSON but an object takes a text as a key; a subclass of dict does not come from orjson.
        try:
            return value[name]
        except (KeyError, TypeError):
            return MISSING

    return look_up


def _members(names: tuple[str | int, ...]) -> Lookup:
    def look_up(value: Any) -> Any:
        try:
            for name in names:
                value = value[name]
        except (KeyError, TypeError):
            return MISSING
        return value

    return look_up


def _mixed(path: tuple[str | int, ...]) -> Lookup:
    # A text can be indexed in Python, in JSON it cannot; an object takes no number.
    steps: tuple[tuple[Any, Any], ...] = tuple(
        (step, dict if isinstance(step, str) else list) for step in path
    )

    def look_up(value: Any) -> Any:
        try:
            for step, container in steps:
                if value.__class__ is not container:
                    return MISSING
                value = value[step]
        except (KeyError, IndexError):
            return MISSING
        return value

    return look_up
