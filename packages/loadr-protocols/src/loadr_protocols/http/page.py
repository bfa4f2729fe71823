"""What an HTML page needs from elsewhere: the URLs that a browser would load. Pure.

element                                              attribute
img, script, iframe, frame, embed, input (image),    src
  audio, video, source, track
link (stylesheet, icon, preload, modulepreload,      href
  manifest)
object                                               data
video                                                poster
body, table, td, th                                  background

`base` moves relative ones. What style sheets and scripts load is not followed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Final
from urllib.parse import urljoin

MOST_RESOURCES: Final = 500
"""URLs of one page; what is beyond is an endless page's, not a user's."""

_SOURCES: Final = {
    "img": "src",
    "script": "src",
    "iframe": "src",
    "frame": "src",
    "embed": "src",
    "audio": "src",
    "video": "src",
    "source": "src",
    "track": "src",
    "object": "data",
    "body": "background",
    "table": "background",
    "td": "background",
    "th": "background",
}
_LINKS: Final = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest"})
_TAGS: Final = (*_SOURCES, "link", "input", "base")

Element = tuple[str, Mapping[str, str | None]]
"""A tag in lower case and its attributes."""


def find_parser() -> Callable[[bytes], Iterable[Element]] | None:
    """The installed parser of HTML: selectolax, else lxml, else `None`."""
    if find_spec("selectolax") is not None:
        return _with_selectolax
    return _with_lxml if find_spec("lxml") is not None else None


def resources(elements: Iterable[Element], url: str) -> list[str]:
    """The absolute URLs that a page loads over HTTP, each once, in the page's order.

    Args:
        elements: of the page.
        url: of the page.
    """
    base = url
    moved = False
    found: dict[str, None] = {}
    for tag, attributes in elements:
        if tag == "base" and not moved and attributes.get("href"):
            base, moved = _joined(url, attributes["href"] or "") or url, True
            continue
        for reference in _references(tag, attributes):
            absolute = _joined(base, reference)
            if absolute is not None and len(found) < MOST_RESOURCES:
                found.setdefault(absolute)
    return list(found)


def _references(tag: str, attributes: Mapping[str, str | None]) -> Iterator[str]:
    value = None
    if tag == "link":
        kinds = (attributes.get("rel") or "").lower().split()
        value = attributes.get("href") if _LINKS.intersection(kinds) else None
    elif tag == "input":
        value = attributes.get("src") if (attributes.get("type") or "").lower() == "image" else None
    elif tag in _SOURCES:
        value = attributes.get(_SOURCES[tag])
    if value:
        yield value
    if tag == "video" and (poster := attributes.get("poster")):
        yield poster


def _joined(base: str, reference: str) -> str | None:
    try:
        absolute = urljoin(base, reference.strip()).partition("#")[0]
    except ValueError:
        return None
    return absolute if absolute.startswith(("http://", "https://")) else None


def _with_selectolax(markup: bytes) -> Iterator[Element]:
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - an extra

    for node in LexborHTMLParser(markup).css(", ".join(_TAGS)):
        yield node.tag or "", node.attributes


def _with_lxml(markup: bytes) -> Iterator[Element]:
    from lxml import html  # noqa: PLC0415 - an extra

    if not markup.strip():
        return
    parser = html.HTMLParser(no_network=True, huge_tree=False)
    for element in html.document_fromstring(markup, parser=parser).iter(*_TAGS):
        yield str(element.tag), dict(element.attrib)
