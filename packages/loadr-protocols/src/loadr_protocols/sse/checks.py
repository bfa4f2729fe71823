"""What of a plan only server-sent events can judge: what HTTP says of the request, and its rule."""

from collections.abc import Iterator, Sequence

from loadr_config.models import Request
from loadr_core.spi import Finding, PlanContext, PlanPart
from loadr_protocols.http.carrying import as_http
from loadr_protocols.http.checks import check_http


class SseChecks:
    """The ability `Checks` by itself, for who needs no client."""

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
        """Judge the plan's requests before the run."""
        yield from check_http(as_http(parts, "sse"), context)
        for part in parts:
            if isinstance(part.value, Request):
                yield from _rule(part, part.value, context)


def _rule(part: PlanPart, request: Request, context: PlanContext) -> Iterator[Finding]:
    if request.sse is None or request.sse.duration is None:
        return
    timeout = context.defaults.timeout if request.timeout is None else request.timeout
    if request.sse.duration >= timeout:
        message = f"the stream cannot last {request.sse.duration:g} s: the request's timeout is {timeout:g} s"
        yield part.finding(message, below=("sse", "duration"), suggestion='set "timeout" to more')
