"""What of a plan only TCP and UDP can judge: addresses, and keys of a request that mean nothing to a socket."""

from abc import ABC
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from loadr_config.models import Request
from loadr_core.spi import Finding, PlanContext, PlanPart
from loadr_protocols.http.url import UrlError
from loadr_protocols.sockets.address import parse_address

SCHEMES: Final = {"tcp": frozenset({"tcp", "tls"}), "udp": frozenset({"udp"})}
"""The schemes of each protocol's URLs."""

_MEANINGLESS: Final = (
    "method",
    "params",
    "headers",
    "auth",
    "embedded",
    "expected_statuses",
    "follow_redirects",
)


class SocketChecks(ABC):
    """The ability `Checks` by itself, for who needs no client."""

    name: ClassVar[str]
    schemes: ClassVar[frozenset[str]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            cls.schemes = SCHEMES[cls.name]

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
        """Judge the plan's requests before the run."""
        for part in parts:
            if isinstance(part.value, Request):
                yield from _request(part, part.value, context, cls.name)


class TcpChecks(SocketChecks):
    """Of TCP."""

    name = "tcp"


class UdpChecks(SocketChecks):
    """Of UDP."""

    name = "udp"


def _request(part: PlanPart, request: Request, context: PlanContext, protocol: str) -> Iterator[Finding]:
    url = context.known(request.url)
    if url is not None:
        try:
            parse_address(url, SCHEMES[protocol])
        except UrlError as error:
            yield part.finding(str(error), below=("url",))
    if request.socket is None:
        hint = "say there what to send and read, as in `socket: {send_text: PING}`"
        yield part.finding(f'a {protocol} request needs a block "socket"', below=("url",), suggestion=hint)
    elif protocol == "udp" and request.socket.read_until_close:
        message = "UDP has no connection that could close"
        yield part.finding(message, below=("socket", "read_until_close"), on_key=True)
    if request.body is not None:
        hint = 'put it into "socket.send_text"'
        yield part.finding(f"a {protocol} request has no body", below=("body",), on_key=True, suggestion=hint)
    for key in _MEANINGLESS:
        if key in request.model_fields_set:
            yield part.finding(f'"{key}" means nothing to a {protocol} request', below=(key,), on_key=True)
