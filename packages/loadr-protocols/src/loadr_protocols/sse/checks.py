"""What of a plan only server-sent events can judge: what HTTP says of the request, and its rule."""

from collections.abc import Iterator, Sequence

from loadr_config.models import Request
from loadr_core.spi import Finding, PlanContext, PlanPart
from loadr_protocols.http.carrying import as_http, outlasting
from loadr_protocols.http.checks import check_http


class SseChecks:
    """The ability `Checks` by itself, for who needs no client."""

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
        """Judge the plan's requests before the run."""
        yield from check_http(as_http(parts, "sse"), context)
        for part in parts:
            if isinstance(part.value, Request) and part.value.sse is not None:
                yield from outlasting(part, "stream", part.value.sse.duration, ("sse", "duration"), context)
