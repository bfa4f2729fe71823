r"""Names for requests that nobody named: their URLs, without what differs from one object to the next.

    https://shop.test/users/123/orders/7?page=2      https://shop.test/users/{id}/orders/{id}
    /blobs/1b4e28ba-2fa1-11d2-883f-0016d3cca427      /blobs/{uuid}
    /static/main.8f3a2c1b.js                         /static/main.{hash}.js
    /reports/2024-05-17/sales-20240517.csv           /reports/{date}/sales-{date}.csv

Of a URL stay the scheme, the authority without credentials, and the path; query, fragment and path
parameters (`;jsessionid=…`) go. In a path, what stands between separators is replaced where it is

    uuid  = 8hex "-" 4hex "-" 4hex "-" 4hex "-" 12hex                         RFC 9562, section 4
    date  = year "-" month "-" day [ "T" time [ zone ] ] / year month day      ISO 8601
    hash  = 8 or more hexadecimal digits, a number among them and a letter, or 16 or more
    token = 20 or more letters and digits, some of each
    id    = a whole segment of digits, or 5 or more digits in a row within one

so that words, versions (`v2`, `bootstrap-4.3.1`) and names (`mp3`, `utf-8`) stay. The result is a fixed
point: to name a name changes nothing. 3 us a URL that was not seen lately; the cache holds the others.
"""

import re
from functools import lru_cache
from typing import Final

_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)?(?:(?<=://)(?P<authority>[^/?#]*))?(?P<path>[^?#]*)"
)

_YEAR: Final = r"(?:19|20)\d\d"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12]\d|3[01])"
_TIME: Final = r"(?:T\d\d(?::?|%3[Aa])\d\d(?:(?::?|%3[Aa])\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)"

_VARIABLE: Final = re.compile(
    rf"""
    (?<![A-Za-z0-9%])                                   # an escape such as %20 begins no part
    (?: (?P<uuid>  [0-9a-fA-F]{{8}} (?:-[0-9a-fA-F]{{4}}){{3}} -[0-9a-fA-F]{{12}} )
      | (?P<date>  {_YEAR}-{_MONTH}-{_DAY}{_TIME}? | {_YEAR}{_MONTH}{_DAY}{_TIME}? )
      | (?P<hash>  (?=[a-fA-F]*[0-9])(?=[0-9]*[a-fA-F]) [0-9a-fA-F]{{8,}}
                 | (?=[0-9]*[a-fA-F]) [0-9a-fA-F]{{16,}} )
      | (?P<token> (?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z]) [A-Za-z0-9]{{20,}} )
      | (?P<id>    [0-9]{{5,}} | (?<![^/])[0-9]+(?![^/]) )
    )
    (?![A-Za-z0-9])
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def url_name(url: str) -> str:
    """The name of requests to a URL, which may be relative; empty only for an empty URL."""
    parts = _URL.match(url)
    assert parts is not None  # each of its parts may be empty
    scheme, authority = parts["scheme"] or "", parts["authority"] or ""
    path = "/".join(segment.partition(";")[0] for segment in parts["path"].split("/"))
    name = scheme + authority.rpartition("@")[2] + _VARIABLE.sub(_placeholder, path)
    return name or url


def _placeholder(match: re.Match[str]) -> str:
    kind = match.lastgroup
    return "{id}" if kind == "token" else f"{{{kind}}}"
