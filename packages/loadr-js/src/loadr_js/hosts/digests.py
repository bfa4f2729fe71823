"""`k6/crypto` and the global `crypto`: hashes, HMAC, random bytes. Bytes cross as hexadecimal text."""

import hashlib
import hmac
from collections.abc import Callable
from random import Random
from typing import Any, Final
from uuid import UUID

from loadr_js.hosts.md4 import Md4
from loadr_js.runtime.context import HostFunction
from loadr_js.runtime.outcomes import HostError

_NAMES: Final = {"sha512_224": "sha512_224", "sha512_256": "sha512_256"}
_KNOWN: Final = (
    "md4",
    "md5",
    "ripemd160",
    "sha1",
    "sha256",
    "sha384",
    "sha512",
    "sha512_224",
    "sha512_256",
)


def digest_functions(generator: Callable[[], Random]) -> dict[str, HostFunction]:
    """The functions of one VU.

    Args:
        generator: the VU's seeded generator: random bytes are for test data, and a run can be repeated.
    """

    def random_bytes(size: int) -> str:
        return generator().randbytes(size).hex()

    def random_uuid() -> str:
        return str(UUID(bytes=generator().randbytes(16), version=4))

    return {"digest": digest, "random_bytes": random_bytes, "random_uuid": random_uuid}


def digest(algorithm: str, key: str | None, data: str) -> str:
    """A hash, or an HMAC where there is a key.

    Raises:
        HostError: the algorithm is not known here.
    """
    if algorithm not in _KNOWN:
        raise HostError(f"unknown algorithm {algorithm!r}: known are {', '.join(_KNOWN)}")
    content = bytes.fromhex(data)

    def make(initial: bytes = b"") -> Any:
        if algorithm == "md4":
            return Md4(initial)
        return hashlib.new(_NAMES.get(algorithm, algorithm), initial, usedforsecurity=False)

    try:
        if key is None:
            return str(make(content).hexdigest())
        return hmac.new(bytes.fromhex(key), content, make).hexdigest()
    except ValueError as error:
        raise HostError(f"{algorithm} is not available in this Python's OpenSSL") from error
