"""What URLs of plans are made of, and how people may see them. Pure."""

import re
from typing import Final
from urllib.parse import quote

# Up to the last "@" of the authority (RFC 3986, section 3.2): people write passwords with an "@" in them.
_USER_INFO: Final = re.compile(r"(?<=://)[^/?#]*@")


def without_user(url: str) -> str:
    """A URL without `user:password@`, which would stand in every result; also without that of URLs in its query."""
    return _USER_INFO.sub("", url)


def join(base: str, url: str) -> str:
    """A URL below a base: the two written one after the other, with one slash between."""
    if not url or url.startswith("?"):
        return base + url
    return f"{base.rstrip('/')}/{url.lstrip('/')}"


def encode_parameter(name: str, value: str) -> str:
    """One query parameter."""
    return f"{quote(name, safe='')}={quote(value, safe='')}"


def add_query(target: str, query: str) -> str:
    """A URL or the target of a request with more parameters, and without its fragment."""
    if not query:
        return target
    target = target.partition("#")[0]
    separator = "" if target.endswith(("?", "&")) else "&" if "?" in target else "?"
    return f"{target}{separator}{query}"
