"""Exchanges for people: without secrets, binary bodies as sizes, long ones cut. Pure.

A field that carries credentials is masked whatever its value is: Basic and digest credentials are not the
secret's own text, and a token of a login is nobody's secret of the plan.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from loadr_config.secrets import MASK, Masker
from loadr_config.urls import without_user
from loadr_core.spi.wire import WireExchange, WireTap

LONGEST_BODY: Final = 4_000
"""Characters of a body that are shown."""

MOST_BYTES: Final = 64 * 1024
"""Bytes of a body that leave a worker."""

_CREDENTIALS: Final = re.compile(
    r"^((?:proxy-)?authorization:[ \t]*(?:[a-z0-9-]+[ \t]+(?=\S))?)(\S.*)$", re.IGNORECASE | re.MULTILINE
)
_SHORTEST_CREDENTIAL: Final = 8
"""Shorter ones are no secrets, and would be found by chance where they are not meant."""

_CONTROLS: Final = re.compile("[\0-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class WireDebug:
    """A wish to see exchanges.

    Attributes:
        most: how many, the first ones.
        bodies: whether bodies are shown as well.
    """

    most: int
    bodies: bool = False


@dataclass(frozen=True, slots=True)
class ReadableExchange:
    """An exchange as texts.

    Attributes:
        url: where it went.
        request: request line and fields, a line each.
        request_body: as shown; empty where there is none.
        response: status line and fields; empty where no response came.
        response_body: as shown.
        seconds: how long it took.
        error: what went wrong, or `None`.
    """

    url: str
    request: str
    request_body: str
    response: str
    response_body: str
    seconds: float
    error: str | None


def readable(exchange: WireExchange, masker: Masker) -> ReadableExchange:
    """An exchange without secrets, and without its credentials wherever a server repeats them."""
    credentials = [found[2].strip() for found in _CREDENTIALS.finditer(exchange.request_head)]
    repeated = Masker(credential for credential in credentials if len(credential) >= _SHORTEST_CREDENTIAL)

    def mask(text: str) -> str:
        return repeated.mask(masker.mask(text))

    return ReadableExchange(
        url=mask(without_user(exchange.url)),
        request=_CREDENTIALS.sub(rf"\g<1>{MASK}", mask(exchange.request_head)),
        request_body=_shown_body(exchange.request_body, mask),
        response=mask(exchange.response_head),
        response_body=_shown_body(exchange.response_body, mask),
        seconds=exchange.seconds,
        error=None if exchange.error is None else mask(exchange.error),
    )


def _shown_body(body: bytes, mask: Callable[[str], str]) -> str:
    """A body as it is shown; one that is no text as its size."""
    if not body:
        return ""
    try:
        # Not final: what was cut may end in the middle of a character.
        text = getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        text = "\0"
    if _CONTROLS.search(text):
        return f"[{len(body):,} bytes of binary data]"
    masked = mask(text)
    if len(masked) <= LONGEST_BODY:
        return masked
    return f"{masked[:LONGEST_BODY]}\n[cut: {len(masked) - LONGEST_BODY:,} characters more]"


class WireLimit:
    """Lets the first exchanges through, with as much of their bodies as is wanted.

    Args:
        tap: where they go.
        wish: how many, and how much of them.
    """

    def __init__(self, tap: WireTap, wish: WireDebug) -> None:
        self._tap = tap
        self._left = wish.most
        self._bodies = wish.bodies

    def __call__(self, exchange: WireExchange) -> None:
        """Take an exchange."""
        if self._left <= 0:
            return
        self._left -= 1
        most = MOST_BYTES if self._bodies else 0
        self._tap(
            replace(
                exchange,
                request_body=exchange.request_body[:most],
                response_body=exchange.response_body[:most],
            )
        )

    def __repr__(self) -> str:
        return f"<WireLimit: {self._left} left>"
