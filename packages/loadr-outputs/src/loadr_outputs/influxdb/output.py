"""The output `influxdb`: one point a series and interval, in line protocol.

Version 1 where the configuration names neither a token nor an organization: `POST /write`, written here
because the client library speaks version 2 only. Lines are the library's in both cases.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, ClassVar, Final
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from loadr_config.summary import Summary
from loadr_core.spi import OutputContext, OutputError
from loadr_outputs.delivery import Destination, Parcel
from loadr_outputs.influxdb.points import points_of
from loadr_outputs.network import Poster, require
from loadr_outputs.series import SeriesOutput

_DEFAULT_DATABASE: Final = "loadr"


class Influxdb(SeriesOutput):
    """Writes series to InfluxDB."""

    cumulative: ClassVar[bool] = False
    label = "influxdb"

    def destination(self) -> Destination:
        """The server."""
        return _Server(self.context)


class _Server(Destination):
    def __init__(self, context: OutputContext) -> None:
        config = context.config
        url, database = str(config.get("url") or ""), str(config.get("database") or _DEFAULT_DATABASE)
        token, organization = config.get("token"), config.get("organization")
        self._tags = {"run_id": context.run_id}
        self._headers: dict[str, str] = {"Content-Type": "text/plain; charset=utf-8"}
        self._library: Any = None
        bare, credentials = _without_credentials(url)
        if token is None and organization is None:
            path = "/write?" + urlencode({"db": database, "precision": "ns"})
            if credentials is not None:
                self._headers["Authorization"] = f"Basic {b64encode(credentials.encode()).decode()}"
        else:
            path = "/api/v2/write?" + urlencode(
                {"org": organization or "", "bucket": database, "precision": "ns"}, quote_via=quote
            )
            if token is not None:
                self._headers["Authorization"] = f"Token {token}"
        self._poster = Poster(bare.rstrip("/") + path, "influxdb")

    def open(self) -> None:
        """Load the library's serialiser."""
        self._library = require("influxdb_client", "the output influxdb")

    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Write all points with one request."""
        lines = [
            point.to_line_protocol()
            for parcel in parcels
            for point in points_of(parcel.content, self._tags, self._library.Point)
        ]
        self._poster.post("\n".join(lines).encode(), self._headers)

    def close(self, summary: Summary) -> None:
        """Close the connection."""
        del summary
        self._poster.close()


def _without_credentials(url: str) -> tuple[str, str | None]:
    """A URL and the `user:password` that stood in it."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise OutputError(f"influxdb: the URL is not valid: {error}") from error
    if "@" not in parts.netloc:
        return url, None
    credentials, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=host)), unquote(credentials)
