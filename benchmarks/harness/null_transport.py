"""A protocol without a transport: its requests are answered at once, so that a run costs what loadr costs.

`install` puts it into a folder as an installed distribution; with that folder on `PYTHONPATH` a plan may use
URLs such as `null://target/`. Every request gives the loop a turn, as a real one does.
"""

import asyncio
import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

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
_MODULE: Final = "loadr_null_transport"
_DIST_INFO: Final = {
    "METADATA": "Metadata-Version: 2.1\nName: loadr-null-transport\nVersion: 0\n",
    "entry_points.txt": f"""\
        [loadr.protocols]
        null = {_MODULE}:NullProtocol

        [loadr.schemes]
        null = null
        """,
}


class NullResponse(Response):
    """A success that took no time."""

    __slots__ = ()

    def __init__(self, start: float, end: float) -> None:
        self.status = 200
        self.proto = "NULL"
        self.error_kind = None
        self.error = None
        self.row = (start, end, 0.0, 0.0)

    @property
    def body(self) -> bytes:
        """Nothing."""
        return b""

    @property
    def headers(self) -> Mapping[str, str]:
        """None."""
        return {}

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.row[1] - self.row[0]


class _Session(ProtocolSession):
    async def close(self) -> None:
        return


class _Request(CompiledRequest):
    def __init__(self, handler: "NullProtocol") -> None:
        self._now = handler.context.clock.now

    @property
    def method(self) -> str:
        return "GET"

    @property
    def layout(self) -> RowLayout:
        return _LAYOUT

    def expects(self, status: int) -> bool:
        return status == 200

    async def send(self, session: Any, scope: Scope) -> Response:
        del session, scope
        start = self._now()
        await asyncio.sleep(0)
        return NullResponse(start, self._now())


class NullProtocol(ProtocolHandler):
    """The handler."""

    name = "null"

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Nothing of a request matters."""
        del spec
        return _Request(self)

    def open_session(self, vu: VuContext) -> ProtocolSession:
        """Nothing to open."""
        del vu
        return _Session()


def install(folder: Path) -> dict[str, str]:
    """Install the protocol into a folder; the variables that a process needs to find it."""
    shutil.copy(__file__, folder / f"{_MODULE}.py")
    info = folder / f"{_MODULE}-0.dist-info"
    info.mkdir()
    for name, text in _DIST_INFO.items():
        (info / name).write_text(textwrap.dedent(text), encoding="utf-8")
    return {"PYTHONPATH": str(folder)}
