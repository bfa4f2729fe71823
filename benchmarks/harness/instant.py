"""A protocol whose responses are there already: what a run over it costs is what loadr itself costs."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from loadr_core.spi import (
    CompiledRequest,
    ProtocolHandler,
    ProtocolSession,
    RequestSpec,
    Response,
    RowLayout,
    Scope,
    VuContext,
    request_layout,
)

_LAYOUT: Final = request_layout("null")
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class InstantResponse(Response):
    """A success without a body.

    Args:
        proto: what it claims to have been spoken.
        row: its figures, as the request's layout has them.
    """

    __slots__ = ()

    def __init__(self, proto: str, row: tuple[float, ...]) -> None:
        self.status = 200
        self.proto = proto
        self.error_kind = None
        self.error = None
        self.row = row

    @property
    def body(self) -> bytes:
        """Nothing."""
        return b""

    @property
    def headers(self) -> Mapping[str, str]:
        """None."""
        return _NO_HEADERS

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.row[1] - self.row[0]


class InstantRequest(CompiledRequest):
    """A request of which nothing is sent; it is answered before the loop gets a turn.

    Args:
        now: the clock.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now

    @property
    def method(self) -> str:
        """As all have it."""
        return "GET"

    @property
    def layout(self) -> RowLayout:
        """Start and end, and no bytes."""
        return _LAYOUT

    def expects(self, status: int) -> bool:
        """The one status that there is."""
        return status == 200

    async def send(self, session: ProtocolSession, scope: Scope) -> Response:
        """Answer."""
        del session, scope
        now = self.now()
        return InstantResponse("NULL", (now, now, 0.0, 0.0))


class _Session(ProtocolSession):
    async def close(self) -> None:
        return


class InstantProtocol(ProtocolHandler):
    """The handler; those that derive from it make requests of their own."""

    name = "null"

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Nothing of a request matters."""
        del spec
        return InstantRequest(self.context.clock.now)

    def open_session(self, vu: VuContext) -> ProtocolSession:
        """Nothing to open."""
        del vu
        return _Session()
