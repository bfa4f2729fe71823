"""From nodes to plain values, by YAML 1.2's core schema (10.3.2).

=====================  =====================================================
plain scalar           value
=====================  =====================================================
(empty) ~ null Null    None
true True TRUE, false  bool
[-+]? digits           int
0o octal, 0x hex       int
numbers, .inf, .nan    float
anything else          text; ``yes``, ``on``, ``no`` and dates among it
=====================  =====================================================

A number that is not written in the usual way keeps its text, for where text is meant.
"""

import re
from typing import Any, Final

from loadr_config._tree.findings import Findings
from loadr_config._tree.nodes import Node, Path, Scalar, Sequence
from loadr_config.models._scalars import FloatText, IntegerText

_NULL: Final = {"", "~", "null", "Null", "NULL"}
_TRUE: Final = {"true", "True", "TRUE"}
_FALSE: Final = {"false", "False", "FALSE"}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITY: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN: Final = {".nan", ".NaN", ".NAN"}
_LONGEST_NUMBER: Final = 400
"""Longer runs of digits stay text: Python refuses to convert 4,300 digits, and nobody means them."""


def scalar_value(node: Scalar) -> Any:
    """Resolve a scalar; raises ValueError when a written tag does not fit the text."""
    if node.tag:
        return _tagged(node.tag, node.value)
    return node.value if node.style else plain_value(node.value)


def plain_value(text: str) -> Any:
    """Resolve a plain scalar's text."""
    # Nearly all texts begin with a letter that no other value begins with.
    if text and text[0] not in "~nNtTfF-+.0123456789":
        return text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return _float(text)
    if _INFINITY.fullmatch(text):
        return _kept(FloatText("-inf" if text[0] == "-" else "inf"), text)
    if text in _NAN:
        return _kept(FloatText("nan"), text)
    return text


def _integer(text: str) -> int:
    value = int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
    return value if str(value) == text else _kept(IntegerText(value), text)


def _float(text: str) -> float:
    value = float(text)
    return value if repr(value) == text else _kept(FloatText(value), text)


def _kept(value: Any, text: str) -> Any:
    value.text = text
    return value


def _tagged(tag: str, text: str) -> Any:
    value = text if tag == "str" else plain_value(text)
    if tag == "float" and isinstance(value, int) and not isinstance(value, bool):
        value = _kept(FloatText(value), text)
    fits = {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "null": type(None),
    }[tag]
    if not isinstance(value, fits) or (tag == "int" and isinstance(value, bool)):
        raise ValueError(f'"{text}" is not of the type !!{tag}')
    return value


def to_plain(node: Node, findings: Findings, path: Path = ()) -> Any:
    """Turn a tree into dicts, lists and scalars; the depth of the tree is bounded."""
    if isinstance(node, Scalar):
        if node.tag == "!include":
            return None  # the file could not be included, which was said
        try:
            return scalar_value(node)
        except ValueError as error:
            findings.on(node, str(error), path=path)
            return None
    if isinstance(node, Sequence):
        return [to_plain(item, findings, (*path, index)) for index, item in enumerate(node.items)]
    return {name: to_plain(entry.value, findings, (*path, name)) for name, entry in node.entries.items()}


def is_null(node: Node) -> bool:
    """Tell whether a node is an empty or null scalar."""
    return isinstance(node, Scalar) and not node.style and node.tag in {"", "null"} and node.value in _NULL
