"""Where a character of a scalar stands in the file, whatever the scalar's style.

YAML folds lines, drops indentation and has escapes, but it changes only white space otherwise. So a
character is found by counting: as many characters that are no white space stand before it in the value as in
the file.

==========  =================================================
style       what is not itself
==========  =================================================
plain       nothing
literal     nothing; the value begins below the header
folded      nothing; the value begins below the header
single      two quotes are one
double      escapes; one before a line break is nothing
==========  =================================================
"""

import re
from collections.abc import Iterator
from typing import Final

from loadr_config._tree.nodes import Scalar

_PROPERTIES: Final = re.compile(r"\s*(?:[&!][^\s,\[\]{}]*(?:\s+|$))*(?:#.*)?")
"""Anchor and tag, which stand before the value and belong to the node; a comment may end their line."""

# YAML 1.2, 5.7: escapes of one character that stand for white space; those that do not need no entry.
_WHITE_ESCAPES: Final = frozenset("tnvfr _NLP\t")
_DIGITS: Final = {"x": 2, "u": 4, "U": 8}


def place_in(node: Scalar, offset: int) -> tuple[int, int]:
    """Return line and column of the character of a scalar's value at an offset.

    Args:
        node: The scalar.
        offset: Characters from the start of the value; the end of it is legal.

    Returns:
        The place, counted from 1; that of the scalar where it cannot be told.
    """
    before = sum(not character.isspace() for character in node.value[:offset])
    last: tuple[int, int] | None = None
    for count, (line, column, width) in enumerate(_visible(node)):
        if count == before:
            return line, column
        last = line, column + width
    return last or (node.line, node.column)


def places_of_lines(node: Scalar) -> tuple[tuple[int, int], ...]:
    """Return for each line of a scalar's value its line in the file, and what to add to a column in it.

    A folded line is several lines of the file: it is where it begins.
    """
    visible = _visible(node)
    places: list[tuple[int, int]] = []
    number, shift = _start(node)[0] - 1, 0
    for line in node.value.split("\n"):
        indent = len(line) - len(line.lstrip())
        count = sum(not character.isspace() for character in line)
        first = next(visible, None) if count else None
        if first is None:
            number += 1
        else:
            number, shift = first[0], first[1] - indent - 1
        places.append((number, shift))
        for _ in range(count - 1):
            next(visible, None)
    return tuple(places)


def _visible(node: Scalar) -> Iterator[tuple[int, int, int]]:
    """Yield line, column and width in the file of each character of a value that is no white space."""
    remaining = sum(not character.isspace() for character in node.value)
    number, position = _start(node)
    while remaining and (line := node.source.line(number)) is not None:
        while position < len(line) and remaining:
            width, is_visible = _unit(line, position, node.style)
            if is_visible:
                yield number, position + 1, width
                remaining -= 1
            position += width
        number, position = number + 1, 0


def _start(node: Scalar) -> tuple[int, int]:
    """Return the line's number and the position in it, from 0, at which a value begins."""
    number, position = node.line, node.column - 1
    while (line := node.source.line(number)) is not None:
        begins = _PROPERTIES.match(line, position)
        position = begins.end() if begins else position
        if position < len(line):
            break
        number, position = number + 1, 0
    if node.style in {"|", ">"}:
        return number + 1, 0
    return number, position + bool(node.style)  # behind the quote


def _unit(line: str, position: int, style: str) -> tuple[int, bool]:
    """Return how many characters of the file make one of the value, and whether it is no white space."""
    character = line[position]
    if style == "'" and character == "'":
        return 2, True
    if style != '"' or character != "\\":
        return 1, not character.isspace()
    escaped = line[position + 1 : position + 2]
    digits = _DIGITS.get(escaped, 0)
    if digits:
        code = line[position + 2 : position + 2 + digits]
        return 2 + digits, not chr(int(code, 16)).isspace()
    return 2, bool(escaped) and escaped not in _WHITE_ESCAPES
