"""The `compression` of a request: the codings of its body, one after the other."""

import gzip
import zlib
from collections.abc import Callable
from typing import Final

from loadr_js.runtime.outcomes import HostError

# The same bytes for the same body, whatever the time.
_CODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "deflate": zlib.compress,
}


def compressed(content: bytes, codings: str) -> bytes:
    """A body under codings such as `gzip` or `deflate, gzip`.

    Raises:
        HostError: a coding is not one of them.
    """
    for coding in codings.split(","):
        compress = _CODINGS.get(coding.strip().lower())
        if compress is None:
            known = ", ".join(_CODINGS)
            raise HostError(f"there is no compression {coding.strip()!r} here, but {known}", name="TypeError")
        content = compress(content)
    return content
