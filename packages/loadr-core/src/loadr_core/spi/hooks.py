"""What a script may change of a request of the plan, before it is sent."""

from dataclasses import dataclass
from typing import Literal

Hook = Literal["before_request", "after_request"]
"""A function of a script module that the flow calls around each request of the plan."""


@dataclass(frozen=True, slots=True)
class HookedRequest:
    """A request of the plan as it is about to be sent, or as it was sent.

    Attributes:
        name: the metric tag `name`; a hook cannot change it.
        method: upper case; a hook cannot change it.
        url: absolute where the plan knows a `base_url`, with the query parameters.
        headers: those of the request and of the defaults; a protocol adds what it needs.
        body: `None` where there is none, and of a body that is streamed from files, which stays as it is.
    """

    name: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
