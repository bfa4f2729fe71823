"""Connections to the HTTP servers that a plan names, and why one fails."""

import http.client
import ssl
from typing import Final
from urllib.parse import SplitResult

_TIMEOUT_SECONDS: Final = 10.0


def connection_to(server: SplitResult) -> http.client.HTTPConnection:
    """A connection that is opened by its first request.

    Args:
        server: a URL of http or https with a host.
    """
    host, port = server.hostname or "", server.port
    if server.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=_TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)


def reason_of(error: Exception) -> str:
    """Why an exchange failed, in words."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
