"""The protocol `acme`: one line out, one line back, over TCP.

acme://127.0.0.1:7000/PING  ->  sends `PING`, expects a line that starts with a number: `200 pong`
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from loadr_core.spi import (
    CompiledRequest,
    CompileError,
    Finding,
    PlanContext,
    PlanPart,
    ProtocolHandler,
    ProtocolSession,
    RequestSpec,
    Response,
    RowLayout,
    Scope,
    VuContext,
    request_layout,
)

LAYOUT = request_layout("acme")


class AcmeResponse(Response):
    """A line that came back, or what went wrong instead."""

    __slots__ = ("_line",)

    def __init__(
        self,
        row: tuple[float, ...],
        status: int = 0,
        line: bytes = b"",
        error_kind: str | None = None,
        error: str | None = None,
    ) -> None:
        self.row = row
        self.status = status
        self.proto = "ACME/1"
        self.error_kind = error_kind
        self.error = error
        self._line = line

    @property
    def body(self) -> bytes:
        """The line, without its end."""
        return self._line

    @property
    def headers(self) -> Mapping[str, str]:
        """The protocol has none."""
        return {}

    @property
    def duration(self) -> float:
        """Seconds from sending to the end of the line."""
        return self.row[1] - self.row[0]


class AcmeSession(ProtocolSession):
    """One VU's connection, opened when it is first used."""

    def __init__(self) -> None:
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def connected(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection's two ends."""
        if self.streams is None:
            self.streams = await asyncio.open_connection(host, port)
        return self.streams

    def drop(self) -> None:
        """Forget a connection in a state that nobody knows."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None

    async def close(self) -> None:
        """The VU has ended."""
        self.drop()


class AcmeRequest(CompiledRequest):
    """A request step: its address is fixed, its line may be a template."""

    def __init__(self, handler: "AcmeHandler", spec: RequestSpec) -> None:
        self._now = handler.context.clock.now
        self._url = spec.url
        self._timeout = spec.timeout
        self._expected = spec.expected_statuses

    @property
    def method(self) -> str:
        """Acme knows no methods."""
        return "LINE"

    @property
    def layout(self) -> RowLayout:
        """Rows of (start, end, bytes sent, bytes received)."""
        return LAYOUT

    def expects(self, status: int) -> bool:
        """As the plan says, by default 200 to 399."""
        return any(low <= status <= high for low, high in self._expected)

    async def send(self, session: AcmeSession, scope: Scope) -> AcmeResponse:
        """Send the line of the URL's path; a failure is a response too."""
        url = urlsplit(self._url.render(scope))
        line = url.path.lstrip("/").encode() + b"\n"
        start = self._now()
        try:
            async with asyncio.timeout(self._timeout):
                reader, writer = await session.connected(url.hostname or "", url.port or 0)
                writer.write(line)
                answer = await reader.readuntil(b"\n")
        except TimeoutError:
            return self._failed(session, start, "timeout", f"no answer within {self._timeout} s")
        except ConnectionRefusedError as error:
            return self._failed(session, start, "connection_refused", str(error))
        except (OSError, asyncio.IncompleteReadError) as error:
            return self._failed(session, start, "connection_reset", str(error))
        except asyncio.CancelledError:
            session.drop()
            raise
        row = (start, self._now(), float(len(line)), float(len(answer)))
        status = answer.split(b" ", 1)[0]
        if not status.isdigit():
            return AcmeResponse(row, error_kind="protocol", error=f"not an acme answer: {answer!r}")
        return AcmeResponse(row, int(status), answer.rstrip(b"\n"))

    def _failed(self, session: AcmeSession, start: float, kind: str, error: str) -> AcmeResponse:
        session.drop()
        return AcmeResponse((start, self._now(), 0.0, 0.0), error_kind=kind, error=error)


class AcmeHandler(ProtocolHandler):
    """The entry point of the protocol."""

    name = "acme"

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
        """Tell `loadr validate` what the plan asks for in vain; the entry of `plugins` is a part as well."""
        for part in parts:
            if part.kind == "plugins":
                for key in part.value.config:
                    yield part.finding(f'acme has no setting "{key}"', below=("config", key), on_key=True)
                continue
            if part.value.body is not None:
                hint = "put the line into the URL's path"
                yield part.finding("an acme request has no body", below=("body",), suggestion=hint)
            if part.value.url.endswith("/"):
                yield part.finding("the URL has no line to send", below=("url",))

    def compile(self, spec: RequestSpec) -> AcmeRequest:
        """Refuse what the protocol cannot do, before the run."""
        if spec.body is not None:
            raise CompileError("an acme request has no body", "put the line into the URL's path")
        return AcmeRequest(self, spec)

    def open_session(self, vu: VuContext) -> AcmeSession:
        """A connection per VU."""
        return AcmeSession()
