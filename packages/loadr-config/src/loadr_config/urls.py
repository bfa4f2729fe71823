"""URLs for people: without `user:password@`, which would stand in every result. Pure."""

import re
from typing import Final

# Up to the last "@" of the authority (RFC 3986, section 3.2): people write passwords with an "@" in them.
_USER_INFO: Final = re.compile(r"(?<=://)[^/?#]*@")


def without_user(url: str) -> str:
    """A URL without its user; also without those of URLs in its query."""
    return _USER_INFO.sub("", url)
