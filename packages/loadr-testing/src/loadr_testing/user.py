"""One VU's use of a protocol, without a plan, a flow and an engine around it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from loadr_config.models import HttpDefaults
from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import (
    Clock,
    CompiledRequest,
    HandlerContext,
    ProtocolHandler,
    RequestSpec,
    Scope,
    Text,
    VuContext,
)


class ProtocolUser:
    """A handler with one VU's session, as the engine would drive it.

    Args:
        handler_class: of the protocol.
        folder: what files of the plan are relative to; the current one unless told.
        clock: the system's unless told.
        defaults: `defaults.http` of a plan, by its keys.
    """

    def __init__(
        self,
        handler_class: type[ProtocolHandler],
        folder: Path | None = None,
        clock: Clock | None = None,
        **defaults: Any,
    ) -> None:
        self.clock = clock or SystemClock()
        self.handler = handler_class(
            HandlerContext(self.clock, HttpDefaults.model_validate(defaults), folder or Path.cwd())
        )
        self.vu = VuContext(vu=1, scenario="test")
        self.scope = Scope(self.vu, cookies=CookieJar())
        self.session = self.handler.open_session(self.vu)

    def compiled(
        self,
        url: str | Text,
        *,
        method: str | None = None,
        headers: Iterable[tuple[str, str | Text]] = (),
        timeout: float = 5.0,
        **rest: Any,
    ) -> CompiledRequest:
        """A request; the arguments are those of `RequestSpec`, texts as they are or compiled."""
        return self.handler.compile(
            RequestSpec(
                name=Text.fixed("test"),
                method=method,
                url=as_text(url),
                headers=tuple((name, as_text(value)) for name, value in headers),
                timeout=timeout,
                **rest,
            )
        )

    async def close(self) -> None:
        """Close what a VU and a worker close."""
        await self.session.close()
        await self.handler.close()


def as_text(value: str | Text) -> Text:
    """A text without templates, unless it is compiled already."""
    return value if isinstance(value, Text) else Text.fixed(value)
