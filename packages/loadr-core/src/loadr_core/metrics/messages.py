r"""Messages of exceptions without what differs from one to the next, so that equal failures are counted together.

    order 4711023 not found at 2024-05-17T10:20:30Z     order {id} not found at {date}
    took 12.0381 s, more than 10 s                      took {number} s, more than 10 s
    <Item object at 0x7f24db25a480>                     <Item object at {address}>
    GET http://shop.test/users/17?x=1 failed            GET http://shop.test/users/{id} failed

Replaced are, where they stand alone: URLs (by `url_name`), UUIDs, dates with their times, addresses (0x…), hexadecimal
digits from eight on, numbers with decimals and numbers of four digits and more. A status such as 404 stays,
as do ports of hosts. Only the first line counts. The result is a fixed point.
"""

import re
from functools import lru_cache
from typing import Final

from loadr_core.metrics.url_names import url_name

LONGEST: Final = 300

_URL: Final = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>()]+")
_VARIABLE: Final = re.compile(
    r"""
    (?<![\w.:{-])
    (?: (?P<uuid>    [0-9a-fA-F]{8} (?:-[0-9a-fA-F]{4}){3} -[0-9a-fA-F]{12} )
      | (?P<date>    (?:19|20)\d\d-\d\d-\d\d (?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)? (?:Z|[+-]\d\d:?\d\d)? )
      | (?P<address> 0x[0-9a-fA-F]+ )
      | (?P<hash>    (?=[a-fA-F]*[0-9])(?=[0-9]*[a-fA-F]) [0-9a-fA-F]{8,} )
      | (?P<number>  [0-9]+\.[0-9]+ )
      | (?P<id>      [0-9]{4,} )
    )
    (?![\w}-]|[.:]\w)
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def normalised(message: str) -> str:
    """The message without its variable parts, at most `LONGEST` characters."""
    lines = message.strip().splitlines()
    line = _URL.sub(lambda match: url_name(match[0]), lines[0].strip() if lines else "")
    text = _VARIABLE.sub(lambda match: f"{{{match.lastgroup}}}", line)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
