"""Protocols that HTTP carries: what their requests are on the wire, and what HTTP says of them before the run."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from loadr_config.models import Request
from loadr_config.parts import PlanPath
from loadr_core.spi import Finding, PlanContext, PlanPart, Text

_CARRIED: Final = {
    "grpc": "http",
    "grpcs": "https",
    "sse": "http",
    "sses": "https",
    "ws": "http",
    "wss": "https",
}


def http_url(url: str) -> str:
    """The URL on the wire: `ws` is `http`, `wss` is `https`, and so on."""
    scheme, separator, rest = url.partition("://")
    known = _CARRIED.get(scheme.strip().lower())
    return url if known is None or not separator else f"{known}://{rest}"


def http_text(url: Text, path: str = "") -> Text:
    """The URL on the wire of a plan's URL, and a path behind it where the protocol says one."""

    def wired(text: str) -> str:
        return http_url(text).rstrip("/") + path if path else http_url(text)

    if url.static is not None:
        made = wired(url.static)
        return Text(url.source, made, lambda _scope: made)
    render = url.render
    return Text(url.source, None, lambda scope: wired(render(scope)))


def as_http(parts: Sequence[PlanPart], block: str) -> list[PlanPart]:
    """The parts of a plan as HTTP sees them: their requests without the block of their protocol."""
    return [_part_as_http(part, block) for part in parts]


def outlasting(
    part: PlanPart, what: str, seconds: float | None, below: PlanPath, context: PlanContext
) -> Iterator[Finding]:
    """Find that something is to last as long as its request may take at most.

    Args:
        part: the request.
        what: lasts.
        seconds: how long; `None` where the plan does not say.
        below: where it says so.
        context: with the plan's defaults.
    """
    timeout = context.defaults.timeout if part.value.timeout is None else part.value.timeout
    if seconds is not None and seconds >= timeout:
        message = f"the {what} cannot last {seconds:g} s: the request's timeout is {timeout:g} s"
        yield part.finding(message, below=below, suggestion='set "timeout" to more')


def _part_as_http(part: PlanPart, block: str) -> PlanPart:
    if not isinstance(part.value, Request):
        return part
    return replace(part, value=part.value.model_copy(update={"url": http_url(part.value.url), block: None}))
