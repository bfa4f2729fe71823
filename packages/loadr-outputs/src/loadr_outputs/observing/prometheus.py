"""`observe: {type: prometheus}`: range queries over HTTP.

Each read has a connection of its own, in a thread: some are seconds apart. A redirect is not followed,
so the token goes to nobody but the server that the plan names.
"""

import asyncio
import http.client
from base64 import b64encode
from typing import Final
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

from loadr_core.spi import ObservedValues, Source, SourceContext, SourceError, Window
from loadr_outputs.network.connecting import connection_to, reason_of
from loadr_outputs.observing.answers import error_in, observed_values

_MOST_BYTES: Final = 32_000_000
_PATH: Final = "/api/v1/query_range"


class PrometheusSource(Source):
    """Asks a Prometheus, or whatever speaks its HTTP API."""

    def __init__(self, context: SourceContext) -> None:
        """Take the entry's `source`, `query` and `token`."""
        super().__init__(context)
        config = context.config
        self._url = _server(str(config["source"]))
        self._query = str(config["query"])
        self._headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "loadr",
        }
        if config.get("token"):
            self._headers["Authorization"] = f"Bearer {config['token']}"
        elif self._url.username is not None:
            user = f"{unquote(self._url.username)}:{unquote(self._url.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(user.encode()).decode('ascii')}"

    async def read(self, window: Window) -> list[ObservedValues]:
        """Ask for all series of the query."""
        return observed_values(await asyncio.to_thread(self._ask, window), window)

    def _ask(self, window: Window) -> bytes:
        url = self._url
        form = {
            "query": self._query,
            "start": f"{window.start:.3f}",
            "end": f"{window.end:.3f}",
            "step": str(window.step),
        }
        connection = connection_to(url)
        try:
            connection.request("POST", url.path.rstrip("/") + _PATH, urlencode(form), self._headers)
            response = connection.getresponse()
            body = response.read(_MOST_BYTES + 1)
        except (http.client.HTTPException, OSError) as error:
            raise SourceError(f"{self._host} cannot be reached: {reason_of(error)}") from error
        finally:
            connection.close()
        if len(body) > _MOST_BYTES:
            raise SourceError(f"{self._host} answered more than {_MOST_BYTES // 1_000_000} MB")
        if response.status != 200:
            said = error_in(body)
            raise SourceError(
                f"{self._host} answered {response.status} {response.reason}" + (f": {said}" if said else "")
            )
        return body

    @property
    def _host(self) -> str:
        """The server without its credentials, for messages."""
        return self._url.netloc.rpartition("@")[2]

    def __repr__(self) -> str:
        return f"<PrometheusSource {self._host}>"


def _server(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # refuses one that is no number
    except ValueError as error:
        raise SourceError(f"source: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError("source: the URL must be http://HOST… or https://HOST…")
    return parts
