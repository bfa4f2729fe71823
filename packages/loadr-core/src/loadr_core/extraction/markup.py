"""XML and HTML, parsed by libraries that are loaded when a plan first uses them.

lxml and selectolax come with the extra `extract`. A target is not trusted: in XML any document type
declaration is refused before lxml sees it, so that there are no entities to expand (the "billion
laughs"), none to fetch, and no DTD. HTML's parsers know no declared entities.
"""

import re
from functools import cache
from importlib import import_module
from typing import Any, Final

from loadr_config.extras import install_line
from loadr_core.extraction.errors import LibraryMissingError
from loadr_core.spi.content import ContentError

_PLACE: Final = re.compile(r",? line \d+.*", re.DOTALL)
_SKIPPED: Final = ((b"<?", b"?>"), (b"<!--", b"-->"))


def require_etree(user: str) -> Any:
    """`lxml.etree`, for what is named so in plans. Raises `LibraryMissingError` where it is not installed."""
    return _required("lxml.etree", user)


def require_lexbor(user: str) -> Any:
    """`selectolax.lexbor`, for what is named so in plans. Raises `LibraryMissingError` where it is not installed."""
    return _required("selectolax.lexbor", user)


def parse_html(body: bytes) -> Any:
    """Selectolax's tree of a body in UTF-8; every body has one."""
    return import_module("selectolax.lexbor").LexborHTMLParser(body)


def parse_tree(body: bytes, content_type: str) -> Any:
    """Lxml's root element of a body in UTF-8: XML or HTML, as Content-Type or its first characters say.

    XHTML is read as HTML: it has a document type, and paths need no namespaces then.

    Raises:
        ContentError: it is neither, is not well-formed, or has a document type.
    """
    start = body[:256].lstrip()
    if not start:
        raise ContentError("the body is empty")
    etree = import_module("lxml.etree")
    if _is_html(start, content_type.lower()):
        root = etree.fromstring(body, _html_parser())
        if root is None:
            raise ContentError("the body has no markup")
        return root
    if has_doctype(body):
        raise ContentError("the body is XML with a document type, which is refused")
    try:
        return etree.fromstring(body, _xml_parser())
    except etree.XMLSyntaxError as error:
        raise ContentError(f"the body is not well-formed XML: {_PLACE.sub('', error.msg)}") from None


def has_doctype(body: bytes) -> bool:
    """Whether XML has a document type declaration: one stands before the first element or nowhere.

    prolog = XMLDecl? Misc* (doctypedecl Misc*)?, Misc = Comment | PI | S  (XML 1.0, production 22)
    """
    place = 0
    while True:
        place = body.find(b"<", place)
        skipped = next((pair for pair in _SKIPPED if place >= 0 and body.startswith(pair[0], place)), None)
        if skipped is None:
            return place >= 0 and body[place : place + 9].upper() == b"<!DOCTYPE"
        place = body.find(skipped[1], place + len(skipped[0]))
        if place < 0:
            return False


def _is_html(start: bytes, content_type: str) -> bool:
    if "html" in content_type:
        return True
    if "xml" in content_type:
        return False
    if not start.startswith(b"<"):
        raise ContentError("the body is neither XML nor HTML")
    return start[:14].lower().startswith((b"<!doctype html", b"<html"))


@cache
def _xml_parser() -> Any:
    return import_module("lxml.etree").XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


@cache
def _html_parser() -> Any:
    return import_module("lxml.etree").HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)


def _required(module: str, user: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise LibraryMissingError(
            f"{user} needs {package}, which is not installed", install_line("extract")
        ) from None
