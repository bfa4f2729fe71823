"""An HTTP POST over a connection that is kept, and what its status means for the parcels.

============================  ==========================================
answer                        verdict
============================  ==========================================
2xx                           delivered
408, 425, 429, 5xx            try again later, after Retry-After if given
any other                     rejected
none                          try again later
============================  ==========================================
"""

import http.client
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from loadr_core.spi import OutputError
from loadr_outputs.delivery import RejectedError, UnavailableError
from loadr_outputs.network.connecting import connection_to, reason_of

_LATER: Final = frozenset({408, 425, 429})
_SHOWN: Final = 300


class Poster:
    """Posts to one URL.

    Args:
        url: http or https; credentials in it become basic authentication of the caller's making.
        name: the output's, for messages: a URL may hold a secret and is never shown.

    Raises:
        OutputError: the URL is none.
    """

    def __init__(self, url: str, name: str) -> None:
        try:
            parts = urlsplit(url)
            _ = parts.port  # refuses one that is no number
        except ValueError as error:
            raise OutputError(f"{name}: the URL is not valid: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise OutputError(f"{name}: the URL must be http://HOST… or https://HOST…")
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._name = name
        self._host = parts.hostname
        self._connection = connection_to(parts)

    def post(self, body: bytes, headers: Mapping[str, str], target: str | None = None) -> bytes:
        """Post a body; the answer's body. A kept connection that has died is opened anew, once.

        Raises:
            UnavailableError: try again later.
            RejectedError: it will never be taken.
        """
        kept = self._connection.sock is not None
        try:
            return self._exchange(body, headers, target or self.target)
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            if kept and isinstance(error, (ConnectionError, http.client.RemoteDisconnected)):
                return self.post(body, headers, target)
            raise UnavailableError(f"{self._host} cannot be reached: {reason_of(error)}") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _exchange(self, body: bytes, headers: Mapping[str, str], target: str) -> bytes:
        self._connection.request("POST", target, body, dict(headers))
        response = self._connection.getresponse()
        answer = response.read()
        if 200 <= response.status < 300:
            return answer
        said = answer[:_SHOWN].decode("utf-8", "replace").strip()
        message = f"{self._host} answered {response.status} {response.reason}: {said}".rstrip(": ")
        if response.status in _LATER or response.status >= 500:
            raise UnavailableError(message, _seconds(response.headers.get("Retry-After")))
        raise RejectedError(message)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110, section 10.2.3); a date is not worth the trouble."""
    return float(retry_after) if retry_after is not None and retry_after.isdecimal() else None
