"""XPath 1.0, by lxml, compiled before the run.

Values are texts (an element's is that of all that is below it), numbers and booleans. A prefix stands
for the namespace that the document itself declares for it, on whatever element.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import isfinite, isnan
from typing import Any, Final

from loadr_core.extraction.errors import ExpressionError
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.markup import require_etree
from loadr_core.spi.content import ContentError

XPathQuery = Callable[[Any], list[Any]]
"""From lxml's root element to the matches; raises `ContentError`."""

_LITERAL: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
# NCName ":" but not the axis' "::" (XPath 1.0, section 3.7).
_PREFIX: Final = re.compile(r"([^\W\d][\w.-]*)\s*:(?!:)")
_UNKNOWN: Final = "urn:loadr:unknown"


def compile_xpath(expression: str, attribute: str | None = None) -> XPathQuery:
    """Compile an XPath.

    An empty text that an expression computes, such as `string(//absent)`, is no match, nor is a
    number that is none.

    Args:
        expression: the XPath.
        attribute: to read from the elements that match, instead of their texts.

    Raises:
        ExpressionError: it is none.
        LibraryMissingError: lxml is not installed.
    """
    etree = require_etree("xpath")
    code = _LITERAL.sub("", expression)
    if "$" in code:
        raise ExpressionError(f"{expression!r} is no XPath: there are no variables")
    prefixes = frozenset(_PREFIX.findall(code))
    text_of = etree.XPath("string()", smart_strings=False)

    def compiled(namespaces: Mapping[str, str]) -> Any:
        # regexp=False: EXSLT's functions would run expressions without a limit on their time.
        return etree.XPath(expression, namespaces=namespaces, regexp=False, smart_strings=False)

    try:
        plain = compiled(dict.fromkeys(prefixes, _UNKNOWN))
        # Unknown functions show when it is used.
        plain(etree.Element("none"))
    except etree.XPathError as error:
        raise ExpressionError(f"{expression!r} is no XPath: {str(error).lower()}") from None
    cached = lru_cache(maxsize=64)(lambda pairs: compiled(dict(pairs)))

    def value_of(node: Any) -> Any:
        if isinstance(node, str):
            return node if attribute is None else MISSING
        if isinstance(node, tuple):  # of the axis namespace: prefix and name
            return node[1]
        if not isinstance(node.tag, str):  # a comment or an instruction
            return (node.text or "") if attribute is None else MISSING
        return text_of(node) if attribute is None else node.get(attribute, MISSING)

    def find(root: Any) -> list[Any]:
        query = cached(_namespaces(root, prefixes)) if prefixes else plain
        try:
            found = query(root)
        except etree.XPathError as error:
            raise ContentError(f"the XPath cannot be evaluated: {str(error).lower()}") from None
        if isinstance(found, list):
            return [value for node in found if (value := value_of(node)) is not MISSING]
        return [] if found == "" else _number(found) if isinstance(found, float) else [found]

    return find


def _number(number: float) -> list[Any]:
    """A number as XPath's `string()` shows it: 3, not 3.0 (XPath 1.0, section 4.2)."""
    if isnan(number):
        return []
    return [int(number) if isfinite(number) and number.is_integer() else number]


def _namespaces(root: Any, prefixes: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What the document declares for the prefixes; where it declares nothing, nothing will match."""
    declared = {prefix: uri for prefix, uri in root.nsmap.items() if prefix in prefixes}
    if len(declared) < len(prefixes):
        for element in root.iter("*"):
            for prefix, uri in element.nsmap.items():
                if prefix in prefixes:
                    declared.setdefault(prefix, uri)
            if len(declared) == len(prefixes):
                break
    return tuple((prefix, declared.get(prefix, _UNKNOWN)) for prefix in sorted(prefixes))
