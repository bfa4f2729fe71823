"""Which protocol a request speaks: its own word, else its block, else the URL's scheme.

Only names are decided here; what is installed under a name is the caller's knowledge.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from loadr_config.models import Request

__all__ = ["ALIASES", "BLOCK_PROTOCOLS", "SCHEMES", "protocol_of", "scheme_of"]

ALIASES: Final[dict[str, str]] = {
    "http": "http",
    "https": "http",
    "ws": "ws",
    "wss": "ws",
    "websocket": "ws",
    "grpc": "grpc",
    "grpcs": "grpc",
    "graphql": "graphql",
    "sse": "sse",
    "sses": "sse",
    "tcp": "tcp",
    "tls": "tcp",
    "udp": "udp",
    "browser": "browser",
}
"""Protocol names by what a plan may call them."""

SCHEMES: Final[dict[str, str]] = {
    scheme: ALIASES[scheme]
    for scheme in ("http", "https", "ws", "wss", "grpc", "grpcs", "sse", "sses", "tcp", "tls", "udp")
}
"""Protocol names of the URL schemes that this language knows itself."""

BLOCK_PROTOCOLS: Final[dict[str, tuple[str, ...]]] = {
    "ws": ("ws",),
    "grpc": ("grpc",),
    "graphql": ("graphql",),
    "sse": ("sse",),
    "socket": ("tcp", "udp"),
}
"""The protocols to which a block belongs; the blocks ``sql`` and ``plugin`` belong to plugins."""

_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)://")


def scheme_of(url: str) -> str | None:
    """Return a URL's scheme in lower case; None for a relative URL or one that a template begins."""
    match = _SCHEME.match(url)
    return match.group(1).lower() if match else None


def protocol_of(
    request: "Request", base_url: str | None = None, schemes: Mapping[str, str] | None = None
) -> str | None:
    """Return the name of the protocol that a request speaks.

    Args:
        request: The request.
        base_url: What a relative URL is joined to.
        schemes: Protocol names by URL scheme from plugins, beside those known here.

    Returns:
        The name; None when the URL's scheme is unknown. A URL that a template begins counts as HTTP.
    """
    if request.protocol is not None:
        return ALIASES.get(request.protocol.lower(), request.protocol)
    scheme = scheme_of(request.url) or (scheme_of(base_url) if base_url else None)
    by_scheme = {**SCHEMES, **(schemes or {})}.get(scheme) if scheme else None
    for block, protocols in BLOCK_PROTOCOLS.items():
        if getattr(request, block) is not None:
            return by_scheme if by_scheme in protocols else protocols[0]
    return by_scheme if scheme else "http"
