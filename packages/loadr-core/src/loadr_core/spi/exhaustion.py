"""What a machine that generates load can run out of, and the words for it.

A protocol that uses these words in `Response.error` lets the run say that its own machine was at its
limit: such failures are no answer of the target, and make the run suspect.
"""

import errno
import os
from collections.abc import Mapping
from typing import Final

EXHAUSTION_WORDS: Final[Mapping[int, str]] = {
    errno.EMFILE: "this process has no free file descriptor (ulimit -n)",
    errno.ENFILE: "this machine has no free file descriptor",
    errno.EADDRNOTAVAIL: "this machine has no free local port",
    errno.ENOBUFS: "this machine has no network buffers left",
}
"""By error number: what ran out, and where."""


def exhaustion_of(cause: str) -> str | None:
    """What ran out, in our words, when the cause of a failure says so in them or in the system's."""
    for number, words in EXHAUSTION_WORDS.items():
        if words in cause or os.strerror(number) in cause:
            return words
    return None
