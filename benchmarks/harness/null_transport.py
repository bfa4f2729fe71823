"""A protocol without a transport: its requests are answered at once, so that a run costs what loadr costs.

`install` makes it known to other processes as an installed distribution: in their environment a plan may use
URLs such as `null://target/`. Every request gives the loop a turn, as a real one does.
"""

import asyncio
import os
import textwrap
from pathlib import Path
from typing import Final

from benchmarks.harness.instant import InstantProtocol, InstantRequest, InstantResponse
from loadr_core.spi import CompiledRequest, ProtocolSession, RequestSpec, Response, Scope

_ROOT: Final = Path(__file__).resolve().parents[2]
_DIST_INFO: Final = {
    "METADATA": "Metadata-Version: 2.1\nName: loadr-null-transport\nVersion: 0\n",
    "entry_points.txt": f"""\
        [loadr.protocols]
        null = {__name__}:NullProtocol

        [loadr.schemes]
        null = null
        """,
}


class _Request(InstantRequest):
    async def send(self, session: ProtocolSession, scope: Scope) -> Response:
        del session, scope
        start = self.now()
        await asyncio.sleep(0)
        return InstantResponse("NULL", (start, self.now(), 0.0, 0.0))


class NullProtocol(InstantProtocol):
    """The handler."""

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Nothing of a request matters."""
        del spec
        return _Request(self.context.clock.now)


def install(folder: Path) -> dict[str, str]:
    """Say in a folder that the protocol is installed; the variables that a process needs to find both."""
    info = folder / "loadr_null_transport-0.dist-info"
    info.mkdir()
    for name, text in _DIST_INFO.items():
        (info / name).write_text(textwrap.dedent(text), encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(_ROOT)])}
