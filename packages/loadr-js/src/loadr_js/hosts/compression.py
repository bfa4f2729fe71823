"""The `compression` of a request: the codings of its body, one after the other."""

import gzip
import sys
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Final

from loadr_js.runtime.outcomes import HostError

_ZSTD: Final = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"


def _by(module: str) -> Callable[[bytes], bytes]:
    """The function `compress` of a module that not everybody has."""

    def compress(content: bytes) -> bytes:
        try:
            made: bytes = import_module(module).compress(content)
        except ImportError as error:
            name = module.partition(".")[0]
            raise HostError(f"this compression needs {name}: pip install 'loadr[compression]'") from error
        return made

    return compress


# The same bytes for the same body, whatever the time.
_CODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "deflate": zlib.compress,
    "br": _by("brotli"),
    "zstd": _by(_ZSTD),
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
