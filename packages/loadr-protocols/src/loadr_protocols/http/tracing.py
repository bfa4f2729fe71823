"""`tracing`: each request carries a W3C Trace Context, so that the target's traces can be found.

    traceparent = "00" "-" trace-id "-" parent-id "-" flags        32, 16 and 2 hexadecimal digits
    flags       = "01"                                             sampled

Source: W3C Trace Context, section 3.2. The hops of a redirect share a trace, as one request does.
"""

from typing import Final

from loadr_core.randomness import random_hex
from loadr_core.spi import Scope, Text


def traceparent() -> str:
    """A new trace. Its numbers are not seeded: two runs with one seed are different traces."""
    digits = random_hex(48)
    return f"00-{digits[:32]}-{digits[32:]}-01"


def _render(_scope: Scope) -> str:
    return traceparent()


TRACEPARENT: Final = Text("traceparent", None, _render)
"""The field's value, another one for each request."""
